"""A source that is made when it is first asked: what few look into costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property

from cluster.contents.entry import Entry
from cluster.contents.layer import Source


class Lazy:
    def __init__(self, make: Callable[[], Source]) -> None:
        self._make = make

    @cached_property
    def _source(self) -> Source:
        return self._make()

    def at(self, path: str, moment: float) -> Entry | None:
        return self._source.at(path, moment)

    def names(self, folder: str) -> Iterable[str]:
        return self._source.names(folder)
