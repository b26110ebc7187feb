"""What a manifest must have before any kind can be asked about it: a mapping with a kind and an apiVersion.

Takes Lists apart. Knows of no kind more than its name, and where to find the versions it has.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from cluster.machinery import schema
from cluster.machinery.lines import Lines, Place, shown
from cluster.machinery.objects import Obj
from cluster.machinery.recipes import of_recipe
from cluster.machinery.texts import Wrong


def objects(value: Any, place: int | Place, path: str) -> Iterator[tuple[Obj, Place]]:
    """The object, or those inside a List."""
    if not isinstance(value, dict) or not isinstance(place, Place):
        line = place if isinstance(place, int) else place.line
        hint = ': put "---" between objects, or "kind: List" and "items:" above' if isinstance(value, list) else ""
        raise Wrong(line, path, f'an object begins with "apiVersion:" and "kind:", this is {_said(value)}{hint}')
    lines = Lines(place)
    if recipe := of_recipe(value):
        raise Wrong(place.line, shown(path, "kind"), recipe)
    kind, api_version = value.get("kind"), value.get("apiVersion")
    for name, given in (("kind", kind), ("apiVersion", api_version)):
        if given is None or given == "":
            raise Wrong(lines.nearest(name), shown(path, name), f"{name} is missing: {_hint(name, value, lines)}")
        if not isinstance(given, str):
            raise Wrong(lines.nearest(name), shown(path, name), f"{name} must be a text, not {_said(given)}")
    if isinstance(kind, str) and kind.endswith("List") and "items" in value:
        yield from _items(value, place, path)
        return
    metadata = value.get("metadata")
    if metadata is not None and not isinstance(metadata, dict):
        field, wanted = shown(path, "metadata"), 'must be a mapping, with "name:" indented below it, not'
        raise Wrong(lines.nearest("metadata"), field, f"metadata {wanted} {_said(metadata)}")
    yield value, place


def _items(value: Obj, place: Place, path: str) -> Iterator[tuple[Obj, Place]]:
    items, lines = value["items"] or [], Lines(place)
    if not isinstance(items, list):
        raise Wrong(lines.nearest("items"), shown(path, "items"), f"items must be a list, not {_said(items)}")
    spots = place.inside["items"] if isinstance(place.inside, dict) else place
    for index, item in enumerate(items):
        inside = spots.inside[index] if isinstance(spots, Place) and isinstance(spots.inside, list) else _line(spots)
        if isinstance(item, dict) and value["kind"] != "List":
            item = {"apiVersion": value["apiVersion"], "kind": value["kind"].removesuffix("List"), **item}
        spot = inside if isinstance(inside, Place) else Place(inside, {})
        yield from objects(item, spot if isinstance(item, dict) else inside, f"{shown(path, 'items')}[{index}]")


def _line(spot: int | Place) -> int:
    return spot if isinstance(spot, int) else spot.line


def _said(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return f"{'true' if value else 'false'} (yes, no, on and off are no texts: put them in quotes)"
        case str():
            return f'the text "{value[:40]}{"…" if len(value) > 40 else ""}"'
        case int() | float():
            return f"the number {value}"
        case list():
            return "a list"
        case _:
            return "a mapping"


def _hint(name: str, value: Obj, lines: Lines) -> str:
    """What would be right instead of a missing kind or apiVersion."""
    close = next((key for key in value if key.lower() == name.lower()), None)
    if close is None:
        short = [key for key in value if len(key) < 30 and key != "metadata"]
        close = next(iter(difflib.get_close_matches(name, short, 1, 0.8)), None)
    if close is not None and close != name:
        return f'is "{close}" on line {lines.nearest(f"[{close}]")} meant?'
    if name == "kind":
        return 'say what this object is, for example "kind: Service"'
    kind = value.get("kind")
    versions = schema.versions(kind) if isinstance(kind, str) else []
    return f'for a {kind} write "apiVersion: {versions[0]}"' if versions else 'for example "apiVersion: v1"'
