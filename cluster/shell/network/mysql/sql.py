"""Statements and what they do to databases that are plain values. Pure.

Known: CREATE, DROP, USE, SHOW, DESCRIBE, INSERT, SELECT, UPDATE, DELETE in their simple forms. What is not is a syntax
error, as the server says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster.shell.network.mysql.expressions import literal
from cluster.shell.network.mysql.lookup import split, table_of, tables_of
from cluster.shell.network.mysql.rows import delete, insert, select, update
from cluster.shell.network.mysql.tokens import Words
from cluster.shell.network.mysql.values import OWN, Databases, Result, Session, Table, Wrong


def execute(text: str, databases: Databases, session: Session) -> Result:
    """Carry out one statement; `databases` may be changed. Wrong."""
    words = Words(text)
    kind, first = words.next()
    known = _STATEMENTS.get(first.upper()) if kind == "word" else None
    if known is None:
        raise words.syntax(0)
    does, writes = known
    if writes and session.read_only:
        said = "The MySQL server is running with the --super-read-only option so it cannot execute this statement"
        raise Wrong(1290, "HY000", said)
    found = does(words, databases, session)
    words.take(";")
    if not words.ended:
        raise words.syntax()
    return found._replace(changed=writes)


def _create(words: Words, databases: Databases, session: Session) -> Result:
    if words.take("DATABASE") or words.take("SCHEMA"):
        lenient = words.take("IF", "NOT", "EXISTS")
        name = words.name()
        if name in databases or name in OWN:
            if lenient:
                return Result(affected=1)
            raise Wrong(1007, "HY000", f"Can't create database '{name}'; database exists")
        databases[name] = {}
        return Result(affected=1)
    words.need("TABLE")
    lenient = words.take("IF", "NOT", "EXISTS")
    database, name = split(words.name(), session)
    tables = tables_of(database, databases)
    columns = _columns(words)
    while not words.ended and not words.peek(";"):
        words.next()  # ENGINE=InnoDB and its like
    if name in tables:
        if lenient:
            return Result()
        raise Wrong(1050, "42S01", f"Table '{name}' already exists")
    tables[name] = Table(columns)
    return Result()


def _columns(words: Words) -> list[tuple[str, str]]:
    words.need("(")
    found: list[tuple[str, str]] = []
    while True:
        if words.peek("PRIMARY") or words.peek("UNIQUE") or words.peek("KEY") or words.peek("INDEX"):
            _skip(words)
        else:
            name = words.name()
            start = words.at
            _skip(words)
            sort = words.between(start).split(" NOT ")[0].split(" PRIMARY ")[0].lower()
            found.append((name, re.split(r"\s+(?:not|null|primary|auto_increment|default|unique)\b", sort)[0]))
        if words.take(")"):
            return found
        words.need(",")


def _skip(words: Words) -> None:
    """To the comma or bracket that ends a column."""
    depth = 0
    while not words.ended and (depth or not (words.peek(",") or words.peek(")"))):
        depth += words.peek("(") - words.peek(")")
        words.next()


def _drop(words: Words, databases: Databases, session: Session) -> Result:
    if words.take("DATABASE") or words.take("SCHEMA"):
        lenient, name = words.take("IF", "EXISTS"), words.name()
        if databases.pop(name, None) is None and not lenient:
            raise Wrong(1008, "HY000", f"Can't drop database '{name}'; database doesn't exist")
        return Result()
    words.need("TABLE")
    lenient = words.take("IF", "EXISTS")
    database, name = split(words.name(), session)
    if tables_of(database, databases).pop(name, None) is None and not lenient:
        raise Wrong(1051, "42S02", f"Unknown table '{database}.{name}'")
    return Result()


def _use(words: Words, databases: Databases, session: Session) -> Result:
    name = words.name()
    tables_of(name, databases)
    return Result(database=name)


def _show(words: Words, databases: Databases, session: Session) -> Result:
    if words.take("DATABASES") or words.take("SCHEMAS"):
        return Result(("Database",), tuple((name,) for name in sorted((*OWN, *databases))))
    if words.take("TABLES"):
        name = words.name() if words.take("FROM") or words.take("IN") else session.database
        if not name:
            raise Wrong(1046, "3D000", "No database selected")
        return Result((f"Tables_in_{name}",), tuple((table,) for table in sorted(tables_of(name, databases))))
    words.take("GLOBAL")
    if words.take("VARIABLES"):
        wanted = str(literal(words)) if words.take("LIKE") else "%"
        shown = re.compile(re.escape(wanted).replace("%", ".*").replace("_", "."), re.IGNORECASE)
        rows = [(name, str(value)) for name, value in sorted(session.variables.items()) if shown.fullmatch(name)]
        return Result(("Variable_name", "Value"), tuple(rows))
    if words.take("SLAVE", "STATUS") or words.take("REPLICA", "STATUS") or words.take("WARNINGS"):
        return Result()
    if words.take("CREATE", "TABLE"):
        name = words.name()
        columns = ",\n".join(f"  `{column}` {sort}" for column, sort in table_of(name, databases, session).columns)
        table = name.rpartition(".")[2]
        return Result(("Table", "Create Table"), ((table, f"CREATE TABLE `{table}` (\n{columns}\n) ENGINE=InnoDB"),))
    raise words.syntax()


def _describe(words: Words, databases: Databases, session: Session) -> Result:
    columns = table_of(words.name(), databases, session).columns
    rows = tuple((name, sort, "YES", "", None, "") for name, sort in columns)
    return Result(("Field", "Type", "Null", "Key", "Default", "Extra"), rows)


def _nothing(words: Words, databases: Databases, session: Session) -> Result:
    while not words.ended:
        words.next()
    return Result()


_STATEMENTS: dict[str, tuple[Callable[[Words, Databases, Session], Result], bool]] = {
    "CREATE": (_create, True),
    "DROP": (_drop, True),
    "USE": (_use, False),
    "SHOW": (_show, False),
    "DESCRIBE": (_describe, False),
    "DESC": (_describe, False),
    "INSERT": (insert, True),
    "SELECT": (select, False),
    "UPDATE": (update, True),
    "DELETE": (delete, True),
    "SET": (_nothing, False),
    "FLUSH": (_nothing, False),
    "COMMIT": (_nothing, False),
    "BEGIN": (_nothing, False),
    "START": (_nothing, False),
    "ROLLBACK": (_nothing, False),
    "GRANT": (_nothing, False),
}
