"""Where an Ingress leads nowhere, and that nobody carries it out, in words. Pure; recomputed wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery.objects import INGRESSES, SERVICES, Key, Obj, spec, status
from cluster.plan import Reason
from cluster.world import World

UNSERVED = (
    "Nothing outside reaches the Services by it: no controller for Ingresses runs in this cluster. "
    "A NodePort or a LoadBalancer lets somebody in."
)


def reasons(world: World, where: Key) -> Iterator[Reason]:
    """Of the Ingress at `where`."""
    ingress = world.get(where)
    if ingress is None or where.kind != INGRESSES:
        return
    if lost := list(dict.fromkeys(_lost(world, where.namespace, ingress))):
        yield Reason(where, "wait", f"Leads nowhere: {', and '.join(lost)}.", "leads-nowhere")
    if not (status(ingress).get("loadBalancer") or {}).get("ingress"):
        yield Reason(where, "info", UNSERVED, "unserved")


def services_of(ingress: Obj) -> set[str]:
    """The names of the Services it leads to."""
    return {str(called) for each in _backends(ingress) if (called := (each.get("service") or {}).get("name"))}


def _lost(world: World, namespace: str, ingress: Obj) -> Iterator[str]:
    """ "there is no Service cartt", "Service cart has no port 81" """
    for backend in _backends(ingress):
        wanted = backend.get("service") or {}
        if not (called := wanted.get("name")):
            continue
        service = world.find(SERVICES, namespace, str(called))
        if service is None:
            yield f"there is no Service {called}"
        elif not any(_is(wanted.get("port") or {}, each) for each in spec(service).get("ports") or ()):
            port = wanted.get("port") or {}
            yield f"Service {called} has no port {port.get('name') or port.get('number')}"


def _backends(ingress: Obj) -> Iterator[Mapping[str, Any]]:
    """The one for whatever no rule fits, then those of its rules."""
    if default := spec(ingress).get("defaultBackend"):
        yield default
    for rule in spec(ingress).get("rules") or ():
        for path in (rule.get("http") or {}).get("paths") or ():
            yield path.get("backend") or {}


def _is(wanted: Mapping[str, Any], port: Mapping[str, Any]) -> bool:
    if wanted.get("name"):
        return bool(wanted["name"] == port.get("name"))
    return bool(wanted.get("number") == port.get("port"))
