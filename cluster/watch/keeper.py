"""Files of the mirrors of this process: what is written here is stored in batches, what others have stored is read.

Whoever writes has it in memory at once, and so has everybody in this process. Another process sees it at its Hub's next
look, since the counter row says how often files were written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import structlog
from django.db import DatabaseError

from cluster.contents import Contents
from cluster.keeping import orphans
from cluster.machinery.errors import Gone
from cluster.store import contents as stored
from cluster.store.rows import Head
from cluster.store.writer import read, written
from cluster.watch.mirror import Mirror

log = structlog.get_logger()

SETTLE = 0.02
"""Seconds that writes may gather, so that a loop in a shell costs few transactions."""
AGAIN = 1.0
"""Seconds until what the database would not take is tried again."""
SWEEP = 60.0
"""Seconds between two looks for layers whose owners are gone; who is gone at both is dropped."""

Tell = Callable[[int, frozenset[str]], None]


class Keeper:
    """One a Hub. `tell(cluster, layers)` is called when files are others now."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._contents: dict[int, Contents] = {}
        self._touched: dict[int, set[str]] = {}
        self._doomed: dict[int, frozenset[str]] = {}
        self._wrote = asyncio.Event()
        self._swept = 0.0

    async def load(self, head: Head) -> Contents:
        """What is stored of a cluster's files; writes to it are stored from now on."""
        made = Contents(head.contents)
        if head.contents:
            made.follow(await read(stored.since, head.cluster, 0), head.contents)
        made.on_write = lambda key: self._written(head.cluster, key)
        self._contents[head.cluster] = made
        return made

    def forget(self, cluster: int) -> None:
        for held in (self._contents, self._touched, self._doomed):
            held.pop(cluster, None)

    async def look(self, mirror: Mirror, head: Head) -> None:
        """Read what others have written since."""
        if head.contents <= mirror.contents.revision:
            return
        found = await read(stored.since, head.cluster, mirror.contents.revision)
        if touched := mirror.contents.follow(found, head.contents):
            self._tell(head.cluster, frozenset(touched))

    def sweep(self, mirrors: dict[int, Mirror], now: float) -> None:
        """Drop from memory what nobody can see any more. Twice, since a file may be known before its pod is."""
        if now < self._swept + SWEEP:
            return
        self._swept = now
        for cluster, mirror in mirrors.items():
            found = frozenset(orphans(mirror.world, mirror.contents.layers))
            mirror.contents.drop(found & self._doomed.get(cluster, frozenset()))
            self._doomed[cluster] = found

    async def run(self) -> None:
        """Store until cancelled, and then what is left."""
        try:
            while True:
                await self._wrote.wait()
                self._wrote.clear()
                touched, self._touched = self._touched, {}
                for cluster, layers in touched.items():
                    self._tell(cluster, frozenset(layers))
                await asyncio.sleep(SETTLE)
                if not await self._store():
                    await asyncio.sleep(AGAIN)
                    self._wrote.set()
        finally:
            await self._store()

    def _written(self, cluster: int, key: str) -> None:
        self._touched.setdefault(cluster, set()).add(key)
        self._wrote.set()

    async def _store(self) -> bool:
        """Everything that waits; False when the database would not take it."""
        for cluster, contents in list(self._contents.items()):
            while rows := contents.unstored():
                try:
                    revision = await written(stored.keep, cluster, rows)
                except Gone:
                    self.forget(cluster)
                    break
                except DatabaseError as error:
                    contents.again(rows)
                    log.warning("files_not_stored", cluster=cluster, error=str(error))
                    return False
                if revision == contents.revision + 1:
                    contents.revision = revision  # nobody else wrote in between, so there is nothing to read
        return True
