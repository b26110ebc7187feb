"""How much cpu and memory a container uses: made up, but always the same for the same container and moment.

About half of what it asks for, a little where it asks for nothing, never more than its limit; going up and down slowly
as real programs do, and read every 15 seconds, as by a metrics server. What `kubectl top` shows, autoscalers go by.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from cluster.machinery import processes
from cluster.machinery.chance import fraction
from cluster.machinery.objects import Obj, spec, status, uid
from cluster.machinery.podspecs import containers_of
from cluster.placement.demand import amounts_of

WINDOW_SECONDS = 15.0
_PERIODS = (600.0, 97.0)
_IDLE_CPU, _IDLE_MEMORY = 12, 24 * 1024 * 1024
_SYSTEM = (120, 700 * 1024 * 1024)
"""What a node uses without any pod."""


class Usage(NamedTuple):
    cpu: int
    """Thousandths of a core."""
    memory: int
    """Bytes."""


def of_container(pod: Obj, container: Obj, now: float) -> Usage:
    """One running container at the last reading before `now`."""
    moment = math.floor(now / WINDOW_SECONDS) * WINDOW_SECONDS
    resources = container.get("resources") or {}
    requests, limits = (amounts_of(resources.get(part) or {}) for part in ("requests", "limits"))
    seed = f"{uid(pod)}/{container.get('name')}"
    cpu = requests.get("cpu") or min(_IDLE_CPU, limits.get("cpu", _IDLE_CPU))
    memory = requests.get("memory") or min(_IDLE_MEMORY, limits.get("memory", _IDLE_MEMORY))
    used = Usage(
        max(1, round(cpu * (0.15 + 0.7 * _swing(seed, "cpu", moment)))),
        round(memory * (0.45 + 0.25 * fraction(seed, "memory") + 0.1 * _swing(seed, "memory", moment))),
    )
    return Usage(min(used.cpu, limits.get("cpu", used.cpu)), min(used.memory, limits.get("memory", used.memory)))


def of_pod(pod: Obj, now: float) -> dict[str, Usage]:
    """By container, those that run; nothing for a pod that does not."""
    templates = {each["name"]: each for each in containers_of(spec(pod))}
    found = processes.actual(pod)
    told = (each for part in ("initContainerStatuses", "containerStatuses") for each in found.get(part) or ())
    running = [each["name"] for each in told if processes.begun(each) is not None]
    return {each: of_container(pod, templates[each], now) for each in running if each in templates}


def of_node(node: Obj, pods: Iterable[Obj], now: float) -> Usage:
    """Its pods and what the machine itself needs."""
    each = [used for pod in pods for used in of_pod(pod, now).values()]
    share = amounts_of(status(node).get("capacity") or {})
    cpu, memory = _SYSTEM[0] + sum(one.cpu for one in each), _SYSTEM[1] + sum(one.memory for one in each)
    return Usage(min(cpu, share.get("cpu", cpu)), min(memory, share.get("memory", memory)))


def _swing(seed: str, what: str, moment: float) -> float:
    """0.0 to 1.0, slowly up and down."""
    waves = (math.sin(2 * math.pi * (moment / period + fraction(seed, f"{what}/{period}"))) for period in _PERIODS)
    return 0.5 + sum(waves) / (2 * len(_PERIODS))
