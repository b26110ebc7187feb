"""A pod that may be active for so long and no longer (`activeDeadlineSeconds`): when its time is up, it has failed."""

from __future__ import annotations

from cluster.machinery.objects import Obj, seconds, spec, status
from cluster.nodes import programs, statuses
from cluster.nodes.stages import Said, Step

_MESSAGE = "Pod was active on the node longer than the specified deadline"


def deadline(pod: Obj) -> float | None:
    """The moment from which on it may not be active; None where there is none, or it has not begun."""
    allowed, started = spec(pod).get("activeDeadlineSeconds"), status(pod).get("startTime")
    return seconds(started) + float(allowed) if allowed is not None and started else None


def exceeded(pod: Obj, now: float) -> Step:
    """All its containers are stopped, and it has failed."""
    templates = statuses.templates(pod)
    grace = float(spec(pod).get("terminationGracePeriodSeconds") or 0)

    def stopped(current: statuses.ContainerStatus) -> statuses.ContainerStatus:
        template = templates.get(current["name"])
        if "running" not in current["state"] or template is None:
            return current
        return statuses.ended(current, programs.run(pod, template).stopped_within(grace), now)

    base = {**status(pod), "phase": "Failed", "reason": "DeadlineExceeded", "message": _MESSAGE}
    if inits := statuses.init_statuses(pod):
        base["initContainerStatuses"] = [stopped(each) for each in inits]
    if beside := statuses.ephemeral_statuses(pod):
        base["ephemeralContainerStatuses"] = statuses.killed(beside, now)
    both = (*statuses.init_statuses(pod), *statuses.container_statuses(pod), *statuses.ephemeral_statuses(pod))
    said = [Said("Normal", "DeadlineExceeded", "Pod was active on the node longer than specified deadline")]
    said += [
        Said("Normal", "Killing", f"Stopping container {each['name']}", each["name"])
        for each in both
        if "running" in each["state"]
    ]
    containers = [stopped(each) for each in statuses.container_statuses(pod)]
    return Step(statuses.reported(pod, base, containers, now), tuple(said))
