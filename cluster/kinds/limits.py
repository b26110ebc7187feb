"""What LimitRanges do to a new pod or claim: give its containers what they did not ask for, and refuse what lies
outside their bounds, in the API server's words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cluster.kinds.kind import Admission, Kind
from cluster.kinds.usage import pod_total
from cluster.machinery import quantity
from cluster.machinery.errors import Forbidden
from cluster.machinery.objects import CLAIMS, LIMIT_RANGES, PODS, Obj, name, namespace, spec

TOLD = "kubernetes.io/limit-ranger"
"""The annotation that says what was added to a pod."""

Amounts = Mapping[str, str]


def _items(where: str, admission: Admission) -> Iterator[dict[str, Any]]:
    for _, found in sorted(admission.world.bucket(LIMIT_RANGES, where).items()):
        yield from spec(found).get("limits") or ()


def give_defaults(pod: Obj, admission: Admission) -> None:
    """Fill in place what containers do not ask for, and say so in an annotation."""
    for item in _items(namespace(pod), admission):
        if item.get("type") != "Container":
            continue
        told = []
        for field, words in (("containers", "container"), ("initContainers", "init container")):
            for container in spec(pod).get(field) or ():
                given = f"{words} {container['name']}"
                for part, default, kind in (("requests", "defaultRequest", "request"), ("limits", "default", "limit")):
                    if set_ := _fill(container, part, item.get(default) or {}):
                        told.append(f"{', '.join(set_)} {kind} for {given}")
        if told:
            metadata = pod["metadata"]
            added = {TOLD: f"LimitRanger plugin set: {'; '.join(told)}"}
            metadata["annotations"] = {**(metadata.get("annotations") or {}), **added}


def _fill(container: dict[str, Any], part: str, default: Amounts) -> list[str]:
    present = (container.get("resources") or {}).get(part) or {}
    missing = sorted(default.keys() - present.keys())
    if missing:
        resources = container.setdefault("resources", {})
        resources[part] = {**present, **{resource: default[resource] for resource in missing}}
    return missing


# -- bounds --------------------------------------------------------------------------------------------------


def enforce(kind: Kind, new: Obj, old: Obj | None, admission: Admission) -> None:
    """Forbidden when a new pod, or a claim, asks for less or more than a LimitRange of its namespace allows."""
    judge = {PODS: _of_pod, CLAIMS: _of_claim}.get(kind.group_resource)
    if judge is None or (old is not None and kind.group_resource == PODS):
        return
    for _, found in sorted(admission.world.bucket(LIMIT_RANGES, namespace(new)).items()):
        wrong = list(
            dict.fromkeys(words for item in spec(found).get("limits") or () for words in judge(new, item) if words)
        )
        if wrong:
            detail = wrong[0] if len(wrong) == 1 else f"[{', '.join(wrong)}]"
            raise Forbidden(kind.resource, name(new), detail, kind.group)


def _of_pod(pod: Obj, item: Mapping[str, Any]) -> Iterator[str]:
    kind = item.get("type")
    if kind == "Container":
        for field in ("containers", "initContainers"):
            for container in spec(pod).get(field) or ():
                resources = container.get("resources") or {}
                yield from _bounds(item, "Container", resources.get("requests") or {}, resources.get("limits") or {})
    elif kind == "Pod":
        yield from _bounds(item, "Pod", pod_total(pod, "requests"), pod_total(pod, "limits"))


def _of_claim(claim: Obj, item: Mapping[str, Any]) -> Iterator[str]:
    if item.get("type") != "PersistentVolumeClaim":
        return
    requests = (spec(claim).get("resources") or {}).get("requests") or {}
    for resource, bound in sorted((item.get("min") or {}).items()):
        yield _least("PersistentVolumeClaim", resource, bound, requests, {})
    for resource, bound in sorted((item.get("max") or {}).items()):
        yield _most("PersistentVolumeClaim", resource, bound, {}, requests, word="request")


_Rule = Callable[[str, str, str, Amounts, Amounts], str]


def _bounds(item: Mapping[str, Any], kind: str, requests: Amounts, limits: Amounts) -> Iterator[str]:
    rules: tuple[tuple[str, _Rule], ...] = (("min", _least), ("max", _most), ("maxLimitRequestRatio", _ratio))
    for part, rule in rules:
        for resource, bound in sorted((item.get(part) or {}).items()):
            yield rule(kind, resource, bound, requests, limits)


def _least(kind: str, resource: str, bound: str, requests: Amounts, limits: Amounts) -> str:
    request, limit = requests.get(resource), limits.get(resource)
    words = f"minimum {resource} usage per {kind} is {bound}"
    if request is None:
        return f"{words}.  No request is specified"
    if quantity.parse(request) < quantity.parse(bound):
        return f"{words}, but request is {request}"
    if limit is not None and quantity.parse(limit) < quantity.parse(bound):
        return f"{words}, but limit is {limit}"
    return ""


def _most(kind: str, resource: str, bound: str, requests: Amounts, limits: Amounts, *, word: str = "limit") -> str:
    request, limit = requests.get(resource), limits.get(resource)
    words = f"maximum {resource} usage per {kind} is {bound}"
    if limit is None:
        return f"{words}.  No {word} is specified"
    if quantity.parse(limit) > quantity.parse(bound):
        return f"{words}, but {word} is {limit}"
    if request is not None and quantity.parse(request) > quantity.parse(bound):
        return f"{words}, but request is {request}"
    return ""


def _ratio(kind: str, resource: str, bound: str, requests: Amounts, limits: Amounts) -> str:
    words = f"{resource} max limit to request ratio per {kind} is {bound}, but"
    for part, amounts in (("request", requests), ("limit", limits)):
        if not quantity.parse(amounts.get(resource, "0")):
            return f"{words} no {part} is specified or {part} is 0"
    ratio = float(quantity.parse(limits[resource]) / quantity.parse(requests[resource]))
    return f"{words} provided ratio is {ratio:f}" if ratio > float(quantity.parse(bound)) else ""
