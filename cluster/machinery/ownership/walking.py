"""Which fields an object sets, and in which fields two objects differ.

`fields_of` is what somebody owns who applied this very object. `compare` tells what was added, changed and removed
between two states; that is what somebody comes to own, or ceases to, who writes without applying.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from cluster.machinery.ownership import elements
from cluster.machinery.ownership.fieldsets import SELF, FieldSet, joined, node_of, union, without_all
from cluster.machinery.ownership.places import Sort, child, is_declared, item, sort_of
from cluster.machinery.shapes import Field

ABSENT: Any = object()
"""No value at all, which is not the same as null."""


def fields_of(value: Any, place: Field) -> FieldSet:
    """The fields that a value sets."""
    sort = sort_of(place, value)
    if sort is Sort.FIELDS and isinstance(value, dict):
        made: FieldSet = {}
        for key, each in value.items():
            inner = child(place, key)
            whole = sort_of(inner, each) is Sort.WHOLE or each is None or each == {}
            node = node_of(
                member=whole or not is_declared(place, key), children={} if whole else fields_of(each, inner)
            )
            if node is not None:
                made[f"f:{key}"] = node
        return made
    if sort is Sort.ITEMS and isinstance(value, list):
        each_place = item(place)
        return {
            step: node_of(member=True, children=fields_of(found[0], each_place) if len(found) == 1 else {}) or {}
            for step, found in by_step(place, value).items()
        }
    return {}


def by_step(place: Field, items: Iterable[Any]) -> dict[str, list[Any]]:
    """The items of a list by the steps that lead to them; those that cannot be told apart stand together."""
    found: dict[str, list[Any]] = defaultdict(list)
    for each in items:
        found[elements.of_item(place, each)].append(each)
    return dict(found)


class Comparison(NamedTuple):
    """What differs: three sets, of which no field is in two."""

    added: FieldSet
    changed: FieldSet
    removed: FieldSet

    @property
    def written(self) -> FieldSet:
        """What whoever made the difference wrote."""
        return union(self.added, self.changed)

    def besides(self, left_out: FieldSet) -> Comparison:
        """The same without some fields and all below them."""
        return Comparison(*(without_all(each, left_out) for each in self)) if left_out else self


def compare(old: Any, new: Any, place: Field) -> Comparison:
    """The difference between two objects of one type."""
    added, changed, removed = _nodes(old, new, place)
    return Comparison(
        *({step: node for step, node in (each or {}).items() if step != SELF} for each in (added, changed, removed))
    )


_Nodes = tuple[FieldSet | None, FieldSet | None, FieldSet | None]
_SAME: _Nodes = (None, None, None)


def _nodes(old: Any, new: Any, place: Field) -> _Nodes:
    """The nodes that stand for one place in the three sets."""
    if old is new:
        return _SAME
    if new is ABSENT:
        return _by_sort(sort_of(place, old), old, new, place)
    sort = sort_of(place, new)
    if old is ABSENT or sort_of(place, old) is sort:
        return _by_sort(sort, old, new, place)
    # Only where no type says what stands here: what was there goes, piece by piece, and what is there now comes.
    gone = _by_sort(sort_of(place, old), old, new, place)
    come = _by_sort(sort, old, new, place)
    return _either(gone[0], come[0]), _either(gone[1], come[1]), _either(gone[2], come[2])


def _either(one: FieldSet | None, other: FieldSet | None) -> FieldSet | None:
    if one is None or other is None:
        return other if one is None else one
    return joined(one, other)


def _by_sort(sort: Sort, old: Any, new: Any, place: Field) -> _Nodes:
    if sort is Sort.FIELDS:
        fields, others = (each if isinstance(each, dict) else {} for each in (old, new))
        if fields or others:
            steps = {
                f"f:{key}": _nodes(fields.get(key, ABSENT), others.get(key, ABSENT), child(place, key))
                for key in {**fields, **others}
            }
            return _above(old, new, steps)
    elif sort is Sort.ITEMS:
        before, after = (each if isinstance(each, list) else [] for each in (old, new))
        if before or after:
            return _above(old, new, _items(before, after, place))
    return _whole(old, new)


def _whole(old: Any, new: Any) -> _Nodes:
    if old is ABSENT:
        return {}, None, None
    if new is ABSENT:
        return None, None, {}
    return _SAME if old == new else (None, {}, None)


def _items(old: list[Any], new: list[Any], place: Field) -> dict[str, _Nodes]:
    before, after = by_step(place, old), by_step(place, new)
    each = item(place)
    found = {}
    for step in {**before, **after}:
        was, now = before.get(step, []), after.get(step, [])
        if len(was) > 1 or len(now) > 1:
            # Several that nobody can tell apart are one value.
            found[step] = _whole(was or ABSENT, now or ABSENT)
        else:
            found[step] = _nodes(was[0] if was else ABSENT, now[0] if now else ABSENT, each)
    return found


def _above(old: Any, new: Any, steps: dict[str, _Nodes]) -> _Nodes:
    """The nodes of something whose parts are owned one by one: it is a member itself where it comes or goes whole."""
    added, changed, removed = (
        {step: nodes[which] for step, nodes in steps.items() if nodes[which] is not None} for which in range(3)
    )
    return (
        node_of(member=old is ABSENT, children=added),
        node_of(member=False, children=changed),
        node_of(member=new is ABSENT, children=removed),
    )
