"""Carrying out an act's script in a container, as `kubectl exec` would."""

from __future__ import annotations

from cluster.lessons.values import Act
from cluster.machinery import processes
from cluster.machinery.errors import BadRequest, NotFound
from cluster.machinery.objects import PODS, spec, status
from cluster.shell.machine import Machines


async def run_in(machines: Machines, act: Act) -> int:
    """The script's status. NotFound, BadRequest."""
    namespace, _, called = act.given["in"].rpartition("/")
    pod = machines.world.find(PODS, namespace, called)
    if pod is None:
        raise NotFound("pods", called)
    if processes.actual(pod).get("phase") != "Running":
        raise BadRequest(f"{called} does not run: it is {status(pod).get('phase') or 'Pending'}.")
    container = act.given["container"] or str(spec(pod)["containers"][0]["name"])
    ended = await machines.run(pod, container, ["sh", "-c", act.given["script"]])
    if ended is None:
        raise BadRequest(f"{container} of {called} has no sh.")
    return ended[0]
