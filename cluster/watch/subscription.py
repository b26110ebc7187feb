"""A bounded queue of batches for one follower. One that does not keep up is ended, not buffered for ever."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from cluster.change import Change
from cluster.machinery.objects import Obj


class Batch(NamedTuple):
    """Changes that became visible together. `olds[i]` is what changes[i].key held before. Without any changes: the
    cluster's settings or clock are others now, or files were written."""

    revision: int
    changes: tuple[Change, ...]
    olds: tuple[Obj | None, ...]
    stirred: frozenset[str] = frozenset()
    """Layers (cluster.keeping) in which files were written."""


class Ended(Exception):
    """The subscription is over and the follower must list again: it fell behind, or the log was cut under it."""


class Subscription:
    """Iterate batches with `async for`; Ended when it overflowed. Close it when done."""

    def __init__(self, revision: int, limit: int, on_close: Callable[[Subscription], None]) -> None:
        self.revision = revision
        """The revision from which on batches come."""
        self._limit = limit
        self._batches: deque[Batch] = deque()
        self._held = 0
        self._arrived = asyncio.Event()
        self._ended: str | None = None
        self._on_close = on_close

    def push(self, batch: Batch) -> None:
        if self._ended is not None:
            return
        if self._held + len(batch.changes) > self._limit:
            self.end(f"more than {self._limit} changes were waiting")
            return
        self._held += len(batch.changes)
        self._batches.append(batch)
        self._arrived.set()

    def end(self, why: str) -> None:
        """End it from the Hub's side; what is queued is dropped, since the follower lists again anyway."""
        self._ended = why
        self._batches.clear()
        self._held = 0
        self._arrived.set()
        self._on_close(self)

    def close(self) -> None:
        """End it from the follower's side."""
        self._on_close(self)

    def taken(self) -> list[Batch]:
        """All batches that wait, at once, without waiting. Raises Ended."""
        if self._ended is not None:
            raise Ended(self._ended)
        batches = list(self._batches)
        self._batches.clear()
        self._held = 0
        self._arrived.clear()
        return batches

    async def wait(self) -> None:
        """Until there is something to take (or the subscription has ended)."""
        await self._arrived.wait()

    async def __aiter__(self) -> AsyncIterator[Batch]:
        while True:
            await self.wait()
            for batch in self.taken():
                yield batch
