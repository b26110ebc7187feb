"""The report that a container's main process is over, by whoever carried it out. What follows from it, a restart or the
pod's end, the kubelet decides from the objects.
"""

from __future__ import annotations

from cluster.machinery import processes
from cluster.machinery.objects import Obj, status
from cluster.nodes import statuses
from cluster.nodes.statuses import ContainerStatus, Status


def exited(pod: Obj, container: str, restart: int, exit_code: int, now: float, message: str = "") -> Status | None:
    """The pod's status to store with it; None when that start of the container does not run any more. `message`: what
    it left to be told."""
    after = _after(processes.real(pod), container, restart, exit_code, now, message)
    return None if after is None else processes.reported(pod, after)


def _after(pod: Obj, container: str, restart: int, exit_code: int, now: float, message: str) -> Status | None:

    def ended(those: list[ContainerStatus]) -> list[ContainerStatus]:
        return [
            statuses.ended(each, exit_code, now, message)
            if (each["name"], each["restartCount"]) == (container, restart) and "running" in each["state"]
            else each
            for each in those
        ]

    containers, beside = statuses.container_statuses(pod), statuses.ephemeral_statuses(pod)
    inits = statuses.init_statuses(pod)
    if (after := ended(inits)) != inits:
        through = [
            {**each, "ready": not exit_code} if one is not each else each
            for one, each in zip(inits, after, strict=True)
        ]
        return statuses.reported(pod, {**status(pod), "initContainerStatuses": through}, containers, now)
    if (after := ended(containers)) != containers:
        return statuses.reported(pod, status(pod), after, now)
    if (after := ended(beside)) != beside:
        return {**status(pod), "ephemeralContainerStatuses": after}
    return None
