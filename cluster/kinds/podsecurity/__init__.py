"""The Pod Security Standards: what a namespace's labels demand of the pods in it.

    pod-security.kubernetes.io/enforce: baseline     a pod that violates it is refused
    pod-security.kubernetes.io/warn: restricted      whoever makes it, or what makes pods, is warned

Versions of the standards (`enforce-version`) are named in the messages; the checks are v1.32's. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cluster.kinds.kind import Admission, Kind
from cluster.kinds.podsecurity import baseline, restricted
from cluster.kinds.podsecurity.findings import Finding, PodParts
from cluster.kinds.policies.request import Asked
from cluster.machinery.errors import Cause, Forbidden, Invalid, invalid
from cluster.machinery.objects import NAMESPACES, PODS, GroupResource, Obj, labels, meta, name, spec
from cluster.machinery.podspecs import TEMPLATES, template_of

PREFIX = "pod-security.kubernetes.io/"
LEVELS = ("privileged", "baseline", "restricted")
_MODES = ("enforce", "audit", "warn")
_CONCERNED = frozenset({NAMESPACES, PODS, *TEMPLATES})
_MOST_PODS = 3000
"""Looked at when a namespace's level changes."""


def findings(pod: PodParts, level: str) -> list[Finding]:
    """What in a pod violates a level."""
    if level not in LEVELS[1:]:
        return []
    checks = dict(baseline.CHECKS)
    if level == "restricted":
        checks = {each: check for each, check in checks.items() if each not in restricted.REPLACED}
        checks |= restricted.CHECKS
    return [found for check in checks.values() if (found := check(pod)) is not None]


def concerns(kind: Kind, old: Obj | None, subresource: str) -> bool:
    """Whether a write of that sort is looked at: of pods that they are made, of others what they make pods from."""
    if kind.group_resource not in _CONCERNED or kind.custom:
        return False
    return subresource == "ephemeralcontainers" or (not subresource and (old is None or kind.group_resource != PODS))


def enforce(asked: Asked, admission: Admission) -> tuple[str, ...]:
    """What to warn of. ApiError."""
    if asked.new is None or asked.operation == "CONNECT" or not concerns(asked.kind, asked.old, asked.subresource):
        return ()
    if asked.kind.group_resource == NAMESPACES:
        return tuple(_of_namespace(asked, admission))
    place = admission.world.find(NAMESPACES, "", asked.key.namespace)
    marks = labels(place) if place is not None else {}
    if not any(mark.startswith(PREFIX) for mark in marks):
        return ()
    kind = asked.kind.group_resource
    found = _parts(kind, asked.new)
    if found is None or (asked.old is not None and _parts(kind, asked.old) == found):
        return ()
    if kind == PODS and (violated := findings(found, _level(marks, "enforce"))):
        detail = f'violates PodSecurity "{_shown(marks, "enforce")}": {", ".join(map(str, violated))}'
        raise Forbidden(asked.kind.resource, asked.key.name, detail, asked.kind.group)
    if violated := findings(found, _level(marks, "warn")):
        return (f'would violate PodSecurity "{_shown(marks, "warn")}": {", ".join(map(str, violated))}',)
    return ()


def _parts(kind: GroupResource, obj: Obj) -> PodParts | None:
    """What the checks look at: a pod itself, or the template that pods are made from."""
    if kind == PODS:
        return PodParts(meta(obj), spec(obj))
    template = template_of(kind, obj)
    return PodParts(meta(template), spec(template)) if spec(template) else None


def _level(marks: Mapping[str, str], mode: str) -> str:
    return marks.get(f"{PREFIX}{mode}", "privileged")


def _shown(marks: Mapping[str, str], mode: str) -> str:
    return f"{_level(marks, mode)}:{marks.get(f'{PREFIX}{mode}-version', 'latest')}"


def _of_namespace(asked: Asked, admission: Admission) -> Iterator[str]:
    """Whom a namespace's new level would have refused."""
    assert asked.new is not None
    marks, were = labels(asked.new), labels(asked.old or {})
    if marks != were and (causes := list(_label_causes(asked.new))):
        raise Invalid(asked.kind.kind, asked.key.name, causes, asked.kind.group)
    if asked.old is None:
        return
    level, before = _level(marks, "enforce"), _level(were, "enforce")
    if level == before or level not in LEVELS or LEVELS.index(level) < LEVELS.index(before):
        return
    by_reason: dict[str, list[str]] = {}
    for pod in list(admission.world.bucket(PODS, asked.key.name).values())[:_MOST_PODS]:
        if found := findings(PodParts(meta(pod), spec(pod)), level):
            by_reason.setdefault(", ".join(each.reason for each in found), []).append(name(pod))
    if by_reason:
        yield (
            f'existing pods in namespace "{asked.key.name}" violate the new PodSecurity enforce level '
            f'"{_shown(marks, "enforce")}"'
        )
    for reasons, names in sorted(by_reason.items(), key=lambda item: min(item[1])):
        others = len(names) - 1
        more = f" (and {others} other {'pod' if others == 1 else 'pods'})" if others else ""
        yield f"{min(names)}{more}: {reasons}"


def _label_causes(namespace: Obj) -> Iterator[Cause]:
    """What is wrong with a namespace's labels."""
    for mark, value in labels(namespace).items():
        mode = mark.removeprefix(PREFIX)
        if not mark.startswith(PREFIX):
            continue
        if mode in _MODES and value not in LEVELS:
            yield invalid(f"metadata.labels[{mark}]", value, f"must be one of {', '.join(LEVELS)}")
        elif mode.removesuffix("-version") in _MODES and mode.endswith("-version") and not _is_version(value):
            detail = 'must be "latest" or "v1.x"'
            yield invalid(f"metadata.labels[{mark}]", value, detail)


def _is_version(text: str) -> bool:
    return text == "latest" or (text.startswith("v1.") and text[3:].isascii() and text[3:].isdigit())
