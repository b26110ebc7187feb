"""Which containers see each other's processes: all of a pod that says so, a debugger and what it looks at, all of a
node for a pod that is in the node's own namespace. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cluster.machinery import processes
from cluster.machinery.objects import PODS, Obj, spec, uid
from cluster.nodes import filesystem
from cluster.world import World

PAUSE = ("/pause",)
PAUSE_USER = 65_535
OF_A_NODE: tuple[tuple[str, ...], ...] = (
    ("/sbin/init",),
    ("/usr/bin/containerd",),
    ("/usr/bin/kubelet", "--config=/var/lib/kubelet/config.yaml"),
)
_PARTS = (
    ("initContainers", "initContainerStatuses"),
    ("containers", "containerStatuses"),
    ("ephemeralContainers", "ephemeralContainerStatuses"),
)

Start = tuple[str, str, int]
"""(pod's uid, container, how often it was started again)."""


class Space(NamedTuple):
    """What shares its process ids."""

    key: Start
    sort: str = ""
    """"": one container; "target": a container and who debugs it; "pod"; "node"."""


def start(pod: Obj, container: Obj) -> Start:
    return uid(pod), str(container.get("name")), int(filesystem.own_layer(pod, container).rpartition("/")[2])


def space(pod: Obj, container: Obj) -> Space:
    """Where a container's processes are."""
    if spec(pod).get("hostPID"):
        return Space((str(spec(pod).get("nodeName") or ""), "", 0), "node")
    if spec(pod).get("shareProcessNamespace"):
        return Space((uid(pod), "", 0), "pod")
    looked_at = container.get("targetContainerName") or container.get("name")
    for each in (*(spec(pod).get("containers") or ()), *(spec(pod).get("ephemeralContainers") or ())):
        if each.get("name") == looked_at:
            return Space(start(pod, each), "target" if _is_debugged(pod, str(looked_at)) else "")
    return Space(start(pod, container))


def mates(world: World, pod: Obj, container: Obj) -> Iterator[tuple[Obj, Obj]]:
    """(pod, container) of all that run in the same space, in the order of their beginnings; one alone also while it
    does not run."""
    here = space(pod, container)
    match here.sort:
        case "":
            yield pod, container
        case "target":
            yield from ((pod, each) for each in _running(pod) if space(pod, each) == here)
        case "pod":
            yield from ((pod, each) for each in _running(pod))
        case _:
            for each in world.bucket(PODS).values():
                if spec(each).get("nodeName") == here.key[0]:
                    yield from ((each, found) for found in _running(each))


def _is_debugged(pod: Obj, container: str) -> bool:
    return any(each.get("targetContainerName") == container for each in spec(pod).get("ephemeralContainers") or ())


def _running(pod: Obj) -> Iterator[Obj]:
    found = processes.actual(pod)
    for part, reports in _PARTS:
        live = {each.get("name") for each in found.get(reports) or () if processes.begun(each) is not None}
        yield from (each for each in spec(pod).get(part) or () if each.get("name") in live)
