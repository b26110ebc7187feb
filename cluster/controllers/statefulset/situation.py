"""One pass's view of a StatefulSet: itself, its templates, its pods in their seats, and the settings that decide."""

from __future__ import annotations

from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.revision_history import History, Revision
from cluster.controllers.statefulset.identity import replicas_of
from cluster.controllers.statefulset.seating import Seating
from cluster.machinery.objects import PODS, Obj, name, spec, status
from cluster.world import World

MAX_UNAVAILABLE = "MaxUnavailableStatefulSet"
"""The feature gate of rollingUpdate.maxUnavailable, off in v1.32."""


class Situation(NamedTuple):
    owner: Obj
    world: World
    now: float
    history: History
    seating: Seating

    monotonic: bool
    """OrderedReady: whatever has to wait ends the pass."""
    min_ready: int
    strategy: str
    partition: int | None
    """Index (not ordinal, R-UPD-3) below which pods keep the current template; None without rollingUpdate."""
    room: int
    """So many more pods the cluster takes."""
    max_unavailable: int | None
    """So many pods may be missing while a template rolls out; None where the cluster's gate for it is off: then one
    pod goes at a time."""

    def healthy(self, pod: PodFacts | None) -> bool:
        """There, available and not leaving."""
        return pod is not None and not pod.terminating and pod.is_available(self.min_ready, self.now)

    def revision_for(self, index: int) -> Revision:
        """The template a missing pod comes back with: the current one only below the partition (R-UPD-4, R-UPD-5)."""
        if self.strategy == "RollingUpdate":
            partition = self.partition
            below = int(status(self.owner).get("currentReplicas") or 0) if partition is None else partition
            if index < below:
                return self.history.current
        return self.history.update

    def pod_name(self, index: int) -> str:
        return f"{name(self.owner)}-{self.seating.start + index}"


def look(owner: Obj, world: World, now: float, history: History, seating: Seating, config: ClusterConfig) -> Situation:
    """Read the settings once: a pass asks for them at every pod."""
    asked = spec(owner)
    strategy = asked.get("updateStrategy") or {}
    rolling = strategy.get("rollingUpdate")
    return Situation(
        owner,
        world,
        now,
        history,
        seating,
        monotonic=asked.get("podManagementPolicy") != "Parallel",
        min_ready=int(asked.get("minReadySeconds") or 0),
        strategy=str(strategy.get("type") or "RollingUpdate"),
        partition=None if rolling is None else int(rolling.get("partition") or 0),
        room=config.most_pods - world.count(PODS),
        max_unavailable=_max_unavailable(rolling, replicas_of(owner)) if MAX_UNAVAILABLE in config.gates else None,
    )


def _max_unavailable(rolling: Obj | None, replicas: int) -> int:
    """A number or a percentage of the replicas, rounded down, and never less than 1 (R-UPD-6)."""
    given = (rolling or {}).get("maxUnavailable", 1)
    if isinstance(given, str):
        given = replicas * int(given.removesuffix("%")) // 100
    return max(1, int(given))
