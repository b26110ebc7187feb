"""JSON patches (RFC 6902) as the library does them that the API server uses: kinder than the RFC in places.

A field that is not there may be replaced, is null to who tests or copies it, and lists are counted from their end by
negative numbers. Works on the document that it is given, which has to be the caller's own.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NOTHING: Any = object()


class Impossible(ValueError):
    """A step that cannot be carried out."""


def carry_out(document: Any, step: dict[str, Any]) -> int:
    """Change the document by one step. Returns how many bytes of JSON a `copy` copied. Raises Impossible."""
    place, key = _found(document, _path(step, "path")) if step.get("op") not in ("move", "copy") else (None, "")
    match step.get("op"):
        case "add":
            _add(place, key, step.get("value"))
        case "remove":
            _remove(place, key)
        case "replace":
            _replace(place, key, step.get("value"))
        case "test":
            _test(place, key, step.get("value"))
        case "move":
            source, name = _found(document, _path(step, "from"))
            value = _get(source, name)
            _remove(source, name)
            _add(*_found(document, _path(step, "path")), value)
        case "copy":
            text = orjson.dumps(_get(*_found(document, _path(step, "from"))))
            _add(*_found(document, _path(step, "path")), orjson.loads(text))
            return len(text)
        case kind:
            raise Impossible(f"Unexpected kind: {kind}")
    return 0


def _path(step: dict[str, Any], field: str) -> str:
    path = step.get(field)
    if not isinstance(path, str):
        raise Impossible(f"operation missing {field} field")
    return path


def _found(document: Any, path: str) -> tuple[Any, str]:
    """What holds the last part of a path, and that part."""
    parts = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if not parts:
        raise Impossible(f"missing path: {path}")
    for part in parts[:-1]:
        document = _get(document, part)
        if not isinstance(document, dict | list):
            raise Impossible(f"missing path: {path}")
    return document, parts[-1]


def _index(items: list[Any], key: str, size: int) -> int:
    if not _WHOLE.fullmatch(key):
        raise Impossible(f"value was not a proper array index: {key}")
    index = int(key)
    if index >= size or index < -size:
        raise Impossible(f"Unable to access invalid index: {index}")
    return index + size if index < 0 else index


def _get(place: Any, key: str) -> Any:
    if isinstance(place, dict):
        return place.get(key)
    return place[_index(place, key, len(place))]


def _add(place: Any, key: str, value: Any) -> None:
    if isinstance(place, dict):
        place[key] = value
    elif key == "-":
        place.append(value)
    else:
        place.insert(_index(place, key, len(place) + 1), value)


def _replace(place: Any, key: str, value: Any) -> None:
    if isinstance(place, dict):
        place[key] = value
    else:
        place[_index(place, key, len(place))] = value


def _remove(place: Any, key: str) -> None:
    if isinstance(place, list):
        del place[_index(place, key, len(place))]
    elif place.pop(key, _NOTHING) is _NOTHING:
        raise Impossible(f"Unable to remove nonexistent key: {key}")


def _test(place: Any, key: str, value: Any) -> None:
    # Numbers are compared as they are written: 1 is not 1.0.
    found = _get(place, key)
    if orjson.dumps(found, option=orjson.OPT_SORT_KEYS) != orjson.dumps(value, option=orjson.OPT_SORT_KEYS):
        raise Impossible(f"testing value {key} failed")
