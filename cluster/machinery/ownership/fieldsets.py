"""Sets of fields, written as Kubernetes stores them (FieldsV1), and what one does with sets.

A set is a tree of plain dicts: `{"f:spec": {"f:replicas": {}}}` holds spec.replicas and not spec. A node that is a
member itself and has members below it says so with ".": `{"f:labels": {".": {}, "f:app": {}}}`. An empty node is a
member; there is no node that is neither a member nor above one. The sets given are never changed; parts of them may
stand in what comes back. Knows no schema and no object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

FieldSet = dict[str, Any]
SELF = "."


def is_member(fields: FieldSet, step: str) -> bool:
    """Whether what the step leads to is itself in the set."""
    node = fields.get(step)
    return node is not None and (not node or SELF in node)


def below(fields: FieldSet, step: str) -> FieldSet:
    """The part of the set that lies under a step, as a set of its own."""
    return {each: node for each, node in (fields.get(step) or {}).items() if each != SELF}


def node_of(*, member: bool, children: FieldSet) -> FieldSet | None:
    """The node for something that is a member or not, with those below it; None when there is nothing to say."""
    if not children:
        return {} if member else None
    return {SELF: {}, **children} if member else children


def union(one: FieldSet, other: FieldSet) -> FieldSet:
    """Whatever is in either."""
    if not one or not other:
        return one or other
    made = dict(one)
    for step, node in other.items():
        made[step] = joined(made[step], node) if step in made else node
    return made


def joined(one: FieldSet, other: FieldSet) -> FieldSet:
    """Two nodes for the same place as one."""
    if not one and not other:
        return {}
    return union(one or {SELF: {}}, other or {SELF: {}})


def difference(one: FieldSet, other: FieldSet) -> FieldSet:
    """What is in the first and not in the second. A member above others stands or falls by itself."""
    return _without(one, other, whole=False)


def without_all(one: FieldSet, other: FieldSet) -> FieldSet:
    """Like `difference`, and with each member of the second goes everything below it."""
    return _without(one, other, whole=True)


def _without(one: FieldSet, other: FieldSet, *, whole: bool) -> FieldSet:
    if not one or not other:
        return one
    made: FieldSet = {}
    for step, node in one.items():
        if step not in other:
            made[step] = node
            continue
        if step == SELF or (whole and is_member(other, step)):
            continue
        kept = node_of(
            member=is_member(one, step) and not is_member(other, step),
            children=_without(below(one, step), below(other, step), whole=whole),
        )
        if kept is not None:
            made[step] = kept
    return made


def intersection(one: FieldSet, other: FieldSet) -> FieldSet:
    """What is in both."""
    made: FieldSet = {}
    for step in one:
        if step not in other:
            continue
        kept = node_of(
            member=is_member(one, step) and is_member(other, step),
            children=intersection(below(one, step), below(other, step)),
        )
        if kept is not None:
            made[step] = kept
    return made


def members(fields: FieldSet) -> Iterator[tuple[str, ...]]:
    """The way to each member, those of a level before what lies below it, in the order of their steps."""
    steps = sorted(fields)
    yield from ((step,) for step in steps if step != SELF and is_member(fields, step))
    for step in steps:
        if step != SELF:
            yield from ((step, *way) for way in members(below(fields, step)))


def has(fields: FieldSet, way: tuple[str, ...]) -> bool:
    """Whether the set holds what the steps lead to."""
    for step in way[:-1]:
        fields = fields.get(step) or {}
    return is_member(fields, way[-1])


def ordered(fields: FieldSet) -> FieldSet:
    """The same set with its steps in the order in which a server writes them."""
    return {step: ordered(fields[step]) for step in sorted(fields)} if fields else fields
