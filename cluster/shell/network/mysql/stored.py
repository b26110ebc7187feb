"""Databases as files of a container: a folder for each, a file for each of its tables."""

from __future__ import annotations

import orjson

from cluster.shell.network.mysql.values import Databases, Table
from cluster.shell.process import Files

FOLDER = "/var/lib/mysql"
_TABLE = ".ibd"
_MARK = "db.opt"
"""What a database's folder has before it has any table."""


def read(files: Files) -> Databases:
    """All that lie in the server's folder. What is no table's file is passed over."""
    found: Databases = {}
    for name in _names(files, FOLDER):
        place = f"{FOLDER}/{name}"
        inside = _names(files, place)
        if _MARK not in inside:
            continue
        found[name] = {}
        for each in inside:
            if each.endswith(_TABLE) and (table := _table(files, f"{place}/{each}")) is not None:
                found[name][each.removesuffix(_TABLE)] = table
    return found


def write(files: Files, databases: Databases, before: Databases) -> None:
    """Store what differs from what was there. OSError where there is no room."""
    for name in before.keys() - databases.keys():
        for each in _names(files, f"{FOLDER}/{name}"):
            files.unlink(f"{FOLDER}/{name}/{each}")
        files.rmdir(f"{FOLDER}/{name}")
    for name, tables in databases.items():
        place = f"{FOLDER}/{name}"
        if name not in before:
            if not _names(files, place):
                _make(files, place)
            files.write(f"{place}/{_MARK}", b"default-character-set=utf8mb4\n")
        was = before.get(name, {})
        for table in was.keys() - tables.keys():
            files.unlink(f"{place}/{table}{_TABLE}")
        for table, held in tables.items():
            if was.get(table) != held:
                told = {"columns": held.columns, "rows": held.rows}
                files.write(f"{place}/{table}{_TABLE}", orjson.dumps(told))


def copied(databases: Databases) -> Databases:
    """The same, of its own."""
    return {
        name: {table: Table(list(held.columns), [list(row) for row in held.rows]) for table, held in tables.items()}
        for name, tables in databases.items()
    }


def _make(files: Files, place: str) -> None:
    parts = place.strip("/").split("/")
    for at in range(1, len(parts) + 1):
        try:
            files.mkdir("/" + "/".join(parts[:at]))
        except FileExistsError:
            continue


def _names(files: Files, folder: str) -> list[str]:
    try:
        return files.listdir(folder)
    except OSError:
        return []


def _table(files: Files, path: str) -> Table | None:
    try:
        told = orjson.loads(files.read(path))
        return Table([(str(name), str(sort)) for name, sort in told["columns"]], [list(row) for row in told["rows"]])
    except (OSError, ValueError, KeyError, TypeError):
        return None
