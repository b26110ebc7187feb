"""Volumes of a pod's own that hold more than they may (`emptyDir.sizeLimit`): their pod is evicted, as its node's
eviction manager does it: at once, without grace. Pure.
"""

from __future__ import annotations

from cluster import keeping
from cluster.machinery.objects import Obj, spec, status, uid
from cluster.machinery.quantity import parse
from cluster.nodes import statuses
from cluster.nodes.stages import Said, Step
from cluster.world import World

REASON = "Evicted"


def is_limited(pod: Obj) -> bool:
    return any((each.get("emptyDir") or {}).get("sizeLimit") for each in spec(pod).get("volumes") or ())


def trouble(world: World, pod: Obj) -> str:
    """Which volume holds too much, in a kubelet's words; "" when none does."""
    for volume in spec(pod).get("volumes") or ():
        limit = (volume.get("emptyDir") or {}).get("sizeLimit")
        layer = world.contents.layer(keeping.of_empty_dir(uid(pod), str(volume.get("name")))) if limit else None
        if layer is not None and 0 < parse(str(limit)) < layer.size:
            return f'Usage of EmptyDir volume "{volume.get("name")}" exceeds the limit "{limit}". '
    return ""


def evicted(pod: Obj, message: str, now: float) -> Step:
    """All its containers are killed, and it has failed."""
    base = {**status(pod), "phase": "Failed", "reason": REASON, "message": message}
    containers = statuses.container_statuses(pod)
    every = (*statuses.init_statuses(pod), *containers, *statuses.ephemeral_statuses(pod))
    if inits := statuses.init_statuses(pod):
        base["initContainerStatuses"] = statuses.killed(inits, now)
    if beside := statuses.ephemeral_statuses(pod):
        base["ephemeralContainerStatuses"] = statuses.killed(beside, now)
    running = [each["name"] for each in every if "running" in each["state"]]
    said = [Said("Warning", REASON, message)]
    said += [Said("Normal", "Killing", f"Stopping container {label}", label) for label in running]
    return Step(statuses.reported(pod, base, statuses.killed(containers, now), now), tuple(said))
