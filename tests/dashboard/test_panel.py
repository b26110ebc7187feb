"""What the panel tells of one object besides its YAML."""

from __future__ import annotations

from typing import Any

from cluster.kinds import BUILT_IN, custom
from cluster.machinery.objects import (
    DEPLOYMENTS,
    EVENTS,
    INGRESSES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    REPLICA_SETS,
    SERVICES,
    Key,
    Obj,
    key,
)
from cluster.world import World
from dashboard.clusters.objects import address, events, kind_named
from dashboard.clusters.relations import MOST, relations
from tests.kinds.definitions import GROUP, definition, established
from tests.kinds.sandbox import Sandbox

NOON = 1_795_435_200.0
POD: Obj = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web-0", "namespace": "default", "uid": "pod-uid"}}


def _event(reason: str, revision: int, **times: Any) -> Obj:
    metadata = {"name": f"web-0.{reason}", "namespace": "default", "resourceVersion": str(revision)}
    involved = {"kind": "Pod", "name": "web-0", "namespace": "default", "uid": "pod-uid"}
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": metadata,
        "involvedObject": involved,
        "reason": reason,
        **times,
    }


def test_times_by_the_second_and_by_the_microsecond_stand_in_one_order() -> None:
    world = World()
    for number, (reason, times) in enumerate(
        (
            ("Scheduled", {"eventTime": "2026-11-23T12:00:01.700000Z"}),
            ("Pulled", {"lastTimestamp": "2026-11-23T12:00:01Z"}),
            ("Started", {"lastTimestamp": "2026-11-23T12:00:02Z"}),
        ),
        1,
    ):
        world.put(key(EVENTS, "default", f"web-0.{reason}"), _event(reason, number, **times), number)
    told = [(each["reason"], each["age"]) for each in events(POD, world, NOON + 9.2)]
    assert told == [("Started", "7s"), ("Pulled", "8s"), ("Scheduled", "8s")]


def test_relations_beyond_the_most_are_counted() -> None:
    world = World()
    node = {"kind": "Node", "metadata": {"name": "node-1", "uid": "node-uid"}}
    for number in range(MOST + 12):
        pod = {
            "kind": "Pod",
            "metadata": {"name": f"p-{number}", "namespace": "default"},
            "spec": {"nodeName": "node-1"},
        }
        world.put(key(PODS, "default", f"p-{number}"), pod, number)
    told, more = relations(key(NODES, "", "node-1"), node, world)
    assert (len(told), more) == (MOST, 12)
    assert {each.how for each in told} == {"runs"}


def test_ingresses_lead_to_services_and_policies_select_pods() -> None:
    world = World()
    service = {"kind": "Service", "metadata": {"name": "web", "namespace": "default"}, "spec": {}}
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    ingress = {"kind": "Ingress", "metadata": {"name": "shop", "namespace": "default"}}
    ingress["spec"] = {"defaultBackend": backend}
    policy: Obj = {"kind": "NetworkPolicy", "metadata": {"name": "shut", "namespace": "default"}}
    policy["spec"] = {"podSelector": {"matchExpressions": [{"key": "app", "operator": "Exists"}]}}
    pod: Obj = {"kind": "Pod", "metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web"}}}
    other: Obj = {"kind": "Pod", "metadata": {"name": "bare", "namespace": "default"}}
    keys = {name: key(kind, "default", name) for name, kind in (("web", SERVICES), ("shop", INGRESSES))}
    keys |= {"shut": key(NETWORK_POLICIES, "default", "shut"), "web-0": key(PODS, "default", "web-0")}
    keys["bare"] = key(PODS, "default", "bare")
    objects: dict[str, Obj] = {"web": service, "shop": ingress, "shut": policy, "web-0": pod, "bare": other}
    for number, (name, obj) in enumerate(objects.items(), 1):
        world.put(keys[name], obj, number)
    told = {
        name: [(each.how, each.name) for each in relations(keys[name], objects[name], world)[0]] for name in objects
    }
    assert told == {
        "web": [("led to by", "shop")],
        "shop": [("leads to", "web")],
        "shut": [("selects", "web-0")],
        "web-0": [("selected by", "shut")],
        "bare": [],
    }


def test_a_deployment_leads_to_its_pods_through_what_it_owns() -> None:
    world = World()
    owned = {"web-1": ("web", "ReplicaSet"), "web-1-x": ("web-1", "Pod")}
    deployment: Obj = {"kind": "Deployment", "metadata": {"name": "web", "namespace": "default", "uid": "web"}}
    for each, (owner, kind) in owned.items():
        refs = [{"kind": "", "name": owner, "uid": owner, "controller": True}]
        metadata = {"name": each, "namespace": "default", "uid": each, "ownerReferences": refs}
        world.put(key(PODS if kind == "Pod" else REPLICA_SETS, "default", each), {"kind": kind, "metadata": metadata})
    where = key(DEPLOYMENTS, "default", "web")
    world.put(where, deployment)
    told = [(each.how, each.id) for each in relations(where, deployment, world)[0]]
    assert told == [("owns", "replicasets/default/web-1"), ("makes", "pods/default/web-1-x")]


def test_kinds_are_found_by_their_plural_and_those_of_the_cluster_too() -> None:
    sandbox = Sandbox()
    established(sandbox, definition())
    registry = custom.of(sandbox.world)
    for resource in ("crontabs", f"crontabs.{GROUP}"):
        kind = kind_named(resource, registry)
        assert kind is not None and kind.kind == "CronTab"
    assert kind_named("crontabs", BUILT_IN) is None
    pods = kind_named("pods", registry)
    assert pods is not None and pods.kind == "Pod"


def test_where_the_api_has_it() -> None:
    def of(resource: str, namespace: str) -> str:
        kind = kind_named(resource, BUILT_IN)
        assert kind is not None
        return address("demo", kind, Key(kind.group, kind.resource, namespace, "x"))

    assert of("pods", "default") == "/k8s/demo/api/v1/namespaces/default/pods/x"
    assert of("statefulsets", "shop") == "/k8s/demo/apis/apps/v1/namespaces/shop/statefulsets/x"
    assert of("nodes", "") == "/k8s/demo/api/v1/nodes/x"
