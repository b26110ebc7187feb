"""How many live connections one person has open in this process: a page needs one, and nobody needs hundreds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

MOST = 256


class Crowd:
    """Belongs to the event loop."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._open: Counter[int] = Counter()

    def enter(self, person: int) -> Callable[[], None] | None:
        """Count one more of this person's; call what is returned when it goes. None when there are too many."""
        if self._open[person] >= self._most:
            return None
        self._open[person] += 1
        return partial(self._leave, person)

    def _leave(self, person: int) -> None:
        self._open[person] -= 1
        if not self._open[person]:
            del self._open[person]
