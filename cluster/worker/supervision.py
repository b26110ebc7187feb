"""Keeps a part of a process running: what fails is told and started again. Knows nothing of what the part does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger()

FIRST_DELAY = 0.1
LONGEST_DELAY = 10.0
WELL_AFTER = 30.0
"""Seconds after which a part counts as having run well."""


async def supervise(name: str, part: Callable[[], Awaitable[None]]) -> None:
    """Run a part for ever: after a failure again, with back-off up to 10 s."""
    delay = FIRST_DELAY
    while True:
        began = asyncio.get_running_loop().time()
        try:
            await part()
        except Exception as error:
            # The one place where any fault of a part ends up: said, and the part starts again.
            log.exception("part_failed", part=name, error=str(error))
        if asyncio.get_running_loop().time() - began > WELL_AFTER:
            delay = FIRST_DELAY
        await asyncio.sleep(delay)
        delay = min(delay * 2, LONGEST_DELAY)
