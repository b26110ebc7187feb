"""What of an object two runs have in common: the rest is left out or named alike, by rule and not by spelling.

Left out: versions, managed fields, how often a slice was written, and which change it was written for (the controller's
memory since it last looked). Masked: times, and the random end of a token volume's name. Sorted: a slice's endpoints,
which come in the order of a Go map. Named by order: uids, generated names, and hashes where the recording's names were
changed. A list that is empty says the same as one that is not there.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from cluster.machinery.objects import Key, Obj, controller_of, labels, name

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
_TOKEN = re.compile(r"kube-api-access-[a-z0-9]{5}")
_TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time"
_NO_SAME = ("resourceVersion", "managedFields", "selfLink")
HASHED = {"replicasets": "pod-template-hash", "controllerrevisions": "controller.kubernetes.io/hash"}


class Naming:
    """The names of one side. The n-th object that a controller makes for the same owner is the same on both sides."""

    def __init__(self, *, hashes_alike: bool) -> None:
        self._hashed = set() if hashes_alike else set(HASHED)
        self._counts: Counter[str] = Counter()
        self._aliases: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._incarnations: Counter[str] = Counter()

    def learn(self, key: Key, obj: Obj) -> None:
        """A new object was stored."""
        if (made := self._made(key, obj)) is not None:
            called, group = made
            if called not in self._aliases:
                self._counts[group] += 1
                self._alias(called, self._generated(group, self._counts[group]))
        shared = self.text(f"{key.resource} {key.name}")
        self._incarnations[shared] += 1
        self._alias(obj["metadata"]["uid"], self._uid(shared, self._incarnations[shared]))

    def foresee(self, key: Key, obj: Obj) -> str:
        """The shared name of the uid that an object will have when it is stored next."""
        place = f"{key.resource} "
        shared = self.text(f"{place}{key.name}")
        if (made := self._made(key, obj)) is not None:
            called, group = made
            alias = self._aliases.get(called) or self._generated(group, self._counts[group] + 1)
            before, _, after = key.name.partition(called) if called else ("", "", "")
            shared = f"{self.text(place)}{self.text(before)}{alias}{self.text(after)}"
        return self._uid(shared, self._incarnations[shared] + 1)

    @staticmethod
    def _generated(group: str, number: int) -> str:
        return f"<{group.replace(' ', f' {number} ', 1)}>"

    @staticmethod
    def _uid(shared: str, incarnation: int) -> str:
        return f"<uid {incarnation} of {shared}>"

    def _made(self, key: Key, obj: Obj) -> tuple[str, str] | None:
        """What of a name a controller thought up, and the group in which such names are counted."""
        metadata = obj["metadata"]
        group = f"{key.resource} of {self.text((controller_of(obj) or {}).get('name', ''))}"
        if key.resource in self._hashed:
            return labels(obj)[HASHED[key.resource]], group
        if metadata.get("generateName") and not self._is_ordinal(obj):
            return key.name, group
        return None

    @staticmethod
    def _is_ordinal(obj: Obj) -> bool:
        """A StatefulSet's pods are named by their ordinal, in spite of their generateName."""
        return bool(re.fullmatch(re.escape(obj["metadata"]["generateName"]) + r"\d+", name(obj)))

    def _alias(self, called: str, alias: str) -> None:
        self._aliases[called] = alias
        longest = sorted(self._aliases, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest)))

    def text(self, text: str) -> str:
        """The text with this side's names replaced by those that both sides share."""
        found = _TOKEN.sub("kube-api-access-xxxxx", text)
        return self._pattern.sub(lambda match: self._aliases[match[0]], found) if self._pattern else found

    def back(self, text: str) -> str:
        """The other way: this side's own names in a text of shared ones."""
        for called, alias in reversed(self._aliases.items()):
            text = text.replace(alias, called)
        return text

    def uids(self) -> dict[str, str]:
        """The real uid behind each shared name of one."""
        return {alias: uid for uid, alias in self._aliases.items() if alias.startswith("<uid ")}

    def key(self, key: Key) -> Key:
        return key._replace(name=self.text(key.name))


def reduced(obj: Obj, naming: Naming) -> Obj:
    """The object in the names that both sides share, without what differs from run to run."""
    plain: Obj = _walked(obj, naming)
    for field in _NO_SAME:
        plain["metadata"].pop(field, None)
    if obj["kind"] == "EndpointSlice":
        plain["metadata"].pop("generation", None)
        if plain.get("endpoints"):
            plain["endpoints"].sort(key=lambda endpoint: endpoint["addresses"])
    if obj["kind"] in ("EndpointSlice", "Endpoints"):
        annotations = plain["metadata"].get("annotations") or {}
        if annotations.pop(_TRIGGER, None) and not annotations:
            del plain["metadata"]["annotations"]
    return plain


def _walked(value: Any, naming: Naming) -> Any:
    if isinstance(value, dict):
        walked = {naming.text(field): _walked(each, naming) for field, each in value.items()}
        return {field: each for field, each in walked.items() if each is not None and each != []}
    if isinstance(value, list):
        return [_walked(each, naming) for each in value]
    if isinstance(value, str):
        return "<time>" if _TIME.match(value) else naming.text(value)
    return value
