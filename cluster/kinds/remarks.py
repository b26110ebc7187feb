"""What is told to whoever writes an object that is fine and yet not as it should be: fields that are going or do
nothing, names that surprise. As v1.32 tells it; about a new object, and about a changed template. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cluster import faults
from cluster.kinds.kind import Kind
from cluster.machinery import names, quantity
from cluster.machinery.objects import CLAIMS, INGRESSES, PODS, VOLUMES, Obj, annotations_of, name, spec
from cluster.machinery.podspecs import PARTS, TEMPLATES, template_of

_LABELS = {
    "beta.kubernetes.io/arch": ("v1.14", "kubernetes.io/arch"),
    "beta.kubernetes.io/os": ("v1.14", "kubernetes.io/os"),
    "failure-domain.beta.kubernetes.io/region": ("v1.17", "topology.kubernetes.io/region"),
    "failure-domain.beta.kubernetes.io/zone": ("v1.17", "topology.kubernetes.io/zone"),
    "beta.kubernetes.io/instance-type": ("v1.17", "node.kubernetes.io/instance-type"),
}
"""Labels of nodes -> since when they are going, and what stands in their place."""
_ANNOTATIONS = (
    ("seccomp.security.alpha.kubernetes.io/pod", "non-functional in v1.27+", "seccompProfile"),
    ("container.seccomp.security.alpha.kubernetes.io/", "non-functional in v1.27+", "seccompProfile"),
    ("container.apparmor.security.beta.kubernetes.io/", "deprecated since v1.30", "appArmorProfile"),
    ("security.alpha.kubernetes.io/sysctls", "non-functional in v1.11+", "sysctls"),
    ("security.alpha.kubernetes.io/unsafe-sysctls", "non-functional in v1.11+", "sysctls"),
    ("scheduler.alpha.kubernetes.io/critical-pod", "non-functional in v1.16+", "priorityClassName"),
)
"""Annotations of pods, or how they begin; what became of them, and the field in their place."""
_VOLUMES = {
    "gitRepo": "deprecated in v1.11",
    "photonPersistentDisk": "deprecated in v1.16, non-functional in v1.22+",
    "scaleIO": "deprecated in v1.16, non-functional in v1.22+",
    "storageos": "deprecated in v1.22, non-functional in v1.25+",
    "glusterfs": "deprecated in v1.25, non-functional in v1.26+",
    "cephfs": "deprecated in v1.28, non-functional in v1.31+",
    "rbd": "deprecated in v1.28, non-functional in v1.31+",
}
_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"
_INGRESS_CLASS = "kubernetes.io/ingress.class"
_CALLED = frozenset({"cronjobs", "deployments", "jobs", "replicasets", "replicationcontrollers", "statefulsets"})
_IN_BYTES = re.compile(r"^(?:hugepages-.*|memory|ephemeral-storage|storage)$")


def remarks(kind: Kind, new: Obj, old: Obj | None) -> tuple[str, ...]:
    """The warnings about an object that was written by somebody."""
    return tuple(_remarks(kind, new, old)) if kind.custom is None else ()


def _remarks(kind: Kind, new: Obj, old: Obj | None) -> Iterator[str]:
    where = kind.group_resource
    yield from (f"{each.where}: {each.said}" for each in faults.idle(where, new, old))
    if old is None and (kind.resource in _CALLED or where == PODS):
        yield from _name(name(new), pod=where == PODS)
    if where == PODS:
        if old is None:
            yield from _pod("", new)
    elif template := template_of(where, new):
        if old is None or template_of(where, old) != template:
            yield from _pod(f"{TEMPLATES[where]}.", template)
    elif where == INGRESSES and old is None and _INGRESS_CLASS in annotations_of(new):
        yield f"annotation \"{_INGRESS_CLASS}\" is deprecated, please use 'spec.ingressClassName' instead"
    elif where in (VOLUMES, CLAIMS):
        yield from _storage(new)


def _name(called: str, *, pod: bool) -> Iterator[str]:
    if messages := names.dns_label(called):
        used = "the Pod's hostname" if pod else "Pod names and hostnames"
        surprising = f"this is used in {used}, which can result in surprising behavior"
        yield f"metadata.name: {surprising}; a DNS label is recommended: [{' '.join(messages)}]"


def _storage(obj: Obj) -> Iterator[str]:
    if _STORAGE_CLASS in annotations_of(obj):
        yield f'metadata.annotations[{_STORAGE_CLASS}]: deprecated since v1.8; use "storageClassName" attribute instead'
    if spec(obj).get("persistentVolumeReclaimPolicy") == "Recycle":
        yield (
            "spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended "
            "approach is to use dynamic provisioning."
        )


def _pod(path: str, pod: Mapping[str, Any]) -> Iterator[str]:
    given: Mapping[str, Any] = pod.get("spec") or {}
    for label in given.get("nodeSelector") or {}:
        yield from _going(f"{path}spec.nodeSelector[{label}]:", label)
    yield from _affinity(f"{path}spec.affinity.nodeAffinity", (given.get("affinity") or {}).get("nodeAffinity") or {})
    for index, each in enumerate(given.get("topologySpreadConstraints") or ()):
        label = str(each.get("topologyKey"))
        yield from _going(f"{path}spec.topologySpreadConstraints[{index}].topologyKey: {label} is", label)
    for called in (pod.get("metadata") or {}).get("annotations") or {}:
        for begin, since, field in _ANNOTATIONS:
            if called == begin or (begin.endswith("/") and called.startswith(begin)):
                yield f'{path}metadata.annotations[{called}]: {since}; use the "{field}" field instead'
    for index, volume in enumerate(given.get("volumes") or ()):
        for sort, said in _VOLUMES.items():
            if sort in volume:
                yield f"{path}spec.volumes[{index}].{sort}: {said}"
    if (grace := given.get("terminationGracePeriodSeconds")) is not None and grace < 0:
        field = f"{path}spec.terminationGracePeriodSeconds"
        yield f"{field}: must be >= 0; negative values are invalid and will be treated as 1"
    for field in PARTS:
        for index, container in enumerate(given.get(field) or ()):
            yield from _container(f"{path}spec.{field}[{index}]", container)


def _going(begin: str, label: str) -> Iterator[str]:
    if label in _LABELS:
        since, instead = _LABELS[label]
        yield f'{begin} deprecated since {since}; use "{instead}" instead'


def _affinity(path: str, given: Mapping[str, Any]) -> Iterator[str]:
    required, preferred = (f"{each}DuringSchedulingIgnoredDuringExecution" for each in ("required", "preferred"))
    terms = [
        (f"{path}.{required}.nodeSelectorTerms[{at}]", term)
        for at, term in enumerate((given.get(required) or {}).get("nodeSelectorTerms") or ())
    ]
    terms += [
        (f"{path}.{preferred}[{at}].preference", each.get("preference") or {})
        for at, each in enumerate(given.get(preferred) or ())
    ]
    for where, term in terms:
        for index, each in enumerate(term.get("matchExpressions") or ()):
            label = str(each.get("key"))
            yield from _going(f"{where}.matchExpressions[{index}].key: {label} is", label)


def _container(path: str, container: Obj) -> Iterator[str]:
    yield from _hidden(f"{path}.env", container.get("env") or ())
    for sort in ("limits", "requests"):
        for resource, amount in ((container.get("resources") or {}).get(sort) or {}).items():
            if _IN_BYTES.match(resource) and quantity.parse(amount) % 1:
                said = f'fractional byte value "{amount}" is invalid, must be an integer'
                yield f"{path}.resources.{sort}[{resource}]: {said}"


def _hidden(path: str, variables: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    seen: dict[str, Mapping[str, Any]] = {}
    for index, each in enumerate(variables):
        called, value = str(each.get("name")), str(each.get("value") or "")
        before = seen.get(called)
        # One that is made of the one before it needs it.
        if before is not None and f"$({called})" not in value:
            yield f'{path}[{index}]: hides previous definition of "{called}", which may be dropped when using apply'
        seen[called] = each
