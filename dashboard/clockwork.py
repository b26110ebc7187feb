"""How a person sets a cluster's clock: pause, go on, a step, another speed or pace. Words in, store calls out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, cast

from cluster.machinery.errors import BadRequest
from cluster.models import Cluster
from cluster.store import clocks
from dashboard.actions import shown

Verb = Literal["pause", "resume", "step", "speed", "pace"]
VERBS: tuple[Verb, ...] = ("pause", "resume", "step", "speed", "pace")


class ClockAct(NamedTuple):
    verb: Verb
    speed: float = 1.0
    pace: str = ""


def clock_act(message: Mapping[str, Any]) -> ClockAct:
    """What a message or form asks for. BadRequest with a sentence when it asks for none we know."""
    verb = message.get("verb")
    if verb not in VERBS:
        raise BadRequest(f"pause, resume, step, speed and pace are what can be done to a clock. This is {shown(verb)}.")
    if verb == "pace":
        pace = message.get("pace")
        if pace not in Cluster.Pace.values:
            raise BadRequest(f"A pace is {', '.join(Cluster.Pace.values[:-1])} or real. This is {shown(pace)}.")
        return ClockAct("pace", pace=str(pace))
    return ClockAct(cast("Verb", verb), _speed(message.get("speed", 1)))


def _speed(value: object) -> float:
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not clocks.SLOWEST <= number <= clocks.FASTEST:
        raise BadRequest(f"A speed is a number from {clocks.SLOWEST:g} to {clocks.FASTEST:g}. This is {shown(value)}.")
    return number


def set_clock(cluster: int, act: ClockAct) -> None:
    """Carry it out. BadRequest when the clock is not such that it can be done. To be called in the writer's thread."""
    match act.verb:
        case "pause":
            clocks.pause(cluster)
        case "resume" | "speed":
            clocks.set_speed(cluster, act.speed)
        case "step":
            clocks.ask_step(cluster)
        case "pace":
            Cluster.objects.filter(pk=cluster).update(pace=act.pace)
