"""Databases and tables by name, and MySQL's words where there is none. Pure."""

from __future__ import annotations

from cluster.shell.network.mysql.values import OWN, Databases, Session, Table, Wrong


def split(name: str, session: Session) -> tuple[str, str]:
    """(database, table) of a name as it was written."""
    database, dot, table = name.rpartition(".")
    if not dot and not session.database:
        raise Wrong(1046, "3D000", "No database selected")
    return (database if dot else session.database), table


def tables_of(name: str, databases: Databases) -> dict[str, Table]:
    """Those of one database."""
    if name in OWN:
        return {}
    if name not in databases:
        raise Wrong(1049, "42000", f"Unknown database '{name}'")
    return databases[name]


def table_of(name: str, databases: Databases, session: Session) -> Table:
    """By its name, of the database in use where it names none."""
    database, table = split(name, session)
    found = tables_of(database, databases).get(table)
    if found is None:
        raise Wrong(1146, "42S02", f"Table '{database}.{table}' doesn't exist")
    return found
