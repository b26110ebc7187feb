"""Ephemeral containers of a pod: added to one that runs, by `pods/ephemeralcontainers`, and never taken away again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds import container
from cluster.machinery.errors import Cause, duplicate, forbidden, not_found
from cluster.machinery.objects import Obj, annotations_of, spec
from cluster.machinery.podspecs import containers_of

FIELD = "ephemeralContainers"
_MIRROR = "kubernetes.io/config.mirror"
_NOT_HERE = "cannot be set for an Ephemeral Container"
_REFUSED = (
    "ports",
    "resources",
    "resizePolicy",
    "restartPolicy",
    "livenessProbe",
    "readinessProbe",
    "startupProbe",
    "lifecycle",
)
"""What a container that is only looked through has no use for."""


def default(given: dict[str, Any]) -> None:
    """Of a pod's spec."""
    for each in given.get(FIELD) or ():
        container.default(each)


def taken(new: Obj, old: Obj) -> Obj:
    """The stored pod with these ephemeral containers: whatever else was sent is passed over."""
    kept = {field: value for field, value in old["spec"].items() if field != FIELD}
    given = spec(new).get(FIELD)
    return {**old, "spec": {**kept, FIELD: given} if given else kept}


def validate(path: str, given: Mapping[str, Any], volumes: set[str]) -> Iterator[Cause]:
    """Of a pod's spec: whether each could be one, and has a name of its own."""
    others = [each.get("name") for each in containers_of(given)]
    seen = set(others)
    for index, each in enumerate(given.get(FIELD) or ()):
        here, name = f"{path}.{FIELD}[{index}]", each.get("name") or ""
        yield from container.validate_common(here, each, name, volumes)
        if name in seen:
            yield duplicate(f"{here}.name", name)
        seen.add(name)
        if (target := each.get("targetContainerName")) and target not in others:
            yield not_found(f"{here}.targetContainerName", target)
        yield from (forbidden(f"{here}.{field}", _NOT_HERE) for field in _REFUSED if each.get(field))
        for place, mount in enumerate(each.get("volumeMounts") or ()):
            for field in ("subPath", "subPathExpr"):
                if mount.get(field):
                    yield forbidden(f"{here}.volumeMounts[{place}].{field}", _NOT_HERE)


def validate_added(new: Obj, old: Obj) -> Iterator[Cause]:
    """Those that are there stay as they are."""
    if _MIRROR in annotations_of(old):
        yield forbidden("", "static pods do not support ephemeral containers")
        return
    now = {each.get("name"): each for each in spec(new).get(FIELD) or ()}
    for each in spec(old).get(FIELD) or ():
        name = each.get("name")
        if name not in now:
            yield forbidden(f"spec.{FIELD}", f'existing ephemeral containers "{name}" may not be removed\n')
        elif now[name] != each:
            changed = "\n".join(
                f"- {field}: {each.get(field)!r}\n+ {field}: {now[name].get(field)!r}"
                for field in {**each, **now[name]}
                if each.get(field) != now[name].get(field)
            )
            detail = f'existing ephemeral containers "{name}" may not be changed\n{changed}'
            yield forbidden(f"spec.{FIELD}", detail)
