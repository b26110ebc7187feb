"""What is known of the types in an expression: the fields it asks for, looked up where they are described.

The library takes types only of whole names, so each chain `object.spec.replicas` is declared as one. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cluster.machinery import cel
from cluster.machinery.shapes import Field, Flag, IntOrText, Number, Shape, Struct, Text, Whole

_TEXTS = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'")
_CHAIN = re.compile(r"(?<![A-Za-z0-9_.])([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z_][A-Za-z0-9_]*)*)\s*(\(?)")
_PLAIN: tuple[tuple[type[Shape], str], ...] = ((Whole, "int"), (Flag, "bool"), (Number, "double"), (Text, "string"))


_END = re.compile(r"\s*\)")
_HAS = re.compile(r"(?<![A-Za-z0-9_.])has\s*\(\s*$")


class Chain(NamedTuple):
    root: str
    steps: tuple[str, ...]
    place: int
    """Where it begins."""
    asked: tuple[int, int] | None
    """Where the `has(…)` around it begins and ends, which is about a field and not about its value."""

    @property
    def name(self) -> str:
        return ".".join((self.root, *self.steps))


def chains(source: str, roots: frozenset[str]) -> Iterator[Chain]:
    """Every chain of fields that begins with one of the roots; a method called on it is not part of it."""
    blank = _TEXTS.sub(lambda found: " " * len(found[0]), source)
    for found in _CHAIN.finditer(blank):
        if found[1] not in roots:
            continue
        steps = tuple(found[2].split(".")[1:])
        if found[3]:
            if not steps:
                continue
            steps = steps[:-1]
        has, end = _HAS.search(blank, 0, found.start()), _END.match(blank, found.end(2))
        yield Chain(found[1], steps, found.start(), (has.start(), end.end()) if has and end else None)


def plain_type(field: Field | None) -> str:
    """int, bool, double, string; "" for all else."""
    if field is None or isinstance(field.shape, IntOrText) or type(field.shape) is Shape:
        return ""
    if field.shape.go.startswith(("resource.", "v1.Time", "v1.MicroTime", "[]uint8")):
        return ""
    return next((name for shape, name in _PLAIN if isinstance(field.shape, shape)), "")


def fault(source: str, names: tuple[str, ...], roots: Mapping[str, Field]) -> str:
    """The compiler's report when the roots have these types; "" when nothing is wrong, or nothing is known."""
    types: dict[str, str] = {}
    checked = source
    for chain in chains(source, frozenset(roots)):
        place: Field | None = roots[chain.root]
        at = chain.place + len(chain.root)
        for step in chain.steps:
            shape = place.shape if place is not None else None
            if not isinstance(shape, Struct):
                # Below a map, a list or anything at all every name may be.
                place = None
                break
            name = unescaped(step)
            if name not in shape.fields and not shape.is_open:
                return undefined(source, at, step)
            place = shape.fields.get(name)
            at += len(step) + 1
        if chain.asked:
            # The library would take a whole name for its value there: whether there is one is any bool.
            begin, end = chain.asked
            checked = f"{checked[:begin]}{'true'.ljust(end - begin)}{checked[end:]}"
        elif type_ := plain_type(place):
            types[chain.name] = type_
    try:
        cel.compile(checked, names, tuple(sorted(types.items())))
    except cel.NotCompiled as error:
        report = str(error)
        for shown, written in zip(checked.splitlines(), source.splitlines(), strict=True):
            report = report.replace(f" | {shown}\n", f" | {written}\n")
        return report
    return ""


def unescaped(step: str) -> str:
    """__namespace__ -> namespace, foo__dot__bar -> foo.bar"""
    if len(step) > 4 and step.startswith("__") and step.endswith("__"):
        return step[2:-2]
    for sign, word in ((".", "__dot__"), ("-", "__dash__"), ("/", "__slash__"), ("__", "__underscores__")):
        step = step.replace(word, sign)
    return step


def undefined(source: str, at: int, field: str) -> str:
    """The report of a field that there is not; `at` is where its dot stands."""
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1)
    text = source.splitlines()[line - 1]
    return f"ERROR: <input>:{line}:{column + 1}: undefined field '{field}'\n | {text}\n | {'.' * column}^"
