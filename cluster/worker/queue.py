"""The keyed work queue: what to plan, when, and how long to back off after a failure. Pure; times are arguments.

A key stands in it at most once, at the earliest time anybody asked for. Failures double a key's delay from 5 ms up to
1000 s, as client-go's rate limiter does; a success forgets them.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

from cluster.machinery.objects import Key

FIRST_DELAY = 0.005
LONGEST_DELAY = 1000.0


class Item(NamedTuple):
    controller: int
    """Index of the controller in the worker's list."""
    key: Key


class WorkQueue:
    """Items by due time (any one clock, in seconds)."""

    def __init__(self) -> None:
        self._due: dict[Item, float] = {}
        self._heap: list[tuple[float, int, Item]] = []
        self._order = 0
        self._failures: dict[Item, int] = {}

    def __len__(self) -> int:
        return len(self._due)

    def add(self, item: Item, due: float) -> None:
        """Ask for an item at `due`; an earlier request stands."""
        present = self._due.get(item)
        if present is not None and present <= due:
            return
        self._due[item] = due
        self._order += 1
        heapq.heappush(self._heap, (due, self._order, item))

    def pop(self, now: float) -> Item | None:
        """The next item that is due, in order of due time and asking; None when none is."""
        while self._heap:
            due, _, item = self._heap[0]
            if self._due.get(item) != due:
                heapq.heappop(self._heap)  # asked for earlier since, and taken
                continue
            if due > now:
                return None
            heapq.heappop(self._heap)
            del self._due[item]
            return item
        return None

    def next_due(self) -> float | None:
        """When the next item is due."""
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def failed(self, item: Item, now: float) -> float:
        """Ask for the item again after its back-off; returns the delay in seconds."""
        count = self._failures.get(item, 0)
        self._failures[item] = count + 1
        delay = min(FIRST_DELAY * 2.0 ** min(count, 40), LONGEST_DELAY)
        self.add(item, now + delay)
        return delay

    def succeeded(self, item: Item) -> None:
        self._failures.pop(item, None)
