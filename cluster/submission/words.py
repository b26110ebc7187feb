"""From Kubernetes' messages to sentences that say what is wrong and what would be right. Pure.

The API's own message always stands beside ours, so what is not known here is passed on as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from cluster.machinery.errors import Cause
from cluster.machinery.lines import shown
from cluster.machinery.selectors import Selector

_BAD_VALUE = re.compile(r'\AInvalid value: (?P<value>"(?:[^"\\]|\\.)*"|.*?): (?P<detail>.*)\Z', re.DOTALL)
_SUPPORTED = re.compile(r'\AUnsupported value: (?P<value>"(?:[^"\\]|\\.)*"|\S+): supported values: (?P<allowed>.*)\Z')
_QUOTE = re.compile(r"'([^']+)'")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Said(NamedTuple):
    message: str
    instead: tuple[str, str] | None = None
    """(what stands there, what would be right), when one edit would mend it."""


def nearest(word: str, among: Iterable[str]) -> str:
    """The most alike of some names, or "" when none is; letters of the other case count as alike."""
    folded = {each.lower(): each for each in among}
    found = difflib.get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def last(field: str) -> str:
    """The name of a field without what it stands in: "spec.ports[0].port" -> "port"."""
    return re.sub(r"\[[^\]]*\]\Z", "", field).rpartition(".")[2] or field


def listed(words: Iterable[str]) -> str:
    """ "a, b or c" """
    given = list(words)
    return given[0] if len(given) == 1 else f"{', '.join(given[:-1])} or {given[-1]}"


def article(kind: str) -> str:
    """ "A Service", "An Ingress" """
    return "An" if kind[:1] in "AEIO" else "A"


def of_cause(cause: Cause, value: Any) -> Said:
    """`value` is what the document has at the field (None: nothing)."""
    name = last(cause.field)
    if cause.reason == "FieldValueRequired":
        return _required(cause, name)
    if cause.reason == "FieldValueNotSupported" and (found := _SUPPORTED.match(cause.message)):
        allowed = _QUOTED.findall(found["allowed"])
        bad = found["value"].strip('"')
        near = nearest(bad, allowed)
        words = listed(sorted(each for each in allowed if each))
        return Said(f"{name} is {words}. This is {bad}." + _did_you_mean(near), (bad, near) if near else None)
    if cause.reason == "FieldValueDuplicate":
        return Said(f"{_bare(name)} is there twice: each may be given once.")
    if cause.reason == "FieldValueForbidden":
        return _forbidden(cause)
    if found := _BAD_VALUE.match(cause.message):
        return _invalid(cause.field, name, found["value"], found["detail"], value)
    return Said(cause.message)


def _did_you_mean(near: str) -> str:
    return f" Did you mean {near}?" if near else ""


def _bare(name: str) -> str:
    return {"ports": "A port", "env": "A variable"}.get(name, name)


def _required(cause: Cause, name: str) -> Said:
    detail = cause.message.removeprefix("Required value").removeprefix(": ")
    if cause.field == "metadata.name":
        return Said("metadata.name is missing: every object has a name.")
    if name == "restartPolicy":
        return Said("A Job's pods are to end: their restartPolicy is OnFailure or Never. Left out, it is Always.")
    if detail:
        return Said(f"{cause.field} is missing: {detail}.")
    if name == "name" and ".ports[" in cause.field:
        return Said("With several ports each has a name. This one has none.")
    return Said(f"{cause.field} is missing.")


_OTHERS = re.compile(r"updates to \w+ spec for fields other than (.*) are forbidden")
_OF_PODS = re.compile(
    r"spec\.((initC|c)ontainers\[\d+\]\.image|activeDeadlineSeconds|tolerations|terminationGracePeriodSeconds)(?![\w-])"
)


def changeable(cause: Cause) -> re.Pattern[str] | None:
    """The fields that may change of what is stored, where the API refuses a change of any other."""
    if found := _OTHERS.search(cause.message):
        return re.compile(rf"spec\.({'|'.join(map(re.escape, _QUOTE.findall(found[1])))})(?![\w-])")
    return _OF_PODS if "pod updates may not" in cause.message else None


def differing(path: str, wanted: Any, has: Any) -> Iterator[str]:
    """The fields below `path` that are written otherwise than they are; of what is not written nothing is asked."""
    if not wanted and not has:
        return
    if isinstance(wanted, dict) and isinstance(has, dict):
        for name, value in wanted.items():
            yield from differing(shown(path, name), value, has.get(name))
    elif isinstance(wanted, list) and isinstance(has, list) and len(wanted) == len(has):
        for place, (one, other) in enumerate(zip(wanted, has, strict=True)):
            yield from differing(f"{path}[{place}]", one, other)
    elif wanted != has:
        yield path


def of_fixed(field: str, has: Any, cause: Cause) -> Said:
    """Of a change of a field that is fixed once the object exists."""
    plain = f" is {has}" if isinstance(has, str | int | float) and not isinstance(has, bool) and has != "" else ""
    return Said(f"{last(field)}{f'{plain} and' if plain else ''} cannot change. {_forbidden(cause).message}")


def _forbidden(cause: Cause) -> Said:
    detail = cause.message.removeprefix("Forbidden: ").split("\n")[0].strip()
    if found := _OTHERS.search(detail):
        return Said(
            f"Of a stored StatefulSet only {listed(_QUOTE.findall(found[1]))} can change. "
            "Delete it first to change anything else, or give this one another name."
        )
    if detail.startswith("pod updates may not"):
        return Said("A pod is fixed once it exists, but for its images. Delete it first to change the rest.")
    return Said(f"{last(cause.field)}: {detail}.")


def _invalid(field: str, name: str, value: str, detail: str, written: Any) -> Said:
    bad = value.strip('"') if value.startswith('"') else value
    for pattern, say in _DETAILS:
        if found := re.search(pattern, detail):
            return say(field, bad if len(bad) <= 60 else f"{bad[:57]}…", found)
    if written is not None and isinstance(written, str | int | float | bool):
        return Said(f"{name} cannot be {bad}: {detail}.")
    return Said(f"{name}: {detail}.")


def _port(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"A port is a number from 1 to 65535. This is {bad}.")


def _name(field: str, bad: str, found: re.Match[str]) -> Said:
    first = "begins with a letter" if "DNS-1035" in found[0] else "begins and ends with a letter or digit"
    mended = re.sub(r"[^a-z0-9-]+", "-", bad.lower()).strip("-")
    if "DNS-1035" in found[0]:
        mended = mended.lstrip("0123456789-")
    dots = " and dots" if "subdomain" in found[0] else ""
    return Said(
        f"A name is lower-case letters, digits and hyphens{dots}, and {first}. This is {bad}.",
        (bad, mended) if mended and mended != bad else None,
    )


def _label(field: str, bad: str, found: re.Match[str]) -> Said:
    what = "A label's value" if found[0].startswith("a valid label") else f"A key of {last(field)}"
    mended = re.sub(r"[^A-Za-z0-9_.-]+", "-", bad).strip("-_.")
    return Said(
        f"{what} is letters, digits, - _ and dots, and begins and ends with a letter or digit. This is {bad}.",
        (bad, mended) if mended and mended != bad else None,
    )


def _schedule(field: str, bad: str, found: re.Match[str]) -> Said:
    parts = "minute, hour, day of the month, month and day of the week"
    return Said(f"A schedule has five fields: {parts}. This has {found[1]}: {bad}.")


def _one_of_two(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"Give {found[1]} or {found[2]}, not both.")


def _fixed(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{field} is fixed once the object exists. Leave it as it was, or delete the object first.")


def _least(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{last(field)} is {found[1]} or more. This is {bad}.")


def _long(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{last(field)} has at most {found[1]} characters. This has more: {bad}.")


def _choice(field: str, bad: str, found: re.Match[str]) -> Said:
    allowed = re.findall(r"'([^']+)'", found[0])
    given = re.search(r'Type:"([^"]*)"', bad)
    bad = given[1] if given else bad
    near = nearest(bad, allowed)
    text = f"{last(field)} is {listed(allowed)}. This is {bad}.{_did_you_mean(near)}"
    return Said(text, (bad, near) if near else None)


def of_mismatch(selector: Selector, labels: Mapping[str, str]) -> tuple[str, Said] | None:
    """The label of a template that a selector misses first, and what is wanted and what is there; None where the
    selector misses none."""
    missed = [each for each in selector.requirements if not each.matches(labels)]
    if not missed:
        return None
    first = missed[0]
    wanted = " and ".join(str(each) for each in missed)
    has = " and ".join(f"{each.key}={labels[each.key]}" if each.key in labels else f"no {each.key}" for each in missed)
    one = first.key in labels and first.operator in ("=", "in") and len(first.values) == 1
    return first.key, Said(
        f"The selector wants {wanted}, and the template has {has}. Make the two the same.",
        (labels[first.key], next(iter(first.values))) if one else None,
    )


def _mismatch(field: str, bad: str, found: re.Match[str]) -> Said:
    has = re.findall(r'"([^"]*)":"([^"]*)"', bad)
    labels = ", ".join(f"{key}={value}" for key, value in has) or "no label"
    return Said(f"The selector does not match the pods this makes: the template has {labels}. Make the two the same.")


def _no_address(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{last(field)} is an IP address, like 10.96.0.20. This is {bad}.")


def _outside(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{last(field)} has to lie in the range {found[1]}. This is {re.sub(r'[^0-9a-f.:]', '', bad) or bad}.")


def _taken(field: str, bad: str, found: re.Match[str]) -> Said:
    return Said(f"{found[1]} already belongs to another Service. Leave clusterIP out, and a free address is given.")


_DETAILS: list[tuple[str, Callable[[str, str, re.Match[str]], Said]]] = [
    (r"must be between 1 and 65535", _port),
    (r"a DNS-1035 label must|a lowercase RFC 1123 (label|subdomain) must", _name),
    (r"a valid label must|name part must|prefix part", _label),
    (r"may not change once set|field is immutable", _fixed),
    (r"must be greater than or equal to (-?\d+)", _least),
    (r"must be no more than (\d+) (characters|bytes)", _long),
    (r"^must be '[^']+'(, '[^']+')* or '[^']+'$", _choice),
    (r"`selector` does not match template `labels`", _mismatch),
    (r"must be a valid IP address", _no_address),
    (r"The range of valid (?:IPs|ports) is (\S+)", _outside),
    (r"expected exactly 5 fields, found (\d+)", _schedule),
    (r"(\w+) and (\w+) cannot be both set", _one_of_two),
    (r"failed to allocate IP (\S+): provided IP is already allocated", _taken),
]

_GO_WORDS = {
    "bool": "true or false",
    "string": "text",
    "int32": "a whole number",
    "int64": "a whole number",
    "float64": "a number",
    "int": "a whole number",
}


def of_type(go: str) -> str:
    """What a field of this Go type takes: "int32" -> "a whole number"."""
    if go.startswith("[]"):
        return "a list"
    if go.startswith("map["):
        return "names with values"
    if go in _GO_WORDS:
        return _GO_WORDS[go]
    if go.endswith("IntOrString"):
        return "a number or a text"
    if go.endswith("Quantity"):
        return "an amount like 500m or 1Gi"
    if go.endswith("Time"):
        return "a time like 2026-01-31T12:00:00Z"
    return "text" if _is_named_text(go) else "a block of fields"


def _is_named_text(go: str) -> bool:
    return go.rpartition(".")[2] in {"ServiceType", "Protocol", "PodManagementPolicyType", "PullPolicy", "UID"}


def of_value(value: Any) -> str:
    """What stands there instead: 5 -> "the number 5"."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            return f'the text "{value if len(value) <= 40 else value[:39] + "…"}"'
        case list():
            return "a list"
        case dict():
            return "a block of fields"
        case _:
            return "empty"
