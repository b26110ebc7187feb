"""May this pod stand on that node, by what both say: taints and tolerations, node selector, required node affinity.

Asks nothing of the world: how full a node is, which pods are near and who places the pod are others' affairs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from cluster.machinery.objects import Obj, labels, name, spec

NO_SCHEDULE, NO_EXECUTE = "NoSchedule", "NoExecute"
KEEPS_AWAY = (NO_SCHEDULE, NO_EXECUTE)
"""Effects of taints that keep new pods away; PreferNoSchedule only weighs."""
NAME_FIELD = "metadata.name"
"""The one field that a term's matchFields may speak of."""
UNSCHEDULABLE_TAINT = "node.kubernetes.io/unschedulable"


def tolerates(toleration: Mapping[str, Any], taint: Mapping[str, Any]) -> bool:
    """No effect tolerates every effect, no key (with Exists) every taint; an absent operator is Equal."""
    if (toleration.get("effect") or taint.get("effect")) != taint.get("effect"):
        return False
    if (toleration.get("key") or taint.get("key")) != taint.get("key"):
        return False
    return toleration.get("operator") == "Exists" or (toleration.get("value") or "") == (taint.get("value") or "")


def untolerated(
    pod_spec: Mapping[str, Any], taints: Iterable[Mapping[str, Any]], effects: Collection[str] = KEEPS_AWAY
) -> Mapping[str, Any] | None:
    """The first of the taints with one of these effects that the pod does not tolerate."""
    tolerations = pod_spec.get("tolerations") or ()
    for taint in taints:
        if taint.get("effect") in effects and not any(tolerates(each, taint) for each in tolerations):
            return taint
    return None


def matches_node(pod_spec: Mapping[str, Any], node: Obj) -> bool:
    """Node selector and required node affinity: one of its terms has to hold."""
    selector = pod_spec.get("nodeSelector") or {}
    if not selector.items() <= labels(node).items():
        return False
    terms = _terms(pod_spec)
    return terms is None or any(_term_holds(term, node) for term in terms)


def is_cordoned(pod_spec: Mapping[str, Any], node: Obj) -> bool:
    """The node takes no new pods, and this one does not tolerate that."""
    taint = {"key": UNSCHEDULABLE_TAINT, "effect": NO_SCHEDULE}
    return bool(spec(node).get("unschedulable")) and untolerated(pod_spec, [taint]) is not None


def selects(selector: Mapping[str, Any], node: Obj) -> bool:
    """A NodeSelector, as a volume has one, too: one of its terms has to hold."""
    return any(_term_holds(term, node) for term in selector.get("nodeSelectorTerms") or ())


def preference(pod_spec: Mapping[str, Any], node: Obj) -> int:
    """The weights of all preferences that this node meets."""
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
    return sum(int(each.get("weight") or 0) for each in preferred if _term_holds(each.get("preference") or {}, node))


def pinned_to(pod_spec: Mapping[str, Any]) -> frozenset[str] | None:
    """The nodes by whose names every term of the affinity binds the pod, as a DaemonSet's; None: no such tie."""
    found: set[str] = set()
    for term in _terms(pod_spec) or ({},):
        named = [
            set(each.get("values") or ())
            for each in term.get("matchFields") or ()
            if each.get("key") == NAME_FIELD and each.get("operator") == "In"
        ]
        if not named:
            return None
        found |= set.intersection(*named)
    return frozenset(found)


def _terms(pod_spec: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    affinity = (pod_spec.get("affinity") or {}).get("nodeAffinity") or {}
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return None if required is None else required.get("nodeSelectorTerms") or []


def _term_holds(term: Mapping[str, Any], node: Obj) -> bool:
    """All its requirements hold; an empty term holds for no node."""
    expressions, fields = term.get("matchExpressions") or (), term.get("matchFields") or ()
    if not expressions and not fields:
        return False
    carried = labels(node)
    return all(_holds(each, carried.get(each.get("key", ""))) for each in expressions) and all(
        _holds(each, name(node)) for each in fields
    )


def _number(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None


def _compare(value: str | None, wanted: Collection[str], order: Callable[[int, int], bool]) -> bool:
    mine, theirs = _number(value), _number(next(iter(wanted), None))
    return mine is not None and theirs is not None and order(mine, theirs)


def _holds(requirement: Mapping[str, Any], value: str | None) -> bool:
    wanted = requirement.get("values") or ()
    match requirement.get("operator"):
        case "In":
            return value in wanted
        case "NotIn":
            return value not in wanted
        case "Exists":
            return value is not None
        case "DoesNotExist":
            return value is None
        case "Gt":
            return _compare(value, wanted, lambda mine, theirs: mine > theirs)
        case "Lt":
            return _compare(value, wanted, lambda mine, theirs: mine < theirs)
    return False
