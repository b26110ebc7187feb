"""What differs between two pod specs, as Kubernetes prints it in a refusal: Go's structs, by the library go-cmp.

Two fields that are alike are shown on either side of what differs, the others are counted. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from cluster.machinery.godump import Unlisted, quantity
from cluster.machinery.gostructs import STRUCTS, Field
from cluster.machinery.objects import Obj

_CONTEXT = 2
_WIDEST = 80
"""What is removed or inserted is broken into lines beyond so many characters."""
_SCALARS = frozenset({"string", "bool", "int32", "int64", "types.UID"})
_ORDER = """
    Volumes InitContainers Containers EphemeralContainers RestartPolicy TerminationGracePeriodSeconds
    ActiveDeadlineSeconds DNSPolicy NodeSelector ServiceAccountName AutomountServiceAccountToken NodeName
    SecurityContext ImagePullSecrets Hostname Subdomain SetHostnameAsFQDN Affinity SchedulerName Tolerations HostAliases
    PriorityClassName Priority PreemptionPolicy DNSConfig ReadinessGates RuntimeClassName Overhead EnableServiceLinks
    TopologySpreadConstraints OS SchedulingGates ResourceClaims Resources
"""
"""Of the API server's own PodSpec, which is not that of v1."""
_OF_THE_HOST = ("HostNetwork", "HostPID", "HostIPC", "ShareProcessNamespace", "HostUsers")
"""In v1 beside the security context, there in it."""
_BY_NAME = {field.go: field for field in STRUCTS["PodSpec"]}
_STRUCTS: Mapping[str, tuple[Field, ...]] = {
    **STRUCTS,
    "PodSpec": tuple(_BY_NAME[each] for each in _ORDER.split()),
    "ServiceAccountTokenProjection": tuple(
        each._replace(type=each.type.removeprefix("*")) for each in STRUCTS["ServiceAccountTokenProjection"]
    ),
    "PodSecurityContext": (*(_BY_NAME[each] for each in _OF_THE_HOST), *STRUCTS["PodSecurityContext"]),
}


class _Record(NamedTuple):
    mark: str
    """ "-", "+" or " "."""
    key: str
    value: str | _Block


class _Block(NamedTuple):
    """Several lines."""

    begin: str
    records: tuple[_Record, ...]


def pod_spec(before: Obj, after: Obj) -> str:
    """The lines, each with its mark."""
    block = _Block("core.PodSpec{", tuple(_fields("PodSpec", _core(before), _core(after))))
    return "\n".join(_lines(block, "  ", "", 0, ""))


def _core(spec: Obj) -> Obj:
    host = {_BY_NAME[each].json: spec[_BY_NAME[each].json] for each in _OF_THE_HOST if _BY_NAME[each].json in spec}
    return {**spec, "securityContext": {**host, **(spec.get("securityContext") or {})}}


# -- what differs --------------------------------------------------------------------------------------------------


def _fields(struct: str, before: Obj, after: Obj) -> Iterator[_Record]:
    pairs = [(field, _part(field, before), _part(field, after)) for field in _STRUCTS[struct]]
    alike = [_is_alike(field.type, was, now) for field, was, now in pairs]
    for first, last, same in _runs(alike):
        if same:
            shown = [_Record(" ", field.go, _value(field.type, was, "")) for field, was, _ in pairs[first:last]]
            yield from _context(shown, first > 0, last < len(pairs), "field")
        else:
            for field, was, now in pairs[first:last]:
                yield from _changed(field.go, field.type, was, now, typed=True)


def _items(of: str, before: Sequence[Any], after: Sequence[Any]) -> Iterator[_Record]:
    was, now = (
        [json.dumps(each, sort_keys=True) for each in before],
        [json.dumps(each, sort_keys=True) for each in after],
    )
    steps = SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
    for at, (verb, i, j, k, m) in enumerate(steps):
        if verb == "equal":
            shown = [_Record(" ", "", _value(of, each, "", typed=False)) for each in before[i:j]]
            yield from _context(shown, at > 0, at < len(steps) - 1, "element")
            continue
        both = min(j - i, m - k)
        for one, other in zip(before[i : i + both], after[k : k + both], strict=True):
            yield from _changed("", of, one, other, typed=False)
        yield from (_Record("-", "", _value(of, each, "-", typed=False)) for each in before[i + both : j])
        yield from (_Record("+", "", _value(of, each, "+", typed=False)) for each in after[k + both : m])


def _context(shown: list[_Record], after: bool, before: bool, what: str) -> Iterator[_Record]:
    """Of a run of what is alike, the ends that touch what differs."""
    low = min(_CONTEXT, len(shown)) if after else 0
    high = min(_CONTEXT, len(shown) - low) if before else 0
    if len(shown) - low - high == 1:
        high += 1
    yield from shown[:low]
    if left := len(shown) - low - high:
        yield _Record(" ", "", f"... // {left} identical {what}{'s' if left > 1 else ''}")
    yield from shown[len(shown) - high :]


def _changed(key: str, type_: str, was: Any, now: Any, *, typed: bool) -> Iterator[_Record]:
    inner = type_.removeprefix("*")
    sign = "&" if inner != type_ else ""
    whole = _is_zero(type_, was) or _is_zero(type_, now) if type_ != inner or inner.startswith("[]") else False
    if not whole and inner in _STRUCTS:
        begin = f"{sign}core.{inner}{{" if typed else f"{sign}{{"
        yield _Record(" ", key, _Block(begin, tuple(_fields(inner, was or {}, now or {}))))
    elif not whole and inner.startswith("[]") and (inner[2:] in _STRUCTS or len(was) + len(now) > 2):
        yield _Record(" ", key, _Block(f"{_go(inner)}{{", tuple(_items(inner[2:], was, now))))
    else:
        yield _Record("-", key, _value(type_, was, "-", typed=typed))
        yield _Record("+", key, _value(type_, now, "+", typed=typed))


def _runs(alike: list[bool]) -> Iterator[tuple[int, int, bool]]:
    first = 0
    for at in range(1, len(alike) + 1):
        if at == len(alike) or alike[at] != alike[first]:
            yield first, at, alike[first]
            first = at


def _part(field: Field, value: Any) -> Any:
    return (value or {}).get(field.json) if field.json else value


def _is_alike(type_: str, was: Any, now: Any) -> bool:
    if type_ in _STRUCTS:
        return all(_is_alike(field.type, _part(field, was), _part(field, now)) for field in _STRUCTS[type_])
    return bool(was == now or (_is_zero(type_, was) and _is_zero(type_, now)))


def _is_zero(type_: str, value: Any) -> bool:
    if type_ in _STRUCTS:
        return all(_is_zero(field.type, _part(field, value)) for field in _STRUCTS[type_])
    return value is None if type_.startswith("*") else not value


# -- values --------------------------------------------------------------------------------------------------------


def _value(type_: str, value: Any, mark: str, *, typed: bool = True) -> str | _Block:
    """With its types where it is removed or inserted, but not those of a list's items."""
    shown = typed and bool(mark)
    if type_.startswith("*"):
        if value is None:
            return "nil"
        found = _value(type_[1:], value, mark, typed=typed)
        return f"&{found}" if isinstance(found, str) else found._replace(begin=f"&{found.begin}")
    if type_.startswith("[]"):
        if not value:
            return "nil"
        records = [_Record(mark or " ", "", _value(type_[2:], each, mark, typed=False)) for each in value]
        return _listed(f"{_go(type_)}{{" if shown else "{", records, mark)
    if type_ in ("map", "ResourceList"):
        if not value:
            return "nil"
        of, sign = ("string", "") if type_ == "map" else ("resource.Quantity", "s")
        records = [
            _Record(mark or " ", f"{sign}{json.dumps(key)}", _value(of, value[key], mark, typed=False))
            for key in sorted(value)
        ]
        return _listed(f"{_go(type_)}{{" if shown else "{", records, mark)
    if type_ == "resource.Quantity":
        return _amount(str(value), mark)
    if type_ == "intstr.IntOrString":
        kind = "intstr.IntOrString" if shown else ""
        return (
            f"{kind}{{Type: 1, StrVal: {json.dumps(value)}}}"
            if isinstance(value, str)
            else f"{kind}{{IntVal: {value}}}"
        )
    if type_ in _STRUCTS:
        there = [(field, _part(field, value)) for field in _STRUCTS[type_]]
        records = [
            _Record(mark or " ", field.go, _value(field.type, part, mark))
            for field, part in there
            if not _is_zero(field.type, part)
        ]
        return _listed(f"core.{type_}{{" if shown else "{", records, mark)
    return _plain(type_, value)


def _plain(type_: str, value: Any) -> str:
    if type_ == "bool":
        return "true" if value else "false"
    if type_ in ("int32", "int64"):
        return str(value or 0)
    if type_ in _SCALARS or type_.startswith("~"):
        return json.dumps(value or "", ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)  # a part whose Go type is not listed


def _amount(text: str, mark: str) -> str:
    try:
        number, scale, notation = quantity(text)
    except Unlisted:
        return f'{{s: "{text}"}}'
    amount = ", ".join([*([f"value: {number}"] if number else []), *([f"scale: {scale}"] if scale else [])])
    kind = "resource.int64Amount" if mark else ""
    return f'{{i: {kind}{{{amount}}}, s: "{text}", Format: "{notation}"}}'


def _listed(begin: str, records: Sequence[_Record], mark: str) -> str | _Block:
    words = [f"{each.key}: {each.value}" if each.key else str(each.value) for each in records]
    line = ", ".join(words)
    if any(isinstance(each.value, _Block) for each in records) or (mark and len(line) + 2 > _WIDEST):
        return _Block(begin, tuple(records))
    return f"{begin}{line}}}"


def _go(type_: str) -> str:
    if type_ == "map":
        return "map[string]string"
    if type_.startswith("[]"):
        return f"[]{_go(type_[2:])}"
    name = type_.removeprefix("~")
    return name if name in _SCALARS or "." in name else f"core.{name}"


# -- lines ---------------------------------------------------------------------------------------------------------


def _lines(block: _Block, mark: str, key: str, depth: int, end: str) -> Iterator[str]:
    yield f"{mark}{chr(9) * depth}{key}{block.begin}"
    widths = _widths(block.records)
    for record, width in zip(block.records, widths, strict=True):
        inner = f"{record.mark} " if record.mark != " " else mark
        named = f"{record.key + ':':<{width + 2}}" if record.key else ""
        if isinstance(record.value, _Block):
            yield from _lines(record.value, inner, named, depth + 1, ",")
        else:
            comma = "" if record.value.startswith("... //") else ","
            yield f"{inner}{chr(9) * (depth + 1)}{named}{record.value}{comma}"
    yield f"{mark}{chr(9) * depth}}}{end}"


def _widths(records: Sequence[_Record]) -> list[int]:
    """How wide the keys are with which each stands in one column: those of lines that follow each other."""
    widths = [len(each.key) for each in records]
    alone = [not each.key or isinstance(each.value, _Block) for each in records]
    for first, last, apart in _runs(alone):
        if not apart:
            widths[first:last] = [max(widths[first:last])] * (last - first)
    return widths
