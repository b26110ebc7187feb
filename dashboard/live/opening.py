"""What a browser gets first: a snapshot of a moment ago, encoded once, and the frames that were told since.

Browsers come together, after a restart all of them, and while a cluster is busy no two come at one revision: encoding
thousands of objects for each would hold up everybody.
"""

from __future__ import annotations

from typing import Any

import orjson

MOST_FRAMES, MOST_CHARACTERS = 64, 256 * 1024
"""From so much to catch up with on, a new snapshot is the shorter way."""


class Opening:
    def __init__(self, revision: int, objects: list[dict[str, Any]], reasons: dict[str, Any]) -> None:
        self.upto = revision
        """The revision that who has all of it stands at."""
        self._rest = orjson.dumps({"revision": revision, "objects": objects, "reasons": reasons}).decode()[1:]
        self._frames: list[str] = []
        self._characters = 0

    @property
    def followed(self) -> bool:
        return bool(self._frames)

    @property
    def spent(self) -> bool:
        return len(self._frames) >= MOST_FRAMES or self._characters >= MOST_CHARACTERS

    def add(self, frame: str, revision: int = 0) -> None:
        """A frame that all are told; one of changes bears their revision."""
        if revision and revision <= self.upto:
            return
        self.upto = max(self.upto, revision)
        self._frames.append(frame)
        self._characters += len(frame)

    def frames(self, facts: dict[str, Any]) -> list[str]:
        """The snapshot, with what is told to this browser and at this moment only, and what followed it."""
        return [f"{orjson.dumps(facts).decode()[:-1]},{self._rest}", *self._frames]
