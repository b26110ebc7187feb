"""Rows of what containers wrote: a batch of lines each, oldest first by id. Beside the log of changes: no revision.

What a container wrote is bounded in bytes and rows; the oldest goes first, and small old rows are put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

MOST_BYTES = 1024 * 1024
"""Of one container since its start."""
MOST_ROWS = 4_000
"""Small rows are put together when there are more."""
_LARGE = 64 * 1024
_BATCH = 200
_WHERE = "cluster_id = %s AND pod = %s AND container = %s AND restart = %s"
_ORDER_OF_IDS = 0x6B75_6C6F
"""PostgreSQL's lock under which ids are given in the order in which they become visible."""


class Place(NamedTuple):
    """One container of a pod since one of its starts."""

    cluster: int
    pod: str
    """Its uid."""
    container: str
    restart: int = 0


class Row(NamedTuple):
    number: int
    body: bytes


def append(batch: Sequence[tuple[Place, bytes]]) -> int:
    """Store these; returns the highest number there is."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ORDER_OF_IDS])
        clusters = sorted({place.cluster for place, _ in batch})
        marks = ", ".join(["%s"] * len(clusters))
        cursor.execute(f"SELECT id FROM cluster_cluster WHERE id IN ({marks})", clusters)
        there = {row[0] for row in cursor.fetchall()}
        cursor.executemany(
            "INSERT INTO cluster_output (cluster_id, pod, container, restart, size, body)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [(*place, len(body), body) for place, body in batch if place.cluster in there],
        )
        return _highest(cursor)


def highest() -> int:
    """The number of the newest row of all."""
    with connection.cursor() as cursor:
        return _highest(cursor)


def _highest(cursor: Any) -> int:
    cursor.execute("SELECT MAX(id) FROM cluster_output")
    return int(cursor.fetchone()[0] or 0)


def rows(place: Place, after: int = 0) -> list[Row]:
    """What is kept of a container, from the oldest on; `after`: what is newer than that row."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id, body FROM cluster_output WHERE {_WHERE} AND id > %s ORDER BY id", [*place, after])
        return [Row(number, bytes(body)) for number, body in cursor.fetchall()]


def trim(place: Place) -> tuple[int, int]:
    """Keep within the limits, and forget the start before the last one; returns what is left: (bytes, rows)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM cluster_output WHERE cluster_id = %s AND pod = %s AND container = %s AND restart < %s",
            [*place[:3], place.restart - 1],
        )
        cursor.execute(f"SELECT id, size FROM cluster_output WHERE {_WHERE} ORDER BY id DESC", place)
        kept: list[tuple[int, int]] = []
        size, dropped = 0, 0
        for number, octets in cursor.fetchall():
            if size + octets > MOST_BYTES:
                dropped = number
                break
            size += octets
            kept.append((number, octets))
        if dropped:
            cursor.execute(f"DELETE FROM cluster_output WHERE {_WHERE} AND id <= %s", [*place, dropped])
        if len(kept) <= MOST_ROWS:
            return size, len(kept)
    _put_together(place, kept[-1][0], kept[MOST_ROWS // 2][0])
    return size, MOST_ROWS // 2 + size // _LARGE + 1


def _put_together(place: Place, first: int, last: int) -> None:
    """The rows from `first` to `last` as few large ones, each with the number of the last row in it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, body FROM cluster_output WHERE {_WHERE} AND id BETWEEN %s AND %s ORDER BY id",
            [*place, first, last],
        )
        parts: list[tuple[int, bytes]] = []
        body, number = b"", 0
        for number, more in cursor.fetchall():
            body += bytes(more)
            if len(body) >= _LARGE:
                parts.append((number, body))
                body = b""
        if body:
            parts.append((number, body))
        cursor.execute(f"DELETE FROM cluster_output WHERE {_WHERE} AND id BETWEEN %s AND %s", [*place, first, last])
        cursor.executemany(
            "INSERT INTO cluster_output (id, cluster_id, pod, container, restart, size, body)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            [(number, *place, len(body), body) for number, body in parts],
        )


def pods(cluster: int) -> set[str]:
    """Uids of the pods something is kept of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT pod FROM cluster_output WHERE cluster_id = %s", [cluster])
        return {row[0] for row in cursor.fetchall()}


def forget(cluster: int, gone: Iterable[str]) -> None:
    """All that these pods wrote."""
    wanted = list(gone)
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            marks = ", ".join(["%s"] * len(part))
            cursor.execute(f"DELETE FROM cluster_output WHERE cluster_id = %s AND pod IN ({marks})", [cluster, *part])
