"""The annotations with which a person makes a pod ill on purpose: which there are, what they take, what was misspelt.

They are read where they act (`probes`, `programs`, `images`); here is only what a writer of one should know. Those
of a Node are in `cluster.faults`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from cluster.nodes.images import IMAGE_MISSING_ANNOTATION
from cluster.nodes.probes import FLAPPING_ANNOTATION, NEVER_READY_ANNOTATION, SLOW_START_ANNOTATION
from cluster.nodes.programs import CRASH_ANNOTATION

PREFIX = "kubarium.dev/"
SWITCHES = (NEVER_READY_ANNOTATION, CRASH_ANNOTATION, IMAGE_MISSING_ANNOTATION)
TIMES = (SLOW_START_ANNOTATION, FLAPPING_ANNOTATION)
ON = {**dict.fromkeys(SWITCHES, "true"), **dict.fromkeys(TIMES, "10s")}
"""What each is set to where a person only says that it should be."""
_TIME = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h))+")


def misspelt(annotations: Mapping[str, object]) -> list[str]:
    """A sentence for each annotation of ours that will do nothing."""
    return [said for name, value in annotations.items() if name.startswith(PREFIX) and (said := _wrong(name, value))]


def _wrong(name: str, value: object) -> str:
    if name in SWITCHES:
        return "" if value in ("true", "false") else f'{name} does nothing: it takes "true". This is "{value}".'
    if name in TIMES:
        good = isinstance(value, str) and _TIME.fullmatch(value)
        return "" if good else f'{name} does nothing: it takes a time such as "5s". This is "{value}".'
    known = {each.removeprefix(PREFIX): each for each in (*SWITCHES, *TIMES)}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), known, n=1)
    guess = f" Did you mean {known[near[0]]}?" if near else f" There are {', '.join(known.values())}."
    return f"{name} does nothing: there is no such fault.{guess}"
