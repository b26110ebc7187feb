"""Where this process's DNS server listens, and for which cluster: for those who tell people how to ask it.

Knows neither sockets nor what is answered there; nobody listens until the server says so.
"""

from __future__ import annotations

from typing import NamedTuple


class Listening(NamedTuple):
    cluster: str
    """The slug of the one cluster that is answered for."""
    host: str
    port: int
    """As it was really bound."""


_current: Listening | None = None


def use(listening: Listening | None) -> None:
    """Let everything in this process that shows a command for the DNS server name this one; None: there is none."""
    global _current
    _current = listening


def current() -> Listening | None:
    return _current
