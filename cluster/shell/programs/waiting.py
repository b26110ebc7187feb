"""Waiting for so long by the cluster's clock and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from cluster.shell.process import Process

T = TypeVar("T")


async def within(process: Process, seconds: float | None, work: Coroutine[Any, Any, T]) -> T:
    """What the work gives; TimeoutError when it takes longer. None: as long as it takes."""
    if seconds is None:
        return await work
    working = asyncio.ensure_future(work)
    waiting = asyncio.ensure_future(process.machine.sleep(seconds))
    try:
        # Whatever is there already is not too late, however short the time.
        for _ in range(_TURNS):
            if working.done():
                break
            await asyncio.sleep(0)
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise TimeoutError
    finally:
        for task in (working, waiting):
            task.cancel()
        await asyncio.gather(working, waiting, return_exceptions=True)


_TURNS = 50
"""Of the loop: what both ends of a stream in this process need to say something and answer it."""
