"""Rows of main processes that are carried out: by whom, and how far those are that may be carried out again.

A row with a holder is a process that lives in one of ours and dies with it. Times of holders are wall time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection, transaction

from cluster.store.logs import Place

_WHERE = "cluster_id = %s AND pod = %s AND container = %s AND restart = %s"
_COLUMNS = "cluster_id, pod, container, restart, holder, expires, lines, reached, over"


class Row(NamedTuple):
    place: Place
    holder: str
    """"" where nobody need hold it: it can be carried out again up to where it was."""
    expires: float
    lines: int = 0
    """Lines of its log that are stored."""
    reached: float = 0.0
    """Cluster time up to which all it did is stored."""
    over: bool = False


def claim(place: Place, holder: str, expires: float) -> bool:
    """Whether it is this holder's now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cluster_mainprocess (cluster_id, pod, container, restart, holder, expires, interactive, lines,"
            " reached, over) VALUES (%s, %s, %s, %s, %s, %s, TRUE, 0, 0, FALSE)"
            " ON CONFLICT (cluster_id, pod, container, restart) DO NOTHING",
            [*place, holder, expires],
        )
        cursor.execute(f"SELECT holder FROM cluster_mainprocess WHERE {_WHERE}", place)
        return bool(cursor.fetchone()[0] == holder)


def renew(holder: str, expires: float) -> None:
    """All that this holder has, until then; 0: they are let go of."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cluster_mainprocess SET expires = %s WHERE holder = %s", [expires, holder])


def held() -> list[Row]:
    """Those that die with who carries them out, of all holders, dead ones too."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM cluster_mainprocess WHERE interactive ORDER BY id")
        return [_row(each) for each in cursor.fetchall()]


def take(place: Place, holder: str, now: float, expires: float) -> Row | None:
    """One that can be carried out again, for this holder; None while another one has it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cluster_mainprocess (cluster_id, pod, container, restart, holder, expires, interactive, lines,"
            " reached, over) VALUES (%s, %s, %s, %s, '', 0, FALSE, 0, 0, FALSE)"
            " ON CONFLICT (cluster_id, pod, container, restart) DO NOTHING",
            place,
        )
        cursor.execute(
            f"UPDATE cluster_mainprocess SET holder = %s, expires = %s WHERE {_WHERE} AND NOT interactive"
            " AND (holder IN ('', %s) OR expires < %s)",
            [holder, expires, *place, holder, now],
        )
        if not cursor.rowcount:
            return None
        cursor.execute(f"SELECT {_COLUMNS} FROM cluster_mainprocess WHERE {_WHERE}", place)
        return _row(cursor.fetchone())


class Progress(NamedTuple):
    """How far one has come that can be carried out again."""

    place: Place
    lines: int
    reached: float
    over: bool


def progress(those: Iterable[Progress], holder: str) -> None:
    """Note it of all of them at once. It never goes back."""
    rows: list[list[str | int | float]] = [
        [each.reached, each.over, each.lines, each.lines, *each.place, holder] for each in those
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE cluster_mainprocess SET reached = %s, over = %s,"
            f" lines = CASE WHEN lines > %s THEN lines ELSE %s END WHERE {_WHERE} AND holder = %s",
            rows,
        )


def let_go(places: Iterable[Place], holder: str) -> None:
    """Whoever comes next may carry them out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE cluster_mainprocess SET holder = '', expires = 0 WHERE {_WHERE} AND holder = %s",
            [[*place, holder] for place in places],
        )


def pods(cluster: int) -> set[str]:
    """Uids of the pods that have rows here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT pod FROM cluster_mainprocess WHERE cluster_id = %s", [cluster])
        return {row[0] for row in cursor.fetchall()}


def forget(cluster: int, gone: Iterable[str]) -> None:
    """All of these pods."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM cluster_mainprocess WHERE cluster_id = %s AND pod = %s", [(cluster, pod) for pod in gone]
        )


def release(places: Iterable[Place]) -> None:
    """They are over, and their ends reported."""
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM cluster_mainprocess WHERE {_WHERE}", list(places))


def _row(row: tuple[int, str, str, int, str, float, int, float, bool]) -> Row:
    return Row(Place(*row[:4]), row[4], row[5], row[6], row[7], bool(row[8]))
