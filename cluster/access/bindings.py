"""Which rules hold for whom: roles and bindings of a world, looked up by subject.

Built once and kept until a role or binding changes, for each world by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from cluster.access.policyrules import PolicyRule, read
from cluster.machinery.errors import NotFound
from cluster.machinery.objects import (
    CLUSTER_ROLE_BINDINGS,
    CLUSTER_ROLES,
    ROLE_BINDINGS,
    ROLES,
    Obj,
    name,
    namespace,
)
from cluster.world import World

_KINDS = (ROLES, CLUSTER_ROLES, ROLE_BINDINGS, CLUSTER_ROLE_BINDINGS)
_MOST_REMEMBERED = 4096

Who = tuple[str, tuple[str, ...]]
"""Name and groups."""


class Grant(NamedTuple):
    """What one binding gives one of its subjects."""

    rules: tuple[PolicyRule, ...]
    reason: str
    missing: str = ""
    """Why its role has no rules: it is not there."""


class Holdings(NamedTuple):
    """All that somebody was given."""

    everywhere: tuple[Grant, ...]
    within: Mapping[str, tuple[Grant, ...]]
    """Namespace -> what holds in it alone."""

    def in_namespace(self, where: str) -> Iterator[Grant]:
        yield from self.everywhere
        if where:
            yield from self.within.get(where, ())


class Bindings:
    """The bindings of one world as it stood at `stamp`."""

    def __init__(self, world: World, stamp: tuple[int, ...]) -> None:
        self.stamp = stamp
        self.decided: dict[Any, Any] = {}
        """For the authorizer to remember decisions in, which go when a role changes."""
        self._everywhere: dict[str, list[Grant]] = {}
        self._within: dict[str, dict[str, list[Grant]]] = {}
        self._holdings: dict[Who, Holdings] = {}
        for binding in world.list(CLUSTER_ROLE_BINDINGS):
            for subject, grant in _grants(world, binding):
                self._everywhere.setdefault(subject, []).append(grant)
        for binding in world.list(ROLE_BINDINGS):
            for subject, grant in _grants(world, binding):
                places = self._within.setdefault(subject, {})
                places.setdefault(namespace(binding), []).append(grant)

    def held_by(self, who: Who) -> Holdings:
        found = self._holdings.get(who)
        if found is None:
            if len(self._holdings) >= _MOST_REMEMBERED:
                self._holdings.clear()
            found = self._holdings[who] = self._gathered([f"User/{who[0]}", *(f"Group/{group}" for group in who[1])])
        return found

    def _gathered(self, subjects: Iterable[str]) -> Holdings:
        everywhere: list[Grant] = []
        within: dict[str, list[Grant]] = {}
        for subject in subjects:
            everywhere += self._everywhere.get(subject, ())
            for where, grants in self._within.get(subject, {}).items():
                within.setdefault(where, []).extend(grants)
        return Holdings(tuple(everywhere), {where: tuple(grants) for where, grants in within.items()})

    def remember(self, key: Any, value: Any) -> None:
        if len(self.decided) >= _MOST_REMEMBERED:
            self.decided.clear()
        self.decided[key] = value


_KNOWN: WeakKeyDictionary[World, Bindings] = WeakKeyDictionary()


def bindings_of(world: World) -> Bindings:
    stamp = tuple([world.edited(kind) for kind in _KINDS])
    known = _KNOWN.get(world)
    if known is None or known.stamp != stamp:
        known = _KNOWN[world] = Bindings(world, stamp)
    return known


def role_rules(world: World, reference: Mapping[str, Any], where: str) -> tuple[PolicyRule, ...]:
    """The rules of the role that a binding in `where` ("": everywhere) refers to. NotFound when it is not there."""
    called, kind = str(reference.get("name") or ""), str(reference.get("kind") or "")
    role = world.find(ROLES, where, called) if kind == "Role" else world.find(CLUSTER_ROLES, "", called)
    if role is None:
        raise NotFound(kind.lower(), called, ROLES.group)
    return tuple(read(rule) for rule in role.get("rules") or ())


def _grants(world: World, binding: Obj) -> Iterator[tuple[str, Grant]]:
    """(subject, what it is given), subjects as "User/ann" and "Group/devs"."""
    reference, where = binding.get("roleRef") or {}, namespace(binding)
    try:
        rules, missing = role_rules(world, reference, where), ""
    except NotFound as error:
        rules, missing = (), error.message
    called = f'RoleBinding "{name(binding)}/{where}"' if where else f'ClusterRoleBinding "{name(binding)}"'
    role = f'{reference.get("kind")} "{reference.get("name")}"'
    for subject in binding.get("subjects") or ():
        kind, whom = str(subject.get("kind")), str(subject.get("name"))
        if kind == "ServiceAccount":
            home = subject.get("namespace") or where
            found, told = f"User/system:serviceaccount:{home}:{whom}", f'{kind} "{whom}/{home}"'
        else:
            found, told = f"{kind}/{whom}", f'{kind} "{whom}"'
        yield found, Grant(rules, f"RBAC: allowed by {called} of {role} to {told}", missing)
