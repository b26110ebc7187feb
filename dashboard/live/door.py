"""Who sits at an open socket may no longer be there: signed out, password changed, no longer active, rights gone.

A socket outlives the session it was opened with, so all of them are looked up again every few seconds, in three
queries whatever their number, and one of them before whatever it wants to change. One that is out is closed with a
code after which the browser connects again: it comes back if it may, and is told the reason if not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple, Protocol

import structlog
from asgiref.sync import sync_to_async
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import DatabaseError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from cluster.machinery.errors import Forbidden
from cluster.models import Cluster
from dashboard.access import authorize
from dashboard.accounts.nearby import is_open

log = structlog.get_logger()

EVERY = 3.0
"""Seconds between two looks at all."""


class Ticket(NamedTuple):
    """What a socket was let in with; no session: as the near visitor of the first run."""

    user: int
    cluster: int
    session: str | None


class Guest(Protocol):
    ticket: Ticket

    def stays(self, user: User, cluster: Cluster) -> None:
        """Is still welcome, as this user with the rights of now."""

    def leaves(self) -> None:
        """Has to go."""


def admitted(tickets: Collection[Ticket]) -> dict[Ticket, tuple[User, Cluster]]:
    """Those of them that still hold, with the user and cluster of now."""
    users = User.objects.in_bulk({each.user for each in tickets})
    clusters = Cluster.objects.in_bulk({each.cluster for each in tickets})
    keys = {each.session for each in tickets if each.session is not None}
    # All that are alive are fetched at once; a database takes only so many arguments.
    alive: dict[str | None, Session] = {}
    for some in _portions(keys):
        for held in Session.objects.filter(session_key__in=some, expire_date__gt=timezone.now()):
            alive[held.session_key] = held
    nearby = any(each.session is None for each in tickets) and is_open()
    found: dict[Ticket, tuple[User, Cluster]] = {}
    for each in tickets:
        user, cluster = users.get(each.user), clusters.get(each.cluster)
        if user is None or cluster is None:
            continue
        if each.session is None:
            known = nearby
        else:
            session = alive.get(each.session)
            known = session is not None and _is_of(session, user)
        if known and _may_watch(user, cluster):
            found[each] = (user, cluster)
    return found


def _portions(keys: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    listed = sorted(keys)
    return (listed[start : start + size] for start in range(0, len(listed), size))


def _is_of(session: Session, user: User) -> bool:
    """Whether it is this user's, made with the password of now."""
    held = session.get_decoded()
    if str(held.get(SESSION_KEY)) != str(user.pk):
        return False
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(str(held.get(HASH_SESSION_KEY)), each) for each in hashes)


def _may_watch(user: User, cluster: Cluster) -> bool:
    try:
        authorize(user, cluster, "watch")
    except Forbidden:
        return False
    return True


class Door:
    """All guests of this process. Belongs to the event loop."""

    def __init__(self, every: float = EVERY) -> None:
        self._every = every
        self._guests: set[Guest] = set()
        self._task: asyncio.Task[None] | None = None

    def enter(self, guest: Guest) -> Callable[[], None]:
        """Let in; call what is returned when it goes by itself."""
        self._guests.add(guest)
        if self._task is None:
            self._task = asyncio.create_task(self._watch(), name="door")
        return lambda: self._left(guest)

    def _left(self, guest: Guest) -> None:
        self._guests.discard(guest)
        if not self._guests and self._task is not None:
            self._task.cancel()
            self._task = None

    async def look(self, guests: Collection[Guest] | None = None) -> None:
        """Look at these, or at all, now."""
        looked = tuple(self._guests if guests is None else guests)
        found = await sync_to_async(admitted)({each.ticket for each in looked})
        for guest in looked:
            if (now := found.get(guest.ticket)) is None:
                guest.leaves()
            else:
                guest.stays(*now)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.look()
            except DatabaseError as error:
                # The database is away for the moment: nobody can change anything either.
                log.warning("guests_not_looked_up", error=str(error))
