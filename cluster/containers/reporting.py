"""Telling a cluster that a container's main process is over: the kubelet's report, by whoever carried it out."""

from __future__ import annotations

import asyncio

import structlog

from cluster.containers.instances import Instance
from cluster.containers.presence import present
from cluster.intents import Update
from cluster.machinery.errors import ApiError, Conflict, NotFound
from cluster.machinery.objects import name
from cluster.nodes.exits import exited
from cluster.nodes.kubelet import NAME as KUBELET
from cluster.store import Group, commit_groups, written
from cluster.watch import Mirror

log = structlog.get_logger()

_TRIES = 20
_AGAIN = 0.05
"""Seconds until the mirror is asked again, when somebody else wrote the pod meanwhile."""


async def report_end(mirror: Mirror, instance: Instance, exit_code: int) -> bool:
    """Store that this start of the container is over; whether it was still thought to run. DatabaseError."""
    label = str(instance.container["name"])
    for _ in range(_TRIES):
        pod = present(mirror, instance)
        status = None if pod is None else exited(pod, label, instance.restart, exit_code, mirror.now())
        if pod is None or status is None:
            return False
        intent = Update({**pod, "status": status}, "status")
        try:
            outcome = await written(commit_groups, mirror.cluster, [Group([intent])], author=KUBELET, cause="exit")
        except NotFound:
            return False  # the cluster is gone
        error: ApiError | None = outcome.results[0].error
        if error is None:
            await mirror.reached(outcome.revision)
            return True
        if not isinstance(error, Conflict):
            log.info("end_not_stored", cluster=mirror.cluster, pod=name(pod), error=error.message)
            return False
        await asyncio.sleep(_AGAIN)
    log.warning("end_not_stored", cluster=mirror.cluster, pod=name(instance.pod), error="it changed all the time")
    return False
