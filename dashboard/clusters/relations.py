"""What an object has to do with others, for the panel's list of links. Pure: key + object + world -> relations."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from cluster.machinery.objects import (
    CLAIMS,
    CONFIG_MAPS,
    CRON_JOBS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    INGRESSES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    GroupResource,
    Key,
    Obj,
    controller_of,
    key,
    labels,
    spec,
    uid,
)
from cluster.machinery.selectors import from_label_selector
from cluster.world import SERVICE_NAME_LABEL, World
from dashboard.frames import id_of, item

MOST = 200
_THROUGH = frozenset({CRON_JOBS, DEPLOYMENTS})
"""Their pods are owned by what they own."""


class Relation(NamedTuple):
    id: str
    kind: str
    name: str
    how: str
    """Read after this object: "owned by", "selects", "runs on"."""


def relations(where: Key, obj: Obj, world: World) -> tuple[list[Relation], int]:
    """At most `MOST`, and how many more there are. Upwards first: owners, then who selects it, then what it uses, then
    what it owns."""
    found = dict.fromkeys(_all(where, obj, world))
    return list(islice(found, MOST)), max(0, len(found) - MOST)


def _all(where: Key, obj: Obj, world: World) -> Iterator[Relation]:
    if owner := controller_of(obj):
        above = f"{owner['kind'].lower()}s/{where.namespace}/{owner['name']}"
        yield Relation(above, owner["kind"], owner["name"], "owned by")
    if where.kind == PODS:
        yield from _pod(where, obj, world)
    elif where.kind == SERVICES:
        for pod in world.selected(PODS, where.namespace, spec(obj).get("selector") or {}):
            yield _related(key(PODS, where.namespace, pod["metadata"]["name"]), pod, "selects")
        for each, part in world.slices_of(where.namespace, where.name).items():
            yield _related(each, part, "has its endpoints in")
        for each, workload in world.bucket(STATEFUL_SETS, where.namespace).items():
            if spec(workload).get("serviceName") == where.name:
                yield _related(each, workload, "names the pods of")
        for each, ingress in sorted(world.bucket(INGRESSES, where.namespace).items()):
            if any(route["service"] == where.name for route in item(each, ingress, world)["routes"]):
                yield _related(each, ingress, "led to by")
    elif where.kind == INGRESSES:
        for route in item(where, obj, world)["routes"]:
            yield from _named(SERVICES, where.namespace, route["service"], world, "leads to")
    elif where.kind == NETWORK_POLICIES:
        for pod_key, pod in sorted(world.bucket(PODS, where.namespace).items()):
            if _chooses(obj, pod):
                yield _related(pod_key, pod, "selects")
    elif where.kind == ENDPOINT_SLICES:
        yield from _named(SERVICES, where.namespace, labels(obj).get(SERVICE_NAME_LABEL), world, "endpoints of")
    elif where.kind == STATEFUL_SETS:
        yield from _named(SERVICES, where.namespace, spec(obj).get("serviceName"), world, "takes its names from")
    elif where.kind == CLAIMS:
        for each, pod in world.pods_using_claim(where.namespace, where.name).items():
            yield _related(each, pod, "used by")
    elif where.kind == NODES:
        for each, pod in world.pods_on(where.name).items():
            yield _related(each, pod, "runs")
    below = sorted(world.owned_by(uid(obj)).items()) if uid(obj) else []
    for each, owned in below:
        yield _related(each, owned, "owns")
    for _, owned in below if where.kind in _THROUGH else ():
        for pod_key in sorted(world.owned_by(uid(owned))):
            if pod_key.kind == PODS:
                yield Relation(id_of(pod_key), "Pod", pod_key.name, "makes")


def _pod(where: Key, pod: Obj, world: World) -> Iterator[Relation]:
    tags = labels(pod)
    for each, service in sorted(world.bucket(SERVICES, where.namespace).items()):
        selector = spec(service).get("selector")
        if selector and all(tags.get(name) == value for name, value in selector.items()):
            yield _related(each, service, "selected by")
    for each, policy in sorted(world.bucket(NETWORK_POLICIES, where.namespace).items()):
        if _chooses(policy, pod):
            yield _related(each, policy, "selected by")
    yield from _named(NODES, "", spec(pod).get("nodeName"), world, "runs on")
    for volume in spec(pod).get("volumes") or ():
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        yield from _named(CLAIMS, where.namespace, claim, world, "stores in")
        yield from _named(CONFIG_MAPS, where.namespace, (volume.get("configMap") or {}).get("name"), world, "reads")
        yield from _named(SECRETS, where.namespace, (volume.get("secret") or {}).get("secretName"), world, "reads")


def _chooses(policy: Obj, pod: Obj) -> bool:
    return from_label_selector(spec(policy).get("podSelector") or {}).matches(labels(pod))


def _named(kind: GroupResource, namespace: str, name: str | None, world: World, how: str) -> Iterator[Relation]:
    if name and (found := world.find(kind, namespace, name)) is not None:
        yield _related(key(kind, namespace, name), found, how)


def _related(where: Key, obj: Obj, how: str) -> Relation:
    return Relation(id_of(where), str(obj.get("kind", "")), where.name, how)
