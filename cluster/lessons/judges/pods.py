"""Checks of pods together: how many are Ready, how many a Service publishes, what they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cluster.lessons.judges.finding import Finding, Judge, fits, joined, many, wanted
from cluster.lessons.judges.objects import absent_now
from cluster.lessons.naming import Named, Pods
from cluster.lessons.sight import Sight
from cluster.machinery.objects import (
    PODS,
    Obj,
    is_pod_ready,
    is_terminating,
    key,
    name,
    namespace,
    status,
    uid,
)
from cluster.worker.assembly import explain

_TOLD = 3
"""So many pods that are too many are told by name."""


def ready(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    picked: Pods = given["pods"]
    found = picked.find(sight.world)
    well = [pod for pod in found if is_pod_ready(pod) and not is_terminating(pod)]
    aim = wanted(given)
    if fits(given, len(well)):
        return Finding(True, f"{many(len(well), 'pod is', 'pods are')} Ready.")
    if not found:
        return Finding(False, _none(picked))
    least = given.get("count") if given.get("count") is not None else given.get("atLeast")
    if least is None or len(well) > least:
        return Finding(False, _too_many(well, aim))
    now = f"{len(well)} of {aim} are Ready."
    waits = next((pod for pod in found if pod not in well), None)
    if waits is None and (lacking := [each for each in picked.names if each not in map(name, found)]):
        return Finding(False, f"{now} {_none(picked._replace(names=tuple(lacking)))}")
    return Finding(False, f"{now} {_why(waits, sight)}".strip() if waits is not None else now)


def _none(picked: Pods) -> str:
    return f"There is no pod {joined([*picked.names], 'or')}." if picked.names else f"No pod has {picked}."


def _too_many(well: list[Obj], aim: str) -> str:
    shown = [name(pod) for pod in well[:_TOLD]]
    names = joined([*shown, f"{len(well) - _TOLD} more"] if len(well) > _TOLD else shown)
    said = f"{names} {'is' if len(well) == 1 else 'are'} Ready"
    return f"{said}." if aim.endswith(" 0") or aim == "0" else f"{said}: {len(well)}, where {aim} may be."


def _why(pod: Obj, sight: Sight) -> str:
    """What holds it back, in a sentence of the controllers' own."""
    if is_terminating(pod):
        return f"{name(pod)} is being deleted."
    reasons = explain(sight.world, key(PODS, namespace(pod), name(pod)), sight.now, sight.config)
    said = next((each.text for each in reasons if each.level in ("fail", "wait")), f"{name(pod)} is not Ready.")
    return said if name(pod) in said else f"{name(pod)}: {said}"


def renewed(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    """How many of them were made since the step began."""
    found = [pod for pod in given["pods"].find(sight.world) if not is_terminating(pod)]
    new = [pod for pod in found if uid(pod) not in sight.before]
    return Finding(fits(given, len(new)), f"{many(len(new), 'pod is', 'pods are')} new since this step began.")


def endpoints(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    service: Named = given["service"]
    if sight.world.get(service.key) is None:
        return Finding(False, absent_now(service))
    slices = sight.world.slices_of(service.key.namespace, service.key.name).values()
    published = {
        address
        for each in slices
        for endpoint in each.get("endpoints") or ()
        if (endpoint.get("conditions") or {}).get("ready") is not False
        for address in endpoint.get("addresses") or ()
    }
    now = f"{service} has {many(len(published), 'ready endpoint')}."
    return Finding(fits(given, len(published)), now)


def waiting(given: Mapping[str, Any], sight: Sight, _: str) -> Finding:
    picked: Pods = given["pods"]
    found = picked.find(sight.world)
    reasons = {reason for pod in found for reason in _reasons(pod)}
    if given["reason"] in reasons:
        return Finding(True, f"{picked} waits: {given['reason']}.")
    if not found:
        return Finding(False, _none(picked))
    said = f"{picked} waits for {joined(sorted(reasons))}." if reasons else f"{picked} waits for nothing."
    return Finding(False, said)


def _reasons(pod: Obj) -> set[str]:
    """Why its containers wait or it has no node, as kubectl shows it."""
    found = {str(each.get("reason")) for each in status(pod).get("conditions") or () if each.get("status") == "False"}
    for group in ("initContainerStatuses", "containerStatuses"):
        for each in status(pod).get(group) or ():
            found.add(str(((each.get("state") or {}).get("waiting") or {}).get("reason")))
    return found - {"None", ""}


JUDGES: Mapping[str, Judge] = {"ready": ready, "renewed": renewed, "endpoints": endpoints, "waiting": waiting}
