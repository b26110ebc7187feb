"""One pass over a Deployment: what was read, and the writes to its ReplicaSets and to itself.

The Deployment itself is written at most once a pass: a second write would carry the version read before the first
and be refused. Kubernetes' own controller runs into that refusal and comes back; here the second write is left out
and the first one's change brings the key back.
"""

from __future__ import annotations

from typing import Any

from cluster.controllers.deployment.limits import limits
from cluster.controllers.deployment.replica_sets import (
    REVISION,
    annotations_of,
    find_new,
    make,
    next_revision,
    revised,
    size,
    sized,
)
from cluster.controllers.deployment.status import Conditions, deadline, with_condition
from cluster.controllers.draft import Draft
from cluster.intents import Create, Delete, Patch, Update
from cluster.machinery.objects import REPLICA_SETS, Obj, condition, key, meta, name, namespace, spec, status, uid
from cluster.world import World


class Pass:
    def __init__(self, draft: Draft, deployment: Obj, replica_sets: list[Obj], world: World, now: float) -> None:
        self.draft = draft
        self.deployment = deployment
        self.world = world
        self.now = now
        self.limits = limits(deployment)
        self.new = find_new(deployment, replica_sets)
        self.old = [each for each in replica_sets if each is not self.new]
        self.wrote = False

    @property
    def every(self) -> list[Obj]:
        return [*self.old, *([self.new] if self.new is not None else [])]

    def store(self, told: dict[str, Any], revision: str = "") -> None:
        """Write the status, and the revision annotation with it: a status write takes both and starts no generation."""
        if self.wrote:
            return
        metadata = meta(self.deployment)
        if revision and annotations_of(self.deployment).get(REVISION) != revision:
            metadata = {**metadata, "annotations": {**annotations_of(self.deployment), REVISION: revision}}
        if told == status(self.deployment) and metadata is meta(self.deployment):
            return
        self.draft.act(Update({**self.deployment, "metadata": metadata, "status": told}, "status"))
        self.wrote = True

    def with_progress(self, state: str, reason: str, message: str) -> dict[str, Any]:
        """The present status with that Progressing condition."""
        before: Conditions = list(status(self.deployment).get("conditions") or ())
        after = with_condition(before, "Progressing", state, reason, message, self.now)
        return {**status(self.deployment), "conditions": after}

    def sync_revision(self) -> bool:
        """Bring the annotations of the new ReplicaSet and of the Deployment to the revision. False: the pass ends."""
        if self.new is None:
            return True
        wanted = revised(self.deployment, self.new, next_revision(self.old))
        min_ready = int(spec(self.deployment).get("minReadySeconds") or 0)
        body: dict[str, Any] = {}
        if wanted != annotations_of(self.new):
            body["metadata"] = {"annotations": wanted}
        if min_ready != int(spec(self.new).get("minReadySeconds") or 0):
            body["spec"] = {"minReadySeconds": min_ready or None}
        if body:
            self._patch(self.new, body)
            return False
        told = status(self.deployment)
        if deadline(self.deployment) is not None and condition(self.deployment, "Progressing") is None:
            told = self.with_progress("True", "FoundNewReplicaSet", f'Found new replica set "{name(self.new)}"')
        self.store(told, annotations_of(self.new).get(REVISION, ""))
        return True

    def create_new(self, replicas: int) -> None:
        """Create the ReplicaSet of the template at this size, and say so on the Deployment."""
        revision = next_revision(self.old)
        made, taken = make(self.deployment, self.world, replicas, revision, self.limits)
        if taken:
            # A name of our hash with other contents: hash again with a higher count.
            collisions = int(status(self.deployment).get("collisionCount") or 0) + 1
            self.store({**status(self.deployment), "collisionCount": collisions})
            return
        called = name(made)
        scaled = (self._scaled_note("up", called, 0, replicas),) if replicas else ()
        failed = self.draft.note(
            "ReplicaSetCreateError", f'Failed to create new replica set "{called}": {{error}}', "Warning"
        )
        self.draft.act(Create(made), scaled, (failed,))
        told = status(self.deployment)
        if deadline(self.deployment) is not None:
            told = self.with_progress("True", "NewReplicaSetCreated", f'Created new replica set "{called}"')
        self.store(told, str(revision))

    def resize(self, replica_set: Obj, replicas: int, before: int) -> None:
        """Set a ReplicaSet's size and what it notes of the Deployment's, with the event when the size changes."""
        body: dict[str, Any] = {"metadata": {"annotations": {**annotations_of(replica_set), **sized(self.limits)}}}
        if replicas == before:
            if body["metadata"]["annotations"] != annotations_of(replica_set):
                self._patch(replica_set, body)
            return
        direction = "up" if replicas > before else "down"
        note = self._scaled_note(direction, name(replica_set), before, replicas)
        at = key(REPLICA_SETS, namespace(replica_set), name(replica_set))
        self.draft.act(Patch(at, "merge", {**body, "spec": {"replicas": replicas}}, uid=uid(replica_set)), (note,))

    def resize_all(self, changes: list[tuple[Obj, int]]) -> None:
        sizes = {name(each): size(each) for each, _ in changes}
        for each, replicas in changes:
            self.resize(each, replicas, sizes[name(each)])
            sizes[name(each)] = replicas

    def remove(self, replica_set: Obj) -> None:
        self.draft.act(Delete(key(REPLICA_SETS, namespace(replica_set), name(replica_set)), uid=uid(replica_set)))

    def _scaled_note(self, direction: str, called: str, before: int, after: int) -> Any:
        return self.draft.note("ScalingReplicaSet", f"Scaled {direction} replica set {called} from {before} to {after}")

    def _patch(self, replica_set: Obj, body: dict[str, Any]) -> None:
        at = key(REPLICA_SETS, namespace(replica_set), name(replica_set))
        self.draft.act(Patch(at, "merge", body, uid=uid(replica_set)))
