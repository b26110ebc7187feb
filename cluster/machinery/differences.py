"""Which fields of an object differ between two moments, each under its path. Pure; knows no kind.

Items of a list are told apart by what names them (a container's name, a port's number, a condition's type), so that one
that moved is no change. Paths are written as kubectl's -o jsonpath takes them, but for those names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj

_NAMES = ("name", "type", "uid", "ip", "key", "port", "containerPort", "mountPath", "hostname")
"""What tells the items of a list apart: the first of these that all have, and no two the same."""
_NOISE = ("resourceVersion", "managedFields", "selfLink")
_PULSE = ("lastHeartbeatTime",)
"""What goes on as long as somebody lives, and says nothing else."""
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")
_MISSING = object()


class Field(NamedTuple):
    """One difference; before None: it was not there, after None: it is there no longer. Both are JSON values."""

    path: str
    before: Any
    after: Any


def fields(old: Obj, new: Obj) -> list[Field]:
    """All differences but what every write brings with it; a Secret's values are told apart, never shown."""
    secret = new.get("kind") == "Secret"
    found = _differ("", _bare(old), _bare(new))
    return [_hidden(field) if secret and field.path.startswith((".data", ".stringData")) else field for field in found]


def _hidden(field: Field) -> Field:
    before = None if field.before is None else "*** (before)"
    return Field(field.path, before, None if field.after is None else "*** (after)")


def _bare(obj: Obj) -> Obj:
    metadata = {name: value for name, value in (obj.get("metadata") or {}).items() if name not in _NOISE}
    notes = metadata.get("annotations")
    if isinstance(notes, dict) and LAST_APPLIED in notes:
        metadata["annotations"] = {name: text for name, text in notes.items() if name != LAST_APPLIED}
    return {**obj, "metadata": metadata}


def _differ(path: str, old: Any, new: Any) -> Iterator[Field]:
    if old == new:
        return
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys((*old, *new)):
            if name in _PULSE:
                continue
            yield from _member(f"{path}{_step(name)}", old.get(name, _MISSING), new.get(name, _MISSING))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _items(path, old, new)
    else:
        yield Field(path, old, new)


def _member(path: str, old: Any, new: Any) -> Iterator[Field]:
    if old is _MISSING or new is _MISSING:
        yield Field(path, None if old is _MISSING else old, None if new is _MISSING else new)
    else:
        yield from _differ(path, old, new)


def _items(path: str, old: list[Any], new: list[Any]) -> Iterator[Field]:
    if naming := _naming(old, new):
        before, after = ({str(each[naming]): each for each in side} for side in (old, new))
        for name in dict.fromkeys((*before, *after)):
            yield from _member(f'{path}[{naming}="{name}"]', before.get(name, _MISSING), after.get(name, _MISSING))
        return
    if not _scalars(old) or not _scalars(new):
        for place in range(max(len(old), len(new))):
            here = old[place] if place < len(old) else _MISSING
            yield from _member(f"{path}[{place}]", here, new[place] if place < len(new) else _MISSING)
        return
    yield Field(path, old, new)


def _naming(old: list[Any], new: list[Any]) -> str:
    if not all(isinstance(each, Mapping) for each in (*old, *new)):
        return ""
    for name in _NAMES:
        sides = [[each.get(name) for each in side] for side in (old, new)]
        if all(None not in side and len(set(map(str, side))) == len(side) for side in sides):
            return name
    return ""


def _scalars(items: Sequence[Any]) -> bool:
    return not any(isinstance(each, (Mapping, list)) for each in items)


def _step(name: str) -> str:
    return f".{name}" if _PLAIN.match(name) else f"['{name}']"
