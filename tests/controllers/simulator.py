"""A tiny cluster for tests of plans: applies intents to a World, runs controllers until they rest, walks pods.

Only what the workload controllers lean on is imitated: resource versions, generations, status apart from the rest,
merge patches, graceful deletion of pods. `watch` is called after every single write, so that a test can hold an
invariant at every step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cluster.change import Change, ChangeType
from cluster.config import ClusterConfig
from cluster.intents import Create, Delete, Intent, Patch, Update
from cluster.machinery.objects import PODS, GroupResource, Key, Obj, copy, key, timestamp
from cluster.plan import Action, Controller, Note, Plan, Reason
from cluster.world import World

RESOURCES = {
    "Pod": PODS,
    "PersistentVolumeClaim": GroupResource("", "persistentvolumeclaims"),
    "StatefulSet": GroupResource("apps", "statefulsets"),
    "Deployment": GroupResource("apps", "deployments"),
    "ReplicaSet": GroupResource("apps", "replicasets"),
    "ControllerRevision": GroupResource("apps", "controllerrevisions"),
}
FIRST_STATUS: dict[str, Obj] = {
    "Pod": {"phase": "Pending"},
    "PersistentVolumeClaim": {"phase": "Pending"},
    "StatefulSet": {"replicas": 0, "availableReplicas": 0},
    "ReplicaSet": {"replicas": 0},
    "Deployment": {},
}


class Refused(Exception):
    """What a store would refuse: a stale version, a name that is taken, an object that is not there."""


def where(obj: Obj) -> Key:
    return key(RESOURCES[obj["kind"]], obj["metadata"]["namespace"], obj["metadata"]["name"])


class Simulator:
    def __init__(self, *controllers: Controller, now: float = 1_000_000.0) -> None:
        self.controllers = controllers
        self.world = World()
        self.now = now
        self.config = ClusterConfig()
        self.watch: Callable[[], None] = lambda: None
        self.notes: list[Note] = []
        self.log: list[tuple[str, str, str]] = []
        """(ADDED | MODIFIED | DELETED, kind, name) of every write."""
        self.history: list[Obj] = []
        """The object of every write."""
        self.plans: dict[tuple[str, Key], Plan] = {}
        self._dirty: dict[tuple[int, Key], None] = {}
        self._uids = 0

    # -- the store -----------------------------------------------------------------------------------------

    def _write(self, verb: ChangeType, obj: Obj) -> None:
        at = where(obj)
        self.world.revision += 1
        obj["metadata"]["resourceVersion"] = str(self.world.revision)
        old = self.world.drop(at) if verb == "DELETED" else self.world.put(at, obj)
        change = Change(self.world.revision, verb, at, obj, -1, 0, "test", "test", self.now, self.now)
        self.log.append((verb, obj["kind"], obj["metadata"]["name"]))
        self.history.append(obj)
        for number, controller in enumerate(self.controllers):
            for each in controller.keys(change, old, self.world):
                self._dirty[number, each] = None
        self.watch()

    def do(self, intent: Intent) -> Obj:
        match intent:
            case Create(obj):
                return self._create(obj)
            case Update(obj, subresource):
                return self._update(obj, subresource)
            case Patch(at, kind, body, _, uid):
                assert kind == "merge"
                stored = self._stored(at, uid)
                return self._replace(stored, merged(stored, body))
            case Delete(at, uid):
                stored = self._stored(at, uid)
                self._delete(stored)
                return stored
        raise AssertionError(intent)

    def _stored(self, at: Key, uid: str = "") -> Obj:
        stored = self.world.get(at)
        if stored is None:
            raise Refused(f"{at} not found")
        if uid and stored["metadata"]["uid"] != uid:
            raise Refused(f"{at} is another object")
        return stored

    def _create(self, given: Obj) -> Obj:
        obj = copy(given)
        if where(obj) in self.world:
            raise Refused(f"{where(obj)} already exists")
        self._uids += 1
        obj["metadata"] |= {"uid": f"uid-{self._uids}", "creationTimestamp": timestamp(self.now), "generation": 1}
        if obj["kind"] in FIRST_STATUS:
            obj["status"] = copy(FIRST_STATUS[obj["kind"]])
        self._write("ADDED", obj)
        return obj

    def _update(self, given: Obj, subresource: str) -> Obj:
        stored = self._stored(where(given))
        asked = given["metadata"].get("resourceVersion")
        if asked and asked != stored["metadata"]["resourceVersion"]:
            raise Refused(f"{where(given)} is at another version")
        if subresource == "status":
            # As in Kubernetes, labels and annotations travel with a status write.
            kept = {field: given["metadata"].get(field) for field in ("labels", "annotations")}
            metadata = stored["metadata"] | {field: value for field, value in kept.items() if value}
            return self._replace(stored, {**stored, "metadata": metadata, "status": given["status"]})
        return self._replace(stored, {**given, "status": stored.get("status", {})})

    def _replace(self, stored: Obj, new: Obj) -> Obj:
        obj = copy(new)
        if obj.get("spec") != stored.get("spec"):
            obj["metadata"]["generation"] = stored["metadata"]["generation"] + 1
        if {**obj, "metadata": {**obj["metadata"], "resourceVersion": ""}} == {
            **stored,
            "metadata": {**stored["metadata"], "resourceVersion": ""},
        }:
            return stored
        self._write("MODIFIED", obj)
        return obj

    def _delete(self, stored: Obj) -> None:
        if stored["kind"] == "Pod" and (stored["spec"].get("nodeName")):
            if not stored["metadata"].get("deletionTimestamp"):
                self._replace(stored, merged(stored, {"metadata": {"deletionTimestamp": timestamp(self.now + 30)}}))
        elif stored["metadata"].get("finalizers"):
            self._replace(stored, merged(stored, {"metadata": {"deletionTimestamp": timestamp(self.now)}}))
        else:
            self._write("DELETED", copy(stored))

    # -- the worker ----------------------------------------------------------------------------------------

    def run(self, passes: int = 1000) -> None:
        """Plan and act until no key is left to look at."""
        while self._dirty:
            assert passes, f"the controllers do not come to rest: {self.log[-12:]}"
            passes -= 1
            number, at = next(iter(self._dirty))
            del self._dirty[number, at]
            self.step(self.controllers[number], at)

    def step(self, controller: Controller, at: Key) -> Plan:
        plan = controller.plan(self.world, at, self.now, self.config)
        self.plans[controller.name, at] = plan
        self.notes.extend(plan.notes)
        for action in plan.actions:
            self._act(action)
        return plan

    def _act(self, action: Action) -> None:
        self.do(action.intent)
        self.notes.extend(action.succeeded)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, waking the keys whose plans asked to be looked at again."""
        self.now += seconds
        for (called, at), plan in list(self.plans.items()):
            if plan.again_at is not None and plan.again_at <= self.now:
                number = next(n for n, each in enumerate(self.controllers) if each.name == called)
                self._dirty[number, at] = None
                self.plans[called, at] = plan._replace(again_at=None)
        self.run()

    def reasons(self, at: Key) -> list[Reason]:
        for controller in self.controllers:
            if at in controller.every(self.world):
                return list(controller.plan(self.world, at, self.now, self.config).reasons)
        return []

    # -- people and nodes ----------------------------------------------------------------------------------

    def get(self, kind: str, name: str, namespace: str = "default") -> Obj:
        return self._stored(key(RESOURCES[kind], namespace, name))

    def edit(self, kind: str, name: str, body: Obj) -> None:
        """A person's merge patch."""
        self.do(Patch(key(RESOURCES[kind], "default", name), "merge", body))

    def pods(self) -> list[Obj]:
        return self.world.list(PODS)

    def pod(self, name: str) -> Obj:
        return self.get("Pod", name)

    def tell(self, pod: Obj, **status: Any) -> None:
        """The kubelet's report."""
        self._replace(pod, {**pod, "status": {**pod["status"], **status}})

    def set_ready(self, name: str, ready: bool = True) -> None:
        condition = {
            "type": "Ready",
            "status": "True" if ready else "False",
            "lastTransitionTime": timestamp(self.now),
        }
        pod = self.pod(name)
        if not pod["spec"].get("nodeName"):
            pod = self._replace(pod, {**pod, "spec": {**pod["spec"], "nodeName": "node-1"}})
        self.tell(pod, phase="Running", conditions=[condition])

    def stop(self, name: str, phase: str = "Succeeded") -> None:
        """A terminating pod's containers have ended."""
        condition = {"type": "Ready", "status": "False", "lastTransitionTime": timestamp(self.now)}
        self.tell(self.pod(name), phase=phase, conditions=[condition])

    def fail(self, name: str) -> None:
        self.tell(self.pod(name), phase="Failed", conditions=[])

    def advance(self, name: str) -> bool:
        """One step of a pod's life: bound, Running, Ready; terminating: gone. False when it is where it belongs."""
        pod = self.pod(name)
        if pod["metadata"].get("deletionTimestamp"):
            if pod["status"]["phase"] == "Running":
                self.stop(name)
            else:
                self._write("DELETED", copy(pod))
        elif not pod["spec"].get("nodeName"):
            self._replace(pod, {**pod, "spec": {**pod["spec"], "nodeName": "node-1"}})
        elif pod["status"]["phase"] == "Pending":
            condition = {"type": "Ready", "status": "False", "lastTransitionTime": timestamp(self.now)}
            self.tell(pod, phase="Running", conditions=[condition])
        elif pod["status"]["phase"] == "Running" and pod["status"]["conditions"][0]["status"] != "True":
            self.set_ready(name)
        else:
            return False
        return True

    def settle(self, rounds: int = 400) -> None:
        """Controllers and nodes in turn, one pod's step at a time, until nobody has anything to do."""
        self.run()
        while any(self._advance_all()) or self._soon():
            assert rounds, "the pods do not come to rest"
            rounds -= 1
            self.pass_time(1)

    def _soon(self) -> bool:
        """A plan asked to be looked at again within the minute."""
        return any(plan.again_at is not None and plan.again_at < self.now + 60 for plan in self.plans.values())

    def _advance_all(self) -> Iterator[bool]:
        for pod in self.pods():
            if self.advance(pod["metadata"]["name"]):
                self.run()
                yield True
                return
        yield False


def merged(target: Any, patch: Any) -> Any:
    """RFC 7386."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for field, value in patch.items():
        if value is None:
            result.pop(field, None)
        else:
            result[field] = merged(result.get(field), value)
    return result
