"""What a step speaks of: the things that its checks name, as far as they are there. A picture beside it can show them.

Pure. It does not know what a picture draws, nor whether a check is met.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds import key_of
from cluster.lessons.naming import Named, Pods
from cluster.lessons.values import Step
from cluster.machinery.objects import PODS, SERVICES, Key, key
from cluster.world import World


def subjects(step: Step, world: World) -> list[Key]:
    """Each once, in the order in which the checks come to them."""
    return list(dict.fromkeys(each for check in step.checks for each in _named(check.given, world)))


def _named(given: Mapping[str, Any], world: World) -> Iterator[Key]:
    for value in given.values():
        if isinstance(value, Named) and world.get(value.key) is not None:
            yield value.key
        elif isinstance(value, Pods):
            yield from (key_of(pod) for pod in value.find(world))
    yield from _asked(given, world)


def _asked(given: Mapping[str, Any], world: World) -> Iterator[Key]:
    """What a question or a request names first: a Service, or a pod by its own name."""
    name = str(given.get("name") or given.get("to") or "").rpartition("//")[2]
    first, *further = re.split(r"[.:/]", name)
    for kind, place in ((PODS, _place(given)), (SERVICES, _place(given)), *((SERVICES, each) for each in further[:1])):
        found = key(kind, place, first)
        if world.get(found) is not None:
            yield found


def _place(given: Mapping[str, Any]) -> str:
    """The namespace of whoever asks."""
    return str(given.get("from") or "").partition("/")[0]
