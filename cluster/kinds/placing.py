"""What a pod spec may ask about its place: affinity, spread over a topology, gates. Validation only; what
follows for the choice of a node is decided in `cluster.placement`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.fields import label_selector, name_causes
from cluster.kinds.rules import key_rule, label_rule, subdomain_rule, value_rule
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_supported, required

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_UNSATISFIABLE = ("DoNotSchedule", "ScheduleAnyway")
_POLICIES = ("Honor", "Ignore")
_POSITIVE = "must be greater than zero"
_OPERATOR = "not a valid selector operator"
_NAME = "metadata.name"


def validate(path: str, spec: Mapping[str, Any]) -> Iterator[Cause]:
    if affinity := spec.get("affinity"):
        yield from _affinity(f"{path}.affinity", affinity)
    if constraints := spec.get("topologySpreadConstraints"):
        yield from _spread(f"{path}.topologySpreadConstraints", constraints)
    if gates := spec.get("schedulingGates"):
        yield from _gates(path, gates)


def _affinity(path: str, affinity: Mapping[str, Any]) -> Iterator[Cause]:
    here = f"{path}.nodeAffinity"
    nodes = affinity.get("nodeAffinity") or {}
    if (selector := nodes.get(_REQUIRED)) is not None:
        terms = selector.get("nodeSelectorTerms") or ()
        if not terms:
            yield required(f"{here}.{_REQUIRED}.nodeSelectorTerms", "must have at least one node selector term")
        for index, term in enumerate(terms):
            yield from _node_term(f"{here}.{_REQUIRED}.nodeSelectorTerms[{index}]", term)
    for index, preferred in enumerate(nodes.get(_PREFERRED) or ()):
        place = f"{here}.{_PREFERRED}[{index}]"
        yield from _weight(place, preferred)
        yield from _node_term(f"{place}.preference", preferred.get("preference") or {})
    for sort in ("podAffinity", "podAntiAffinity"):
        given = affinity.get(sort) or {}
        for index, term in enumerate(given.get(_REQUIRED) or ()):
            yield from _pod_term(f"{path}.{sort}.{_REQUIRED}[{index}]", term)
        for index, preferred in enumerate(given.get(_PREFERRED) or ()):
            place = f"{path}.{sort}.{_PREFERRED}[{index}]"
            yield from _weight(place, preferred)
            yield from _pod_term(f"{place}.podAffinityTerm", preferred.get("podAffinityTerm") or {})


def _weight(path: str, preferred: Mapping[str, Any]) -> Iterator[Cause]:
    weight = preferred.get("weight") or 0
    if not 1 <= weight <= 100:
        yield invalid(f"{path}.weight", weight, "must be in the range 1-100")


def _node_term(path: str, term: Mapping[str, Any]) -> Iterator[Cause]:
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        yield from _node_label(f"{path}.matchExpressions[{index}]", requirement)
    for index, requirement in enumerate(term.get("matchFields") or ()):
        yield from _node_field(f"{path}.matchFields[{index}]", requirement)


def _node_label(path: str, requirement: Mapping[str, Any]) -> Iterator[Cause]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    if operator in ("In", "NotIn"):
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in ("Exists", "DoesNotExist"):
        if values:
            yield forbidden(f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
    elif operator in ("Gt", "Lt"):
        if len(values) != 1:
            yield required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield invalid(f"{path}.operator", operator, _OPERATOR)
    yield from name_causes(f"{path}.key", requirement.get("key") or "", key_rule)
    for index, value in enumerate(values):
        yield from name_causes(f"{path}.values[{index}]", value, value_rule)


def _node_field(path: str, requirement: Mapping[str, Any]) -> Iterator[Cause]:
    operator, values = requirement.get("operator") or "", requirement.get("values") or []
    if operator not in ("In", "NotIn"):
        yield invalid(f"{path}.operator", operator, _OPERATOR)
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        yield required(f"{path}.values", detail)
    if (key := requirement.get("key") or "") != _NAME:
        yield invalid(f"{path}.key", key, "not a valid field selector key")
        return
    for index, value in enumerate(values):
        yield from name_causes(f"{path}.values[{index}]", value, subdomain_rule)


def _pod_term(path: str, term: Mapping[str, Any]) -> Iterator[Cause]:
    for field in ("labelSelector", "namespaceSelector"):
        if selector := term.get(field):
            yield from label_selector(f"{path}.{field}", selector)
    for index, namespace in enumerate(term.get("namespaces") or ()):
        yield from name_causes(f"{path}.namespaces[{index}]", namespace, label_rule)
    yield from _topology(path, term)


def _topology(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    if key := given.get("topologyKey"):
        yield from name_causes(f"{path}.topologyKey", key, key_rule)
    else:
        yield required(f"{path}.topologyKey", "can not be empty")


def _spread(path: str, constraints: Sequence[Mapping[str, Any]]) -> Iterator[Cause]:
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(constraints):
        here = f"{path}[{index}]"
        otherwise = each.get("whenUnsatisfiable") or ""
        if (skew := each.get("maxSkew") or 0) <= 0:
            yield invalid(f"{here}.maxSkew", skew, _POSITIVE)
        yield from _topology(here, each)
        if otherwise not in _UNSATISFIABLE:
            yield not_supported(f"{here}.whenUnsatisfiable", otherwise, _UNSATISFIABLE)
        pair = (str(each.get("topologyKey") or ""), otherwise)
        if pair in seen:
            yield duplicate(f"{here}.{{topologyKey, whenUnsatisfiable}}", f"{{{pair[0]}, {pair[1]}}}")
        seen.add(pair)
        if (domains := each.get("minDomains")) is not None:
            if domains <= 0:
                yield invalid(f"{here}.minDomains", domains, _POSITIVE)
            if otherwise != "DoNotSchedule":
                detail = f"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {otherwise}"
                yield invalid(f"{here}.minDomains", domains, detail)
        for field in ("nodeAffinityPolicy", "nodeTaintsPolicy"):
            if (policy := each.get(field)) is not None and policy not in _POLICIES:
                yield not_supported(f"{here}.{field}", policy, _POLICIES)
        if selector := each.get("labelSelector"):
            yield from label_selector(f"{here}.labelSelector", selector)


def _gates(path: str, gates: Sequence[Mapping[str, Any]]) -> Iterator[Cause]:
    seen: set[str] = set()
    for index, gate in enumerate(gates):
        name = str(gate.get("name") or "")
        yield from name_causes(f"{path}.schedulingGates[{index}]", name, key_rule)
        if name in seen:
            yield duplicate(f"{path}.schedulingGates[{index}]", name)
        seen.add(name)
