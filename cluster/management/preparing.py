"""A data folder before it is used: one process at a time, with the tables of this release."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator

from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One process at a time prepares a data folder; another that starts at the same moment finds it prepared. The
    lock goes with the process, however it ends."""
    lock = settings.DATA_DIR / "starting.lock"
    try:
        file = lock.open("w")
    except OSError as error:
        raise CommandError(f"cannot write to {lock.parent}: {error.strerror}. --data names another folder.") from error
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate() -> None:
    """Run migrations in this process, if there are any to run."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
