"""Ports of a Service that lead where no container listens, in words. Pure; recomputed wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery.objects import PODS, SERVICES, Key, Obj, name, spec, status
from cluster.nodes import listening
from cluster.plan import Reason
from cluster.world import World

LOOKED_AT = 100
"""Pods of a Service that are asked for the one that listens."""


def reasons(world: World, where: Key) -> Iterator[Reason]:
    """Of the Service at `where`: each port behind which nobody listens."""
    service = world.get(where)
    if service is None or where.kind != SERVICES or spec(service).get("type") == "ExternalName":
        return
    pods = world.selected(PODS, where.namespace, spec(service).get("selector") or {})[:LOOKED_AT]
    living = [pod for pod in pods if status(pod).get("phase") not in ("Succeeded", "Failed") and not _waits(pod)]
    if not living:
        return
    headless = spec(service).get("clusterIP") in (None, "", "None")
    for declared in spec(service).get("ports") or ():
        transport = str(declared.get("protocol") or "TCP")
        targets = [(pod, target(declared, pod)) for pod in living]
        if any(number and listening.at(pod, number, transport) is not None for pod, number in targets):
            continue
        pod, number = targets[0]
        if not number:
            continue  # no container port has that name: the endpoints' own reasons say so
        if headless:
            yield Reason(where, "info", _straight(declared, pod, number), "target-port-unused")
        else:
            yield Reason(where, "fail", sentence(name(service), declared, pod, number), "answers-nothing")


def _waits(pod: Obj) -> bool:
    """A container of it is not up: that is the cause then, wherever it would listen."""
    return any("waiting" in (each.get("state") or {}) for each in status(pod).get("containerStatuses") or ())


def target(declared: Mapping[str, Any], pod: Obj) -> int:
    """The port of this pod that a Service's port leads to; 0: it has none of that name."""
    wanted = declared.get("targetPort") or declared.get("port") or 0
    if not isinstance(wanted, str):
        return int(wanted)
    transport = declared.get("protocol") or "TCP"
    for container in spec(pod).get("containers") or ():
        for port in container.get("ports") or ():
            if port.get("name") == wanted and (port.get("protocol") or "TCP") == transport:
                return int(port.get("containerPort") or 0)
    return 0


def sentence(service: str, declared: Mapping[str, Any], pod: Obj, number: int) -> str:
    """ "web answers nothing on port 80: targetPort 8080, but the container of app-0 listens on 80." """
    called = declared.get("targetPort") or number
    shown = f"{called} ({number})" if isinstance(called, str) else f"{number}"
    transport = str(declared.get("protocol") or "TCP")
    others = {each.port.transport for each in listening.of_pod(pod) if each.port.number == number} - {transport}
    protocol = f"/{transport}" if others else ""
    heard_on = f"the container of {name(pod)} listens on {number}/{min(others)} alone" if others else heard(pod)
    return f"{service} answers nothing on port {declared.get('port')}{protocol}: targetPort {shown}, but {heard_on}."


def _straight(declared: Mapping[str, Any], pod: Obj, number: int) -> str:
    port = declared.get("port")
    if port == number:
        return f"Clients come straight to the pods, where port {port} is refused: {heard(pod)}."
    return (
        f"targetPort {number} plays no part: clients come straight to the pods on the port they name, and {heard(pod)}."
    )


def heard(pod: Obj) -> str:
    """ "the container of app-0 listens on 80" """
    found = sorted({(each.port.number, each.port.shown) for each in listening.of_pod(pod, inside=True)})
    several = len(spec(pod).get("containers") or ()) > 1
    who = f"the {'containers' if several else 'container'} of {name(pod)}"
    verb = "listen" if several else "listens"
    return f"{who} {verb} on {', '.join(shown for _, shown in found) if found else 'no port'}"
