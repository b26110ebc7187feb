"""What an apply would change in an object, as lines a person reads. Pure."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from cluster import yamltext
from cluster.machinery.objects import Obj

LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"

# What the store writes by itself; nobody asked for it.
_OWN = ("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink")


class Line(NamedTuple):
    sign: Literal[" ", "+", "-"]
    text: str


def shown(obj: Obj) -> Obj:
    """The object without status and without what the store writes by itself."""
    bare: dict[str, Any] = {name: value for name, value in obj.items() if name != "status"}
    metadata = {name: value for name, value in (obj.get("metadata") or {}).items() if name not in _OWN}
    annotations = {name: value for name, value in (metadata.get("annotations") or {}).items() if name != LAST_APPLIED}
    metadata.pop("annotations", None)
    if annotations:
        metadata["annotations"] = annotations
    bare["metadata"] = metadata
    return bare


def difference(old: Obj | None, new: Obj) -> list[Line]:
    """All lines of a new object; of a changed one the lines that differ, under the names they stand beneath."""
    after = yamltext.lines(_hidden(shown(new), old, "after"))
    if old is None:
        return [Line("+", text) for text in after]
    before = yamltext.lines(_hidden(shown(old), new, "before"))
    merged: list[Line] = []
    for tag, b1, b2, a1, a2 in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            merged.extend(Line(" ", text) for text in before[b1:b2])
        else:
            merged.extend(Line("-", text) for text in before[b1:b2])
            merged.extend(Line("+", text) for text in after[a1:a2])
    return [line for line, kept in zip(merged, _kept(merged), strict=True) if kept]


def _hidden(obj: Obj, other: Obj | None, when: str) -> Obj:
    """A Secret's values are told apart, never shown."""
    if obj.get("kind") != "Secret":
        return obj
    masked = dict(obj)
    for part in ("data", "stringData"):
        if isinstance(obj.get(part), dict):
            had = (other or {}).get(part) or {}
            masked[part] = {
                name: "***" if had.get(name, value) == value else f"*** ({when})" for name, value in obj[part].items()
            }
    return masked


def changed_fields(lines: list[Line]) -> int:
    """About how many fields differ: a changed line counts once."""
    return max(sum(line.sign == "-" for line in lines), sum(line.sign == "+" for line in lines))


def _kept(lines: list[Line]) -> list[bool]:
    """Changed lines and, of the others, those that changed ones stand beneath."""
    kept = [line.sign != " " for line in lines]
    wanted = -1
    for position in range(len(lines) - 1, -1, -1):
        depth = _depth(lines[position].text)
        if kept[position]:
            wanted = depth if wanted < 0 else min(wanted, depth)
        elif 0 <= depth < wanted:
            kept[position] = True
            wanted = depth
        if wanted == 0:
            wanted = -1
    return kept


def _depth(text: str) -> int:
    """How deep a line stands; an item of a list stands deeper than the name the list has at the same column."""
    bare = text.lstrip(" ")
    return 2 * (len(text) - len(bare)) + (1 if bare.startswith("- ") else 0)
