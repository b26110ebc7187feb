"""What the API server's built-in admission adds to every new pod: its service account's token, tolerations, priority;
and the ceiling on pods, in the words of a quota.

Works in place on a pod that has its defaults.
"""

from __future__ import annotations

from typing import Any

from cluster.kinds import podruntime
from cluster.kinds.kind import Admission
from cluster.kinds.limits import give_defaults
from cluster.kinds.priorityclass import SYSTEM
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import PODS, PRIORITY_CLASSES, SERVICE_ACCOUNTS, Obj, annotations_of, name, namespace
from cluster.machinery.podspecs import containers_of

_TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
_TOKEN_SECONDS = 3607
_VOLUME = "kube-api-access-"
_DEFAULT_ACCOUNT = "default"
_MIRROR = "kubernetes.io/config.mirror"
_TOLERATED_SECONDS = 300
# Shared by all pods, as stored objects are never changed in place: thousands of them differ in little.
_TOLERATED = {
    key: {"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": _TOLERATED_SECONDS}
    for key in ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
}
_TOKEN: dict[str, Any] = {
    "sources": [
        {"serviceAccountToken": {"expirationSeconds": _TOKEN_SECONDS, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {
            "downwardAPI": {
                "items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]
            }
        },
    ],
    "defaultMode": 420,
}


def admit(pod: Obj, admission: Admission) -> None:
    """Raises Forbidden when the service account, the priority or runtime class is not there, or the cluster is full."""
    spec = pod["spec"]
    _room(pod, admission)
    give_defaults(pod, admission)
    if _MIRROR not in annotations_of(pod):
        _service_account(pod, spec, admission)
    _tolerations(spec)
    _priority(pod, spec, admission)
    podruntime.admit(pod, spec, admission)


def _room(pod: Obj, admission: Admission) -> None:
    most, used = admission.config.most_pods, admission.world.count(PODS)
    if used >= most:
        detail = f"exceeded quota: cluster, requested: pods=1, used: pods={used}, limited: pods={most}"
        raise Forbidden("pods", name(pod), detail)


def _service_account(pod: Obj, spec: dict[str, Any], admission: Admission) -> None:
    wanted = spec.get("serviceAccountName") or _DEFAULT_ACCOUNT
    spec["serviceAccountName"] = spec["serviceAccount"] = wanted
    where = namespace(pod)
    account = admission.world.find(SERVICE_ACCOUNTS, where, wanted)
    if account is None and wanted != _DEFAULT_ACCOUNT:
        # The account `default` counts as there even before its controller has made it: in a real cluster that is a
        # matter of milliseconds after the namespace, and a client that is too early tries again.
        detail = f'error looking up service account {where}/{wanted}: serviceaccount "{wanted}" not found'
        raise Forbidden("pods", name(pod), detail)
    secrets = (account or {}).get("imagePullSecrets")
    if secrets and not spec.get("imagePullSecrets"):
        spec["imagePullSecrets"] = [dict(secret) for secret in secrets]
    automount = spec.get("automountServiceAccountToken")
    if automount is None:
        automount = (account or {}).get("automountServiceAccountToken", True)
    if automount:
        _mount_token(spec, admission)


def _mount_token(spec: dict[str, Any], admission: Admission) -> None:
    """Mount the token into each container that has nothing at its path; the volume is added when one needs it, and
    none has been added before."""
    bare = [
        container
        for container in containers_of(spec)
        if not any(mount.get("mountPath") == _TOKEN_PATH for mount in container.get("volumeMounts") or ())
    ]
    if not bare:
        return
    volumes = spec.setdefault("volumes", [])
    present = next((each["name"] for each in volumes if str(each.get("name")).startswith(_VOLUME)), "")
    volume = present or f"{_VOLUME}{admission.dice.suffix()}"
    mount = {"name": volume, "readOnly": True, "mountPath": _TOKEN_PATH}
    for container in bare:
        container.setdefault("volumeMounts", []).append(mount)
    if not present:
        volumes.append({"name": volume, "projected": _TOKEN})


def _tolerations(spec: dict[str, Any]) -> None:
    """A pod stays five minutes on a node that is lost, unless it says otherwise."""
    present = spec.get("tolerations") or []
    for key, toleration in _TOLERATED.items():
        if not any(_tolerates(each, key) for each in present):
            present = [*present, toleration]
    spec["tolerations"] = present


def _tolerates(toleration: dict[str, Any], key: str) -> bool:
    return toleration.get("key", "") in (key, "") and toleration.get("effect", "") in ("NoExecute", "")


def _priority(pod: Obj, spec: dict[str, Any], admission: Admission) -> None:
    """A class by its name; without one the cluster's default class, if it has one."""
    wanted = spec.get("priorityClassName") or ""
    classes = admission.world.bucket(PRIORITY_CLASSES, "")
    found: Obj | None
    if wanted:
        found = admission.world.find(PRIORITY_CLASSES, "", wanted)
        if found is None and wanted not in SYSTEM:
            raise Forbidden("pods", name(pod), f"no PriorityClass with name {wanted} was found")
    else:
        defaults = [each for each in classes.values() if each.get("globalDefault")]
        found = min(defaults, key=lambda each: int(each.get("value") or 0), default=None)
        if found is not None:
            spec["priorityClassName"] = name(found)
    value = int((found or {}).get("value") or SYSTEM.get(wanted, 0))
    policy = (found or {}).get("preemptionPolicy") or "PreemptLowerPriority"
    _computed(pod, "the integer value of priority", spec.get("priority"), value)
    _computed(pod, "the string value of PreemptionPolicy", spec.get("preemptionPolicy"), policy)
    spec["priority"], spec["preemptionPolicy"] = value, policy


def _computed(pod: Obj, what: str, given: Any, found: Any) -> None:
    """What follows from the class may not be said otherwise."""
    if given not in (None, found):
        detail = f"{what} ({given}) must not be provided in pod spec; priority admission controller computed {found}"
        raise Forbidden("pods", name(pod), f"{detail} from the given PriorityClass name")
