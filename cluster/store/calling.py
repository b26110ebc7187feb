"""Who carries calls to webhooks in this process: said once by who knows the network of pods, asked in every commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cluster.kinds.kind import Caller

_current: Caller | None = None


def use(caller: Caller | None) -> None:
    """Let this one carry the calls; None: nobody."""
    global _current
    _current = caller


def current() -> Caller | None:
    return _current
