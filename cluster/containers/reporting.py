"""Telling a cluster that a container's main process is over: the kubelet's report, by whoever carried it out."""

from __future__ import annotations

import asyncio
import contextlib

import structlog

from cluster import logs
from cluster.containers.instances import Instance
from cluster.containers.presence import present
from cluster.intents import Update
from cluster.machinery.errors import ApiError, BadRequest, Conflict, NotFound
from cluster.machinery.objects import name
from cluster.nodes.exits import exited
from cluster.nodes.kubelet import NAME as KUBELET
from cluster.shell.machine import machines
from cluster.store import Group, commit_groups, written
from cluster.watch import Mirror

log = structlog.get_logger()

_LONGEST = 4096
"""Bytes of a message that are told."""
_FROM_THE_LOG = (80, 2048)
"""Lines and bytes of the log that stand for one."""
_TRIES = 20
_AGAIN = 0.05
"""Seconds until the mirror is asked again, when somebody else wrote the pod meanwhile."""


async def report_end(mirror: Mirror, instance: Instance, exit_code: int) -> bool:
    """Store that this start of the container is over; whether it was still thought to run. DatabaseError."""
    label = str(instance.container["name"])
    message = await _last_words(mirror, instance, exit_code)
    for _ in range(_TRIES):
        pod = present(mirror, instance)
        status = None if pod is None else exited(pod, label, instance.restart, exit_code, mirror.now(), message)
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


async def _last_words(mirror: Mirror, instance: Instance, exit_code: int) -> str:
    """What it has written where its node looks; else, of one that failed and asks for it, the end of its log."""
    container = instance.container
    label, path = str(container["name"]), str(container.get("terminationMessagePath") or "/dev/termination-log")
    text = b""
    with contextlib.suppress(OSError, BadRequest):
        text = machines(mirror).files(instance.pod, label).read(path)[:_LONGEST]
    if not text and exit_code and container.get("terminationMessagePolicy") == "FallbackToLogsOnError":
        lines, size = _FROM_THE_LOG
        found, _ = await logs.current_book().kept(instance.place(mirror.cluster))
        text = b"\n".join(line.text for line in found[-lines:])[-size:]
    return text.decode(errors="replace")
