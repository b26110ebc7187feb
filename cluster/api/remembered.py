"""What chunked lists have still to give: kept a while, so that every page is of the moment the first one was of.

References to objects only, bounded, in this process; a page that is no longer here is rebuilt from the log.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from cluster.machinery.objects import Key, Obj

MOST_ENTRIES = 200_000
SECONDS = 300.0
"""As long as etcd keeps what was compacted away from under a list."""

Entries = list[tuple[Key, Obj]]


class Pages:
    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[Any, tuple[float, Entries]] = OrderedDict()
        self._count = 0

    def keep(self, of: Any, entries: Entries) -> None:
        self._drop(of)
        self._kept[of] = (self._clock(), entries)
        self._count += len(entries)
        while self._kept and (self._count > MOST_ENTRIES or self._oldest() < self._clock() - SECONDS):
            self._drop(next(iter(self._kept)))

    def find(self, of: Any) -> Entries | None:
        found = self._kept.get(of)
        if found is None or found[0] < self._clock() - SECONDS:
            self._drop(of)
            return None
        return found[1]

    def _oldest(self) -> float:
        return next(iter(self._kept.values()))[0]

    def _drop(self, of: Any) -> None:
        gone = self._kept.pop(of, None)
        if gone is not None:
            self._count -= len(gone[1])
