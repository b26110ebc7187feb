"""Rows of what containers and volumes hold. Beside the log: no revision of the cluster, no Change, no admission.

A batch raises the counter row's `contents` by one, under the same lock as a commit; its rows bear that number, so a
process that knows the number of its last look reads just what is newer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from django.db import connection, transaction

from cluster.contents import Entry, Written
from cluster.machinery.errors import Gone
from cluster.store import rows

_BATCH = 200


def keep(cluster: int, written: Sequence[Written]) -> int:
    """Store these paths; returns the contents' revision. Gone when there is no such cluster any more."""
    with transaction.atomic():
        head = rows.lock(cluster)
        if head is None:
            raise Gone("the cluster no longer exists")
        revision = head.contents + 1
        values = [(cluster, row.layer, row.path, revision, _packed(row.history)) for row in written if row.history]
        gone = [(cluster, row.layer, row.path) for row in written if not row.history]
        with connection.cursor() as cursor:
            if values:
                cursor.executemany(
                    "INSERT INTO cluster_content (cluster_id, layer, path, revision, history)"
                    " VALUES (%s, %s, %s, %s, %s)"
                    " ON CONFLICT (cluster_id, layer, path) DO UPDATE SET revision = excluded.revision,"
                    " history = excluded.history",
                    values,
                )
            if gone:
                cursor.executemany(
                    "DELETE FROM cluster_content WHERE cluster_id = %s AND layer = %s AND path = %s", gone
                )
            cursor.execute("UPDATE cluster_counter SET contents = %s WHERE cluster_id = %s", [revision, cluster])
        return revision


def since(cluster: int, revision: int) -> list[Written]:
    """Paths that were stored after `revision`, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT layer, path, history FROM cluster_content WHERE cluster_id = %s AND revision > %s"
            " ORDER BY revision, id",
            [cluster, revision],
        )
        shared: dict[bytes, bytes] = {}
        return [Written(layer, path, _unpacked(bytes(history), shared)) for layer, path, history in cursor.fetchall()]


def layers(cluster: int) -> list[str]:
    """Keys of all layers that are stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT layer FROM cluster_content WHERE cluster_id = %s", [cluster])
        return [layer for (layer,) in cursor.fetchall()]


def drop(cluster: int, keys: Iterable[str]) -> None:
    """Forget whole layers."""
    wanted = list(keys)
    with transaction.atomic(), connection.cursor() as cursor:
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            cursor.execute(
                f"DELETE FROM cluster_content WHERE cluster_id = %s AND layer IN ({', '.join(['%s'] * len(part))})",
                [cluster, *part],
            )


def _packed(history: Sequence[Entry]) -> bytes:
    """A line of JSON, then the bodies one after the other."""
    heads = [(*each[:1], len(each.body), *each[2:]) for each in history]
    return b"".join((orjson.dumps(heads), b"\n", *(each.body for each in history)))


def _unpacked(packed: bytes, shared: dict[bytes, bytes]) -> tuple[Entry, ...]:
    """Equal bodies become one: pods of one template are given the same."""
    line, _, bodies = packed.partition(b"\n")
    heads: list[Any] = orjson.loads(line)
    found: list[Entry] = []
    at = 0
    for kind, length, *rest in heads:
        body = bodies[at : at + length]
        found.append(Entry(kind, shared.setdefault(body, body), *rest))
        at += length
    return tuple(found)
