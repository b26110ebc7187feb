"""How long single tasks held the page's main thread, by their own processor time, out of a trace that Chromium writes.

Whatever else the machine does makes a task last longer by the clock, and says nothing about the page.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

CATEGORIES = ["toplevel", "blink.user_timing"]
MARK = "bench:"
"""Before the names of the marks that the page sets where a part begins; one without a name ends the last of them."""
_TASK = "ThreadControllerImpl::RunTask"


def longest(trace: bytes) -> dict[str, float]:
    """Milliseconds of the longest task of each part."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    marks = sorted((each for each in events if each["name"].startswith(MARK)), key=lambda each: each["ts"])
    tasks = [each for each in events if each["name"] == _TASK and _thread(each) == _thread(marks[0])]
    found: dict[str, float] = {}
    for mark, after in pairwise(marks):
        if part := mark["name"].removeprefix(MARK):
            inside = (each.get("tdur", 0) for each in tasks if mark["ts"] <= each["ts"] < after["ts"])
            found[part] = max(inside, default=0) / 1000
    return found


def _thread(event: dict[str, Any]) -> tuple[int, int]:
    return event["pid"], event["tid"]
