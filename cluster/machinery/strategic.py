"""Kubernetes' strategic merge: lists are merged by a key where the type says so, and patches carry directives.

`strategic` does what the API server does with such a patch, `three_way` what `kubectl apply` and the server reach
together: from what was applied last, what is wanted now and what is stored. Knows types only through `Schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import orjson

from cluster.machinery.errors import ApiError, BadRequest, Invalid, invalid
from cluster.machinery.objects import Obj, copy

_PATCH, _RETAIN = "$patch", "$retainKeys"
_ORDER, _DROP = "$setElementOrder/", "$deleteFromPrimitiveList/"


class Schema(Protocol):
    """What merging must know of a place in an object; `shapes.Field` is one."""

    @property
    def merge_key(self) -> str: ...

    @property
    def strategies(self) -> frozenset[str]:
        """Of "merge", "replace", "retainKeys"."""
        ...

    def child(self, key: str) -> Schema | None:
        """The place of a field or of a map's value."""
        ...

    def item(self) -> Schema | None:
        """The place of a list's items; None when this is no list."""
        ...


class Untyped:
    """A kind whose fields nobody has described: maps merge, lists are replaced."""

    merge_key = ""
    strategies: frozenset[str] = frozenset()

    def child(self, key: str) -> Untyped:
        return self

    def item(self) -> None:
        return None


UNTYPED = Untyped()


def go_text(value: Any) -> str:
    """A JSON value as Go prints it (%v): map[spec:map[ports:x]]."""
    match value:
        case dict():
            return f"map[{' '.join(f'{key}:{go_text(value[key])}' for key in sorted(value))}]"
        case list():
            return f"[{' '.join(go_text(item) for item in value)}]"
        case None:
            return "<nil>"
        case bool():
            return "true" if value else "false"
        case _:
            return str(value)


def strategic(target: Obj, patch: Any, schema: Schema) -> Obj:
    """`target` with a strategic merge patch laid over it; neither is changed. ApiError when it makes no sense."""
    if not isinstance(patch, dict):
        wanted = "Go value of type map[string]interface {}"
        raise BadRequest(f"json: cannot unmarshal {_sort(patch)} into {wanted}")
    merged = _merge_map(copy(target), copy(patch), schema)
    if fault := _misshapen(merged, schema):
        raise Invalid("", "", [invalid("patch", go_text(patch), fault)])
    return merged


def _sort(value: Any) -> str:
    match value:
        case str():
            return "string"
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case _:
            return "array"


def _misshapen(value: Any, schema: Schema | None) -> str:
    """A list where something else stands now, in the words of the server's converter."""
    if schema is None or value is None:
        return ""
    item = schema.item()
    if item is not None:
        if not isinstance(value, list):
            return f"cannot restore slice from {'map' if isinstance(value, dict) else _GO_KINDS[type(value)]}"
        return next((fault for each in value if (fault := _misshapen(each, item))), "")
    if isinstance(value, dict):
        return next((fault for key, each in value.items() if (fault := _misshapen(each, schema.child(key)))), "")
    return ""


_GO_KINDS = {str: "string", bool: "bool", int: "int64", float: "float64"}


def _child(schema: Schema | None, key: str) -> Schema:
    return (schema.child(key) if schema else None) or UNTYPED


def _merges(schema: Schema) -> bool:
    return "merge" in schema.strategies


def _bad_type(directive: Any, where: Any) -> ApiError:
    return BadRequest(f"unknown patch type: {go_text(directive)} in map: {go_text(where)}")


def _merge_map(original: Obj, patch: Obj, schema: Schema) -> Obj:
    """Both are ours to change. The steps and their order are those of apimachinery's mergeMap."""
    if _PATCH in patch:
        directive = patch.pop(_PATCH)
        if directive == "replace":
            return _bare_map(patch)
        if directive == "delete":
            return {}
        raise _bad_type(directive, {_PATCH: directive, **patch})
    _retain(original, patch)
    for key in [key for key in patch if key.startswith(_ORDER)]:
        _merge_ordered(original, patch, key, schema)
    for key, value in patch.items():
        if key.startswith(_DROP):
            name = key.removeprefix(_DROP)
            kept, dropped = original.get(name), value
            if isinstance(kept, list) and isinstance(dropped, list):
                original[name] = [item for item in kept if item not in dropped]
            continue
        place = _child(schema, key)
        old = original.get(key)
        if value is None or (_directed(value) and not isinstance(old, dict)):
            original.pop(key, None)
            continue
        if isinstance(old, dict) and isinstance(value, dict) and "replace" not in place.strategies:
            original[key] = _merge_map(old, value, place)
        elif isinstance(old, list) and isinstance(value, list) and _merges(place):
            original[key] = _merge_list(old, value, place)
        elif type(old) is type(value):
            original[key] = value
        else:
            original[key] = _bare(value)
    return original


def _directed(value: Any) -> bool:
    return isinstance(value, dict) and _PATCH in value


def _bare_map(value: Obj) -> Obj:
    return {
        key: _bare(each)
        for key, each in value.items()
        if each is not None and not _is_directive(key) and not _directed(each)
    }


def _bare_list(value: list[Any]) -> list[Any]:
    return [_bare(item) for item in value if not _directed(item)]


def _bare(value: Any) -> Any:
    """What a patch says of a place where nothing was: no nulls, no directives and nothing they stand in."""
    if isinstance(value, dict):
        return _bare_map(value)
    return _bare_list(value) if isinstance(value, list) else value


def _is_directive(key: str) -> bool:
    return key in (_PATCH, _RETAIN) or key.startswith((_ORDER, _DROP))


def _retain(original: Obj, patch: Obj) -> None:
    if _RETAIN not in patch:
        return
    kept = patch.pop(_RETAIN)
    if not isinstance(kept, list) or any(
        key not in kept for key, value in patch.items() if value is not None and not _is_directive(key)
    ):
        raise BadRequest("invalid patch format of retainKeys")
    for key in [key for key in original if key not in kept]:
        del original[key]


def _merge_ordered(original: Obj, patch: Obj, directive: str, schema: Schema) -> None:
    """One `$setElementOrder/<list>` and the list itself, if the patch has it; both leave the patch."""
    order = patch.pop(directive)
    name = directive.removeprefix(_ORDER)
    place = _child(schema, name)
    old, new = original.get(name), patch.pop(name, None)
    if not isinstance(order, list) or not isinstance(new, list | None) or not isinstance(old, list | None):
        raise BadRequest("invalid patch format of setElementOrder list")
    identify = _identity(place.merge_key)
    due = [identify(item) for item in order]
    left = iter(due)
    if any(not _directed(item) and identify(item) not in left for item in new or ()):  # each behind the one before
        wanted = f"doesn't match {_ORDER[:-1]} list:\n{go_text(order)}\n"
        raise BadRequest(f"The order in patch list:\n{go_text(new)}\n {wanted}")
    if old is None and new is None:
        return
    if new is None:
        merged = old or []
    elif old is None:
        merged = _bare_list(new)
    else:
        merged = _merge_list(old, new, place) if _merges(place) else new
    original[name] = _in_order(merged, due, old or [], identify)


Identify = Callable[[Any], bytes]


def _identity(merge_key: str) -> Identify:
    """What tells an item of a merged list from the others: the value under the merge key, or the item itself."""

    def identify(item: Any) -> bytes:
        if isinstance(item, dict) and merge_key:
            if merge_key not in item:
                raise BadRequest(f"map: {go_text(item)} does not contain declared merge key: {merge_key}")
            item = item[merge_key]
        return orjson.dumps(item, option=orjson.OPT_SORT_KEYS)

    return identify


def _are_maps(old: list[Any], new: list[Any]) -> bool:
    sorts = {type(item) for item in (*old, *new)}
    if dict in sorts and len(sorts) > 1:
        raise BadRequest(f"list element types are not identical: {go_text([old, new])}")
    return dict in sorts


def _merge_list(old: list[Any], new: list[Any], place: Schema) -> list[Any]:
    identify = _identity(place.merge_key)
    if not _are_maps(old, new):
        merged = {identify(item): item for item in [*old, *new]}
        return _in_order(list(merged.values()), [identify(item) for item in new], old, identify)
    if not place.merge_key:
        raise BadRequest("cannot merge lists without merge key")
    replaces = False
    added: list[Any] = []
    gone: set[bytes] = set()
    for item in new:
        directive = item.get(_PATCH)
        if directive is None:
            added.append(item)
        elif directive == "delete":
            gone.add(identify(item))
        elif directive == "replace":
            replaces = True
        elif directive == "merge":
            raise BadRequest("merging lists cannot yet be specified in the patch")
        else:
            raise _bad_type(directive, item)
    if replaces:
        return _bare_list(added)
    kept = [item for item in old if identify(item) not in gone] if gone else old
    return _lay_over(kept, added, place, identify)


def _lay_over(old: list[Any], added: list[Any], place: Schema, identify: Identify) -> list[Any]:
    """Each added map merged into the first with its key, or put behind."""
    merged = list(old)
    inner = place.item() or UNTYPED
    first: dict[bytes, int] = {}
    for index, item in enumerate(old):
        first.setdefault(identify(item), index)
    for item in added:
        which = identify(item)
        if which in first:
            merged[first[which]] = _merge_map(merged[first[which]], item, inner)
        else:
            first[which] = len(merged)
            merged.append(_bare_map(item))
    return _in_order(merged, [identify(item) for item in added], old, identify)


def _in_order(items: list[Any], order: Sequence[bytes], old: list[Any], identify: Identify) -> list[Any]:
    """What `order` names comes in its order; the rest keeps its place, between them as it stood in `old`."""
    due: dict[bytes, int] = {}
    for index, which in enumerate(order):
        due.setdefault(which, index)
    stood: dict[bytes, int] = {}
    for index, item in enumerate(old):
        stood.setdefault(identify(item), index)
    known = [(identify(item), item) for item in items]
    right = sorted((pair for pair in known if pair[0] in due), key=lambda pair: due[pair[0]])
    left = [pair for pair in known if pair[0] not in due]
    left.sort(key=lambda pair: stood.get(pair[0], len(stood)))
    merged: list[Any] = []
    start = 0
    for which, item in right:
        while start < len(left) and which in stood and stood.get(left[start][0], len(stood)) < stood[which]:
            merged.append(left[start][1])
            start += 1
        merged.append(item)
    return merged + [item for _, item in left[start:]]


def three_way(last_applied: Obj, new: Obj, current: Obj, schema: Schema) -> Obj:
    """The object that `kubectl apply` of `new` leaves: `current`, with `new` laid over it and without what only
    `last_applied` had. No argument is changed. A merged list whose keys are not unique is replaced whole."""
    return _apply_map(last_applied, copy(new), copy(current), schema)


def _apply_map(last: Obj, new: Obj, current: Obj, schema: Schema) -> Obj:
    result = {key: value for key, value in current.items() if key in new or key not in last}
    for key, value in new.items():
        if value is None:
            result.pop(key, None)
            continue
        place = _child(schema, key)
        before, old = last.get(key), current.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and "replace" not in place.strategies:
            applied = _apply_map(before if isinstance(before, dict) else {}, value, old, place)
            result[key] = _retained(applied, value, old, place)
        elif isinstance(old, list) and isinstance(value, list) and _merges(place):
            result[key] = _apply_list(before if isinstance(before, list) else [], value, old, place)
        else:
            result[key] = _bare(value)
    return result


def _retained(applied: Obj, new: Obj, old: Obj, place: Schema) -> Obj:
    """Where one field excludes another (a volume's sources), a change keeps only what is wanted now."""
    if "retainKeys" not in place.strategies or applied == old:
        return applied
    return {key: value for key, value in applied.items() if key in new}


def _apply_list(last: list[Any], new: list[Any], current: list[Any], place: Schema) -> list[Any]:
    identify = _identity(place.merge_key)
    maps = _are_maps(current, new)
    wanted = {identify(item): item for item in new}
    stored = {identify(item): item for item in current}
    if len(wanted) < len(new) or len(stored) < len(current) or (maps and not place.merge_key):
        return _bare_list(new)
    before = {identify(item): item for item in last if isinstance(item, dict) == maps}
    result = {which: item for which, item in stored.items() if which in wanted or which not in before}
    inner = place.item() or UNTYPED
    for which, item in wanted.items():
        old, past = stored.get(which), before.get(which)
        if isinstance(old, dict):
            applied = _apply_map(past if isinstance(past, dict) else {}, item, old, inner)
            result[which] = _retained(applied, item, old, place)
        else:
            result[which] = _bare(item)
    return _in_order(list(result.values()), list(wanted), current, identify)
