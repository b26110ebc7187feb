"""Why a Service that stands in the cluster gives no name, or not the one below it that was asked for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cluster.dns.lookup import cluster_addresses, matches, published
from cluster.dns.misspelling import meant
from cluster.dns.names import Request, endpoint_name, plain_address
from cluster.dns.settings import DnsConfig
from cluster.machinery import objects
from cluster.machinery.objects import PODS, STATEFUL_SETS, Obj
from cluster.world import World


def empty(request: Request, service: Obj, world: World) -> str:
    """A headless Service (or an alias to an address) that gives no name."""
    name, spec = request.service, objects.spec(service)
    if spec.get("type") == "ExternalName":
        return f"{name} leads to {spec.get('externalName')}: an address, where only a name can stand."
    selector = spec.get("selector") or {}
    if not selector:
        return f"{name} selects nothing: it has no selector and no published endpoint."
    pods = world.selected(PODS, request.namespace, selector)
    if not pods:
        return f"{name} selects nothing: no pod has {pairs(selector)}."
    living = [pod for pod in pods if objects.status(pod).get("phase") not in ("Succeeded", "Failed")]
    if not living:
        return f"{name} has no name to give: {these(pods, 'has ended', 'have ended')}."
    if not any(objects.status(pod).get("podIP") for pod in living):
        return f"{name} has no name to give: {these(living, 'has no address yet', 'have no address yet')}."
    if not any(objects.is_pod_ready(pod) and not objects.is_terminating(pod) for pod in living):
        if spec.get("publishNotReadyAddresses"):
            return f"{name} has no endpoint yet: its EndpointSlice is being written."
        text = f"{name} has no name to give: {these(living, 'is not Ready', 'are not Ready')}"
        return f"{text}, and publishNotReadyAddresses is off."
    return f"{name} has no endpoint yet: its EndpointSlice is being written."


def declares(request: Request, service: Obj) -> bool:
    """The Service has the port asked for; what lacks is somebody behind it."""
    return any(matches(request, port) for port in objects.spec(service).get("ports") or ())


def not_in_topology(request: Request, service: Obj) -> str:
    name, zone = request.service, request.topology
    if cluster_addresses(objects.spec(service)):
        return f"{name} has a virtual address: only a headless Service has names for each zone."
    return f"{name} has no published endpoint in zone {zone}, or none of this type."


def no_port(request: Request, service: Obj) -> str:
    if objects.spec(service).get("type") == "ExternalName":
        return f"{request.service} is an alias: nothing has a name below it."
    declared = [
        f"_{port['name']}._{(port.get('protocol') or 'TCP').lower()}"
        for port in objects.spec(service).get("ports") or ()
        if port.get("name")
    ]
    has = f"it has {listed(declared)}" if declared else "its ports have no names"
    return f"{request.service} has no port _{request.port}._{request.protocol}: {has}."


def no_endpoint(request: Request, service: Obj, world: World, config: DnsConfig) -> str:
    """ENDPOINT.SERVICE does not exist though the Service does."""
    label, name, spec = request.endpoint, request.service, objects.spec(service)
    if spec.get("type") == "ExternalName":
        return f"{name} is an alias: nothing has a name below it."
    endpoint = _endpoint_called(label, request, world)
    if (
        config.endpoint_pod_names
        and endpoint is not None
        and (endpoint.get("conditions") or {}).get("ready") is not False
    ):
        called = (endpoint.get("targetRef") or {}).get("name")
        return f"{label} is called {called}.{name}: endpoint_pod_names stands in the Corefile."
    pod = _pod_called(label, request.namespace, world)
    if pod is None:
        return _no_pod(label, request, world, config)
    shown, pod_spec, selector = objects.name(pod), objects.spec(pod), spec.get("selector") or {}
    if selector and not has(pod, selector):
        return f"{shown} is not in {name}: it selects {pairs(selector)}."
    address = objects.status(pod).get("podIP")
    if objects.status(pod).get("phase") in ("Succeeded", "Failed"):
        return f"{shown} has ended, and an ended pod has no name."
    if not address:
        return f"No name until the pod has an address: {shown} is {objects.status(pod).get('phase') or 'Pending'}."
    if plain_address(label.replace("-", ".")) or not pod_spec.get("hostname"):
        known_as = f"{address.replace('.', '-').replace(':', '-')}.{name}"
        if not pod_spec.get("hostname") and label != known_as.split(".")[0]:
            return f"{shown} has no hostname: its name here is {known_as}."
    elif pod_spec.get("subdomain") != name:
        return _other_subdomain(pod, name)
    if objects.is_terminating(pod):
        return f"{shown} is terminating, so its name is gone."
    if not objects.is_pod_ready(pod):
        return f"No name until the pod is Ready: {shown} is not, and publishNotReadyAddresses of {name} is off."
    return f"{shown} is Ready; its endpoint in {name} is being written."


def _other_subdomain(pod: Obj, service: str) -> str:
    shown, subdomain = objects.name(pod), objects.spec(pod).get("subdomain")
    owner = objects.controller_of(pod) or {}
    if owner.get("kind") == "StatefulSet":
        return f"{shown} has no name in {service}: serviceName of StatefulSet {owner.get('name')} is {subdomain}."
    said = f"its subdomain is {subdomain}" if subdomain else "it has no subdomain"
    return f"{shown} has no name in {service}: {said}."


def _no_pod(label: str, request: Request, world: World, config: DnsConfig) -> str:
    """Nobody is called so: a seat above the replicas, a misspelling, or plainly nothing."""
    stem, _, ordinal = label.rpartition("-")
    owner = world.find(STATEFUL_SETS, request.namespace, stem) if ordinal.isdigit() else None
    if owner is not None:
        start = (objects.spec(owner).get("ordinals") or {}).get("start") or 0
        wanted = objects.spec(owner).get("replicas")
        wanted = 1 if wanted is None else wanted
        if not start <= int(ordinal) < start + wanted:
            return f"No pod {label}: {stem} has {wanted} {'replica' if wanted == 1 else 'replicas'}."
        return f"{label} does not exist yet: {stem} is to create it."
    if _endpoint_called(label, request, world) is not None:
        return f"{label} of {request.service} has no name: its endpoint is not ready."
    known = {
        endpoint["hostname"]
        for piece in world.slices_of(request.namespace, request.service).values()
        for endpoint in published(piece)
        if endpoint.get("hostname")
    }
    return f"{request.service} has no endpoint {label}.{meant(label, known)}"


def _endpoint_called(label: str, request: Request, world: World) -> Obj | None:
    """The endpoint that has this name where no option says otherwise, published or not."""
    for piece in world.slices_of(request.namespace, request.service).values():
        for endpoint in piece.get("endpoints") or ():
            for address in endpoint.get("addresses") or ():
                if endpoint_name(address, endpoint.get("hostname")).lower() == label:
                    return dict(endpoint)
    return None


def _pod_called(label: str, namespace: str, world: World) -> Obj | None:
    """The pod of that name or address, or whose hostname it is."""
    found = world.find(PODS, namespace, label)
    if found is not None:
        return found
    address = plain_address(label.replace("-", "."))
    if address:
        return next((pod for key, pod in world.by_address(PODS, address).items() if key.namespace == namespace), None)
    return next(
        (pod for pod in world.bucket(PODS, namespace).values() if objects.spec(pod).get("hostname") == label), None
    )


# -- words ---------------------------------------------------------------------------------------------------


def these(pods: Sequence[Obj], one: str, many: str) -> str:
    """ "web-0 is not Ready", "its 3 pods are not Ready"."""
    return f"{objects.name(pods[0])} {one}" if len(pods) == 1 else f"its {len(pods)} pods {many}"


def pairs(selector: Mapping[str, Any]) -> str:
    return ",".join(f"{label}={value}" for label, value in sorted(selector.items()))


def has(pod: Obj, selector: Mapping[str, Any]) -> bool:
    labels = objects.labels(pod)
    return all(labels.get(label) == value for label, value in selector.items())


def listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
