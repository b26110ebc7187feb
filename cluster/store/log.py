"""Reading the log: what changed since a revision, and how much of it is kept.

`since` is what the Hub reads; below the floor it raises Gone, and the reader lists again. `compact` forgets old
changes, leaving a checkpoint at the new floor so that every kept moment can still be rebuilt (`past.at`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection, transaction

from cluster.change import Change
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Obj
from cluster.store import past, rows
from cluster.store.held import at_hand, held
from cluster.store.past import head_of, too_old
from cluster.world import World


class Retention(NamedTuple):
    """How much history a cluster keeps: whatever limit is reached first."""

    seconds: float = 24 * 3600.0
    changes: int = 100_000
    bytes: int = 200_000_000


def since(cluster: int, revision: int) -> list[Change]:
    """All changes after `revision`, in order. Gone when some of them are no longer kept."""
    head = head_of(cluster)
    if head is None:
        raise Gone("the cluster no longer exists")
    if revision >= head.revision:
        return []
    holding = held(cluster)
    found = holding.since(revision, head.revision)
    if found is None:
        # What this process has just committed is in its memory a moment later: reading it again would make it twice.
        with holding.lock:
            found = holding.since(revision, head.revision)
    if found is not None:
        return found
    if revision < head.floor:
        raise too_old(revision, head.floor)
    return past.whole(cluster, revision, head.revision)


def recent(cluster: int, revision: int, upto: int) -> list[Change] | None:
    """The same from this process's memory alone, without the database; None when it does not reach."""
    return held(cluster).since(revision, upto)


def trim(cluster: int, revision: int) -> None:
    """This process' reader has come to this revision: of what it has behind it only a little is kept in memory."""
    held(cluster).trim(revision)


def snapshot(cluster: int) -> World:
    """The cluster's present world: indexes of its own, the objects shared. Gone when there is no such cluster."""
    holding = at_hand(cluster)
    with holding.lock, transaction.atomic():
        head = rows.lock(cluster)
        if head is None:
            raise Gone("the cluster no longer exists")
        return holding.bring_up(head).copy()


def states(cluster: int, changed: Sequence[Change]) -> dict[int, Obj]:
    """By the revision of each change: the object as it was before it. What did not exist is left out, and so is what
    is no longer kept."""
    wanted = {change.previous for change in changed if change.previous}
    known = {change.revision: change.object for change in changed if change.revision in wanted}
    known.update(rows.objects_at(cluster, wanted - known.keys()))
    return {change.revision: known[change.previous] for change in changed if change.previous in known}


def compact(cluster: int, now: float, keep: Retention) -> int:
    """Forget changes beyond `keep` (wall time `now`); returns the new floor. Always keeps the newest change."""
    head = head_of(cluster)
    if head is None:
        return 0
    # Measuring the log takes long, and it only grows meanwhile: no writer has to wait for that.
    floor = _new_floor(head, now, keep)
    if floor <= head.floor:
        return head.floor
    with held(cluster).lock, transaction.atomic():
        head = rows.lock(cluster)
        if head is None or floor <= head.floor:
            return head.floor if head is not None else 0
        packed = past.pack(past.at(cluster, floor))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM cluster_change WHERE cluster_id = %s AND revision <= %s", [cluster, floor])
            cursor.execute("UPDATE cluster_counter SET floor = %s WHERE cluster_id = %s", [floor, cluster])
        rows.keep_checkpoint(cluster, floor, packed)
        return floor


def _new_floor(head: rows.Head, now: float, keep: Retention) -> int:
    """The highest revision that one of the limits wants forgotten."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT MAX(revision) FROM cluster_change WHERE cluster_id = %s AND wall < %s",
            [head.cluster, now - keep.seconds],
        )
        by_age = cursor.fetchone()[0] or 0
        cursor.execute(
            "SELECT MAX(revision) FROM (SELECT revision, SUM(LENGTH(body)) OVER (ORDER BY revision DESC) AS size"
            " FROM cluster_change WHERE cluster_id = %s) AS sized WHERE size > %s",
            [head.cluster, keep.bytes],
        )
        by_size = cursor.fetchone()[0] or 0
    return int(min(max(by_age, by_size, head.revision - keep.changes), head.revision - 1))
