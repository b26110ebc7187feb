"""Who may do what in a cluster: the one place every view and consumer asks. Raises, or returns nothing.

Whoever is signed in may look, but at no Secret's values; staff and the cluster's owner may do everything; all others
may what the cluster's own roles give them. The Kubernetes API decides the same, by `cluster.access`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from cluster.access import Attributes, allowed
from cluster.access.viewers import VIEWERS, may_look
from cluster.api.authentication import AUTHENTICATED
from cluster.machinery.errors import Forbidden

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from cluster.models import Cluster
    from cluster.world import World

Verb = Literal["get", "list", "watch", "create", "update", "patch", "delete"]


class Visitor(NamedTuple):
    """Somebody who is neither owner nor staff, as the cluster's roles know them."""

    name: str
    groups: tuple[str, ...] = (VIEWERS, AUTHENTICATED)
    owner: bool = False


def authorize(
    user: AbstractBaseUser | AnonymousUser,
    cluster: Cluster,
    verb: Verb,
    resource: str = "",
    *,
    group: str = "",
    subresource: str = "",
    namespace: str = "",
    name: str = "",
    world: World | None = None,
) -> None:
    """Forbidden, with a sentence, unless `user` may. An empty resource means the cluster as a whole; without its world
    nobody has a role in it."""
    if user.is_authenticated and getattr(user, "is_active", False):
        if owns(user, cluster):
            return
        everything = Attributes(verb, "*", "*")
        asked = Attributes(verb, group, resource, subresource, namespace, name) if resource else everything
        if may_look(asked):
            return
        if world is not None and allowed(world, Visitor(user.get_username()), asked).allowed:
            return
    who = user.get_username() or "somebody not signed in"
    what = f"{resource}/{subresource}" if subresource else resource or "anything"
    where = f' in the namespace "{namespace}"' if namespace else ""
    raise Forbidden(resource or cluster.slug, name, f'User "{who}" cannot {verb} {what}{where}', group)


def owns(user: AbstractBaseUser | AnonymousUser, cluster: Cluster) -> bool:
    """Whether nothing is refused to them: who made it, and staff."""
    if not (user.is_authenticated and getattr(user, "is_active", False)):
        return False
    return bool(getattr(user, "is_staff", False)) or (cluster.owner_id is not None and cluster.owner_id == user.pk)


def may_write(user: AbstractBaseUser | AnonymousUser, cluster: Cluster, world: World | None = None) -> bool:
    """Whether the page offers buttons that change something: to whoever may do everything in the cluster."""
    try:
        authorize(user, cluster, "update", world=world)
    except Forbidden:
        return False
    return True
