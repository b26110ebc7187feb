"""Recorded timelines as writes in the order of the store, each with its author: who acted, and who only answered.

The author is read off `managedFields`, which tell apart people (kubectl), the scheduler, the nodes' imitation and the
controllers. Deletions leave no trace there: a person's are those that the running command names.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from cluster.intents import Propagation
from cluster.kinds import KINDS, by_kind
from cluster.machinery.objects import GroupResource, Key, Obj, copy, name, namespace, seconds
from cluster.manifests import parse

Author = Literal["person", "node", "scheduler", "controller"]


_WITH_VALUE = (
    "-n",
    "--namespace",
    "-f",
    "--filename",
    "-o",
    "-p",
    "--patch",
    "--type",
    "-c",
    "--grace-period",
    "--timeout",
)


class Command(NamedTuple):
    """One step of the scenario: what was typed, and the object that went in."""

    words: tuple[str, ...]
    given: tuple[Obj, ...] = ()
    settled: bool = False
    """Whether all came to rest before the next step."""

    @property
    def propagation(self) -> Propagation:
        asked = next((each.partition("=")[2] for each in self.words if each.startswith("--cascade=")), "background")
        named: dict[str, Propagation] = {"orphan": "Orphan", "foreground": "Foreground", "background": "Background"}
        return named[asked]

    @property
    def grace(self) -> int | None:
        asked = next((each.partition("=")[2] for each in self.words if each.startswith("--grace-period=")), "")
        return int(asked) if asked else 1 if "--now" in self.words else None

    def deletes(self, key: Key) -> bool:
        """Whether this command asks for the deletion of that object; by a label or of all, every one of its kind."""
        plain, chosen = self._plain()
        if plain[:1] == ["drain"]:
            return key.resource == "pods"
        if plain[:1] != ["delete"]:
            return False
        if self.given:
            return any(name(each) == key.name and _meant(each["kind"]) == key.kind for each in self.given)
        if plain[1:] and all("/" in word for word in plain[1:]):
            pairs = [tuple(word.split("/", 1)) for word in plain[1:]]
        else:
            names = [key.name] if chosen else plain[2:]
            pairs = [(word, called) for word in plain[1].split(",") for called in names] if plain[1:] else []
        return any(called == key.name and (word == "all" or _meant(word) == key.kind) for word, called in pairs)

    def _plain(self) -> tuple[list[str], bool]:
        """The words without kubectl and its options; and whether objects are chosen by another thing than a name."""
        plain, chosen, rest = [], False, iter(self.words[1:])
        for word in rest:
            if word in ("-l", "--selector", "--field-selector"):
                chosen = True
                next(rest, None)
            elif word in _WITH_VALUE:
                next(rest, None)
            elif word.startswith("-"):
                chosen = chosen or word.startswith(("--all", "-l", "--selector", "--field-selector"))
            else:
                plain.append(word)
        return plain, chosen


def _meant(typed: str) -> GroupResource | None:
    """The resource that a word of the command line means: "sts", "statefulset.apps", "StatefulSet"."""
    word = typed.partition(".")[0].lower()
    for kind in KINDS:
        if word in (kind.resource, kind.singular, *kind.short_names, kind.kind.lower()):
            return kind.group_resource
    return None


class Write(NamedTuple):
    """One write of the store, in full."""

    at: float
    """Unix seconds."""
    type: str
    key: Key
    object: Obj
    old: Obj | None
    author: Author
    command: Command
    """The step during which it happened."""


class Recording(NamedTuple):
    namespace: str
    writes: list[list[Write]]
    """By step. Those of kinds that are not there are left out, see `unknown`."""
    commands: list[Command]
    events: list[list[Obj]]
    """The Events recorded during each step, new and counted up."""
    unknown: list[str]
    """Kinds that were recorded and are not there yet."""


def read(recorded: dict[str, Any]) -> Recording:
    """The timeline of one scenario, taken apart."""
    stamps = [
        (seconds(entry["object"]["metadata"]["creationTimestamp"]), entry["t"])
        for entry in recorded["timeline"]
        if "object" in entry and entry["type"] == "ADDED"
    ]
    begin = max((stamp - arrived for stamp, arrived in stamps), default=0.0)
    commands = [
        Command(
            tuple(shlex.split(_without_namespace(step["cmd"]))), _given(step.get("stdin")), bool(step.get("settled"))
        )
        for step in recorded["steps"]
        if not step.get("look")
    ]
    parts = _by_step(recorded["timeline"])
    running = _running(commands, [step for step, _ in parts])
    history: dict[str, Obj] = {}
    writes, events = [], []
    for command, (_, entries) in zip(running, parts, strict=True):
        entries.sort(key=lambda entry: int(entry["object"]["metadata"]["resourceVersion"]))
        writes.append([each for entry in entries for each in _write(entry, command, history, begin)])
        events.append([entry["object"] for entry in entries if entry["object"]["kind"] == "Event"])
    return Recording(recorded["namespace"], writes, running, events, _unknown(recorded["timeline"]))


def _unknown(timeline: list[dict[str, Any]]) -> list[str]:
    kinds = {(entry["object"]["apiVersion"], entry["object"]["kind"]) for entry in timeline if "object" in entry}
    return sorted(f"{kind} of {version}" for version, kind in kinds if by_kind(version, kind) is None)


def _without_namespace(typed: str) -> str:
    words = typed.split(" ")
    if "-n" in words:
        place = words.index("-n")
        del words[place : place + 2]
    return " ".join(words)


def _given(stdin: Any) -> tuple[Obj, ...]:
    if isinstance(stdin, dict):
        return (stdin,)
    return tuple(each.object for each in parse([("", stdin)])) if isinstance(stdin, str) and stdin.strip() else ()


def _by_step(timeline: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    parts: list[tuple[str, list[dict[str, Any]]]] = []
    for entry in timeline:
        if "step" in entry:
            parts.append((entry["step"], []))
        elif "object" in entry:
            if not parts:
                parts.append(("", []))
            parts[-1][1].append(entry)
    return parts


def _running(commands: list[Command], steps: list[str]) -> list[Command]:
    """The command of each step. Quoting is lost on one side; a question among the commands may have made no step."""
    found, place = [], 0
    for step in steps:
        typed = _letters(step)
        at = next((n for n in range(place, len(commands)) if _letters("".join(commands[n].words)) == typed), None)
        if at is None:
            found.append(Command(tuple(shlex.split(step))))
        else:
            found.append(commands[at])
            place = at + 1
    return found


def _letters(typed: str) -> str:
    return re.sub(r"[\s'\"\\]", "", typed)


def _write(entry: dict[str, Any], command: Command, history: dict[str, Obj], begin: float) -> Iterator[Write]:
    whole = entry["object"]
    if whole["kind"] == "Event":
        return
    kind = by_kind(whole["apiVersion"], whole["kind"])
    if kind is None:
        return
    uid = whole["metadata"]["uid"]
    old = history.get(uid)
    history[uid] = whole
    key = Key(*kind.group_resource, namespace(whole), name(whole))
    author = _author(entry["type"], whole, old, key, command)
    yield Write(begin + entry["t"], entry["type"], key, _plain(whole), _plain(old) if old else None, author, command)


def _plain(whole: Obj) -> Obj:
    obj = copy(whole)
    obj["metadata"].pop("managedFields", None)
    return obj


_AUTHORS: dict[str, Author] = {
    "kubelet": "node",
    "kube-scheduler": "scheduler",
    "kube-controller-manager": "controller",
}
"""Everybody else is a person, whatever tool they hold."""


def _author(type_: str, new: Obj, old: Obj | None, key: Key, command: Command) -> Author:
    if old is not None and (type_ == "DELETED" or _is_leaving(new) != _is_leaving(old)):
        if key.resource == "pods" and type_ == "DELETED" and new["spec"].get("nodeName"):
            return "node"
        return "person" if command.deletes(key) else "controller"
    managers = _managers(new) - (_managers(old) if old else set())
    names = {manager for manager, _ in managers}
    if names - _AUTHORS.keys():
        return "person"
    if names:
        return max(_AUTHORS[each] for each in names)
    return "controller" if old is None else _author_by_change(new, old, key)


def _author_by_change(new: Obj, old: Obj, key: Key) -> Author:
    """Of a change within the second of the one before by the same manager: its entry stayed as it was."""
    if key.resource == "pods":
        if new["spec"].get("nodeName") != old["spec"].get("nodeName"):
            return "scheduler"
        if new.get("status") != old.get("status") or _is_leaving(new):
            return "node"
    if _made_by_a_person(new) and new.get("spec") != old.get("spec"):
        return "person"
    return "controller"


def _is_leaving(obj: Obj) -> bool:
    return bool(obj["metadata"].get("deletionTimestamp"))


def _managers(obj: Obj) -> set[tuple[str, str]]:
    return {(each["manager"], json.dumps(each, sort_keys=True)) for each in obj["metadata"].get("managedFields") or ()}


def _made_by_a_person(obj: Obj) -> bool:
    return "kubectl.kubernetes.io/last-applied-configuration" in (obj["metadata"].get("annotations") or {})
