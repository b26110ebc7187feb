"""Laying an applied configuration over an object, and taking fields out of one.

Neither argument is changed; parts of both may stand in what comes back.
"""

from __future__ import annotations

from typing import Any

from cluster.machinery.ownership.elements import of_item
from cluster.machinery.ownership.fieldsets import SELF, FieldSet, below, is_member, node_of
from cluster.machinery.ownership.places import Sort, child, is_declared, item, sort_of
from cluster.machinery.ownership.walking import ABSENT, by_step
from cluster.machinery.shapes import Field


def merged(live: Any, config: Any, place: Field) -> Any:
    """What stands there once the configuration is laid over it; ABSENT when that is nothing."""
    sort = sort_of(place, live if config is ABSENT else config)
    if sort is Sort.FIELDS:
        old, new = (each if isinstance(each, dict) else {} for each in (live, config))
        if old or new:
            made = {
                key: merged(old.get(key, ABSENT), new.get(key, ABSENT), child(place, key)) for key in {**old, **new}
            }
            return {key: value for key, value in made.items() if value is not ABSENT} or ABSENT
    elif sort is Sort.ITEMS:
        before, after = (each if isinstance(each, list) else [] for each in (live, config))
        if before or after:
            return _items(before, after, place) or ABSENT
    return live if config is ABSENT else config


def _items(live: list[Any], config: list[Any], place: Field) -> list[Any]:
    """The configuration's items in its order; those that only the object has stay between the neighbours they had."""
    old, new = by_step(place, live), by_step(place, config)
    each = item(place)
    mine, theirs = list(new), list(old)
    shared = iter([step for step in mine if step in old])
    awaited = next(shared, None)
    made: list[Any] = []
    left, right = 0, 0
    while left < len(theirs) or right < len(mine):
        if left < len(theirs):
            step = theirs[left]
            if right < len(mine) and step == mine[right]:
                left += 1
            elif step not in new:
                # Nobody's but the object's: kept as it is, however many there are.
                made.extend(old[step])
                left += 1
                continue
            elif right >= len(mine) or step != awaited:
                # In both, but its turn in the configuration's order comes elsewhere, or was.
                left += 1
                continue
        step = mine[right]
        right += 1
        value = merged(old[step][0] if step in old else ABSENT, new[step][-1], each)
        if value is not ABSENT:
            made.append(value)
        if step == awaited:
            awaited = next(shared, None)
    return made


def without(value: Any, fields: FieldSet, place: Field) -> Any:
    """The value without these fields; ABSENT when nothing is left of it."""
    sort = sort_of(place, value)
    if sort is Sort.FIELDS and isinstance(value, dict):
        made = {}
        for key, each in value.items():
            step = f"f:{key}"
            if step not in fields:
                made[key] = each
            elif not is_member(fields, step):
                kept = without(each, below(fields, step), child(place, key))
                if kept is not ABSENT:
                    made[key] = kept
        return made or ABSENT
    if sort is Sort.ITEMS and isinstance(value, list):
        kept_items = []
        for each in value:
            step = of_item(place, each)
            if step not in fields:
                kept_items.append(each)
            elif not is_member(fields, step):
                kept = without(each, below(fields, step), item(place))
                if kept is not ABSENT:
                    kept_items.append(kept)
        return kept_items or ABSENT
    return value


def with_named(fields: FieldSet, place: Field) -> FieldSet:
    """The set with the structs, too, that it has fields of: who owns a.b also has its say on whether a stays."""
    made: FieldSet = {}
    for step, node in fields.items():
        if step == SELF:
            continue
        inner = child(place, step[2:]) if step.startswith("f:") else item(place)
        children = with_named(below(fields, step), inner)
        named = bool(children) and step.startswith("f:") and is_declared(place, step[2:])
        found = node_of(member=named or not node or SELF in node, children=children)
        if found is not None:
            made[step] = found
    return made
