"""A recorded scenario played through our street: people, scheduler and nodes act as recorded, our controllers answer.

    played = Replay(read(recording)); played.run(); played.theirs, played.ours, played.differences

There is no kubelet and no scheduler in the street: what theirs wrote is written again, so that addresses, nodes and
times are the recorded ones. All else (admission, defaults, controllers, garbage collection) is ours. Ours answer at
once and theirs after a while, so that the two are alike whenever all is at rest, and on the way every answer of theirs
is one of ours, in the same order.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from cluster.config import ClusterConfig
from cluster.intents import Apply, Bind, Create, Delete, Intent, Patch, Update
from cluster.kinds import by_kind
from cluster.kinds.kind import Dice
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import NAMESPACES, NODES, PODS, Key, Obj, controller_of, key, namespace
from cluster.plan import Controller, Note
from cluster.worker.assembly import CONTROLLERS
from tests.controllers.street import Street
from tests.fidelity.reduction import Naming, reduced
from tests.fidelity.timeline import Recording, Write

IMITATED = frozenset({"default-scheduler", "kubelet"})
"""Who acts as recorded. Of their Events nothing is compared."""
NOT_THERE = frozenset({"service-controller"})
"""A cloud's, which a control plane by itself does not have."""
ORDERED = frozenset({"pods", "persistentvolumeclaims", "controllerrevisions", "replicasets"})


class Recast(Street):
    """A street in which chance falls as it fell there: an object gets the uid of the recorded one, since between pods
    that are alike in all else the uid decides which of them goes."""

    def __init__(self, replay: Replay, now: float) -> None:
        super().__init__(*_controllers(), now=now)
        self.config = ClusterConfig(service_range="10.96.0.0/16", pace="instant")
        self._replay = replay
        self._uid: str | None = None

    def do(self, intent: Intent, author: str = "sam") -> Obj | None:
        if isinstance(intent, Create):
            self._uid = self._replay.recorded_uid(intent.obj)
        stored = super().do(intent, author)
        self._replay.listen()
        return stored

    def rank(self, index: int) -> int:
        """Who only follows pods comes before who moves them, so that no moment between two moves is passed over."""
        return 0 if self.controllers[index].name.startswith("endpoint") else 1

    def dice(self) -> Dice:
        dice = super().dice()
        recorded = self._uid
        return dice if recorded is None else dice._replace(uid=lambda: recorded)


class Side:
    """What one side wrote, in names that both share."""

    def __init__(self, naming: Naming) -> None:
        self.naming = naming
        self.objects: dict[Key, Obj] = {}
        self.steps: dict[str, list[list[str]]] = defaultdict(list)
        """By resource: what was created, adopted, let go and deleted; what was done in one go is one list."""
        self.histories: dict[tuple[Key, str], list[Any]] = defaultdict(list)
        self.told: Counter[tuple[str, ...]] = Counter()
        self._made: dict[Key, bool] = {}
        """Whether a controller made the object."""

    def saw(self, type_: str, where: Key, obj: Obj, *, answer: bool) -> None:
        if type_ == "ADDED":
            self.naming.learn(where, obj)
        shared = self.naming.key(where)
        old, new = self.objects.get(shared), reduced(obj, self.naming)
        if type_ == "DELETED":
            self.objects.pop(shared, None)
            if answer and shared.resource in ORDERED:
                self._step("remove", shared)
            return
        self.objects[shared] = new
        if answer and shared.resource in ORDERED:
            for verb in _verbs(old, new):
                self._step(verb, shared)
        self._made.setdefault(shared, answer)
        parts = {part: new.get(part) for part in self._answers(shared)} | _endpoints(new)
        gone = {part: None for where, part in self.histories if where == shared and part not in parts}
        for part, value in (parts | gone).items():
            history = self.histories[shared, part]
            if not history or history[-1] != value:
                history.append(value)

    def _answers(self, shared: Key) -> tuple[str, ...]:
        """The parts that only controllers write, each of which has a history of its own. So has every endpoint of a
        slice and every address of Endpoints: between pods there is no order when several go at once."""
        if shared.resource in ("pods", "endpoints"):
            return ()
        if shared.resource == "endpointslices":
            return ("ports",)
        return ("spec", "status") if self._made[shared] else ("status",)

    def _step(self, verb: str, shared: Key) -> None:
        steps = self.steps[shared.resource]
        line = f"{verb} {shared.name}"
        if steps and steps[-1][0].startswith(f"{verb} "):
            steps[-1] = sorted([*steps[-1], line])
        else:
            steps.append([line])


def _endpoints(obj: Obj) -> dict[str, Any]:
    """Each endpoint of an EndpointSlice or of Endpoints, by the pod behind it."""
    found = {f"endpoint {_behind(each)}": each for each in obj.get("endpoints") or ()}
    for subset in obj.get("subsets") or ():
        for addresses in ("addresses", "notReadyAddresses"):
            for each in subset.get(addresses) or ():
                found[f"address {_behind(each)}"] = {addresses: each, "ports": subset.get("ports")}
    return found


def _behind(endpoint: Obj) -> str:
    return str((endpoint.get("targetRef") or {}).get("uid") or endpoint.get("ip") or endpoint.get("addresses"))


def _verbs(old: Obj | None, new: Obj) -> list[str]:
    if old is None:
        return ["create"]
    verbs = []
    before, after = controller_of(old), controller_of(new)
    if before != after:
        verbs.append("adopt" if after else "let go")
    if not old["metadata"].get("deletionTimestamp") and new["metadata"].get("deletionTimestamp"):
        verbs.append("delete")
    if old.get("revision") != new.get("revision"):
        verbs.append("renumber")
    return verbs


class Replay:
    def __init__(self, recording: Recording, *, hashes_alike: bool = True) -> None:
        self.recording = recording
        first = next((each.at for part in recording.writes for each in part), 0.0)
        self.theirs = Side(Naming(hashes_alike=hashes_alike))
        self.ours = Side(Naming(hashes_alike=hashes_alike))
        self.differences: list[str] = []
        """What was not alike when all was at rest."""
        self.compared = 0
        self.raced: set[str] = set()
        """What they told failed because somebody else had written first: such an answer is told otherwise by us."""
        self._uids = _uids(recording, Naming(hashes_alike=hashes_alike))
        self._read = self._noted = 0
        self._counts: dict[str, int] = {}
        self._resources = {each.key.resource for part in recording.writes for each in part}
        self.street = Recast(self, first)

    def run(self) -> Replay:
        self._do(Create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.recording.namespace}}))
        parts = zip(self.recording.commands, self.recording.writes, self.recording.events, strict=True)
        for command, writes, events in parts:
            for given in command.given:
                self._outside(given)
            place = key(NAMESPACES, "", self.recording.namespace)
            if command.deletes(place):
                self._do(Delete(place))
            for write in writes:
                self._play(write)
            for event in events:
                self._hear(event)
            if command.settled:
                self._compare(" ".join(command.words))
        return self

    # -- what is given -----------------------------------------------------------------------------------------

    def _outside(self, given: Obj) -> None:
        """Objects that belong to no namespace were not watched: they come as they were typed."""
        kind = by_kind(given["apiVersion"], given["kind"])
        if kind is not None and not kind.namespaced and kind.resource not in self._resources:
            self._do(Apply(given))

    def _play(self, write: Write) -> None:
        self._advance(write.at)
        self.theirs.saw(write.type, write.key, write.object, answer=write.author == "controller")
        if write.author != "controller" and (intent := self._intent(write)) is not None:
            self._do(intent, "sam" if write.author == "person" else write.author)
        self.listen()

    def _intent(self, write: Write) -> Intent | None:
        where = self._own(write.key)
        mine = self.street.world.get(where)
        if write.type == "ADDED":
            return Create({**_bare(write.object), "metadata": _given_metadata(write.object)})
        if mine is None:
            if write.type != "DELETED":
                self.differences.append(f"{where} is not there, and theirs is changed by the {write.author}")
            return None
        if write.type == "DELETED":
            return Delete(where, propagation=write.command.propagation, grace_seconds=0 if where.kind == PODS else None)
        assert write.old is not None
        if write.object["metadata"].get("deletionTimestamp") and not write.old["metadata"].get("deletionTimestamp"):
            return Delete(where, propagation=write.command.propagation, grace_seconds=write.command.grace)
        if where.kind == PODS and (node := write.object["spec"].get("nodeName")) != write.old["spec"].get("nodeName"):
            self._node(node)
            return Bind(where, "", node)
        if write.author == "person":
            patch = _difference(_bare(write.old), _bare(write.object))
            return Patch(where, "merge", patch) if patch else None
        return Update({**mine, "status": write.object.get("status")}, "status")

    def _own(self, theirs: Key) -> Key:
        return theirs._replace(name=self.ours.naming.back(self.theirs.naming.text(theirs.name)))

    def _node(self, called: str) -> None:
        if self.street.world.find(NODES, "", called) is None:
            self._do(Create({"apiVersion": "v1", "kind": "Node", "metadata": {"name": called}}))

    # -- what is answered --------------------------------------------------------------------------------------

    def _do(self, intent: Intent, author: str = "sam") -> None:
        try:
            self.street.do(intent, author)
        except ApiError as error:
            self.differences.append(f"{author}: {intent}: {error.message}")
        self.listen()
        self.street.rest(0)
        self.listen()

    def _advance(self, to: float) -> None:
        if to > self.street.now:
            self.street.rest(to - self.street.now)
            self.street.now = to

    def recorded_uid(self, obj: Obj) -> str | None:
        kind = by_kind(obj["apiVersion"], obj["kind"])
        assert kind is not None
        where = Key(*kind.group_resource, namespace(obj) if kind.namespaced else "", obj["metadata"].get("name", ""))
        return self._uids.get(self.ours.naming.foresee(where, obj)) if where.resource in self._resources else None

    def listen(self) -> None:
        controllers = {each.name for each in self.street.controllers}
        for each in self.street.log[self._read :]:
            if each.key.resource in self._resources:
                self.ours.saw(each.type, each.key, each.object, answer=each.author in controllers)
        self._read = len(self.street.log)
        for note in self.street.notes[self._noted :]:
            self.ours.told[self._ours_told(note)] += 1
        self._noted = len(self.street.notes)

    def _ours_told(self, note: Note) -> tuple[str, ...]:
        about = self.ours.naming.text(f"{note.regarding['kind']}/{note.regarding['metadata']['name']}")
        return (note.component, about, note.type, note.reason, self.ours.naming.text(note.message))

    def _hear(self, event: Obj) -> None:
        component = (event.get("source") or {}).get("component") or event.get("reportingComponent") or ""
        if component in IMITATED:
            return
        about = self.theirs.naming.text(f"{event['involvedObject']['kind']}/{event['involvedObject']['name']}")
        message = self.theirs.naming.text(event["message"].removeprefix("(combined from similar events): "))
        if "Operation cannot be fulfilled on" in message:
            self.raced.add(message.partition(" failed error")[0].partition(" ")[2])
            return
        times = (event.get("series") or {}).get("count") or event.get("count") or 1
        known = self._counts.get(event["metadata"]["uid"], 0)
        self._counts[event["metadata"]["uid"]] = times
        self.theirs.told[component, about, event["type"], event["reason"], message] += times - known

    # -- at rest -----------------------------------------------------------------------------------------------

    def _compare(self, after: str) -> None:
        self.compared += 1
        for where in sorted(self.theirs.objects.keys() | self.ours.objects.keys()):
            theirs, ours = self.theirs.objects.get(where), self.ours.objects.get(where)
            if theirs is None or ours is None:
                self.differences.append(
                    f"after {after}: {where.resource} {where.name} is {'theirs' if theirs else 'ours'} only"
                )
            else:
                self.differences.extend(
                    f"after {after}: {where.resource} {where.name} {line}" for line in unlike(theirs, ours)
                )


def _uids(recording: Recording, naming: Naming) -> dict[str, str]:
    for part in recording.writes:
        for write in part:
            if write.type == "ADDED":
                naming.learn(write.key, write.object)
    return naming.uids()


def _controllers() -> tuple[Controller, ...]:
    return tuple(each for each in CONTROLLERS if each.name not in IMITATED | NOT_THERE)


def unlike(theirs: Any, ours: Any, path: str = "") -> list[str]:
    """Where two values differ, a line each."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        return [
            line
            for field in sorted(theirs.keys() | ours.keys())
            for line in unlike(theirs.get(field), ours.get(field), f"{path}.{field}")
        ]
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        return [
            line
            for place, (one, other) in enumerate(zip(theirs, ours, strict=True))
            for line in unlike(one, other, f"{path}[{place}]")
        ]
    return [] if theirs == ours else [f"{path}: theirs {theirs!r}, ours {ours!r}"]


def _bare(obj: Obj) -> Obj:
    """What a person says of an object."""
    bare = {field: value for field, value in obj.items() if field != "status"}
    return {**bare, "metadata": _given_metadata(obj)}


def _given_metadata(obj: Obj) -> dict[str, Any]:
    kept = ("name", "namespace", "labels", "annotations", "finalizers", "ownerReferences")
    return {field: obj["metadata"][field] for field in kept if field in obj["metadata"]}


def _difference(old: Any, new: Any) -> Any:
    """The merge patch (RFC 7386) that makes `new` of `old`."""
    patch: dict[str, Any] = {}
    for field in {**old, **new}:
        if field not in new:
            patch[field] = None
        elif isinstance(old.get(field), dict) and isinstance(new[field], dict):
            if inner := _difference(old[field], new[field]):
                patch[field] = inner
        elif field not in old or old[field] != new[field]:
            patch[field] = new[field]
    return patch
