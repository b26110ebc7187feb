"""Checks of what DNS answers, found by the very zone that answers everybody. What a server remembers is left out:
a check's own questions would make it remember."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from cluster.dns import root, settings
from cluster.lessons.judges.finding import Finding, Judge, fits, joined, many
from cluster.lessons.naming import all_values
from cluster.lessons.sight import Sight
from cluster.questions import ask


def resolved(name: str, type_: str, asker: str, sight: Sight) -> tuple[str, tuple[str, ...]]:
    """(rcode, what the records say) as the asker, namespace/pod, gets it. NotFound, BadRequest."""
    namespace, _, pod = asker.rpartition("/")
    rules = settings.of(sight.world, sight.config)._replace(cache=None)
    outside = partial(root.answer, now=sight.now)
    told = ask(
        sight.world,
        sight.config,
        name=name,
        type=type_,
        pod=pod,
        namespace=namespace,
        now=sight.now,
        dns=rules,
        outside=outside,
    )
    return told["rcode"], tuple(each["data"] for each in told["records"] if each["type"] == type_)


def dns(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    rcode, data = resolved(given["name"], given["type"], given["from"], sight)
    return Finding(answers(given, rcode, data, sight), f"{given['name']} answers {said(rcode, data)}.")


def answers(given: Mapping[str, Any], rcode: str, data: tuple[str, ...], sight: Sight) -> bool:
    """Whether an answer is the one that is wanted."""
    if (given.get("rcode") or rcode) != rcode or not fits(given, len(data)):
        return False
    sources = given.get("addresses")
    return sources is None or (bool(data) and set(data) == set(all_values(sources, sight.world)))


def said(rcode: str, data: tuple[str, ...]) -> str:
    if data:
        shown = list(data[:4])
        more = f" and {len(data) - 4} more" if len(data) > 4 else ""
        return f"{joined(shown)}{more}" if not more else f"{', '.join(shown)}{more}"
    return f"{rcode} with no record" if rcode == "NOERROR" else rcode


def records(number: int) -> str:
    return many(number, "record")


JUDGES: Mapping[str, Judge] = {"dns": dns}
