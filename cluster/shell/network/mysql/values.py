"""The words of the small database: values, tables, what a statement may ask of its server, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Value = str | int | float | None
Row = list[Value]
MOST_ROWS = 5_000
"""Of one table."""


class Wrong(Exception):
    """A statement that cannot be carried out: MySQL's number, state and words."""

    def __init__(self, number: int, state: str, words: str) -> None:
        super().__init__(words)
        self.number, self.state = number, state


@dataclass
class Table:
    columns: list[tuple[str, str]]
    """(name, type)."""
    rows: list[Row] = field(default_factory=list)


Databases = dict[str, dict[str, Table]]
OWN = ("information_schema", "mysql", "performance_schema", "sys")


class Session(NamedTuple):
    """What expressions may ask of the server and of the connection."""

    database: str = ""
    variables: dict[str, Value] = {}  # noqa: RUF012 - never written to
    now: str = ""
    user: str = "root@localhost"
    connection: int = 1
    read_only: bool = False


class Result(NamedTuple):
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    affected: int = 0
    database: str = ""
    """The one that is used from now on."""
    changed: bool = False
