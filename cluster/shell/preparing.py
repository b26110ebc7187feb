"""The shell and its programs imported beforehand, in a quiet moment, so that the first command somebody gives in a pod
need not wait for that.
"""

from __future__ import annotations

import asyncio
import importlib

from cluster.shell import programs

QUIET, PAUSE = 30.0, 0.02
"""Seconds after the start, and between two modules: each is a few milliseconds that others wait."""


async def prepare() -> None:
    """All of it, one module after the other."""
    await asyncio.sleep(QUIET)
    for module in programs.modules():
        await asyncio.to_thread(importlib.import_module, module)
        await asyncio.sleep(PAUSE)
    programs.known()
