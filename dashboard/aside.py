"""Work that takes long and asks no database, away from the event loop: reading manifests, telling them, rendering.

Few at a time: all threads of a process share one interpreter, and the loop has to get its turn between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_workers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="aside")


async def aside(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`await aside(render, request, …)`"""
    return await asyncio.get_running_loop().run_in_executor(_workers, partial(call, *args, **kwargs))
