"""When a CronJob starts its next Job and what runs now, in words."""

from __future__ import annotations

from typing import Any

from cluster.controllers.draft import Draft
from cluster.machinery.objects import timestamp


def upcoming(moment: float) -> str:
    """At which moment, not how long until then: nobody says it again every second."""
    return f"Next job at {timestamp(moment)}."


def tell(draft: Draft, told: dict[str, Any]) -> None:
    active = [str(each.get("name")) for each in told.get("active") or ()]
    if len(active) == 1:
        draft.because("info", "running", f"{active[0]} is at work.")
    elif active:
        draft.because("info", "running", f"{len(active)} jobs are at work.")
