"""EndpointSlices of a Service: who can be sent to, at most 100 a slice, changed as little as can be.

Slices of one address family hold addresses of that family; a Service of both has both, arranged apart.

Numbered as in `_arrange`: 1 what is wanted, by port list; 2 keep what stands where it stands; 3 fill touched slices,
then one untouched slice that the rest fits into, then new ones; 4 new slices take the names of emptied ones.
Knows nothing of the older Endpoints object.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.backends import (
    ENDED,
    HEADLESS_LABEL,
    TRIGGER_ANNOTATION,
    ZONE_LABEL,
    Port,
    Resolver,
    concerned,
    every,
    is_headless,
    is_managed,
    reasons,
    selected_pods,
)
from cluster.intents import Create, Delete, Intent, Update
from cluster.machinery.objects import (
    ENDPOINT_SLICES,
    NODES,
    SERVICES,
    Key,
    Obj,
    is_terminating,
    key,
    labels,
    meta,
    name,
    namespace,
    owner_reference,
    seconds,
    spec,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Note, Plan
from cluster.world import SERVICE_NAME_LABEL, World

NAME = "endpointslice-controller"
MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by"
MANAGER = "endpointslice-controller.k8s.io"
MAX_ENDPOINTS = 100
IPV4, IPV6 = "IPv4", "IPv6"

_RESERVED = frozenset({SERVICE_NAME_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL})

Ports = tuple[Port, ...]
Endpoint = dict[str, Any]
Place = tuple[str, str]
"""(address, pod uid): what makes an endpoint the same one."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    if change.key.kind != ENDPOINT_SLICES:
        return concerned(change, old, world)
    service = labels(change.object).get(SERVICE_NAME_LABEL)
    if not service or (change.author == NAME and change.type != "DELETED"):
        return ()
    return (key(SERVICES, change.key.namespace, service),)


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Slices to create, change and remove for one Service, and why it sends where it sends. R-EPS-1..7."""
    service = world.get(where)
    if service is None:
        return NOTHING
    pods = selected_pods(world, service)
    if not is_managed(service):
        return Plan(reasons=reasons(world, service, pods))
    families = families_of(service)
    standings = {family: _standing(world, service, pods, family) for family in families}
    existing = [
        each
        for _, each in sorted(world.slices_of(where.namespace, where.name).items())
        if labels(each).get(MANAGED_BY_LABEL) == MANAGER and not is_terminating(each)
    ]
    actions = tuple(_actions(service, _all(service, standings, existing)))
    return Plan(actions, reasons(world, service, pods, standings[families[0]].out))


CONTROLLER = Controller(NAME, keys, every, plan)


def _actions(service: Obj, intents: Iterable[Intent]) -> Iterator[Action]:
    place = f"{namespace(service)}/{name(service)}"
    text = f"Error updating Endpoint Slices for Service {place}: {{error}}"
    trouble = Note(service, "Warning", "FailedToUpdateEndpointSlices", text, "endpoint-slice-controller")
    for intent in intents:
        yield Action(intent, failed=(trouble,))


def families_of(service: Obj) -> tuple[str, ...]:
    """Address families of a Service, in its order; one that says nothing has the cluster's own."""
    return tuple(spec(service).get("ipFamilies") or ()) or (IPV4,)


def _all(service: Obj, standings: dict[str, _Standing], existing: list[Obj]) -> Iterator[Intent]:
    """Slices of each family by themselves; those of a family that the Service does not have are removed."""
    for family, standing in standings.items():
        yield from _arrange(service, family, standing, [e for e in existing if e.get("addressType") == family])
    for each in existing:
        if each.get("addressType") not in standings:
            yield Delete(key(ENDPOINT_SLICES, namespace(each), name(each)), uid(each))


def _arrange(service: Obj, family: str, standing: _Standing, existing: list[Obj]) -> Iterator[Intent]:
    # 1
    wanted, ready_since = standing.wanted, standing.since
    ours = [each for each in existing if _is_owned(each, service)]
    foreign = [each for each in existing if not any(each is one for one in ours)]
    slice_labels = _labels(service)
    changed_at: list[float] = [] if ours else [seconds(meta(service).get("creationTimestamp"))]
    told = max((seconds((meta(each).get("annotations") or {}).get(TRIGGER_ANNOTATION)) for each in ours), default=0.0)

    # 2
    kept: dict[Ports, list[tuple[Obj, list[Endpoint], bool]]] = {}
    emptied: list[Obj] = []
    for each in ours:
        ports = _ports_of(each)
        group = wanted.get(ports)
        if group is None:
            emptied.append(each)
            continue
        endpoints, touched = _keep(each, group, ready_since, changed_at)
        if endpoints:
            touched = touched or labels(each) != slice_labels
            kept.setdefault(ports, []).append((each, endpoints, touched))
        else:
            emptied.append(each)

    # 3
    updates: list[tuple[Obj, list[Endpoint], Ports]] = []
    fresh: list[tuple[list[Endpoint], Ports]] = []
    for ports, group in wanted.items():
        moments = {text: seconds(text) for text in {ready_since.get(place, "") for place in group}}
        changed_at.extend(moment for moment in moments.values() if moment >= told)
        left = list(group.values())
        present = kept.get(ports, [])
        for each, endpoints, touched in sorted(present, key=lambda entry: -len(entry[1])):
            if touched:
                taken = left[: MAX_ENDPOINTS - len(endpoints)]
                del left[: len(taken)]
                updates.append((each, endpoints + taken, ports))
        untouched = [entry for entry in present if not entry[2]]
        while left:
            taken = left[:MAX_ENDPOINTS]
            del left[: len(taken)]
            fits = [entry for entry in untouched if len(entry[1]) + len(taken) <= MAX_ENDPOINTS]
            if fits and len(taken) < MAX_ENDPOINTS:
                fullest = max(fits, key=lambda entry: len(entry[1]))
                updates.append((fullest[0], fullest[1] + taken, ports))
            else:
                fresh.append((taken, ports))
    if not any(wanted.values()) and not kept:
        if len(emptied) == 1 and _is_placeholder(emptied[0]) and labels(emptied[0]) == slice_labels:
            emptied = []
        elif not fresh:
            fresh.append(([], ()))

    # 4
    trigger = min((moment for moment in changed_at if moment), default=0.0)
    for each, endpoints, ports in updates:
        yield Update(_written(each, endpoints, ports, slice_labels, trigger))
    for endpoints, ports in fresh:
        if emptied:
            yield Update(_written(emptied.pop(0), endpoints, ports, slice_labels, trigger))
        else:
            yield Create(_written(_blank(service, family), endpoints, ports, slice_labels, trigger))
    for each in (*emptied, *foreign):
        yield Delete(key(ENDPOINT_SLICES, namespace(each), name(each)), uid(each))


class _Standing(NamedTuple):
    wanted: dict[Ports, dict[Place, Endpoint]]
    """Endpoints by port list."""
    since: dict[Place, str]
    """Since when each pod is Ready or not, where it says so."""
    out: list[Obj]
    """Selected pods that do not serve: without an address, not Ready, on their way out."""


def _standing(world: World, service: Obj, pods: list[Obj], family: str) -> _Standing:
    service_name, resolver = name(service), Resolver(service)
    publishes = bool(spec(service).get("publishNotReadyAddresses"))
    close = spec(service).get("trafficDistribution") == "PreferClose"
    zones: dict[str, str | None] = {}
    wanted: dict[Ports, dict[Place, Endpoint]] = {}
    since: dict[Place, str] = {}
    out: list[Obj] = []
    for pod in pods:
        pod_status, metadata, pod_spec = pod.get("status") or {}, pod["metadata"], pod["spec"]
        address = _address(pod_status, family)
        if not address:
            if not pod_status.get("podIP"):
                out.append(pod)
            continue
        place = (address, metadata["uid"])
        serving = False
        for each in pod_status.get("conditions") or ():
            if each["type"] == "Ready":
                serving = each["status"] == "True"
                since[place] = each.get("lastTransitionTime") or ""
        if pod_status.get("phase") in ENDED:
            out.append(pod)
            continue
        terminating = "deletionTimestamp" in metadata
        if terminating or not serving:
            out.append(pod)
        endpoint: Endpoint = {
            "addresses": [address],
            "conditions": {
                "ready": publishes or (serving and not terminating),
                "serving": serving,
                "terminating": terminating,
            },
        }
        if pod_spec.get("subdomain") == service_name and pod_spec.get("hostname"):
            endpoint["hostname"] = pod_spec["hostname"]
        endpoint["targetRef"] = {
            "kind": "Pod",
            "namespace": metadata["namespace"],
            "name": metadata["name"],
            "uid": metadata["uid"],
        }
        if node := pod_spec.get("nodeName"):
            endpoint["nodeName"] = node
            if node not in zones:
                zones[node] = labels(world.find(NODES, "", node) or {}).get(ZONE_LABEL)
            if zone := zones[node]:
                endpoint["zone"] = zone
                if close and endpoint["conditions"]["ready"]:
                    endpoint["hints"] = {"forZones": [{"name": zone}]}
        ports = resolver.ports(pod)
        group = wanted.get(ports)
        if group is None:
            group = wanted[ports] = {}
        group[place] = endpoint
    return _Standing(wanted, since, out)


def _address(pod_status: dict[str, Any], family: str) -> str:
    """The pod's address of that family, "" when it has none."""
    first = pod_status.get("podIP") or ""
    if first and (":" in first) == (family == IPV6):
        return str(first)
    for entry in pod_status.get("podIPs") or ():
        if (":" in entry["ip"]) == (family == IPV6):
            return str(entry["ip"])
    return ""


def _keep(
    each: Obj, group: dict[Place, Endpoint], since: dict[Place, str], changed_at: list[float]
) -> tuple[list[Endpoint], bool]:
    """The slice's endpoints that are still wanted (taken out of `group`), and whether any differs from before."""
    endpoints: list[Endpoint] = []
    before = each.get("endpoints") or []
    touched = False
    for present in before:
        place = (present["addresses"][0], (present.get("targetRef") or {}).get("uid") or "")
        desired = group.pop(place, None)
        if desired is None:
            touched = True
            changed_at.append(seconds(since.get(place)))
        elif desired == present:
            endpoints.append(present)
        else:
            touched = True
            endpoints.append(desired)
            if present["conditions"].get("serving") != desired["conditions"]["serving"]:
                changed_at.append(seconds(since.get(place)))
    return endpoints, touched


def _ports_of(each: Obj) -> Ports:
    return tuple(
        Port(port.get("name") or "", port.get("protocol") or "TCP", port.get("port") or 0, port.get("appProtocol"))
        for port in each.get("ports") or ()
    )


def _is_owned(each: Obj, service: Obj) -> bool:
    return any(reference.get("uid") == uid(service) for reference in meta(each).get("ownerReferences") or ())


def _is_placeholder(each: Obj) -> bool:
    return not each.get("endpoints") and not each.get("ports")


def _labels(service: Obj) -> dict[str, str]:
    """The Service's own labels and the three that say whose slice this is."""
    kept = {label: value for label, value in labels(service).items() if label not in _RESERVED}
    kept[MANAGED_BY_LABEL] = MANAGER
    kept[SERVICE_NAME_LABEL] = name(service)
    if is_headless(service):
        kept[HEADLESS_LABEL] = ""
    return kept


def _blank(service: Obj, family: str) -> Obj:
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "generateName": f"{name(service)}-",
            "namespace": namespace(service),
            "ownerReferences": [owner_reference(service)],
        },
        "addressType": family,
    }


def _written(each: Obj, endpoints: list[Endpoint], ports: Ports, slice_labels: dict[str, str], trigger: float) -> Obj:
    """The slice with new contents. Empty lists are stored as null, as the real controller's are."""
    metadata = {**each["metadata"], "labels": slice_labels}
    kept = {**(metadata.pop("annotations", None) or {})}
    kept.pop(TRIGGER_ANNOTATION, None)
    if trigger:
        kept[TRIGGER_ANNOTATION] = timestamp(trigger)
    if kept:
        metadata["annotations"] = kept
    return {**each, "metadata": metadata, "endpoints": endpoints or None, "ports": [_port(p) for p in ports] or None}


def _port(port: Port) -> dict[str, Any]:
    written: dict[str, Any] = {"name": port.name, "protocol": port.protocol, "port": port.number}
    if port.app_protocol:
        written["appProtocol"] = port.app_protocol
    return written
