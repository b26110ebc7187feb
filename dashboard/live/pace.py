"""How fast one socket may speak: so many messages at once, then so many a second. Pure; the clock is an argument."""

from __future__ import annotations


class Pace:
    def __init__(self, burst: int, per_second: float) -> None:
        self._burst, self._rate = float(burst), per_second
        self._left, self._at = self._burst, 0.0

    def delay(self, now: float) -> float:
        """Take one message; seconds it has to wait for its turn. `now` never goes back."""
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        self._left -= 1.0
        return max(0.0, -self._left / self._rate)
