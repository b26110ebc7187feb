"""Sets of fields behave as sets of paths do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.ownership.fieldsets import (
    FieldSet,
    difference,
    has,
    intersection,
    members,
    ordered,
    union,
    without_all,
)

Way = tuple[str, ...]
ways = st.lists(st.sampled_from(["f:a", "f:b", 'k:{"name":"c"}', 'v:"d"']), min_size=1, max_size=3).map(tuple)
sets = st.frozensets(ways, max_size=8)


def tree(paths: frozenset[Way]) -> FieldSet:
    made: FieldSet = {}
    for way in sorted(paths):
        made = union(made, _one(way))
    return made


def _one(way: Way) -> FieldSet:
    return {way[0]: _one(way[1:])} if len(way) > 1 else {way[0]: {}}


def paths(fields: FieldSet) -> frozenset[Way]:
    return frozenset(members(fields))


@given(sets)
def test_a_set_holds_what_was_put_in(one: frozenset[Way]) -> None:
    assert paths(tree(one)) == one
    assert all(has(tree(one), way) for way in one)
    assert ordered(tree(one)) == tree(one)


@given(sets, sets)
def test_sets_are_sets(one: frozenset[Way], other: frozenset[Way]) -> None:
    first, second = tree(one), tree(other)
    assert paths(union(first, second)) == one | other
    assert paths(difference(first, second)) == one - other
    assert paths(intersection(first, second)) == one & other
    assert (tree(one), tree(other)) == (first, second)


@given(sets, sets)
def test_equal_sets_are_written_alike(one: frozenset[Way], other: frozenset[Way]) -> None:
    assert difference(union(tree(one), tree(other)), tree(other - one)) == tree(one)


@given(sets, sets)
def test_with_a_member_goes_all_below_it(one: frozenset[Way], other: frozenset[Way]) -> None:
    kept = {way for way in one if not any(way[: len(gone)] == gone for gone in other)}
    assert paths(without_all(tree(one), tree(other))) == kept
