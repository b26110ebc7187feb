"""What a pod gets from the RuntimeClass it names: overhead, nodes, tolerations; and its refusal where there is none."""

from __future__ import annotations

from typing import Any

from cluster.kinds.kind import Admission
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import GroupResource, Obj, name

RUNTIME_CLASSES = GroupResource("node.k8s.io", "runtimeclasses")


def admit(pod: Obj, spec: dict[str, Any], admission: Admission) -> None:
    """In place. Raises Forbidden."""
    wanted = spec.get("runtimeClassName")
    found = admission.world.find(RUNTIME_CLASSES, "", str(wanted)) if wanted else None
    if wanted and found is None:
        raise _rejected(pod, f'RuntimeClass "{wanted}" not found')
    fixed = ((found or {}).get("overhead") or {}).get("podFixed")
    if spec.get("overhead") and spec["overhead"] != fixed:
        if fixed:
            raise _rejected(pod, "Pod's Overhead doesn't match RuntimeClass's defined Overhead")
        raise _rejected(pod, "Pod Overhead set without corresponding RuntimeClass defined Overhead")
    if fixed:
        spec["overhead"] = dict(fixed)
    scheduling = (found or {}).get("scheduling") or {}
    for label, value in (scheduling.get("nodeSelector") or {}).items():
        present = (spec.get("nodeSelector") or {}).get(label)
        if present not in (None, value):
            one, other = f"runtimeClass.scheduling.nodeSelector[{label}] = {value}", f"pod.spec.nodeSelector[{label}]"
            raise _rejected(pod, f"conflict: {one}; {other} = {present}")
        spec["nodeSelector"] = {**(spec.get("nodeSelector") or {}), label: value}
    for toleration in scheduling.get("tolerations") or ():
        if toleration not in (spec.get("tolerations") or ()):
            spec["tolerations"] = [*(spec.get("tolerations") or ()), dict(toleration)]


def _rejected(pod: Obj, why: str) -> Forbidden:
    return Forbidden("pods", name(pod), f"pod rejected: {why}")
