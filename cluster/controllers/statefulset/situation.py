"""One pass's view of a StatefulSet: itself, its templates, its pods in their seats, and the settings that decide."""

from __future__ import annotations

from typing import NamedTuple

from cluster.controllers.pod_facts import PodFacts
from cluster.controllers.revision_history import History, Revision
from cluster.controllers.statefulset.seating import Seating
from cluster.machinery.objects import Obj, name, spec, status
from cluster.world import World


class Situation(NamedTuple):
    owner: Obj
    world: World
    now: float
    history: History
    seating: Seating

    @property
    def monotonic(self) -> bool:
        """OrderedReady: whatever has to wait ends the pass."""
        return bool(spec(self.owner).get("podManagementPolicy") != "Parallel")

    @property
    def min_ready(self) -> int:
        return int(spec(self.owner).get("minReadySeconds") or 0)

    @property
    def strategy(self) -> str:
        return str((spec(self.owner).get("updateStrategy") or {}).get("type") or "RollingUpdate")

    @property
    def partition(self) -> int | None:
        """Index (not ordinal, R-UPD-3) below which pods keep the current template; None without rollingUpdate."""
        rolling = (spec(self.owner).get("updateStrategy") or {}).get("rollingUpdate")
        return None if rolling is None else int(rolling.get("partition") or 0)

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
