"""On which line of its text each field of an object stands.

Kept as a tree beside the object, not as a map from written-out paths: a hostile text could make those paths longer
than itself a thousand times over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Place(NamedTuple):
    """A mapping or a list: its line, and where what is inside stands (a scalar is its line alone)."""

    line: int
    inside: dict[str, int | Place] | list[int | Place]


_STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
_PLAIN_KEY = re.compile(r"[A-Za-z_$][-A-Za-z0-9_$]*").fullmatch


def shown(path: str, key: str) -> str:
    """A key added to a path as Kubernetes writes it: spec.type, but data[web.conf]."""
    if not _PLAIN_KEY(key):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def _line(spot: int | Place) -> int:
    return spot if isinstance(spot, int) else spot.line


class Lines(Mapping[str, int]):
    """Path -> line, "spec.ports[0].port" -> 7. Iterates the paths in the order of the text."""

    def __init__(self, root: int | Place) -> None:
        self._root = root

    def __getitem__(self, path: str) -> int:
        line, exact = self._find(path)
        if not exact or not path:
            raise KeyError(path)
        return line

    def nearest(self, path: str) -> int:
        """The line of the field, or of the innermost thing around it that is there."""
        return self._find(path)[0]

    def _find(self, path: str) -> tuple[int, bool]:
        spot = self._root
        for match in _STEP.finditer(path):
            name = match[1] if match[1] is not None else match[2]
            found: int | Place | None = None
            if isinstance(spot, Place) and isinstance(spot.inside, dict):
                found = spot.inside.get(name)
            elif isinstance(spot, Place) and isinstance(spot.inside, list) and name.isdecimal():
                found = spot.inside[int(name)] if int(name[:9]) < len(spot.inside) and len(name) < 9 else None
            if found is None:
                return _line(spot), False
            spot = found
        return _line(spot), True

    def __iter__(self) -> Iterator[str]:
        waiting: list[tuple[str, int | Place]] = [("", self._root)]
        while waiting:
            path, spot = waiting.pop()
            if path:
                yield path
            if isinstance(spot, Place):
                if isinstance(spot.inside, dict):
                    inner = [(shown(path, key), each) for key, each in spot.inside.items()]
                else:
                    inner = [(f"{path}[{index}]", each) for index, each in enumerate(spot.inside)]
                waiting += reversed(inner)

    def __len__(self) -> int:
        return sum(1 for _ in self)
