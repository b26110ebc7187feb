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
POD_NAME = "statefulset.kubernetes.io/pod-name"
POD_INDEX = "apps.kubernetes.io/pod-index"
_LARGEST = 2 * (2**31 - 1)
"""The largest start and the most replicas together. Kubernetes reads 31 bits only, and would make and remove a pod
above them for ever."""


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
    parent: str
    ordinal: int
    """What its name says: "web-3" -> ("web", 3), a name no StatefulSet can have made -> ("", -1)."""
    identified: bool
    """Its labels tell the same name and ordinal."""

    @property
    def name(self) -> str:
        return self.where.name

    @property
    def active(self) -> bool:
        """Neither leaving nor finished: what a ReplicaSet counts."""
        return not self.terminating and self.phase not in ("Failed", "Succeeded")

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
    revision = labels.get(REVISION_LABEL) or ""
    parent, ordinal = parse(where.name)
    identified = labels.get(POD_NAME) == where.name and labels.get(POD_INDEX) == str(ordinal)
    return PodFacts(pod, where, phase, leaving, ready, since, revision, labels, controller, parent, ordinal, identified)


def parse(pod_name: str) -> tuple[str, int]:
    parent, dash, digits = pod_name.rpartition("-")
    if not dash or not digits.isascii() or not digits.isdecimal() or (digits != "0" and digits[0] == "0"):
        return "", -1
    return (parent, number) if len(digits) <= 10 and (number := int(digits)) <= _LARGEST else ("", -1)
