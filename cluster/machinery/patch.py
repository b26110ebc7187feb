from __future__ import annotations

from typing import Protocol


class Schema(Protocol):
    """What strategic merging must know of a place in an object."""

    @property
    def merge_key(self) -> str: ...
    @property
    def strategies(self) -> frozenset[str]: ...

    def child(self, key: str) -> Schema | None: ...
    def item(self) -> Schema | None: ...


class Untyped:
    """A kind whose fields nobody has described: maps merge, lists are replaced."""

    merge_key = ""
    strategies: frozenset[str] = frozenset()

    def child(self, key: str) -> Untyped:
        return self

    def item(self) -> Untyped:
        return self


UNTYPED = Untyped()
