"""The whole objects that the recordings of lists, tables and kubectl's output show, by uid and revision.

A table's row names its object and revision; the same object at the same revision stands whole in another answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson
import yaml

from cluster.machinery.objects import Obj
from tests.fidelity import golden

TABLES, LISTS, PRINTED = "tables.json", "listwatch.json", "kubectl-output.json"


def _shown() -> Iterator[Obj]:
    for table in (golden.load(TABLES) or {"tables": {}})["tables"].values():
        for row in table["body"].get("rows") or ():
            if row["object"] is not None:
                yield row["object"]
    for case in golden.cases(LISTS):
        yield from of_answer(case["response"]) if "response" in case else ()
        yield from (event["object"] for event in case.get("events", ()))
    for command in (golden.load(PRINTED) or {"commands": []})["commands"]:
        yield from of_answer(_parsed(command["cmd"], command["stdout"]))


def _parsed(command: str, printed: str) -> Any:
    if " get " not in command:
        return None
    if re.search(r" -o yaml\b", command):
        return yaml.safe_load(printed)
    return orjson.loads(printed) if re.search(r" -o json\b| --raw\b", command) else None


def of_answer(answer: Any) -> Iterator[Obj]:
    """An object, or a list's: those of a list do not say what they are."""
    if not isinstance(answer, dict):
        return
    if "items" not in answer:
        yield answer
        return
    for item in answer["items"] or ():
        yield {"kind": answer["kind"].removesuffix("List"), "apiVersion": answer["apiVersion"], **item}


Identity = tuple[str, str]


def identity(obj: Obj) -> Identity:
    return obj["metadata"].get("uid", ""), obj["metadata"].get("resourceVersion", "")


@cache
def wholes() -> dict[Identity, Obj]:
    """(uid, resourceVersion) -> the object with all that it has."""
    return {
        identity(obj): obj
        for obj in _shown()
        if obj.get("kind") not in ("PartialObjectMetadata", "Status", "Table") and obj.get("metadata", {}).get("uid")
    }
