"""Cells of printed tables that many kinds have, written as the API server writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cluster.kinds.kind import Column
from cluster.machinery import selectors
from cluster.machinery.objects import GroupResource, Obj, meta, seconds, spec
from cluster.machinery.podspecs import template_of

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"

_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def duration(elapsed: float) -> str:
    """How long, in the one or two units that matter: 45s, 3m20s, 2h5m, 3d4h."""
    whole = int(elapsed)
    if whole < 0:
        return "<invalid>" if whole < -1 else "0s"
    if whole < 120:
        return f"{whole}s"
    minutes, hours = whole // 60, whole // 3600
    if minutes < 10:
        return _two(minutes, "m", whole % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if hours < 24 * 8:
        return _two(hours // 24, "d", hours % 24, "h")
    if hours < 24 * 365 * 2:
        return f"{hours // 24}d"
    if hours < 24 * 365 * 8:
        return _two(hours // 24 // 365, "y", hours // 24 % 365, "d")
    return f"{hours // 24 // 365}y"


def _two(large: int, unit: str, small: int, part: str) -> str:
    return f"{large}{unit}{small}{part}" if small else f"{large}{unit}"


def since(text: str | None, now: float) -> str:
    """Time since a metav1 time, `<unknown>` when there is none."""
    return duration(now - seconds(text)) if text else UNKNOWN


def named(obj: Obj, now: float) -> str:
    return str(meta(obj).get("name", ""))


def aged(obj: Obj, now: float) -> str:
    return since(meta(obj).get("creationTimestamp"), now)


NAME = Column("Name", named, format="name")
AGE = Column("Age", aged)
CREATED = Column("Created At", lambda obj, now: meta(obj).get("creationTimestamp"), type="date")


def wide(title: str, cell: Callable[[Obj, float], Any]) -> Column:
    return Column(title, cell, priority=1)


def joined(values: Iterable[Any], empty: str = NONE) -> str:
    return ",".join(str(value) for value in values) or empty


def labels_text(labels: Mapping[str, str] | None) -> str:
    return joined(f"{key}={value}" for key, value in sorted((labels or {}).items()))


def selector_text(selector: Mapping[str, Any] | None) -> str:
    """A label selector as kubectl shows it: app=web,tier in (a,b)."""
    try:
        found = str(selectors.from_label_selector(selector))
    except selectors.SelectorError:
        return "<error>"
    return found if found or selector is not None else NONE


def access_modes(modes: Iterable[str] | None) -> str:
    given = set(modes or ())
    return ",".join(short for mode, short in _MODES.items() if mode in given)


def of_containers(kind: GroupResource, field: str) -> Callable[[Obj, float], str]:
    """What the containers in the template of its pods have there."""
    return lambda obj, now: ",".join(
        each.get(field, "") for each in spec(template_of(kind, obj)).get("containers") or ()
    )


def template_columns(kind: GroupResource) -> tuple[Column, Column]:
    return wide("Containers", of_containers(kind, "name")), wide("Images", of_containers(kind, "image"))


SELECTOR_COLUMN = wide("Selector", lambda obj, now: selector_text(spec(obj).get("selector")))


def few(listed: list[str], total: int, shown: int = 3) -> str:
    """The first three and how many more there are."""
    text = ",".join(listed[:shown])
    return f"{text} + {total - shown} more..." if total > shown else text
