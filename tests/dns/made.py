"""A small cluster to ask about, as short as its objects can be."""

from __future__ import annotations

from typing import Any

from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES, STATEFUL_SETS, Obj, key
from cluster.world import SERVICE_NAME_LABEL, World

HTTP = {"name": "http", "port": 80, "protocol": "TCP"}


def namespace(name: str) -> Obj:
    return {"kind": "Namespace", "metadata": {"name": name}}


def service(name: str, address: str = "None", *, at: str = "default", **spec: Any) -> Obj:
    """Headless unless an address is given."""
    spec = {"clusterIP": address, "clusterIPs": [address], "ports": [HTTP], **spec}
    metadata = {"name": name, "namespace": at, "creationTimestamp": "2026-11-23T05:23:12Z"}
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


def alias(name: str, target: str) -> Obj:
    spec = {"type": "ExternalName", "externalName": target}
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def endpoint(address: str, hostname: str = "", pod: str = "", *, ready: bool | None = True, **more: Any) -> Obj:
    found: Obj = {"addresses": [address], "conditions": {} if ready is None else {"ready": ready}, **more}
    if hostname:
        found["hostname"] = hostname
    if pod:
        found["targetRef"] = {"kind": "Pod", "name": pod}
    return found


def slice_of(name: str, *endpoints: Obj, port: int = 80, **more: Any) -> Obj:
    metadata = {"name": f"{name}-x", "namespace": "default", "labels": {SERVICE_NAME_LABEL: name}}
    family = "IPv6" if endpoints and ":" in endpoints[0]["addresses"][0] else "IPv4"
    found = {"addressType": family, "ports": [{**HTTP, "port": port}], "endpoints": list(endpoints), **more}
    return {"kind": "EndpointSlice", "metadata": metadata, **found}


def pod(name: str, address: str = "", *, app: str = "db", ready: bool = True, **more: Any) -> Obj:
    status: Obj = {"phase": "Running" if address else "Pending"}
    if address:
        status.update(podIP=address, conditions=[{"type": "Ready", "status": "True" if ready else "False"}])
    status.update(more.pop("status", {}))
    metadata = {"name": name, "namespace": "default", "labels": {"app": app}, **more.pop("metadata", {})}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": more, "status": status}


def stateful_set(name: str, replicas: int) -> Obj:
    return {"kind": "StatefulSet", "metadata": {"name": name, "namespace": "default"}, "spec": {"replicas": replicas}}


KINDS = {
    "Namespace": NAMESPACES,
    "Service": SERVICES,
    "EndpointSlice": ENDPOINT_SLICES,
    "Pod": PODS,
    "StatefulSet": STATEFUL_SETS,
}


def put(world: World, *found: Obj) -> World:
    for obj in found:
        metadata = obj["metadata"]
        world.put(key(KINDS[obj["kind"]], metadata.get("namespace", ""), metadata["name"]), obj)
    return world


def world() -> World:
    """Headless `db` over db-0, db-1 (Ready) and db-2 (not), ClusterIP `web` over the same, `empty` over nothing."""
    pods = [pod(f"db-{n}", f"10.244.0.{10 + n}", ready=n < 2, hostname=f"db-{n}", subdomain="db") for n in range(3)]
    return put(
        World(revision=1),
        namespace("default"),
        namespace("shop"),
        *pods,
        stateful_set("db", 3),
        service("db", selector={"app": "db"}),
        slice_of("db", *(endpoint(f"10.244.0.{10 + n}", f"db-{n}", f"db-{n}", ready=n < 2) for n in range(3))),
        service("web", "10.96.1.2", selector={"app": "db"}),
        slice_of("web", *(endpoint(f"10.244.0.{10 + n}", "", f"db-{n}", ready=n < 2) for n in range(3)), port=8080),
        service("empty", selector={"app": "web"}),
        service("till", "10.96.1.3", at="shop"),
    )
