"""What stands behind a Service: the pods it selects, the ports they serve it on, and in words why some are left out.

EndpointSlices and the older Endpoints are two ways of writing this down; neither shape is known here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.change import Change
from cluster.controllers import held_back, nothing_selected
from cluster.machinery.objects import (
    NODES,
    PODS,
    SERVICES,
    Key,
    Obj,
    is_pod_ready,
    key,
    labels,
    meta,
    name,
    namespace,
    spec,
    status,
)
from cluster.plan import Reason
from cluster.world import World

ZONE_LABEL = "topology.kubernetes.io/zone"
HEADLESS_LABEL = "service.kubernetes.io/headless"
TRIGGER_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time"

ENDED = ("Succeeded", "Failed")

_SHOWN = 20
"""So many pods are named one by one in the reasons; the rest is counted."""


class Port(NamedTuple):
    """A port as a pod serves it to the Service: its number is the container's."""

    name: str
    protocol: str
    number: int
    app_protocol: str | None = None


def is_managed(service: Obj) -> bool:
    """A selector asks the controllers to keep the endpoints; an ExternalName has none."""
    return bool(spec(service).get("selector")) and spec(service).get("type") != "ExternalName"


def is_headless(service: Obj) -> bool:
    return spec(service).get("clusterIP") in (None, "", "None")


def selected_pods(world: World, service: Obj) -> list[Obj]:
    """Pods the Service selects, in the order of their names with web-2 before web-10."""
    selected = world.selected(PODS, namespace(service), spec(service).get("selector") or {})
    return sorted(selected, key=lambda pod: len(pod["metadata"]["name"]))


def has_ended(pod: Obj) -> bool:
    return (pod.get("status") or {}).get("phase") in ENDED


def hostname_of(pod: Obj, service_name: str) -> str:
    """The pod's own name under this Service, "" when its subdomain is another."""
    pod_spec = spec(pod)
    return str(pod_spec.get("hostname") or "") if pod_spec.get("subdomain") == service_name else ""


class Resolver:
    """Finds a Service's ports on its pods (FindPort). Numbers fit all; names are looked up once a template."""

    def __init__(self, service: Obj) -> None:
        self._ports = spec(service).get("ports") or []
        self._named = any(isinstance(port.get("targetPort"), str) for port in self._ports)
        self._fixed = tuple(found for port in self._ports if (found := _resolve(port, ())))
        self._by_declared: dict[tuple[tuple[str, str, int], ...], tuple[Port, ...]] = {}

    def ports(self, pod: Obj) -> tuple[Port, ...]:
        """The Service's ports this pod serves, in the Service's order; one whose name the pod lacks is left out."""
        if not self._named:
            return self._fixed
        known = declared(pod)
        found = self._by_declared.get(known)
        if found is None:
            found = tuple(port for each in self._ports if (port := _resolve(each, known)))
            self._by_declared[known] = found
        return found


def serves(service: Obj, pod: Obj) -> bool:
    """Whether the pod has one of the Service's ports: a proxy sends it nothing else. Of a headless one DNS names it all
    the same."""
    return is_headless(service) or not spec(service).get("ports") or bool(Resolver(service).ports(pod))


def declared(pod: Obj) -> tuple[tuple[str, str, int], ...]:
    """(name, protocol, number) of every port a pod's containers declare."""
    return tuple(
        (str(port.get("name") or ""), str(port.get("protocol") or "TCP"), int(port.get("containerPort") or 0))
        for container in spec(pod).get("containers") or ()
        for port in container.get("ports") or ()
    )


def _resolve(port: Mapping[str, Any], known: tuple[tuple[str, str, int], ...]) -> Port | None:
    target = port.get("targetPort", port.get("port"))
    protocol = str(port.get("protocol") or "TCP")
    if isinstance(target, str):
        number = next((n for label, proto, n in known if label == target and proto == protocol), 0)
    else:
        number = int(target or port.get("port") or 0)
    return Port(str(port.get("name") or ""), protocol, number, port.get("appProtocol")) if number else None


# -- which Services a change concerns ----------------------------------------------------------------------


def concerned(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    """Keys of the Services whose endpoints a change of a pod, Service or node may touch."""
    kind = change.key.kind
    if kind == SERVICES:
        if change.type != "MODIFIED" or old is None or _asks(old) != _asks(change.object):
            yield change.key
    elif kind == PODS:
        new = None if change.type == "DELETED" else change.object
        before, after = _footprint(old), _footprint(new)
        if before == after:
            return
        for where, service in world.bucket(SERVICES, change.key.namespace).items():
            selector = spec(service).get("selector")
            if selector and (_selects(selector, before) or _selects(selector, after)):
                yield where
    elif kind == NODES and old is not None and labels(old).get(ZONE_LABEL) != labels(change.object).get(ZONE_LABEL):
        yield from every(world)


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(SERVICES))


_OF_TRAFFIC = frozenset(
    """
    allocateLoadBalancerNodePorts externalIPs externalTrafficPolicy internalTrafficPolicy loadBalancerIP
    loadBalancerSourceRanges sessionAffinity sessionAffinityConfig
    """.split()  # noqa: SIM905
)
"""What a Service says of the way to its endpoints, not of which they are."""


def _asks(service: Obj) -> tuple[dict[str, Any], dict[str, str], bool]:
    """What its endpoints follow from, of the Service's own."""
    asked = {field: value for field, value in spec(service).items() if field not in _OF_TRAFFIC}
    return asked, labels(service), bool(meta(service).get("deletionTimestamp"))


_Footprint = tuple[dict[str, str], str, str, bool, bool, str, str, str]


def _footprint(pod: Obj | None) -> _Footprint | None:
    """What endpoints show of a pod; None while it can be in none."""
    if pod is None:
        return None
    pod_status = status(pod)
    if not pod_status.get("podIP") or has_ended(pod):
        return None
    pod_spec, metadata = spec(pod), meta(pod)
    return (
        metadata.get("labels") or {},
        pod_status["podIP"],
        metadata.get("uid") or "",
        is_pod_ready(pod),
        bool(metadata.get("deletionTimestamp")),
        pod_spec.get("nodeName") or "",
        pod_spec.get("hostname") or "",
        pod_spec.get("subdomain") or "",
    )


def _selects(selector: Mapping[str, str], footprint: _Footprint | None) -> bool:
    return footprint is not None and selector.items() <= footprint[0].items()


# -- why it is so ------------------------------------------------------------------------------------------


def reasons(world: World, service: Obj, pods: list[Obj], out: Sequence[Obj] = ()) -> tuple[Reason, ...]:
    """Why a Service sends where it sends, in words; of the pods that do not serve (`out`), about twenty by name."""
    about = key(SERVICES, namespace(service), name(service))
    if spec(service).get("type") == "ExternalName":
        text = f"Has no endpoints: it is another name for {spec(service).get('externalName')}."
        return (Reason(about, "info", text, "external-name"),)
    if not spec(service).get("selector"):
        if not any(each.get("endpoints") for each in world.slices_of(namespace(service), name(service)).values()):
            text = "Has no selector, and nobody has written endpoints for it: it leads nowhere."
            return (Reason(about, "wait", text, "no-endpoints"),)
        return (Reason(about, "info", "Has no selector: its endpoints are kept by hand.", "no-selector"),)
    if not pods:
        return (Reason(about, "wait", nothing_selected.text(world, service), "selects-nothing"),)
    return (*_left_out(about, service, len(pods), out), *_port_hints(about, service, pods))


def _left_out(about: Key, service: Obj, total: int, out: Sequence[Obj]) -> Iterator[Reason]:
    publishes = bool(spec(service).get("publishNotReadyAddresses"))
    for pod in out[:_SHOWN]:
        cause, code = _cause(pod)
        if publishes and code in ("not-ready", "terminating"):
            text = f"{name(pod)} is published though {cause}: publishNotReadyAddresses is on."
            yield Reason(about, "info", text, "published-not-ready")
        else:
            deeper = held_back.why(pod) if code in ("not-ready", "no-address") else ""
            because = f", as {deeper}" if deeper else ""
            yield Reason(about, "wait", f"{name(pod)} is left out: {cause}{because}.", code)
    if len(out) > _SHOWN:
        yield Reason(about, "wait", f"{len(out) - _SHOWN} more are not Ready.", "more")
    yield Reason(about, "wait" if out else "ok", f"{total - len(out)} of {total} ready.", "count")


def _cause(pod: Obj) -> tuple[str, str]:
    if has_ended(pod):
        return "it has ended", "ended"
    if not status(pod).get("podIP"):
        return "it has no address yet", "no-address"
    if meta(pod).get("deletionTimestamp"):
        return "it is being deleted", "terminating"
    return "not Ready", "not-ready"


def _port_hints(about: Key, service: Obj, pods: list[Obj]) -> Iterator[Reason]:
    for port in spec(service).get("ports") or ():
        target = port.get("targetPort", port.get("port"))
        if isinstance(target, str):
            protocol = port.get("protocol") or "TCP"
            lacking = [
                pod
                for pod in pods
                if not any((label, proto) == (target, protocol) for label, proto, _ in declared(pod))
            ]
            if lacking:
                others = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
                where = f"{name(lacking[0])}{others}"
                text = f"Port {_called(port)} is left out of {where}: no container port is named {target}."
                yield Reason(about, "fail", text, "port-name-unknown")


def _called(port: Mapping[str, Any]) -> str:
    return str(port.get("name") or port.get("port"))
