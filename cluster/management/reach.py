"""Whether what a command stands on is there: the database, the channel layer. If not, one sentence and no traceback.

A command puts its work into `with database():`; what it does is its own affair.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.management import CommandError
from django.db import DatabaseError, OperationalError, ProgrammingError, connection

from cluster.models import Cluster
from cluster.store import doorbell


@contextlib.contextmanager
def database(*, made: bool = True) -> Iterator[None]:
    """CommandError when the database does not answer, or is none. `made`: and when `up` has not yet made it."""
    try:
        if made:
            _look()
        yield
    except DatabaseError as error:
        raise CommandError(_sentence(error)) from error


def _look() -> None:
    file = _file()
    # Opening would make an empty one.
    empty = file is not None and not file.exists()
    if empty or Cluster._meta.db_table not in connection.introspection.table_names():
        place = f" in {file.parent}" if file is not None else ""
        raise CommandError(f"nothing is kept{place} yet. `manage.py up` makes it; --data names another folder.")


def _file() -> Path | None:
    """The file of a database that is one."""
    return Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None


def _sentence(error: DatabaseError) -> str:
    said = str(error).strip().split("\n")[0].rstrip(".")
    file = _file()
    if file is not None and type(error) is DatabaseError:
        aside = "Move it aside and a new one is made by `manage.py up`, or put a copy of it in its place."
        return f"{file} is no database any more ({said}). {aside}"
    if said.startswith(("no such", "table ")) or isinstance(error, ProgrammingError):
        return f"the database is not of this release ({said}). `manage.py up` brings it up to date."
    if file is not None:
        return f"{file} cannot be used ({said}). Its folder has to be there, be ours to write to, and have room."
    if isinstance(error, OperationalError):
        return f"the database does not answer ({said}). Start it, or mend DATABASE_URL."
    return f"the database did not do what it was asked to ({said})."


def channel_layer() -> None:
    """CommandError when there is to be one that reaches other processes and it does not answer."""
    if not doorbell.reaches_other_processes():
        return
    try:
        async_to_sync(doorbell.knock)()
    except Exception as error:
        # Whatever the layer's library raises; later, when everything runs, it may be away as long as it likes.
        said = str(error).rstrip(".") or type(error).__name__
        url = _hosts(settings.CHANNEL_LAYERS)
        raise CommandError(
            f"nobody answers at {url} ({said}). Start it, mend REDIS_URL, or leave that out to run as one process."
        ) from error


def _hosts(layers: dict[str, Any]) -> str:
    """Where the layer is looked for, without the password."""
    hosts = layers["default"].get("CONFIG", {}).get("hosts", ())
    return ", ".join(str(each).rpartition("@")[2].rpartition("//")[2] for each in hosts)
