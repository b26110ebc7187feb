"""Containers that end by themselves: ended for good, started again at once, or held back for longer each time.

The first restart follows at once, the next ones after 10, 20, 40 … at most 300 seconds, at every pace.
"""

from __future__ import annotations

from cluster.machinery.objects import Obj, seconds, spec, status
from cluster.nodes import pace, programs, statuses
from cluster.nodes.script import FOREVER
from cluster.nodes.stages import Level, Said, Step
from cluster.nodes.statuses import ContainerStatus

FIRST_BACKOFF = 10.0
LONGEST_BACKOFF = 300.0
_HELD_BACK = "CrashLoopBackOff"


def backoff(restarts: int) -> float:
    """Seconds a container that has been restarted so often waits for the next time."""
    return min(FIRST_BACKOFF * 2.0 ** min(max(restarts - 1, 0), 10), LONGEST_BACKOFF)


def living(pod: Obj, now: float) -> Step | None:
    """The report due because a process ended or its back-off is over; None when there is none."""
    templates = {each["name"]: each for each in spec(pod)["containers"]}
    containers: list[ContainerStatus] = []
    said: list[Said] = []
    for current in statuses.container_statuses(pod):
        template = templates.get(current["name"])
        moment = _moment(pod, current, template)
        if template is None or moment is None or now < moment:
            containers.append(current)
        else:
            containers.append(_next(pod, template, current, now, said))
    if all(before is after for before, after in zip(statuses.container_statuses(pod), containers, strict=True)):
        return None
    base = status(pod)
    if all("terminated" in each["state"] for each in containers):
        failed = any(each["state"]["terminated"]["exitCode"] for each in containers)
        base = {**base, "phase": "Failed" if failed else "Succeeded"}
    return Step(statuses.reported(pod, base, containers, now), tuple(said))


def next_moment(pod: Obj) -> float | None:
    """When the next process ends or back-off is over."""
    templates = {each["name"]: each for each in spec(pod)["containers"]}
    moments = [_moment(pod, each, templates.get(each["name"])) for each in statuses.container_statuses(pod)]
    return min((moment for moment in moments if moment is not None), default=None)


def reasons(pod: Obj) -> list[tuple[Level, str, str]]:
    """Containers that are held back, for a person."""
    return [
        ("fail", f"Back-off restarting {each['name']}.", "crash-loop")
        for each in statuses.container_statuses(pod)
        if (each["state"].get("waiting") or {}).get("reason") == _HELD_BACK
    ]


def _moment(pod: Obj, current: ContainerStatus, template: Obj | None) -> float | None:
    state = current["state"]
    if template is None:
        return None
    if "running" in state:
        run = programs.run(pod, template)
        return None if run.seconds == FOREVER else seconds(state["running"].get("startedAt")) + run.seconds
    if (state.get("waiting") or {}).get("reason") == _HELD_BACK:
        last = (current.get("lastState") or {}).get("terminated") or {}
        return seconds(last.get("finishedAt")) + backoff(current["restartCount"])
    return None


def _next(pod: Obj, template: Obj, current: ContainerStatus, now: float, said: list[Said]) -> ContainerStatus:
    label, count = current["name"], current["restartCount"]
    if "waiting" in current["state"]:
        _tell_start(template, said)
        last = (current.get("lastState") or {}).get("terminated")
        return statuses.running(pod, template, now, restarts=count + 1, last=last)
    code = programs.run(pod, template).exit_code
    policy = spec(pod).get("restartPolicy") or "Always"
    if policy == "Never" or (policy == "OnFailure" and not code):
        return statuses.ended(current, code, now)
    last = statuses.termination(current, code, now)
    if not count:
        _tell_start(template, said)
        return statuses.running(pod, template, now, restarts=1, last=last)
    described = statuses.described(pod)
    wait = pace.shown(backoff(count))
    said.append(Said("Warning", "BackOff", f"Back-off restarting failed container {label} in pod {described}", label))
    message = f"back-off {wait} restarting failed container={label} pod={described}"
    return statuses.waiting(template, _HELD_BACK, message, before={**current, "lastState": {"terminated": last}})


def _tell_start(template: Obj, said: list[Said]) -> None:
    label = template["name"]
    said.append(Said("Normal", "Pulled", f'Container image "{template["image"]}" already present on machine', label))
    said.append(Said("Normal", "Created", f"Created container: {label}", label))
    said.append(Said("Normal", "Started", f"Started container {label}", label))
