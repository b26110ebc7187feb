"""The table that a bench prints: what was measured, what the limit is, and whether it holds; and the machine."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import NamedTuple


class Measure(NamedTuple):
    what: str
    value: float
    unit: str
    limit: float | None = None
    more_is_better: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.more_is_better else self.value <= self.limit


def machine() -> str:
    """Processor, cores, memory, Python and system in one line."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    cores = (
        len([line for line in info.read_text().splitlines() if line.startswith("processor")]) if info.exists() else 0
    )
    memory = ""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        kilobytes = int(meminfo.read_text().split()[1])
        memory = f", {kilobytes / 1024 / 1024:.0f} GiB"
    return f"{cpu}, {cores} cores{memory}, Python {platform.python_version()}, {platform.system()} {platform.release()}"


def table(measures: list[Measure]) -> str:
    rows = [("measured", "value", "limit", "", "note")]
    for each in measures:
        limit = "" if each.limit is None else f"{'>=' if each.more_is_better else '<='} {each.limit:,g} {each.unit}"
        rows.append((each.what, f"{each.value:,.4g} {each.unit}", limit, "ok" if each.holds else "MISSED", each.note))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
