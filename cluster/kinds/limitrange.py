"""LimitRange: what a container, a pod or a claim of a namespace may ask for, and what it gets when it asks for nothing.

Enforced by `limits`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import CREATED, NAME
from cluster.kinds.kind import Kind
from cluster.kinds.resourcequota import default_amounts
from cluster.machinery import names, quantity
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, required
from cluster.machinery.objects import Obj, spec

_TYPES = ("Container", "Pod", "PersistentVolumeClaim")
_PARTS = ("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")
_PAIRS = (
    ("min", "min", "max", "min value {0} is greater than max value {1}"),
    ("defaultRequest", "min", "defaultRequest", "min value {0} is greater than default request value {1}"),
    ("defaultRequest", "defaultRequest", "max", "default request value {0} is greater than max value {1}"),
    (
        "defaultRequest",
        "defaultRequest",
        "default",
        "default request value {0} is greater than default limit value {1}",
    ),
    ("default", "min", "default", "min value {0} is greater than default value {1}"),
    ("default", "default", "max", "default value {0} is greater than max value {1}"),
)
"""(where it is wrong, the smaller, the larger, the words)"""


def _default(obj: Obj) -> None:
    """A container's default is the most it may have, its default request the default, or else the least."""
    for item in spec(obj).get("limits") or ():
        for part in _PARTS:
            default_amounts(item.get(part) or {})
        if item.get("type") != "Container":
            continue
        default = {**(item.get("max") or {}), **(item.get("default") or {})}
        request = {**(item.get("min") or {}), **default, **(item.get("defaultRequest") or {})}
        for part, amounts in (("default", default), ("defaultRequest", request)):
            if amounts:
                item[part] = amounts


def _validate(obj: Obj) -> Iterator[Cause]:
    seen = set()
    for index, item in enumerate(spec(obj).get("limits") or ()):
        field = f"spec.limits[{index}]"
        kind = item.get("type") or ""
        yield from _type(f"{field}.type", kind)
        if kind in seen:
            yield duplicate(f"{field}.type", kind)
        seen.add(kind)
        yield from _item(field, kind, item)


def _type(field: str, kind: str) -> Iterator[Cause]:
    for problem in names.label_key(kind):
        yield invalid(field, kind, problem)
    if "/" not in kind and kind not in _TYPES:
        yield invalid(field, kind, "must be a standard limit type or fully qualified")


def _item(field: str, kind: str, item: Mapping[str, Any]) -> Iterator[Cause]:
    if kind == "Pod":
        for part in ("default", "defaultRequest"):
            if item.get(part):
                yield forbidden(f"{field}.{part}", "may not be specified when `type` is 'Pod'")
    bounds = {**(item.get("min") or {}), **(item.get("max") or {})}
    if kind == "PersistentVolumeClaim" and "storage" not in bounds:
        detail = "either minimum or maximum storage value is required, but neither was provided"
        yield required(f"{field}.limits", detail)
    for resource in sorted({resource for part in _PARTS for resource in item.get(part) or {}}):
        yield from _relations(field, resource, {part: (item.get(part) or {}).get(resource) for part in _PARTS})


def _relations(field: str, resource: str, amounts: Mapping[str, str | None]) -> Iterator[Cause]:
    for where, small, large, words in _PAIRS:
        lower, upper = amounts[small], amounts[large]
        if lower is not None and upper is not None and quantity.parse(lower) > quantity.parse(upper):
            yield invalid(f"{field}.{where}[{resource}]", amounts[where], words.format(lower, upper))
    if (ratio := amounts["maxLimitRequestRatio"]) is None:
        return
    place = f"{field}.maxLimitRequestRatio[{resource}]"
    if quantity.parse(ratio) < 1:
        yield invalid(place, ratio, f"ratio {ratio} is less than 1")
    least, most = amounts["min"], amounts["max"]
    if least is not None and most is not None and quantity.parse(least):
        widest = float(quantity.parse(most) / quantity.parse(least))
        if float(quantity.parse(ratio)) > widest:
            yield invalid(place, ratio, f"ratio {ratio} is greater than max/min = {widest:f}")


KIND = Kind(
    group="",
    version="v1",
    kind="LimitRange",
    resource="limitranges",
    singular="limitrange",
    short_names=("limits",),
    has_status=False,
    default=_default,
    validate=_validate,
    columns=(NAME, CREATED),
)
