"""A recording told again in other words: names, labels, namespaces, nodes and addresses changed for others throughout.

What is right for a recording is right for the same one with other names; code that knew a name by its spelling would
not survive the change. Hashes that hang on names are named by order then (see `reduction`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from random import Random
from typing import Any

from cluster.machinery.objects import Obj, controller_of, namespace

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MAPS = ("labels", "matchLabels", "selector", "nodeSelector")
"""Whose keys are words of a person's own, too."""
_ADDRESS = re.compile(r"^10\.244\.(\d+\.\d+)$")


class Renaming:
    """Whole words for other words, the same ones everywhere."""

    def __init__(self, words: Iterable[str], seed: int) -> None:
        dice = Random(seed)
        self._words: dict[str, str] = {}
        for word in sorted(words):
            self._words[word] = self._fresh(word, dice)
        listed = "|".join(map(re.escape, sorted(self._words, key=len, reverse=True)))
        # A name is a word of its own between anything but letters and digits: "web" in "data-web-0" is one.
        self._pattern = re.compile(rf"(?<![A-Za-z0-9])(?<!kubernetes\.io/)(?:{listed})(?![A-Za-z0-9])")

    def _fresh(self, word: str, dice: Random) -> str:
        """Of about the same length, so that no limit is passed that the first one kept."""
        while True:
            made = "q" + "".join(dice.choice(_LETTERS) for _ in range(max(3, len(word) - 1)))
            if made not in self._words.values():
                return made

    def text(self, text: str) -> str:
        return self._pattern.sub(lambda match: self._words[match[0]], _ADDRESS.sub(r"172.30.\1", text))

    def of(self, value: Any, field: str = "") -> Any:
        """The value in the other words; managed fields stay, which only say who wrote."""
        if isinstance(value, dict):
            own = field in _MAPS
            return {
                self.text(key) if own else key: each if key == "managedFields" else self.of(each, key)
                for key, each in value.items()
            }
        if isinstance(value, list):
            return [self.of(each) for each in value]
        if isinstance(value, str) and field not in ("apiVersion", "kind", "type", "resource"):
            return self.text(value)
        return value


def vocabulary(recorded: dict[str, Any]) -> set[str]:
    """The words that people chose in a recorded scenario: names, namespace, labels, nodes."""
    words = {recorded["namespace"]}
    for entry in recorded["timeline"]:
        if "object" in entry:
            words |= _words_of(entry["object"])
    return {word for word in words if re.fullmatch(r"[a-z][-a-z0-9]*", word)}


def _words_of(obj: Obj) -> set[str]:
    metadata = obj["metadata"]
    words = {namespace(obj)}
    applied = "kubectl.kubernetes.io/last-applied-configuration" in (metadata.get("annotations") or {})
    if applied and obj["kind"] != "ControllerRevision" and controller_of(obj) is None:
        words.add(metadata["name"])
        for label, value in (metadata.get("labels") or {}).items():
            words |= {label, value}
    spec = obj.get("spec") or {}
    if obj["kind"] == "Pod":
        words |= {each["name"] for each in spec["containers"]} | {spec.get("nodeName") or ""}
    if obj["kind"] == "StatefulSet":
        words |= {each["metadata"]["name"] for each in spec.get("volumeClaimTemplates") or ()}
        words |= {each for pair in spec["selector"]["matchLabels"].items() for each in pair}
    return words
