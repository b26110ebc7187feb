"""On which nodes a DaemonSet's pod belongs, and the pod that is made for one of them.

The scheduler puts the pod there: it is tied to the node's name by a required node affinity, as the real one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, name, spec
from cluster.placement.standing import NAME_FIELD, NO_EXECUTE, NO_SCHEDULE, matches_node, pinned_to, untolerated

_UNWELL = tuple(
    {"key": f"node.kubernetes.io/{state}", "operator": "Exists", "effect": effect}
    for state, effect in (
        ("not-ready", NO_EXECUTE),
        ("unreachable", NO_EXECUTE),
        ("disk-pressure", NO_SCHEDULE),
        ("memory-pressure", NO_SCHEDULE),
        ("pid-pressure", NO_SCHEDULE),
        ("unschedulable", NO_SCHEDULE),
    )
)
"""A node's daemons stay, and come, when it is not well."""
_NO_NETWORK = {"key": "node.kubernetes.io/network-unavailable", "operator": "Exists", "effect": NO_SCHEDULE}
_IDENTITY = ("key", "operator", "value", "effect")


class Verdict(NamedTuple):
    run: bool
    """A pod is to be made there when none is."""
    stay: bool
    """A pod that is there may stay."""
    why_not: str = ""
    """What keeps it away, to follow "node-3: "."""


def tolerating(pod_spec: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The template's tolerations with those every daemon has; one of the same meaning is replaced."""
    found = [dict(each) for each in pod_spec.get("tolerations") or ()]
    for added in (*_UNWELL, *((_NO_NETWORK,) if pod_spec.get("hostNetwork") else ())):
        alike = next((each for each in found if _same(each, added)), None)
        if alike is None:
            found.append(added)
        else:
            found[found.index(alike)] = added
    return found


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all((one.get(field) or "") == (other.get(field) or "") for field in _IDENTITY)


def verdict(pod_spec: Mapping[str, Any], node: Obj) -> Verdict:
    """Should the pod run on this node? `pod_spec` has the daemon's tolerations already."""
    if pod_spec.get("nodeName") not in (None, "", name(node)):
        return Verdict(False, False, f"the template names {pod_spec['nodeName']}")
    if not matches_node(pod_spec, node):
        return Verdict(False, False, "the node selector or affinity does not match")
    taints = spec(node).get("taints") or ()
    if taint := untolerated(pod_spec, taints):
        value = f"={taint['value']}" if taint.get("value") else ""
        why_not = f"the taint {taint.get('key')}{value}:{taint.get('effect')} is not tolerated"
        return Verdict(False, untolerated(pod_spec, taints, (NO_EXECUTE,)) is None, why_not)
    return Verdict(True, True)


def tied_to(pod_spec: Mapping[str, Any], node: str) -> dict[str, Any]:
    """The affinity of a pod for that node: the template's, its required node terms replaced by the name."""
    affinity = pod_spec.get("affinity") or {}
    named = {"nodeSelectorTerms": [{"matchFields": [{"key": NAME_FIELD, "operator": "In", "values": [node]}]}]}
    of_node = {**(affinity.get("nodeAffinity") or {}), "requiredDuringSchedulingIgnoredDuringExecution": named}
    return {**affinity, "nodeAffinity": of_node}


def node_of(pod: Obj) -> str:
    """The node a pod is on or was made for; "" when it tells none."""
    if bound := spec(pod).get("nodeName"):
        return str(bound)
    tied = pinned_to(spec(pod))
    return next(iter(tied)) if tied is not None and len(tied) == 1 else ""
