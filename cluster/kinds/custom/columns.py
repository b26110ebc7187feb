"""The printed columns of a custom kind: paths into the object, turned into cells as an API server does. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.cells import AGE, NAME, since
from cluster.kinds.kind import Column
from cluster.machinery import jsonpath
from cluster.machinery.objects import Obj


def of(given: Sequence[Mapping[str, Any]]) -> tuple[Column, ...]:
    """The name, and what the definition adds; the age when it adds nothing."""
    return (NAME, *(tuple(_columns(given)) or (AGE,)))


def _columns(given: Sequence[Mapping[str, Any]]) -> Iterator[Column]:
    for each in given:
        yield Column(
            each["name"],
            _cell(each["jsonPath"], each["type"]),
            each["type"],
            each.get("format") or "",
            int(each.get("priority") or 0),
            each.get("description") or f"Custom resource definition column (in JSONPath format): {each['jsonPath']}",
        )


def _cell(path: str, sort: str) -> Callable[[Obj, float], Any]:
    try:
        find = jsonpath.compile(path)
    except jsonpath.PathError:
        return lambda obj, now: None

    def cell(obj: Obj, now: float) -> Any:
        found = find(obj)
        return _shown(found[0], sort, now) if found else None

    return cell


def _shown(value: Any, sort: str, now: float) -> Any:
    match sort:
        case "string":
            return value if isinstance(value, str) else _text(value)
        case "integer" if isinstance(value, int | float) and not isinstance(value, bool):
            return int(value)
        case "number" if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case "boolean" if isinstance(value, bool):
            return value
        case "date" if isinstance(value, str):
            try:
                return since(value, now)
            except ValueError:
                return "<invalid>"
    return None


def _text(value: Any) -> str:
    if value is None:
        return "<nil>"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
