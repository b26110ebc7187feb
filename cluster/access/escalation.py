"""Nobody gives away what they do not have: checks before a role or a binding is stored.

Who holds `escalate` on roles, or `bind` on the role bound, may all the same.
"""

from __future__ import annotations

from collections.abc import Iterable

from cluster.access.attributes import Attributes, Subject
from cluster.access.authorizer import EVERYTHING, allowed, is_privileged, rules
from cluster.access.bindings import role_rules
from cluster.access.policyrules import PolicyRule, compact, quoted, read
from cluster.machinery.errors import BadRequest, Forbidden
from cluster.machinery.objects import ROLES, Key, Obj
from cluster.world import World

_MOST_PARTS = 50_000
_ROLES = frozenset({"roles", "clusterroles"})
_BINDINGS = frozenset({"rolebindings", "clusterrolebindings"})


def confirm(world: World, user: Subject, key: Key, new: Obj, old: Obj | None) -> None:
    """Forbidden when storing `new` at `key` would give somebody what `user` has not; NotFound when a binding's role is
    not there. Objects that are no roles and bindings pass, and changes of nothing but labels and the like."""
    if key.group != ROLES.group or is_privileged(user):
        return
    if key.resource in _ROLES:
        _confirm_role(world, user, key, new, old)
    elif key.resource in _BINDINGS:
        _confirm_binding(world, user, key, new, old)


def _confirm_role(world: World, user: Subject, key: Key, new: Obj, old: Obj | None) -> None:
    if old is not None and all(new.get(part) == old.get(part) for part in ("rules", "aggregationRule")):
        return
    asked = Attributes("escalate", key.group, key.resource, "", key.namespace, key.name)
    if allowed(world, user, asked).allowed:
        return
    aggregation = new.get("aggregationRule")
    if aggregation and (old is None or aggregation != old.get("aggregationRule")):
        # It gathers whatever others will ever label.
        if _missing(world, user, key.namespace, EVERYTHING):
            detail = "must have cluster-admin privileges to use an aggregationRule"
            raise Forbidden(key.resource, key.name, detail, key.group)
        return
    _refuse_what_is_missing(world, user, key, (read(rule) for rule in new.get("rules") or ()))


def _confirm_binding(world: World, user: Subject, key: Key, new: Obj, old: Obj | None) -> None:
    if old is not None and all(new.get(part) == old.get(part) for part in ("roleRef", "subjects")):
        return
    reference = new.get("roleRef") or {}
    resource = "roles" if reference.get("kind") == "Role" else "clusterroles"
    asked = Attributes("bind", key.group, resource, "", key.namespace, str(reference.get("name") or ""))
    if allowed(world, user, asked).allowed:
        return
    _refuse_what_is_missing(world, user, key, role_rules(world, reference, key.namespace))


def _refuse_what_is_missing(world: World, user: Subject, key: Key, wanted: Iterable[PolicyRule]) -> None:
    if not (missing := _missing(world, user, key.namespace, wanted)):
        return
    listed = "\n".join(sorted({str(rule) for rule in compact(missing)}))
    detail = (
        f'user "{user.name}" (groups={quoted(user.groups)}) is attempting to grant RBAC permissions not currently '
        f"held:\n{listed}"
    )
    raise Forbidden(key.resource, key.name, detail, key.group)


def _missing(world: World, user: Subject, where: str, wanted: Iterable[PolicyRule]) -> list[PolicyRule]:
    """The parts of the rules that none of the user's own covers."""
    own = rules(world, user, where).rules
    left = [rule for rule in wanted if not any(each.covers(rule) for each in own)]
    if sum(rule.size for rule in left) > _MOST_PARTS:
        raise BadRequest(
            f"the rules combine more than {_MOST_PARTS} groups, resources, verbs and names, too many to compare with "
            "what you hold. Name fewer in one role, or use *"
        )
    return [part for rule in left for part in rule.parts() if not any(each.covers(part) for each in own)]
