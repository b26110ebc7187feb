"""The decision: whether one request is allowed, and all that somebody may do in a namespace."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.access.attributes import Attributes, Subject
from cluster.access.bindings import bindings_of
from cluster.access.policyrules import ALL, PolicyRule
from cluster.access.viewers import REASON, VIEWERS, may_look, viewer_rules
from cluster.world import World

MASTERS = "system:masters"
EVERYTHING = (PolicyRule((ALL,), (ALL,), (ALL,)), PolicyRule((ALL,), paths=(ALL,)))


class Decision(NamedTuple):
    allowed: bool
    reason: str = ""
    """By what; or, when it is denied, which role could not be looked at."""


_PRIVILEGED = Decision(True)
_LOOKING = Decision(True, REASON)


def is_privileged(user: Subject) -> bool:
    """Nobody asks the roles: the cluster's owner, and who is of the group that Kubernetes never refuses."""
    return user.owner or MASTERS in user.groups


def allowed(world: World, user: Subject, asked: Attributes) -> Decision:
    """Whether a role that is bound to the user, or to a group of theirs, allows it."""
    if is_privileged(user):
        return _PRIVILEGED
    if VIEWERS in user.groups and may_look(asked):
        return _LOOKING
    bindings = bindings_of(world)
    who = (user.name, user.groups)
    key = (who, asked)
    found: Decision | None = bindings.decided.get(key)
    if found is None:
        missing = []
        for grant in bindings.held_by(who).in_namespace(asked.namespace):
            if any(rule.allows(asked) for rule in grant.rules):
                found = Decision(True, grant.reason)
                break
            if grant.missing and grant.missing not in missing:
                missing.append(grant.missing)
        else:
            listed = missing[0] if len(missing) == 1 else f"[{', '.join(missing)}]"
            found = Decision(False, f"RBAC: {listed}" if missing else "")
        bindings.remember(key, found)
    return found


class Rules(NamedTuple):
    """What somebody may do in a namespace: of resources, and of paths."""

    rules: tuple[PolicyRule, ...]
    missing: tuple[str, ...]
    """Roles that are bound and not there."""

    @property
    def resources(self) -> list[dict[str, Any]]:
        return [each.as_object() for each in self.rules if not each.paths]

    @property
    def paths(self) -> list[dict[str, Any]]:
        return [each.as_object() for each in self.rules if each.paths]


def rules(world: World, user: Subject, namespace: str) -> Rules:
    """Every rule that holds for the user there."""
    if is_privileged(user):
        return Rules(EVERYTHING, ())
    grants = list(bindings_of(world).held_by((user.name, user.groups)).in_namespace(namespace))
    missing = dict.fromkeys(grant.missing for grant in grants if grant.missing)
    looking = viewer_rules(world) if VIEWERS in user.groups else ()
    return Rules((*looking, *(rule for grant in grants for rule in grant.rules)), tuple(missing))
