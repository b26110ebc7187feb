"""A cluster of two nodes in two zones to send through: short objects, as slices and statuses would say them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from cluster.config import ClusterConfig
from cluster.machinery.objects import CONFIG_MAPS, NODES, Obj, key
from cluster.world import World
from tests.dns import made

CONFIG = ClusterConfig()
NODE_1, NODE_2 = "192.168.49.2", "192.168.49.3"
NGINX: Obj = {"name": "nginx", "image": "nginx:1.27-alpine", "ports": [{"containerPort": 80}]}


def node(name: str, address: str, zone: str) -> Obj:
    status = {"addresses": [{"type": "InternalIP", "address": address}, {"type": "Hostname", "address": name}]}
    return {
        "kind": "Node",
        "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": zone}},
        "spec": {},
        "status": status,
    }


def pod(name: str, address: str, *, at: str = "node-1", app: str = "web", ready: bool = True, **more: Any) -> Obj:
    container = {**NGINX, **more.pop("container", {})}
    state = {"name": container["name"], "ready": ready, "state": more.pop("state", {"running": {}})}
    status = {"containerStatuses": [state], **more.pop("status", {})}
    metadata = {"uid": f"uid-{name}", **more.pop("metadata", {})}
    return made.pod(
        name,
        address,
        app=app,
        ready=ready,
        nodeName=at,
        containers=[container],
        status=status,
        metadata=metadata,
        **more,
    )


def endpoint(pod: Obj, *, ready: bool = True, draining: bool = False, **more: Any) -> Obj:
    conditions = {"ready": ready and not draining, "serving": ready or draining, "terminating": draining}
    target = {"kind": "Pod", "name": pod["metadata"]["name"], "namespace": "default"}
    address, at = pod["status"]["podIP"], pod["spec"]["nodeName"]
    return {"addresses": [address], "conditions": conditions, "nodeName": at, "targetRef": target, **more}


def service(name: str, address: str, target: int | str = 80, **spec: Any) -> Obj:
    ports = spec.pop("ports", [{"port": 80, "protocol": "TCP", "targetPort": target}])
    return made.service(name, address, ports=ports, selector={"app": "web"}, **spec)


def slice_of(name: str, *endpoints: Obj, ports: Sequence[Obj] = ({"name": "", "port": 80, "protocol": "TCP"},)) -> Obj:
    return made.slice_of(name, *endpoints, ports=list(ports))


PODS = [pod(f"web-{n}", f"10.244.0.{10 + n}", at="node-2" if n == 2 else "node-1") for n in range(3)]
"""Two on node-1, the third on node-2."""
ASKER = pod("asker", "10.244.0.50", app="asker")


def world(*more: Obj, pods: Sequence[Obj] = tuple(PODS), services: Sequence[Obj] = ()) -> World:
    """Those pods behind `web` (10.96.1.2) and behind every other Service given, each as an endpoint."""
    found = World(revision=1)
    for each in (node("node-1", NODE_1, "a"), node("node-2", NODE_2, "b")):
        found.put(key(NODES, "", each["metadata"]["name"]), each)
    shown = [endpoint(each, ready=each["status"]["conditions"][0]["status"] == "True") for each in pods]
    made.put(found, made.namespace("default"), ASKER, *pods)
    for each in services or (service("web", "10.96.1.2"),):
        ports = [
            {"name": port.get("name", ""), "port": port["targetPort"], "protocol": port["protocol"]}
            for port in each["spec"]["ports"]
        ]
        made.put(found, each, slice_of(each["metadata"]["name"], *shown, ports=ports))
    for each in more:
        if each["kind"] == "ConfigMap":
            found.put(key(CONFIG_MAPS, "default", each["metadata"]["name"]), each)
        else:
            made.put(found, each)
    return found


def dice(seed: int = 1) -> Callable[[int], int]:
    return Random(seed).randrange


def first(_: int) -> int:
    """Dice that always show the first side."""
    return 0
