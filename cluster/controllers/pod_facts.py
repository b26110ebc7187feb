"""What the workload controllers read off a pod, each once: phase, readiness and since when, leaving or not.

A pod object never changes, so its facts are kept beside the world it stands in: a set of 1,000 pods of which one
changed costs a thousand look-ups, not a thousand readings.
"""

from __future__ import annotations

from typing import NamedTuple
from weakref import WeakKeyDictionary

from cluster.machinery.objects import Key, Obj, controller_of, seconds
from cluster.world import World

REVISION_LABEL = "controller-revision-hash"


class PodFacts(NamedTuple):
    pod: Obj
    where: Key
    phase: str
    terminating: bool
    ready: bool
    """Running with condition Ready True; a terminating pod may still be."""
    ready_since: float
    """Unix seconds of the last transition of Ready, 0.0 when unknown."""
    revision: str
    """Its controller-revision-hash."""
    labels: dict[str, str]
    controller: str
    """The uid of its controller, "" for an orphan."""

    @property
    def name(self) -> str:
        return self.where.name

    @property
    def finished(self) -> bool:
        return self.phase in ("Failed", "Succeeded")

    def available_at(self, min_ready: int) -> float:
        """When the pod counts as available, inf if it is not Ready."""
        if not self.ready:
            return float("inf")
        return self.ready_since + min_ready if min_ready else 0.0

    def is_available(self, min_ready: int, now: float) -> bool:
        """Ready for longer than minReadySeconds (at the very second it is not, as in Kubernetes)."""
        if not min_ready:
            return self.ready
        return self.ready and self.ready_since > 0 and self.ready_since + min_ready < now


Known = dict[Key, PodFacts]
_KNOWN: WeakKeyDictionary[World, Known] = WeakKeyDictionary()


def known(world: World) -> Known:
    """The facts read so far in this world; hand it to `facts`. Forgotten once it holds more than can be alive."""
    memory = _KNOWN.get(world)
    if memory is None or len(memory) > 2 * len(world) + 64:
        memory = _KNOWN[world] = {}
    return memory


def facts(memory: Known, where: Key, pod: Obj) -> PodFacts:
    found = memory.get(where)
    if found is not None and found.pod is pod:
        return found
    found = memory[where] = read(where, pod)
    return found


def read(where: Key, pod: Obj) -> PodFacts:
    metadata = pod["metadata"]
    status = pod.get("status") or {}
    phase = str(status.get("phase") or "Pending")
    ready, since = False, 0.0
    if phase == "Running":
        for each in status.get("conditions") or ():
            if each.get("type") == "Ready":
                ready = each.get("status") == "True"
                since = seconds(each.get("lastTransitionTime")) if ready else 0.0
                break
    labels = metadata.get("labels") or {}
    controller = (controller_of(pod) or {}).get("uid") or ""
    leaving = bool(metadata.get("deletionTimestamp"))
    return PodFacts(pod, where, phase, leaving, ready, since, labels.get(REVISION_LABEL) or "", labels, controller)
