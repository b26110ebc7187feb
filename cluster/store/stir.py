"""Whether a database file was written to since the last glance, for next to nothing: SQLite's `data_version`.

Other processes on the same SQLite file ring no bell that is heard here. On PostgreSQL there is no such counter; there
the processes share a Redis that rings, and the looks at the counter rows stand behind it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from types import TracebackType

from django.db import connection


class Stir:
    """Opened in any thread and glanced at from one; a glance reads a few octets of shared memory."""

    def __init__(self) -> None:
        self._file: sqlite3.Connection | None = None
        if connection.vendor == "sqlite":
            self._file = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
        self._seen = self._version()

    def __enter__(self) -> Stir:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()

    @property
    def tells(self) -> bool:
        """False where nothing can be glanced at."""
        return self._file is not None

    def stirred(self) -> bool:
        """Somebody has committed since the last call. An unreadable file counts as stirred: the look will say why."""
        try:
            seen, self._seen = self._seen, self._version()
        except sqlite3.Error:
            return True
        return seen != self._seen

    def _version(self) -> int:
        if self._file is None:
            return 0
        with closing(self._file.execute("PRAGMA data_version")) as answer:
            return int(answer.fetchone()[0])
