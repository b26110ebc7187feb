"""Recorded timelines played to our controllers: people, nodes and the collector act as recorded, ours answer.

`Replay.theirs` and `Replay.ours` are the controllers' writes as short lines, so that a test compares two lists.
"""

from __future__ import annotations

import json
from typing import Any

from cluster.intents import Create
from cluster.machinery.objects import Obj, controller_of, copy, seconds
from cluster.plan import Controller
from tests.controllers.recorded import timeline
from tests.controllers.simulator import Simulator, merged, where

Seen = dict[tuple[str, str], Obj]


class Names:
    """Hashes differ from ours, so revisions and ReplicaSets are told by the order they first appear in: #1, #2 …"""

    def __init__(self) -> None:
        self._numbers: dict[str, str] = {}

    def of(self, name: str) -> str:
        return self._numbers.get(name, name)

    def name(self, number: str) -> str:
        return next((name for name, mark in self._numbers.items() if mark == number), number)

    def learn(self, obj: Obj) -> None:
        if obj["kind"] in ("ControllerRevision", "ReplicaSet"):
            self._numbers.setdefault(obj["metadata"]["name"], f"#{len(self._numbers) + 1}")

    def plain(self, text: str) -> str:
        for name, number in self._numbers.items():
            text = text.replace(name, number)
        return text


def told(old: Obj | None, new: Obj, names: Names) -> list[str]:
    """What changed between two versions of an object, one line a fact a controller may have written."""
    names.learn(new)
    kind, name = new["kind"], names.of(new["metadata"]["name"])
    if old is None:
        return [f"create {kind} {name}{_detail(new, names)}"]
    lines = []
    before, after = controller_of(old), controller_of(new)
    if before != after:
        lines.append(f"adopt {kind} {name}" if after else f"orphan {kind} {name}")
    if not old["metadata"].get("deletionTimestamp") and new["metadata"].get("deletionTimestamp"):
        lines.append(f"delete {kind} {name}")
    if old.get("revision") != new.get("revision"):
        lines.append(f"number {kind} {name} {new['revision']}")
    if kind != "Pod" and old.get("status") != new.get("status"):
        lines.append(f"status {kind} {name} {_status(new, names)}")
    if kind == "ReplicaSet" and (_detail(old, names) != _detail(new, names)):
        lines.append(f"change {kind} {name}{_detail(new, names)}")
    return lines


def _detail(obj: Obj, names: Names) -> str:
    if obj["kind"] == "Pod":
        return f" of {names.of(obj['metadata']['labels'].get('controller-revision-hash', ''))}"
    if obj["kind"] == "ReplicaSet":
        kept = {
            label.removeprefix("deployment.kubernetes.io/"): value
            for label, value in sorted((obj["metadata"].get("annotations") or {}).items())
            if label.startswith("deployment.kubernetes.io/")
        }
        return f" {obj['spec']['replicas']} {json.dumps(kept)}"
    return ""


def _status(obj: Obj, names: Names) -> str:
    status = {field: value for field, value in obj["status"].items() if field != "conditions"}
    conditions = [
        f"{each['type']}={each['status']}:{each['reason']} {each['message']}"
        for each in obj["status"].get("conditions") or ()
    ]
    return names.plain(json.dumps(status) + "".join(f" [{each}]" for each in conditions))


class Replay:
    """Plays a scenario. Recorded: the status of `external` kinds, and all objects of `given` ones; ours: the rest."""

    def __init__(
        self,
        scenario: str,
        controllers: tuple[Controller, ...],
        external: frozenset[str],
        given: frozenset[str] = frozenset(),
    ) -> None:
        self.events = sorted(timeline(scenario), key=lambda each: int(each.object["metadata"]["resourceVersion"]))
        self.sim = Simulator(*controllers)
        self.external, self.given = external, given
        self.theirs: list[str] = []
        self.ours: list[str] = []
        self.their_notes: list[str] = []
        self.names, self.own_names = Names(), Names()
        self._seen: Seen = {}
        self._own: Seen = {}

    def run(self, owner_kind: str) -> Replay:
        """Until the owner is deleted for the last time."""
        kinds = self.external | {owner_kind, "ControllerRevision", "Pod", "PersistentVolumeClaim", "ReplicaSet"}
        of_owner = [(place, each.type) for place, each in enumerate(self.events) if each.object["kind"] == owner_kind]
        place, verb = of_owner[-1]
        last = place if verb == "DELETED" else len(self.events)
        for event in self.events[:last]:
            obj = event.object
            if obj["kind"] == "Event":
                self._note(obj, owner_kind)
            elif obj["kind"] in kinds:
                self._play(event.type, obj, owner_kind)
        return self

    def _note(self, event: Obj, owner_kind: str) -> None:
        if event["involvedObject"]["kind"] == owner_kind and "update Pod" not in event["message"]:
            self.their_notes.append(self.names.plain(event["message"].removeprefix("(combined from similar events): ")))

    def _play(self, verb: str, obj: Obj, owner_kind: str) -> None:
        at = (obj["kind"], obj["metadata"]["name"])
        old = self._seen.get(at)
        if verb == "DELETED":
            self._seen.pop(at, None)
            self._drop(obj)
            return
        self._seen[at] = obj
        lines = told(old, obj, self.names)
        self.theirs += [line for line in lines if self._is_answer(line, obj["kind"], owner_kind)]
        self._time(obj)
        self._feed(old, obj, owner_kind, lines)
        self._rest()

    def _time(self, obj: Obj) -> None:
        """The recorded controllers stamp conditions: follow their clock."""
        stamps = [seconds(each.get("lastUpdateTime")) for each in (obj.get("status") or {}).get("conditions") or ()]
        stamps.append(seconds(obj["metadata"].get("creationTimestamp")))
        if max(stamps) > self.sim.now:
            self.sim.pass_time(max(stamps) - self.sim.now)
            self._collect()

    def _is_answer(self, line: str, kind: str, owner_kind: str) -> bool:
        verb = line.split()[0]
        if kind == owner_kind:
            return verb == "status"
        if kind in self.given:
            return False
        if verb == "orphan" or (kind in self.external and verb == "status"):
            return False
        return verb != "status"

    def _feed(self, old: Obj | None, obj: Obj, owner_kind: str, lines: list[str]) -> None:
        sim, kind, name = self.sim, obj["kind"], obj["metadata"]["name"]
        if kind == owner_kind:
            if old is None:
                sim.do(Create({**copy(obj), "metadata": _given(obj)}))
            elif old["spec"] != obj["spec"] or _leaving(old) != _leaving(obj):
                mine = sim.get(kind, name, obj["metadata"]["namespace"])
                changed = {**mine, "spec": obj["spec"], "metadata": {**mine["metadata"], **_leaving(obj)}}
                if changed["spec"] == mine["spec"]:  # a deletion is counted as a generation of its own
                    changed["metadata"]["generation"] = obj["metadata"]["generation"]
                sim._replace(mine, changed)
            return
        found = self._counterpart(obj)
        if found is None:
            if kind in self.given:
                self._give(obj)
            return
        mine = found
        changed = dict(mine)
        if kind in self.external and "status" in obj:
            changed["status"] = obj["status"]
        if obj.get("spec", {}).get("nodeName"):
            changed["spec"] = {**mine["spec"], "nodeName": obj["spec"]["nodeName"]}
        if _leaving(obj):
            changed["metadata"] = {**mine["metadata"], **_leaving(obj)}
        if any(line.startswith("orphan") for line in lines):
            changed["metadata"] = merged(mine["metadata"], {"ownerReferences": None})
        sim._replace(mine, changed)

    def _give(self, obj: Obj) -> None:
        """A pod that no controller here makes: as recorded, but owned by our ReplicaSet."""
        made = {**copy(obj), "metadata": _given(obj)}
        for reference in made["metadata"].get("ownerReferences") or ():
            mark = self.names.of(reference["name"])
            reference["name"] = self.own_names.name(mark)
            mine = self.sim.get("ReplicaSet", reference["name"], obj["metadata"]["namespace"])
            reference["uid"] = mine["metadata"]["uid"]
        self.sim.tell(self.sim.do(Create(made)), **obj["status"])

    def _counterpart(self, obj: Obj) -> Obj | None:
        name = obj["metadata"]["name"]
        number = self.names.of(name)
        if number.startswith("#"):
            name = self.own_names.name(number)
        return self.sim.world.get(where(obj)._replace(name=name))

    def _drop(self, obj: Obj) -> None:
        if (mine := self._counterpart(obj)) is not None:
            self.sim._write("DELETED", copy(mine))
            self._rest()

    def _rest(self) -> None:
        self.sim.run()
        self._collect()

    def _collect(self) -> None:
        for (verb, kind, name), obj in zip(self.sim.log, self.sim.history, strict=True):
            if verb == "DELETED":
                self._own.pop((kind, name), None)
                continue
            self.ours += told(self._own.get((kind, name)), obj, self.own_names)
            self._own[kind, name] = obj
        self.sim.log.clear()
        self.sim.history.clear()

    @property
    def our_notes(self) -> list[str]:
        return [self.own_names.plain(each.message) for each in self.sim.notes]


def _given(obj: Obj) -> dict[str, Any]:
    dropped = ("uid", "resourceVersion", "generation", "creationTimestamp")
    return {field: value for field, value in obj["metadata"].items() if field not in dropped}


def _leaving(obj: Obj) -> dict[str, Any]:
    stamp = obj["metadata"].get("deletionTimestamp")
    return {"deletionTimestamp": stamp} if stamp else {}


def is_subsequence(wanted: list[str], given: list[str]) -> str | None:
    """None when all of `wanted` appear in `given` in this order; else the first that does not."""
    rest = iter(given)
    return next((each for each in wanted if each not in rest), None)
