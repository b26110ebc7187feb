"""Checks of single objects: there or not, a field, a rule in CEL, an event, made anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from cluster.lessons.judges.finding import Finding, Judge, joined
from cluster.lessons.naming import Named, shown
from cluster.lessons.sight import Sight
from cluster.machinery import cel, jsonpath
from cluster.machinery.objects import Obj, is_terminating, uid

_SEAT = re.compile(r"-\d+$")
LIKENESS = 0.6
"""How much of a name has to be the same, so that another one may be meant."""


def _staying(of: Named, sight: Sight) -> Obj | Finding:
    """The object, or what is said of one that is missing or on its way out."""
    found = sight.world.get(of.key)
    if found is None:
        return Finding(False, absent_now(of) + _alike(of, sight))
    if is_terminating(found):
        return Finding(False, f"{of} is being deleted.")
    return found


def exists(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    of: Named = given["of"]
    found = _staying(of, sight)
    if isinstance(found, Finding):
        return found
    return Finding(True, f"There is the {of.kind} {of}.")


def absent(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    of: Named = given["of"]
    found = sight.world.get(of.key)
    if found is None:
        return Finding(True, absent_now(of))
    return Finding(False, f"{of} is still there{', being deleted' if is_terminating(found) else ''}.")


def fresh(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    """Made since the step began: another one than there was, though of the same name."""
    of: Named = given["of"]
    found = _staying(of, sight)
    if isinstance(found, Finding):
        return found
    if uid(found) not in sight.before:
        return Finding(True, f"{of} is a new one.")
    return Finding(False, f"{of} is still the one that was there when this step began.")


def field(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    of: Named = given["of"]
    obj = sight.world.get(of.key)
    if obj is None:
        return Finding(False, absent_now(of))
    values = jsonpath.compile(given["path"])(obj)
    said = joined([shown(each) if not isinstance(each, dict | list) else "set" for each in values])
    place = given["path"].lstrip(".")
    now = f"{place} of {of} is {said}." if values else f"{of} has no {place}."
    return Finding(_compares(given, values), now)


def _compares(given: Mapping[str, Any], values: list[Any]) -> bool:
    if (present := given.get("present")) is not None:
        return bool(values) is present
    if (other := given.get("not")) is not None:
        return bool(values) and all(shown(each) != shown(other) for each in values)
    if (equal := given.get("equals")) is not None:
        return bool(values) and all(shown(each) == shown(equal) for each in values)
    if (inside := given.get("contains")) is not None:
        return any(shown(inside) in (each if isinstance(each, list) else shown(each)) for each in values)
    numbers = [each for each in values if isinstance(each, int | float) and not isinstance(each, bool)]
    # What Kubernetes leaves out of a status is none of it: no readyReplicas is 0 of them.
    number = numbers[0] if numbers else 0
    least, most = given.get("atLeast"), given.get("atMost")
    return (least is None or number >= least) and (most is None or number <= most)


def by_rule(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    of: Named = given["of"]
    obj = sight.world.get(of.key)
    if obj is None:
        return Finding(False, absent_now(of))
    try:
        met = cel.compile(given["rule"], ("self",)).run({"self": obj}) is True
    except cel.Failed:
        met = False  # it speaks of what the object does not have yet
    return Finding(met, _looked_at(given["rule"], of, obj))


_FIELD = re.compile(r"\bself((?:\.\w+|\[\d+\])+)(\()?")
"""What a rule looks at; a function at its end is none of it."""


def _looked_at(rule: str, of: Named, obj: Obj) -> str:
    """The fields that a rule speaks of, each once, as they are."""
    paths = (each[1].rpartition(".")[0] if each[2] else each[1] for each in _FIELD.finditer(rule))
    found: list[tuple[str, str]] = []
    for path in dict.fromkeys(filter(None, paths)):
        values = jsonpath.compile(path)(obj)
        if not any(isinstance(each, dict | list) for each in values):
            found.append((path.lstrip("."), f"is {shown(values[0])}" if values else "is not set"))
    if len(found) == 1:
        return f"{found[0][0]} of {of} {found[0][1]}."
    return f"Of {of}, {joined([' '.join(each) for each in found])}." if found else f"{of} is not so."


def event(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    of: Named = given["of"]
    obj = sight.world.get(of.key)
    if obj is None:
        return Finding(False, absent_now(of))
    told = [each for each in sight.world.events_about(uid(obj)).values() if _tells(each, given)]
    if told:
        return Finding(True, f"{given['reason']}: {told[0].get('message')}")
    return Finding(False, f"No event {given['reason']} has been recorded about {of}.")


def _tells(recorded: Obj, given: Mapping[str, Any]) -> bool:
    return recorded.get("reason") == given["reason"] and (given.get("contains") or "") in (
        recorded.get("message") or ""
    )


def _alike(of: Named, sight: Sight) -> str:
    """Another one of the kind that may be meant: named nearly so, and in no other seat of the same set."""
    there = (each.name for each in sight.world.bucket(of.key.kind, of.key.namespace))
    others = [each for each in there if _SEAT.sub("", each) != _SEAT.sub("", of.key.name)]
    near = get_close_matches(of.key.name, others, 1, LIKENESS)
    return f" There is {near[0]}." if near else ""


def absent_now(of: Named) -> str:
    place = f" in {of.key.namespace}" if of.key.namespace not in ("", "default") else ""
    return f"There is no {of.kind} {of}{place}."


JUDGES: Mapping[str, Judge] = {
    "exists": exists,
    "absent": absent,
    "fresh": fresh,
    "field": field,
    "cel": by_rule,
    "event": event,
}
