"""The programs that simulated images have. A module in this folder that has `PROGRAMS`, name -> program, adds them.

A program is a coroutine function of a `Process` (see `cluster.shell.process`); which image has it, and where, is data
in `cluster.nodes.software`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import lru_cache

from cluster.shell.process import Program


def modules() -> list[str]:
    """Where they are written, for whoever imports them beforehand."""
    return [f"{__name__}.{name}" for name in sorted(each.name for each in pkgutil.iter_modules(__path__))]


@lru_cache(maxsize=1)
def known() -> Mapping[str, Program]:
    """All programs by name."""
    found: dict[str, Program] = {}
    for module in modules():
        found.update(getattr(importlib.import_module(module), "PROGRAMS", {}))
    return found
