"""StatefulSet: pods with a name, an order and a volume each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds import metadata as metas
from cluster.kinds.cells import AGE, NAME, template_columns
from cluster.kinds.fields import (
    not_more_than_all,
    not_negative,
    share_of_pods,
    template_labels,
    workload_selector,
)
from cluster.kinds.goprint import int_or_string
from cluster.kinds.kind import SCALE, Admission, Column, Kind
from cluster.kinds.persistentvolumeclaim import default_spec as default_claim
from cluster.kinds.podtemplate import default_template, validate_long_running
from cluster.machinery import names
from cluster.machinery.errors import Cause, Written, forbidden, invalid, not_supported, shown
from cluster.machinery.objects import STATEFUL_SETS, Obj, spec, status

_MAX_UNAVAILABLE_GATE = "MaxUnavailableStatefulSet"
_POLICIES = ("OrderedReady", "Parallel")
_RETENTION = ("Delete", "Retain")
_MUTABLE = (
    "replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
)  # fmt: skip
_ONLY = (
    "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
    "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
)
_COUNTS = ("readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas")


def _default(obj: Obj) -> None:
    """R-SPEC-1 to R-SPEC-3."""
    given = obj.setdefault("spec", {})
    if given.get("replicas") is None:
        given["replicas"] = 1
    given.setdefault("serviceName", "")
    if not given.get("podManagementPolicy"):
        given["podManagementPolicy"] = "OrderedReady"
    strategy = given.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        strategy.setdefault("rollingUpdate", {}).setdefault("partition", 0)
    if given.get("revisionHistoryLimit") is None:
        given["revisionHistoryLimit"] = 10
    retention = given.setdefault("persistentVolumeClaimRetentionPolicy", {})
    for field in ("whenDeleted", "whenScaled"):
        if not retention.get(field):
            retention[field] = "Retain"
    default_template(given.setdefault("template", {}))
    for claim in given.get("volumeClaimTemplates") or ():
        claim["kind"], claim["apiVersion"] = "PersistentVolumeClaim", "v1"
        claim.setdefault("metadata", {})["creationTimestamp"] = None
        default_claim(claim.setdefault("spec", {}))
        claim["status"] = {"phase": "Pending"}


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {"replicas": 0, "availableReplicas": 0}
    elif obj["spec"] is old["spec"]:
        return
    rolling = obj["spec"]["updateStrategy"].get("rollingUpdate")
    if rolling is None:
        return
    if _MAX_UNAVAILABLE_GATE in admission.config.gates:
        rolling.setdefault("maxUnavailable", 1)
    else:
        rolling.pop("maxUnavailable", None)


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    if (policy := given["podManagementPolicy"]) not in _POLICIES:
        yield invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
    yield from _strategy(given["updateStrategy"])
    for field in ("whenDeleted", "whenScaled"):
        if (policy := given["persistentVolumeClaimRetentionPolicy"][field]) not in _RETENTION:
            path = f"spec.persistentVolumeClaimRetentionPolicy.{field}"
            yield not_supported(path, policy, _RETENTION)
    yield from not_negative("spec.replicas", given["replicas"])
    yield from not_negative("spec.minReadySeconds", given.get("minReadySeconds"))
    yield from not_negative("spec.ordinals.start", (given.get("ordinals") or {}).get("start"))
    causes, selector = workload_selector(given, "statefulset")
    yield from causes
    template = given["template"]
    if selector is not None:
        # A StatefulSet's pods are not looked at until they are made: a bad one fails then, with an event.
        yield from template_labels(template, selector)
        metadata = template["metadata"]
        yield from metas.labels("spec.template.metadata.labels", metadata.get("labels") or {})
        yield from metas.notes("spec.template.metadata.annotations", metadata.get("annotations") or {})
    yield from validate_long_running("spec.template.spec", template["spec"], "StatefulSet")


def _strategy(strategy: Mapping[str, Any]) -> Iterator[Cause]:
    path = "spec.updateStrategy"
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "OnDelete":
        if rolling is not None:
            yield invalid(f"{path}.rollingUpdate", dict(rolling), "only allowed for updateStrategy 'RollingUpdate'")
    elif strategy["type"] == "RollingUpdate":
        yield from not_negative(f"{path}.rollingUpdate.partition", (rolling or {}).get("partition"))
        yield from _max_unavailable(f"{path}.rollingUpdate.maxUnavailable", (rolling or {}).get("maxUnavailable"))
    else:
        inside = "(*apps.RollingUpdateStatefulSetStrategy)(nil)" if rolling is None else shown(rolling)
        text = f"apps.StatefulSetUpdateStrategy{{Type:{shown(strategy['type'])}, RollingUpdate:{inside}}}"
        yield invalid(path, Written(text), "must be 'RollingUpdate' or 'OnDelete'")


def _max_unavailable(path: str, given: Any) -> Iterator[Cause]:
    if given is None:
        return
    yield from share_of_pods(path, given)
    if given in (0, "0%"):
        yield invalid(path, int_or_string(given), "cannot be 0")
    yield from not_more_than_all(path, given)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    """R-SPEC-6, as v1.32 says it."""
    before, after = old["spec"], new["spec"]
    if after is not before:
        kept = [{field: value for field, value in each.items() if field not in _MUTABLE} for each in (before, after)]
        if kept[0] != kept[1]:
            yield forbidden("spec", _ONLY)
    if new.get("status") is not old.get("status"):
        yield from _status(status(new))


def _status(given: Mapping[str, Any]) -> Iterator[Cause]:
    replicas = int(given.get("replicas") or 0)
    for field in ("replicas", *_COUNTS):
        yield from not_negative(f"status.{field}", given.get(field))
    for field in ("observedGeneration", "collisionCount"):
        yield from not_negative(f"status.{field}", given.get(field))
    for field in _COUNTS:
        if (count := int(given.get(field) or 0)) > replicas:
            yield invalid(f"status.{field}", count, "cannot be greater than status.replicas")


def _ready(obj: Obj, now: float) -> str:
    return f"{status(obj).get('readyReplicas', 0)}/{spec(obj).get('replicas', 0)}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="StatefulSet",
    resource="statefulsets",
    singular="statefulset",
    short_names=("sts",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    name_rule=names.dns_label,
    has_generation=True,
    subresources=(SCALE,),
    columns=(NAME, Column("Ready", _ready), AGE, *template_columns(STATEFUL_SETS)),
)
