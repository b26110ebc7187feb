"""Who may do what in a cluster: the one place every view and consumer asks. Raises, or returns nothing.

For now: whoever is signed in may look, staff and the cluster's owner may write. The arguments are those of a
Kubernetes authorization review, so that roles can be decided here later without touching a caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from cluster.machinery.errors import Forbidden

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

    from cluster.models import Cluster

Verb = Literal["get", "list", "watch", "create", "update", "patch", "delete"]

_READING = frozenset({"get", "list", "watch"})
_CLOSED = frozenset({"secrets"})
"""What not everybody who may look at a cluster may read."""


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
) -> None:
    """Forbidden, with a sentence, unless `user` may. An empty resource means the cluster as a whole."""
    if user.is_authenticated and getattr(user, "is_active", False):
        if verb in _READING and resource not in _CLOSED:
            return
        if getattr(user, "is_staff", False) or (cluster.owner_id is not None and cluster.owner_id == user.pk):
            return
    who = user.get_username() or "somebody not signed in"
    what = f"{resource}/{subresource}" if subresource else resource or "anything"
    where = f' in the namespace "{namespace}"' if namespace else ""
    raise Forbidden(resource or cluster.slug, name, f'User "{who}" cannot {verb} {what}{where}', group)


def may_write(user: AbstractBaseUser | AnonymousUser, cluster: Cluster) -> bool:
    """Whether the page offers buttons that change something."""
    try:
        authorize(user, cluster, "update")
    except Forbidden:
        return False
    return True
