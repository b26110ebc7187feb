"""Which worker holds a cluster: a row with an expiry, and a token that rises with every new holder.

A commit that carries a fence checks it in its own transaction, so a worker that was away too long cannot write
after another has taken over. Times are wall time, given by the caller.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection, transaction


class Fence(NamedTuple):
    holder: str
    token: int


class FencedOff(Exception):
    """Another worker holds the cluster now."""


def acquire(cluster: int, holder: str, now: float, seconds: float) -> Fence | None:
    """Take or renew the cluster's lease for `seconds`; None while somebody else's has not expired."""
    with transaction.atomic(), connection.cursor() as cursor:
        # The row may be missing at first; the insert that loses a race changes nothing.
        cursor.execute(
            "INSERT INTO cluster_lease (cluster_id, holder, token, expires) VALUES (%s, '', 0, 0)"
            " ON CONFLICT (cluster_id) DO NOTHING",
            [cluster],
        )
        cursor.execute(
            "UPDATE cluster_lease SET token = CASE WHEN holder = %s THEN token ELSE token + 1 END,"
            " holder = %s, expires = %s WHERE cluster_id = %s AND (holder = %s OR expires <= %s)",
            [holder, holder, now + seconds, cluster, holder, now],
        )
        if cursor.rowcount == 0:
            return None
        cursor.execute("SELECT token FROM cluster_lease WHERE cluster_id = %s", [cluster])
        return Fence(holder, cursor.fetchone()[0])


def release(cluster: int, fence: Fence) -> None:
    """Let go of a lease, if it is still held: the next worker need not wait for its expiry."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cluster_lease SET expires = 0, holder = '' WHERE cluster_id = %s AND token = %s AND holder = %s",
            [cluster, fence.token, fence.holder],
        )


def check(cluster: int, fence: Fence) -> None:
    """Raise FencedOff unless the fence still holds. Call inside the writing transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT holder, token FROM cluster_lease WHERE cluster_id = %s", [cluster])
        row = cursor.fetchone()
    if row is None or (row[0], row[1]) != fence:
        raise FencedOff(f"{fence.holder} no longer holds cluster {cluster}")


def fences(now: float) -> dict[int, Fence]:
    """Who holds which cluster at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cluster_id, holder, token FROM cluster_lease WHERE expires > %s", [now])
        return {row[0]: Fence(row[1], row[2]) for row in cursor.fetchall()}


def unheld(now: float) -> list[int]:
    """Clusters whose controllers nobody runs at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id FROM cluster_cluster c LEFT JOIN cluster_lease l ON l.cluster_id = c.id"
            " WHERE l.cluster_id IS NULL OR l.expires <= %s ORDER BY c.id",
            [now],
        )
        return [row[0] for row in cursor.fetchall()]
