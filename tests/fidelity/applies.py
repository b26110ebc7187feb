"""Recorded server-side applies carried out by the store's own decision, one after the other.

A recording says what was applied and answered. What was written in between by others is not in it, and follows from the
conflicts: who owns a field with another value must have set it. Nothing here knows a recorded name.
"""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import orjson

from cluster.config import ClusterConfig
from cluster.intents import Intent, Patch, ServerApply
from cluster.kinds import key_of
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj, copy, seconds
from cluster.store.effects import effect_of
from tests.kinds.sandbox import NOW, Sandbox

Case = dict[str, Any]

_BY_UPDATE = re.compile(r'^conflict with "(?P<manager>[^"]+)"(?: using (?P<version>\S+))?$')
_PLAIN_PATH = re.compile(r"^(\.[A-Za-z0-9_-]+)+$")


class Apply(NamedTuple):
    """What a case asks."""

    manager: str
    force: bool
    dry_run: bool
    obj: Obj
    code: int
    answer: dict[str, Any]
    name: str = ""
    """Of the address, where it is not the object's."""


class Replay:
    """The world in which the applies come about; `present` is the object as it is now."""

    def __init__(self, namespace: str, recording: list[Apply] | None = None) -> None:
        self.sandbox = Sandbox(namespace, config=ClusterConfig(service_range="10.96.0.0/16"))
        self.namespace = namespace
        self.seen: set[str] = set()
        self.wrote: dict[str, float] = {}
        """When each manager first wrote, as the answers tell."""
        for entry in (entry for each in recording or () for entry in _entries(each.answer)):
            if entry.get("time"):
                self.wrote.setdefault(entry["manager"], seconds(entry["time"]))

    def key(self, obj: Obj, name: str = "") -> Key:
        found = key_of({**obj, "metadata": {**obj["metadata"], "namespace": self.namespace}})
        return found._replace(name=name) if name else found

    def present(self, obj: Obj) -> Obj | None:
        return self.sandbox.world.get(self.key(obj))

    def carry_out(self, asked: Apply) -> Obj:
        """The object afterwards, or what it would be. Raises ApiError."""
        self._what_must_have_been(asked)
        self._at(asked.answer)
        made = self._do(
            ServerApply(self.key(asked.obj, asked.name), copy(asked.obj), asked.manager, asked.force),
            stores=not asked.dry_run,
        )
        self.seen.add(asked.manager)
        return made

    def refusal(self, asked: Apply) -> dict[str, Any]:
        try:
            self.carry_out(asked)
        except ApiError as refused:
            return refused.status()
        raise AssertionError("it was not refused")

    def _at(self, answer: dict[str, Any]) -> None:
        """The time is that of the youngest entry, if there is one that is younger than now."""
        times = [seconds(entry["time"]) for entry in _entries(answer) if entry.get("time")]
        self.sandbox.at(max([self.sandbox.admission.now, *times]) if self.seen else max(times, default=NOW))

    def _what_must_have_been(self, asked: Apply) -> None:
        for cause in (asked.answer.get("details") or {}).get("causes") or ():
            said = _BY_UPDATE.match(cause["message"])
            if said is None or said["manager"] in self.seen or not _PLAIN_PATH.match(cause["field"]):
                continue
            steps = cause["field"].split(".")[1:]
            change: Any = "another"
            for step in reversed(steps):
                change = {step: change}
            self.seen.add(said["manager"])
            self.sandbox.at(self.wrote.get(said["manager"], self.sandbox.admission.now))
            key = self.key(asked.obj, asked.name)
            if said["version"]:
                self._do(Patch(key, "merge", change, manager=said["manager"]))
            else:
                identity = {"apiVersion": asked.obj["apiVersion"], "kind": asked.obj["kind"]}
                self._do(ServerApply(key, {**identity, **change}, said["manager"], force=True))

    def _do(self, intent: Intent, *, stores: bool = True) -> Obj:
        effect = effect_of(intent, self.sandbox.admission)
        assert effect.new is not None
        if not effect.changed:
            return effect.new
        made = effect.new
        if stores:
            self.sandbox.world.revision += 1
            version = str(self.sandbox.world.revision)
            made = {**made, "metadata": {**made["metadata"], "resourceVersion": version}}
            self.sandbox.world.put(effect.key, made)
        return made


def _entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return (answer.get("metadata") or {}).get("managedFields") or []


def applies(recording: list[Case]) -> list[Case]:
    return [case for case in recording if "request" in case and "manager" in case]


def read(case: Case) -> Apply:
    query = case.get("query") or {}
    return Apply(
        case["manager"],
        query.get("force") == "true",
        query.get("dryRun") == "All",
        case["request"],
        case["code"],
        case["response"],
    )


def over_http(case: Case) -> Apply:
    """A recorded PATCH."""
    path, _, query = case["path"].partition("?")
    options = dict(parse_qsl(query))
    return Apply(
        options.get("fieldManager", ""),
        options.get("force") == "true",
        options.get("dryRun") == "All",
        orjson.loads(case["request"]),
        case["code"],
        case["response"],
        path.rpartition("/")[2],
    )


def first_owner(cases: list[Apply]) -> str:
    """Who had applied an object before: the first that others are told to be in conflict with."""
    named = (
        _BY_UPDATE.match(cause["message"])
        for case in cases
        for cause in (case.answer.get("details") or {}).get("causes") or ()
    )
    return next(said["manager"] for said in named if said and not said["version"])


def words(recording: list[Case]) -> set[str]:
    """What people chose: names, labels, ports' names, managers."""
    found: set[str] = set()
    for case in applies(recording):
        obj = case["request"]
        found |= {case["manager"], obj["metadata"]["name"]}
        for label, value in (obj["metadata"].get("labels") or {}).items():
            found |= {label, value}
        for port in (obj.get("spec") or {}).get("ports") or ():
            found.add(port.get("name") or "")
    return {word for word in found if re.fullmatch(r"[a-z][-a-z0-9]+", word)}


def retold(recording: list[Case], renamed: Any) -> list[Case]:
    """The recording in other words, in managed fields too."""
    found: list[Case] = json.loads(renamed(json.dumps(recording)))
    return found
