"""The one writer thread of a process, with its own database connection: asynchronous code commits through it.

A commit holds the cluster's lock and the database's; doing that on the event loop would stop everybody who listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connection, connections

P = ParamSpec("P")
T = TypeVar("T")

_writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
_reader = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
_historian = ThreadPoolExecutor(max_workers=1, thread_name_prefix="historian")


async def written(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a writing call of the store in the writer thread: `await written(commit, cluster, intents, …)`."""
    return await asyncio.get_running_loop().run_in_executor(
        _writer, partial(_connected, partial(call, *args, **kwargs))
    )


async def read(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a reading call of the store in the reader thread."""
    return await asyncio.get_running_loop().run_in_executor(
        _reader, partial(_connected, partial(call, *args, **kwargs))
    )


async def looked_back(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what reads the past, which may take long, in a thread apart: who follows the present does not wait for it."""
    return await asyncio.get_running_loop().run_in_executor(
        _historian, partial(_connected, partial(call, *args, **kwargs))
    )


def _connected(call: Callable[[], T]) -> T:
    """These threads see no request end, so a connection that broke is dropped here, before the next use. One that
    works stays, whatever age requests' connections may reach: opening another costs more than most commits."""
    if connection.errors_occurred and not connection.in_atomic_block:
        if not connection.is_usable():
            connection.close()
        connection.errors_occurred = False
    return call()


async def close() -> None:
    """Close the threads' database connections (at the end of a process or a test)."""
    await written(connections.close_all)
    await read(connections.close_all)
    await looked_back(connections.close_all)
