"""DaemonSets and nodes for tests, in few words."""

from __future__ import annotations

from typing import Any

from cluster.config import Pace
from cluster.controllers import daemonset, garbage, scheduler
from cluster.intents import Patch
from cluster.machinery.objects import DAEMON_SETS, NODES, PODS, Obj, is_pod_ready, key, spec, status
from cluster.nodes import kubelet
from tests.controllers.street import Street

LOG = key(DAEMON_SETS, "default", "log")


def node(name: str, *, taints: list[Obj] | None = None, **labels: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **labels}},
        "spec": {"taints": taints} if taints else {},
        "status": {
            "addresses": [{"type": "InternalIP", "address": f"172.18.0.{name.rpartition('-')[2]}"}],
            "allocatable": {"pods": "110", "cpu": "16", "memory": "32Gi"},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def daemon_set(image: str = "fluentd:1", pod: Obj | None = None, **fields: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": {"name": "log", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"app": "log"}}, "template": template(image, pod), **fields},
    }


def template(image: str, pod: Obj | None = None) -> Obj:
    return {
        "metadata": {"labels": {"app": "log"}},
        "spec": {"containers": [{"name": "agent", "image": image}], **(pod or {})},
    }


def cluster(*nodes: Obj, pace: Pace = "instant") -> Street:
    street = Street(daemonset.CONTROLLER, scheduler.CONTROLLER, kubelet.CONTROLLER, garbage.CONTROLLER, pace=pace)
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    street.create(*(nodes or (node("node-1"), node("node-2"), node("node-3"))))
    return street


def running(made: Obj, *nodes: Obj, pace: Pace = "instant") -> Street:
    street = cluster(*nodes, pace=pace)
    street.create(made)
    street.rest()
    return street


def edit(street: Street, body: Obj) -> None:
    street.do(Patch(LOG, "merge", body))


def edit_node(street: Street, name: str, body: Obj) -> None:
    street.do(Patch(key(NODES, "", name), "merge", body))


def set_image(street: Street, image: str) -> None:
    edit(street, {"spec": {"template": template(image)}})


def pods(street: Street) -> list[Obj]:
    return street.world.list(PODS, "default")


def places(street: Street) -> list[str]:
    """The node of each pod that is Ready, with its image's tag: "node-1 1"."""
    return sorted(
        f"{spec(pod)['nodeName']} {spec(pod)['containers'][0]['image'].partition(':')[2]}"
        for pod in pods(street)
        if is_pod_ready(pod)
    )


def told(street: Street) -> dict[str, Any]:
    return status(street.world.get(LOG) or {})


def reasons(street: Street) -> list[str]:
    return [each.text for each in daemonset.plan(street.world, LOG, street.now, street.config).reasons]
