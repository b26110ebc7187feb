"""How much one client may ask of the API: requests in a span of time, and answers that stay open at once.

Generous to people and tools, and a limit to a loop gone wild; one process counts for itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from limits import RateLimitItem, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from cluster.api.request import ANONYMOUS, User
from cluster.machinery.errors import ApiError

REQUESTS = RateLimitItemPerSecond(4000, 10)
OF_STRANGERS = RateLimitItemPerSecond(100, 10)
"""Who gave no credential, by address."""
STREAMS = 1000
"""Watches, logs and the like that one user may hold open in this process."""


class TooMany(ApiError):
    code, reason = 429, "TooManyRequests"

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}, please try again later.", {"retryAfterSeconds": 1})


class Throttle:
    def __init__(
        self, requests: RateLimitItem = REQUESTS, of_strangers: RateLimitItem = OF_STRANGERS, streams: int = STREAMS
    ) -> None:
        self._requests, self._of_strangers, self._streams = requests, of_strangers, streams
        self._counted = FixedWindowRateLimiter(MemoryStorage())
        self._open: Counter[str] = Counter()

    def count(self, user: User, client: str) -> None:
        """One more request. TooMany."""
        unknown = user.name == ANONYMOUS.name
        limit, who = (self._of_strangers, client) if unknown else (self._requests, user.name)
        if not self._counted.hit(limit, who):
            raise TooMany("Too many requests")

    @contextmanager
    def stream(self, user: User) -> Iterator[None]:
        """While an answer stays open. TooMany."""
        if self._open[user.name] >= self._streams:
            raise TooMany("Too many open watches and streams")
        self._open[user.name] += 1
        try:
            yield
        finally:
            self._open[user.name] -= 1
            if not self._open[user.name]:
                del self._open[user.name]
