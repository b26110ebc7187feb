"""What the browser is told of an object: a fixed projection per kind. Pure: object + world -> Item.

Never the data of a Secret or a ConfigMap, never a whole spec; a whole object comes by an authorised GET. The shape is
a contract with static/js: add fields, never change one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cluster.machinery.objects import (
    API_SERVICES,
    CLAIMS,
    CONFIG_MAPS,
    CRON_JOBS,
    CSI_NODES,
    DAEMON_SETS,
    DEPLOYMENTS,
    ENDPOINT_SLICES,
    EVENTS,
    FLOW_SCHEMAS,
    INGRESSES,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    ROLES,
    SECRETS,
    SERVICES,
    STATEFUL_SETS,
    VOLUMES,
    GroupResource,
    Key,
    Obj,
    condition,
    controller_of,
    is_terminating,
    labels,
    meta,
    resource_version,
    seconds,
    spec,
    status,
)
from cluster.machinery.podspecs import template_of
from cluster.world import SERVICE_NAME_LABEL, World
from dashboard.podstate import ordinal_of, pod_state, runs

Item = dict[str, Any]

OWNER_RESOURCES = {
    "StatefulSet": STATEFUL_SETS,
    "ReplicaSet": REPLICA_SETS,
    "Deployment": DEPLOYMENTS,
    "ReplicationController": REPLICATION_CONTROLLERS,
    "DaemonSet": DAEMON_SETS,
    "Job": JOBS,
    "CronJob": CRON_JOBS,
}
MOST_OWNERS = 4
"""Levels of owners that are looked at; a Deployment's pod has two."""


_UNDRAWN = frozenset({ROLES.group, API_SERVICES.group, FLOW_SCHEMAS.group})


def is_sent(key: Key) -> bool:
    """Events are told with the object they are about, not one by one; roles, and what the API server keeps for
    itself, have no place in the picture."""
    return key.resource != EVENTS.resource and key.group not in _UNDRAWN and key.kind != CSI_NODES


def id_of(key: Key) -> str:
    return f"{key.resource}/{key.namespace}/{key.name}"


def wire_key(key: Key) -> str:
    return f"{key.group}/{key.resource}/{key.namespace}/{key.name}"


def parse_key(text: str) -> Key:
    """ "apps/statefulsets/default/web" or "/pods/default/web-0" -> Key. ValueError when it is none."""
    parts = text.split("/")
    if len(parts) != 4 or not parts[1] or not parts[3]:
        raise ValueError(f"a key is group/resource/namespace/name. This is {text!r}")
    return Key(*parts)


def item(key: Key, obj: Obj, world: World) -> Item:
    """The projection of one object as the world has it."""
    owner = controller_of(obj)
    found: Item = {
        "id": id_of(key),
        "key": wire_key(key),
        "resource": key.resource,
        "kind": obj.get("kind", ""),
        "name": key.name,
        "ns": key.namespace,
        "uid": meta(obj).get("uid", ""),
        "rv": resource_version(obj),
        "labels": labels(obj),
        "created": seconds(meta(obj).get("creationTimestamp")),
        "deleting": is_terminating(obj),
        "owner": {"kind": owner["kind"], "name": owner["name"], "uid": owner["uid"]} if owner else None,
        "seat": world.seat(key),
    }
    if more := _MORE.get(key.kind):
        found |= more(key, obj, world)
    return found


# -- pods ----------------------------------------------------------------------------------------------------------


def owners_of(namespace: str, obj: Obj, world: World) -> Iterator[dict[str, Any]]:
    """The references to what controls it, upwards: of a Deployment's pod the ReplicaSet, then the Deployment.

    Anybody may write an object that owns itself in the end, so there is a last step."""
    found: Obj | None = obj
    for _ in range(MOST_OWNERS):
        owner = controller_of(found) if found else None
        if owner is None:
            return
        yield owner
        resource = OWNER_RESOURCES.get(owner["kind"])
        found = world.find(resource, namespace, owner["name"]) if resource else None


def workload_of(key: Key, obj: Obj, world: World) -> dict[str, str] | None:
    """The controller at the top: of a Deployment's pod the Deployment, not its ReplicaSet."""
    found: dict[str, str] | None = None
    for owner in owners_of(key.namespace, obj, world):
        resource = OWNER_RESOURCES.get(owner["kind"])
        plural = resource.resource if resource else f"{owner['kind'].lower()}s"
        found = {"id": f"{plural}/{key.namespace}/{owner['name']}", "kind": owner["kind"], "name": owner["name"]}
    return found


def _pod(key: Key, obj: Obj, world: World) -> Item:
    seen = pod_state(obj)
    containers = spec(obj).get("containers") or []
    statuses = status(obj).get("containerStatuses") or ()
    tags = labels(obj)
    return {
        "state": seen.state,
        "word": seen.word,
        "why": seen.why,
        "progress": seen.progress,
        "since": seen.since,
        "ip": status(obj).get("podIP") or "",
        "node": spec(obj).get("nodeName") or "",
        "running": runs(obj),
        "restarts": sum(int(each.get("restartCount") or 0) for each in statuses),
        "ordinal": ordinal_of(obj),
        "hostname": spec(obj).get("hostname") or "",
        "subdomain": spec(obj).get("subdomain") or "",
        "images": [str(each.get("image") or "") for each in containers],
        "revision": tags.get("controller-revision-hash") or tags.get("pod-template-hash") or "",
        "ports": [
            {"name": port.get("name") or "", "port": port.get("containerPort"), "protocol": port.get("protocol", "TCP")}
            for each in containers
            for port in each.get("ports") or ()
        ],
        "workload": workload_of(key, obj, world),
        "claims": [
            str(each["persistentVolumeClaim"].get("claimName") or "")
            for each in spec(obj).get("volumes") or ()
            if each.get("persistentVolumeClaim")
        ],
    }


# -- the other kinds -----------------------------------------------------------------------------------------------


def _outside(obj: Obj) -> list[str]:
    """Addresses that a load balancer, or a controller of Ingresses, has told of."""
    told = (status(obj).get("loadBalancer") or {}).get("ingress") or ()
    return [found for each in told if (found := str(each.get("ip") or each.get("hostname") or ""))]


def _ingress(key: Key, obj: Obj, world: World) -> Item:
    wanted = spec(obj)
    routes = [_route("", "", wanted["defaultBackend"])] if wanted.get("defaultBackend") else []
    for rule in wanted.get("rules") or ():
        paths = (rule.get("http") or {}).get("paths") or ()
        routes += [_route(rule.get("host") or "", path.get("path") or "", path.get("backend") or {}) for path in paths]
    return {
        "ingressClass": wanted.get("ingressClassName") or "",
        "routes": routes,
        "tls": [host for each in wanted.get("tls") or () for host in each.get("hosts") or ()],
        "external": _outside(obj),
    }


def _route(host: str, path: str, backend: Obj) -> Item:
    service = backend.get("service") or {}
    port = service.get("port") or {}
    return {
        "host": host,
        "path": path,
        "service": service.get("name") or "",
        "port": str(port.get("number") or port.get("name") or ""),
    }


def _service(key: Key, obj: Obj, world: World) -> Item:
    wanted = spec(obj)
    return {
        "type": wanted.get("type", "ClusterIP"),
        "clusterIP": wanted.get("clusterIP") or "",
        "headless": wanted.get("clusterIP") == "None",
        "ports": [
            {
                "name": port.get("name") or "",
                "port": port.get("port"),
                "targetPort": port.get("targetPort", port.get("port")),
                "protocol": port.get("protocol", "TCP"),
                "nodePort": port.get("nodePort"),
            }
            for port in wanted.get("ports") or ()
        ],
        "selector": wanted.get("selector") or None,
        "externalName": wanted.get("externalName") or "",
        "publishNotReady": bool(wanted.get("publishNotReadyAddresses")),
        "external": [*_outside(obj), *(wanted.get("externalIPs") or ())],
    }


def _slice(key: Key, obj: Obj, world: World) -> Item:
    return {
        "service": labels(obj).get(SERVICE_NAME_LABEL, ""),
        "addressType": obj.get("addressType", ""),
        "endpoints": [_endpoint(each) for each in obj.get("endpoints") or ()],
        "ports": [
            {"name": port.get("name") or "", "port": port.get("port"), "protocol": port.get("protocol", "TCP")}
            for port in obj.get("ports") or ()
        ],
    }


def _endpoint(endpoint: Obj) -> Item:
    said = endpoint.get("conditions") or {}
    target = endpoint.get("targetRef") or {}
    # An absent condition counts as true, an absent `serving` as `ready`.
    ready = said.get("ready") is not False
    return {
        "ip": endpoint.get("addresses") or [],
        "ready": ready,
        "serving": ready if said.get("serving") is None else bool(said["serving"]),
        "terminating": bool(said.get("terminating")),
        "pod": target.get("name") if target.get("kind") == "Pod" else None,
        "hostname": endpoint.get("hostname") or "",
        "node": endpoint.get("nodeName") or "",
    }


def _match_labels(selector: Any) -> dict[str, str]:
    found = (selector or {}).get("matchLabels") or {}
    return found if isinstance(found, dict) else {}


def _workload(key: Key, obj: Obj, world: World) -> Item:
    wanted, found = spec(obj), status(obj)
    template = (wanted.get("template") or {}).get("spec") or {}
    replicas = wanted.get("replicas")
    return {
        "wanted": 1 if replicas is None else int(replicas),
        "ready": int(found.get("readyReplicas") or 0),
        "current": int(found.get("replicas") or 0),
        "updated": int(found.get("updatedReplicas") or 0),
        "start": int((wanted.get("ordinals") or {}).get("start") or 0),
        "policy": wanted.get("podManagementPolicy") or "",
        "serviceName": wanted.get("serviceName") or "",
        "claims": [str(meta(each).get("name") or "") for each in wanted.get("volumeClaimTemplates") or ()],
        "selector": _match_labels(wanted.get("selector")),
        "images": [str(each.get("image") or "") for each in template.get("containers") or ()],
    }


def _replication_controller(key: Key, obj: Obj, world: World) -> Item:
    return _workload(key, obj, world) | {"selector": spec(obj).get("selector") or {}}


def _daemon_set(key: Key, obj: Obj, world: World) -> Item:
    """Its pods are wanted by the nodes, not by a number somebody wrote."""
    found = status(obj)
    return _workload(key, obj, world) | {
        "wanted": int(found.get("desiredNumberScheduled") or 0),
        "ready": int(found.get("numberReady") or 0),
        "current": int(found.get("currentNumberScheduled") or 0),
        "updated": int(found.get("updatedNumberScheduled") or 0),
    }


def _job(key: Key, obj: Obj, world: World) -> Item:
    """Of a Job that runs to an end `ready` counts the pods that have got there."""
    wanted, found = spec(obj), status(obj)
    completions = wanted.get("completions")
    item = _workload(key, obj, world)
    del item["updated"]
    return item | {
        "wanted": int(wanted.get("parallelism") or 0) if completions is None else int(completions),
        "ready": int(found.get("succeeded") or 0),
        "current": int(found.get("active") or 0),
    }


def _cron_job(key: Key, obj: Obj, world: World) -> Item:
    given = spec(template_of(CRON_JOBS, obj))
    return {
        "schedule": spec(obj).get("schedule") or "",
        "suspended": bool(spec(obj).get("suspend")),
        "images": [str(each.get("image") or "") for each in given.get("containers") or ()],
    }


def _node(key: Key, obj: Obj, world: World) -> Item:
    addresses = {each.get("type"): each.get("address") for each in status(obj).get("addresses") or ()}
    ready = condition(obj, "Ready") or {}
    well = ready.get("status") == "True"
    why = "" if well else str(ready.get("message") or "")
    room = status(obj).get("allocatable") or status(obj).get("capacity") or {}
    return {
        "ready": well,
        "why": why,
        "address": addresses.get("InternalIP") or "",
        "cordoned": bool(spec(obj).get("unschedulable")),
        "taints": [_taint(each) for each in spec(obj).get("taints") or ()],
        "room": {name: str(room[name]) for name in ("pods", "cpu", "memory") if name in room},
        "range": spec(obj).get("podCIDR") or "",
    }


def _taint(taint: Obj) -> str:
    """As kubectl writes it: key=value:Effect."""
    value = taint.get("value")
    return f"{taint.get('key', '')}{f'={value}' if value else ''}:{taint.get('effect', '')}"


def _phase(key: Key, obj: Obj, world: World) -> Item:
    return {"phase": status(obj).get("phase") or ""}


def _claim(key: Key, obj: Obj, world: World) -> Item:
    return {
        "phase": status(obj).get("phase") or "",
        "volume": spec(obj).get("volumeName") or "",
        "storage": str((status(obj).get("capacity") or {}).get("storage") or ""),
    }


def _size(key: Key, obj: Obj, world: World) -> Item:
    return {"size": len(obj.get("data") or {}) + len(obj.get("binaryData") or {})}


_MORE: dict[GroupResource, Callable[[Key, Obj, World], Item]] = {
    PODS: _pod,
    SERVICES: _service,
    INGRESSES: _ingress,
    ENDPOINT_SLICES: _slice,
    STATEFUL_SETS: _workload,
    DEPLOYMENTS: _workload,
    REPLICA_SETS: _workload,
    REPLICATION_CONTROLLERS: _replication_controller,
    DAEMON_SETS: _daemon_set,
    JOBS: _job,
    CRON_JOBS: _cron_job,
    NODES: _node,
    NAMESPACES: _phase,
    CLAIMS: _claim,
    VOLUMES: _phase,
    CONFIG_MAPS: _size,
    SECRETS: _size,
}
