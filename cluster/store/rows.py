"""The SQL of the store: rows in, rows out. Decides nothing, and runs inside whatever transaction the caller opened.

Raw statements in batches, since one ORM `save()` an object costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import connection

from cluster.change import Change, Fact
from cluster.config import ClusterConfig
from cluster.machinery.objects import Key, Obj, resource_version, uid
from cluster.trust import keyring
from cluster.world import World

_CHUNK = 500
"""Values in one statement: SQLite and readers have their limits."""
_FACT_COLUMNS = 'revision, type, "group", resource, namespace, name, seat, previous, author, cause, wall, time'
_CHANGE_COLUMNS = f"cluster_id, {_FACT_COLUMNS}, body"


class Head(NamedTuple):
    """A cluster's counter row with the settings and clock that every process must see change."""

    cluster: int
    uid: str
    revision: int
    floor: int
    cursors: bytes
    config: ClusterConfig
    clock: tuple[float, float, float]
    steps: tuple[int, int]
    """Asked for, and of these taken. Both only rise: who looks seldom still sees that something was asked for."""
    contents: int = 0
    """How often files were written: who has a lower number has some to read (store.contents)."""


_HEAD = (
    "SELECT c.id, c.uid, n.revision, n.floor, n.cursors, c.slug, c.pace, c.domain, c.service_range, c.gates,"
    " c.clock_wall, c.clock_time, c.clock_speed, c.steps_asked, c.steps_taken, n.contents"
    " FROM cluster_cluster c JOIN cluster_counter n ON n.cluster_id = c.id"
)


def _head(row: Sequence[Any]) -> Head:
    gates = frozenset(gate.strip() for gate in row[9].split(",") if gate.strip())
    config = ClusterConfig(
        slug=row[5], pace=row[6], domain=row[7], service_range=row[8], gates=gates, trust=keyring(settings.DATA_DIR)
    )
    uid = str(row[1]).replace("-", "")
    clock, steps = (row[10], row[11], row[12]), (row[13], row[14])
    return Head(row[0], uid, row[2], row[3], bytes(row[4]), config, clock, steps, row[15])


def heads(clusters: Iterable[int] | None = None) -> list[Head]:
    """Counters and settings of these clusters, or of all."""
    with connection.cursor() as cursor:
        if clusters is None:
            cursor.execute(_HEAD)
        else:
            wanted = list(clusters)
            cursor.execute(f"{_HEAD} WHERE c.id IN ({', '.join(['%s'] * len(wanted)) or 'NULL'})", wanted)
        return [_head(row) for row in cursor.fetchall()]


def lock(cluster: int) -> Head | None:
    """Lock the cluster's counter row until the transaction ends. (SQLite: BEGIN IMMEDIATE has locked already.)"""
    suffix = " FOR UPDATE OF n" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{_HEAD} WHERE c.id = %s{suffix}", [cluster])
        row = cursor.fetchone()
    return _head(row) if row else None


def raise_counter(cluster: int, revision: int, cursors: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cluster_counter SET revision = %s, cursors = %s WHERE cluster_id = %s", [revision, cursors, cluster]
        )


def add_counter(cluster: int, revision: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cluster_counter (cluster_id, revision, floor, cursors, contents) VALUES (%s, %s, %s, %s, 0)",
            [cluster, revision, revision, b"{}"],
        )


def write(cluster: int, changes: Sequence[Change]) -> None:
    """Append the changes to the log and bring the resource rows to their last state."""
    log: list[tuple[Any, ...]] = []
    last: dict[Key, tuple[Change, bytes]] = {}
    for change in changes:
        body = orjson.dumps(change.object)
        log.append(
            (
                *(cluster, change.revision, change.type, *change.key, change.seat, change.previous),
                *(change.author, change.cause, change.wall, change.time, body),
            )
        )
        last[change.key] = (change, body)
    gone = [(cluster, *key) for key, (change, _) in last.items() if change.type == "DELETED"]
    kept = [
        (cluster, *key, change.object["metadata"]["uid"], change.revision, change.seat, body)
        for key, (change, body) in last.items()
        if change.type != "DELETED"
    ]
    _append(log)
    with connection.cursor() as cursor:
        if gone:
            cursor.executemany(
                'DELETE FROM cluster_resource WHERE cluster_id = %s AND "group" = %s AND resource = %s'
                " AND namespace = %s AND name = %s",
                gone,
            )
    if kept:
        _keep(kept)


def add_resources(cluster: int, world: World) -> None:
    """The objects of a new cluster that begins as this world stands."""
    _keep(
        [
            (cluster, *key, uid(obj), resource_version(obj), world.seat(key), orjson.dumps(obj))
            for key, obj in world.items()
        ]
    )


def _append(log: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO cluster_change ({_CHANGE_COLUMNS}) VALUES ({', '.join(['%s'] * 14)})", log)


def _keep(kept: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            'INSERT INTO cluster_resource (cluster_id, "group", resource, namespace, name, uid, revision, seat, body)'
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            ' ON CONFLICT (cluster_id, "group", resource, namespace, name) DO UPDATE SET uid = excluded.uid,'
            " revision = excluded.revision, seat = excluded.seat, body = excluded.body",
            kept,
        )


def resources(cluster: int) -> Iterator[tuple[Key, Obj, int]]:
    """Every object of the cluster with its seat."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "group", resource, namespace, name, seat, body FROM cluster_resource WHERE cluster_id = %s',
            [cluster],
        )
        for group, resource, namespace, name, seat, body in cursor.fetchall():
            yield Key(group, resource, namespace, name), orjson.loads(bytes(body)), seat


def changes(cluster: int, after: int, upto: int | None = None, limit: int | None = None) -> list[Change]:
    """Changes with revision > after (and <= upto), in order."""
    sql = f"SELECT {_CHANGE_COLUMNS} FROM cluster_change WHERE cluster_id = %s AND revision > %s"
    values: list[Any] = [cluster, after]
    if upto is not None:
        sql += " AND revision <= %s"
        values.append(upto)
    sql += " ORDER BY revision"
    if limit is not None:
        sql += " LIMIT %s"
        values.append(limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [
            Change(
                revision=row[1],
                type=row[2],
                key=Key(*row[3:7]),
                object=orjson.loads(bytes(row[13])),
                seat=row[7],
                previous=row[8],
                author=row[9],
                cause=row[10],
                wall=row[11],
                time=row[12],
            )
            for row in cursor.fetchall()
        ]


def objects_at(cluster: int, revisions: Iterable[int]) -> dict[int, Obj]:
    """The objects that changed at those revisions, as they were after it; those that are still kept."""
    return {revision: obj for revision, (obj, _) in states_at(cluster, revisions).items()}


def states_at(cluster: int, revisions: Iterable[int]) -> dict[int, tuple[Obj, int]]:
    """The same with their seats."""
    found: dict[int, tuple[Obj, int]] = {}
    for chunk in batched(sorted(revisions), _CHUNK):
        places = ", ".join(["%s"] * len(chunk))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT revision, body, seat FROM cluster_change WHERE cluster_id = %s AND revision IN ({places})",
                [cluster, *chunk],
            )
            found.update((row[0], (orjson.loads(bytes(row[1])), row[2])) for row in cursor.fetchall())
    return found


def facts(cluster: int, after: int, upto: int) -> list[Fact]:
    """Changes with revision > after and <= upto, in order, without what they made of their objects."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FACT_COLUMNS} FROM cluster_change WHERE cluster_id = %s AND revision > %s AND revision <= %s"
            " ORDER BY revision",
            [cluster, after, upto],
        )
        return [Fact(row[0], row[1], Key(*row[2:6]), *row[6:]) for row in cursor.fetchall()]


def facts_of(cluster: int, key: Key, limit: int) -> list[Fact]:
    """The newest changes of one object, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT {_FACT_COLUMNS} FROM cluster_change WHERE cluster_id = %s AND "group" = %s AND resource = %s'
            " AND namespace = %s AND name = %s ORDER BY revision DESC LIMIT %s",
            [cluster, *key, limit],
        )
        return [Fact(row[0], row[1], Key(*row[2:6]), *row[6:]) for row in reversed(cursor.fetchall())]


def checkpoint(cluster: int, upto: int) -> tuple[int, bytes] | None:
    """(revision, body) of the newest checkpoint that is not newer than a revision."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT revision, body FROM cluster_checkpoint WHERE cluster_id = %s AND revision <= %s"
            " ORDER BY revision DESC LIMIT 1",
            [cluster, upto],
        )
        row = cursor.fetchone()
    return (row[0], bytes(row[1])) if row is not None else None


def keep_checkpoint(cluster: int, revision: int, body: bytes) -> None:
    """The one checkpoint of a cluster."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cluster_checkpoint WHERE cluster_id = %s", [cluster])
        cursor.execute(
            "INSERT INTO cluster_checkpoint (cluster_id, revision, body) VALUES (%s, %s, %s)",
            [cluster, revision, body],
        )


def batched(values: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]
