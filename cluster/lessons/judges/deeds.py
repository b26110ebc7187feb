"""Checks of what the person really asked and sent: from the DNS box, the request box or a shell in a pod."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.deeds import Deed
from cluster.dns import resolver
from cluster.lessons.judges.finding import Finding, Judge, many
from cluster.lessons.judges.names import answers, resolved, said
from cluster.lessons.judges.objects import fresh
from cluster.lessons.judges.requests import ENDINGS
from cluster.lessons.sight import Sight
from cluster.machinery.objects import PODS
from cluster.requests import asking

_OPEN = frozenset({"answered", "connected", "heard", "no-http", "no-tls"})


def asked(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    """The latest answer counts: what was right before the cluster changed is no longer."""
    if old := _still_old(given, sight):
        return old
    question, wanted = given["name"], given["from"]
    last: Deed | None = None
    for deed in sight.deeds:
        if deed.kind == "question" and deed.type == given["type"] and _by(deed, wanted):
            if deed.what.lower() not in _candidates(question, deed.by, sight):
                continue
            if answers(given, deed.outcome, deed.addresses, sight):
                return Finding(True, f"{question} answered {said(deed.outcome, deed.addresses)}.")
            last = deed
    if last is not None:
        return Finding(False, f"You asked for {question} and got {said(last.outcome, last.addresses)}.")
    if other := next((d for d in reversed(sight.deeds) if d.kind == "question" and _by(d, wanted)), None):
        return Finding(False, f"You asked {_who(other.by)} for {other.what.rstrip('.')}.")
    return Finding(False, f"Nobody has asked for it from {_place(wanted)}.")


def _still_old(given: Mapping[str, Any], sight: Sight) -> Finding | None:
    """What is said as long as that is not made anew which the deed is to meet."""
    if given.get("fresh") is None:
        return None
    found = fresh({"of": given["fresh"]}, sight, "")
    return None if found.met else found


def _by(deed: Deed, wanted: str) -> bool:
    return deed.by == wanted or (wanted.endswith("/") and deed.by.startswith(wanted))


def _candidates(name: str, by: str, sight: Sight) -> set[str]:
    """All absolute names that the asker's resolver would try for a name."""
    namespace, _, pod = by.rpartition("/")
    conf = resolver.resolv_conf(sight.world.find(PODS, namespace, pod), namespace, sight.config)
    return {each.lower() for each in resolver.candidates(name, conf)}


def sent(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    if old := _still_old(given, sight):
        return old
    goal = asking.target(given["to"])
    times, last = 0, ""
    for deed in sight.deeds:
        if deed.kind == "question" or not _by(deed, given["from"]) or not _goes_to(deed, goal, sight):
            continue
        if _came_to(deed, given.get("result")):
            times += deed.times
        last = deed.outcome
    if times >= given["count"]:
        return Finding(True, f"{many(times, 'request')} to {given['to']}.")
    if times:
        return Finding(False, f"So far {many(times, 'request')}.")
    if last:
        return Finding(False, f"Yours {ENDINGS.get(last, last)}.")
    return Finding(False, f"Nothing has been sent to {given['to']} from {_place(given['from'])}.")


def _goes_to(deed: Deed, goal: asking.Target, sight: Sight) -> bool:
    if deed.kind == "request":
        found = asking.target(deed.what)
        return (found.host, found.port) == (goal.host, goal.port)
    address, _, port = deed.what.rpartition(":")
    if port != str(goal.port):
        return False
    return address == goal.host or address in resolved(goal.host, "A", deed.by, sight)[1]


def _came_to(deed: Deed, result: str | None) -> bool:
    if result is None or deed.outcome == result:
        return True
    return deed.kind == "connection" and deed.outcome == "connected" and result in _OPEN


def _who(by: str) -> str:
    pod = by.rpartition("/")[2]
    return f"from {pod}" if pod else "as any pod"


def _place(wanted: str) -> str:
    namespace, _, pod = wanted.rpartition("/")
    return pod or f"a pod in {namespace}"


JUDGES: Mapping[str, Judge] = {"asked": asked, "sent": sent}
