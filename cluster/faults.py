"""Faults that a person sets on purpose, as annotations: which there are, what each takes, what was misspelt. Values
only; what follows from them is decided where nodes and pods are.

On a Pod:
    kubarium.dev/never-ready: "true"    it runs and is never Ready
    kubarium.dev/crash: "true"          its containers end at once, again and again
    kubarium.dev/image-missing: "true"  no registry has its images
    kubarium.dev/slow-start: "5s"       its containers answer that much later
    kubarium.dev/flap: "10s"            it is ready and not ready in turn, that long each
On a Node:
    kubarium.dev/lost: "true"           it falls silent. Taken away, it comes back
    kubarium.dev/not-ready: "true"      it goes on reporting, and reports that it is not ready
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cluster.machinery.objects import NODES, PODS, GroupResource, Obj, annotations_of
from cluster.machinery.podspecs import TEMPLATES, template_of

PREFIX = "kubarium.dev/"
NEVER_READY = "kubarium.dev/never-ready"
CRASH = "kubarium.dev/crash"
IMAGE_MISSING = "kubarium.dev/image-missing"
SLOW_START = "kubarium.dev/slow-start"
FLAP = "kubarium.dev/flap"
LOST = "kubarium.dev/lost"
LOST_SINCE = "kubarium.dev/lost-since"
"""Written by the cluster itself: when a lost node was last heard of."""
NOT_READY = "kubarium.dev/not-ready"
LOAD = "kubarium.dev/load"
"""No fault, though a person's word as well: on a workload, the CPU that all its pods use together, "1500m"."""

OF_PODS = {NEVER_READY: "true", CRASH: "true", IMAGE_MISSING: "true", SLOW_START: "10s", FLAP: "10s"}
OF_NODES = {LOST: "true", NOT_READY: "true"}
"""What each is set to where a person only says that it should be."""
BY_KIND = {PODS: OF_PODS, NODES: OF_NODES}

_TIMES = frozenset({SLOW_START, FLAP})
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)", re.ASCII)
_TIME = re.compile(rf"(?:{_PART.pattern})+", re.ASCII)
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Idle(NamedTuple):
    """An annotation of ours that will do nothing: the path to where it is, and a sentence that says why."""

    where: str
    said: str


def is_on(obj: Obj, fault: str) -> bool:
    return annotations_of(obj).get(fault) == "true"


def seconds(obj: Obj, fault: str) -> float:
    """The time that one of the `_TIMES` asks for; 0.0 when it is not set, or to no time."""
    given = annotations_of(obj).get(fault)
    if not isinstance(given, str) or not _TIME.fullmatch(given):
        return 0.0
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(given))


def is_lost(node: Obj) -> bool:
    return is_on(node, LOST)


def is_unready(node: Obj) -> bool:
    return is_on(node, NOT_READY)


def idle(kind: GroupResource, new: Obj, old: Obj | None = None) -> Iterator[Idle]:
    """Which annotations of ours on an object, or in the template of its pods, will do nothing, as far as they are not
    so on the old one already."""
    given = _written(new, old)
    if kind in BY_KIND:
        yield from (Idle("metadata.annotations", said) for said in _misspelt(given, BY_KIND[kind]))
    elif kind in TEMPLATES:
        yield from (Idle("metadata.annotations", said) for said in _misplaced(given))
        inside = _written(template_of(kind, new), None if old is None else template_of(kind, old))
        where = f"{TEMPLATES[kind]}.metadata.annotations"
        yield from (Idle(where, said) for said in _misspelt(inside, OF_PODS))


def _written(new: Obj, old: Obj | None) -> dict[str, Any]:
    before = {} if old is None else annotations_of(old)
    return {called: value for called, value in annotations_of(new).items() if before.get(called) != value}


def _misspelt(annotations: Mapping[str, Any], known: Mapping[str, str]) -> Iterator[str]:
    for name, value in annotations.items():
        if name.startswith(PREFIX) and name != LOST_SINCE and (wrong := _wrong(name, value, known)):
            yield f"{name} does nothing{wrong}"


def _misplaced(annotations: Mapping[str, Any]) -> Iterator[str]:
    """On a workload, whose pods do not get its own annotations."""
    for name in annotations:
        if name in OF_PODS:
            yield f"{name} does nothing here: it belongs into the template's metadata."
        elif name.startswith(PREFIX) and name != LOAD:
            yield f"{name} does nothing{_unknown(name, {LOAD: '', **OF_PODS})}"


def _wrong(name: str, value: object, known: Mapping[str, str]) -> str:
    if name not in known:
        return _unknown(name, known)
    if name in _TIMES:
        good = isinstance(value, str) and _TIME.fullmatch(value)
        return "" if good else f': it takes a time such as "5s". This is "{value}".'
    return "" if value in ("true", "false") else f': it takes "true". This is "{value}".'


def _unknown(name: str, known: Mapping[str, str]) -> str:
    if name in OF_NODES or name in OF_PODS:
        return f" here: it is for a {'Node' if name in OF_NODES else 'Pod'}."
    shown = {each.removeprefix(PREFIX): each for each in known}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), shown, n=1)
    guess = f"Did you mean {shown[near[0]]}?" if near else f"There are {', '.join(known)}."
    return f": there is no such fault. {guess}"
