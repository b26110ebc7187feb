"""Laws of rules: parts are together the whole, what covers allows all that is covered, nobody gains by giving."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cluster.access import Attributes, allowed
from cluster.access.defaultroles import GROUP
from cluster.access.escalation import confirm
from cluster.access.policyrules import PolicyRule, compact, read
from cluster.kinds import key_of
from cluster.machinery.errors import Forbidden
from tests.access.people import ANN, Person, binding, role, world

VERBS, GROUPS = ("get", "list"), ("", "apps")
RESOURCES = ("pods", "pods/log", "secrets")
NAMES = ("a", "b")
PATHS = ("/healthz", "/healthz/etcd", "/version")


def _asked(verb: str, group: str, named: str, name: str) -> Attributes:
    resource, _, subresource = named.partition("/")
    return Attributes(verb, group, resource, subresource, "", name)


ASKED = [
    *(_asked(*each) for each in product(VERBS, GROUPS, RESOURCES, ("", *NAMES))),
    *(Attributes(verb, path=path) for verb, path in product(VERBS, PATHS)),
]
"""Every request there is in this small world."""


def _some(*values: str, least: int = 1) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=3, unique=True).map(tuple)


_OF_RESOURCES = st.builds(
    lambda *fields: PolicyRule(*fields),
    _some(*VERBS, "*"),
    _some(*GROUPS, "*"),
    _some(*RESOURCES, "*", "*/log"),
    _some(*NAMES, least=0),
)
_OF_PATHS = st.builds(
    lambda verbs, paths: PolicyRule(verbs, paths=paths), _some(*VERBS, "*"), _some(*PATHS, "*", "/healthz/*")
)
RULES = st.one_of(_OF_RESOURCES, _OF_PATHS)


def _allowed(*rules: PolicyRule) -> set[Attributes]:
    return {asked for asked in ASKED if any(rule.allows(asked) for rule in rules)}


@given(RULES)
def test_the_parts_together_are_the_whole(rule: PolicyRule) -> None:
    parts = list(rule.parts())
    assert len(parts) == rule.size
    assert _allowed(*parts) == _allowed(rule)
    assert all(rule.covers(part) for part in parts)


@given(RULES, RULES)
def test_what_covers_allows_all_that_is_covered(one: PolicyRule, other: PolicyRule) -> None:
    if one.covers(other):
        assert _allowed(one) >= _allowed(other)


@given(RULES)
def test_a_rule_is_written_and_read_as_it_is(rule: PolicyRule) -> None:
    assert read(rule.as_object()) == rule


@given(st.lists(RULES, max_size=3))
def test_what_is_made_compact_allows_the_same(rules: list[PolicyRule]) -> None:
    parts = [part for rule in rules for part in rule.parts()]
    assert _allowed(*compact(parts)) == _allowed(*rules)


@given(st.lists(RULES, max_size=3), st.lists(RULES, max_size=2))
def test_nobody_gains_by_giving(own: list[PolicyRule], wanted: list[PolicyRule]) -> None:
    """A role that somebody may write allows nothing that they are not allowed themselves; one that gives away nothing
    more is never refused."""
    mine = role("mine", *(rule.as_object() for rule in own))
    new = role("new", *(rule.as_object() for rule in wanted))
    made = world(mine, binding("mine", "ClusterRole/mine", "User/ann"))
    # Who may do everything with roles may give what they have not.
    assume(not allowed(made, ANN, Attributes("escalate", GROUP, "clusterroles", "", "", "new")).allowed)
    try:
        confirm(made, ANN, key_of(new), new, None)
    except Forbidden:
        assert wanted
        return
    bob = Person("bob")
    for obj in (new, binding("new", "ClusterRole/new", "User/bob")):
        made.put(key_of(obj), obj)
    for asked in ASKED:
        assert allowed(made, ANN, asked).allowed or not allowed(made, bob, asked).allowed


@pytest.mark.parametrize("rules", [[], [PolicyRule(("get",), ("",), ("pods",))]])
def test_what_one_has_one_may_give(rules: list[PolicyRule]) -> None:
    mine = role("mine", *(rule.as_object() for rule in rules))
    made = world(mine, binding("mine", "ClusterRole/mine", "User/ann"))
    confirm(made, ANN, key_of(mine), {**mine, "metadata": {"name": "new"}}, None)
