"""What the browser is told of each kind of object, and what it never is."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.change import Change
from cluster.machinery.objects import CLUSTER_ROLES, EVENTS, PODS, REPLICA_SETS, SECRETS, Key, Obj, key
from cluster.world import World
from dashboard.frames import id_of, is_sent, item, parse_key, wire_key
from dashboard.live.reasons import concerned
from dashboard.podstate import pod_state, runs

AT = "2026-11-23T05:48:07Z"
SECONDS = 1795412887.0


def pod(phase: str = "Running", node: str = "node-1", **status: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "web-0",
            "namespace": "default",
            "creationTimestamp": AT,
            "uid": "u",
            "resourceVersion": "7",
        },
        "spec": {
            "containers": [{"name": "nginx", "image": "nginx", "readinessProbe": {"tcpSocket": {"port": 80}}}],
            **({"nodeName": node} if node else {}),
        },
        "status": {"phase": phase, **status},
    }


def conditions(**given: str) -> list[dict[str, str]]:
    return [{"type": name, "status": value, "lastTransitionTime": AT} for name, value in given.items()]


def container(**state: Any) -> list[dict[str, Any]]:
    return [{"name": "nginx", "ready": False, "restartCount": 0, "state": state}]


STATES = [
    ("no node yet", pod("Pending", ""), ("pending", "Pending", "waits for a node", 0.0)),
    (
        "no node fits",
        pod("Pending", "", conditions=conditions(PodScheduled="False")),
        ("pending", "Pending", "no node fits", 0.0),
    ),
    (
        "a claim is not bound",
        pod(
            "Pending",
            "",
            conditions=[
                {**conditions(PodScheduled="False")[0], "message": "pod has unbound immediate PersistentVolumeClaims."}
            ],
        ),
        ("pending", "Pending", "a claim is not bound", 0.0),
    ),
    ("just bound", pod("Pending"), ("creating", "Creating", "being set up on its node", 0.15)),
    (
        "image comes",
        pod(
            "Pending", conditions=conditions(PodReadyToStartContainers="True"), containerStatuses=container(waiting={})
        ),
        ("creating", "Creating", "pulling image", 0.6),
    ),
    (
        "an init container runs",
        pod("Pending", initContainerStatuses=[{"name": "setup", "state": {"running": {}}}]),
        ("creating", "Creating", "runs setup first", 0.6),
    ),
    (
        "its hook runs",
        pod(
            "Pending",
            containerStatuses=container(waiting={"reason": "ContainerCreating"}),
            actual={"hook": "nginx", "phase": "Running", "containerStatuses": container(running={})},
        ),
        ("creating", "Creating", "nginx runs its postStart hook", 0.85),
    ),
    ("started", pod("Pending", containerStatuses=container(running={})), ("creating", "Creating", "starting", 0.85)),
    (
        "its image is not to be had",
        pod("Pending", containerStatuses=container(waiting={"reason": "ImagePullBackOff"})),
        ("failed", "Failed", "ImagePullBackOff", 1.0),
    ),
    (
        "it crashes",
        pod(containerStatuses=container(waiting={"reason": "CrashLoopBackOff"})),
        ("failed", "Failed", "CrashLoopBackOff", 1.0),
    ),
    (
        "runs, not ready",
        pod(conditions=conditions(Ready="False"), containerStatuses=container(running={})),
        ("notready", "Not ready", "readiness probe has not passed", 1.0),
    ),
    (
        "ended and comes again",
        pod(containerStatuses=container(terminated={"exitCode": 3})),
        ("notready", "Not ready", "nginx ended with 3", 1.0),
    ),
    ("ready", pod(conditions=conditions(Ready="True")), ("ready", "Ready", "", 1.0)),
    (
        "failed",
        pod("Failed", containerStatuses=container(terminated={"exitCode": 1})),
        ("failed", "Failed", "nginx ended with 1", 1.0),
    ),
    ("evicted", pod("Failed", reason="Evicted"), ("failed", "Failed", "Evicted", 1.0)),
    ("done", pod("Succeeded"), ("completed", "Completed", "", 1.0)),
    (
        "its node is lost",
        pod(conditions=conditions(Ready="False", ContainersReady="True")),
        ("unknown", "Unknown", "its node is silent", 1.0),
    ),
    ("lost", pod("Unknown"), ("unknown", "Unknown", "its node does not report", 1.0)),
]


@pytest.mark.parametrize(("obj", "expected"), [case[1:] for case in STATES], ids=[case[0] for case in STATES])
def test_a_pod_is_in_one_of_nine_states(obj: Obj, expected: tuple[str, str, str, float]) -> None:
    seen = pod_state(obj)
    assert (seen.state, seen.word, seen.why, seen.progress) == expected
    assert seen.since == SECONDS


@pytest.mark.parametrize(
    ("obj", "asks"),
    [
        (pod(containerStatuses=container(running={})), True),
        (pod("Pending", initContainerStatuses=container(running={})), True),
        (pod("Pending", containerStatuses=container(waiting={"reason": "ImagePullBackOff"})), False),
        (pod(containerStatuses=container(waiting={"reason": "CrashLoopBackOff"})), False),
        (pod("Failed", containerStatuses=container(terminated={"exitCode": 1})), False),
        (pod("Pending"), False),
    ],
)
def test_only_a_pod_in_which_something_runs_is_one_that_can_ask(obj: Obj, asks: bool) -> None:
    assert runs(obj) is asks
    assert item(key(PODS, "default", "web-0"), obj, World())["running"] is asks


def test_a_pod_that_hangs_on_a_lost_node_is_not_merely_on_its_way_out() -> None:
    hanging = pod(conditions=conditions(Ready="False", ContainersReady="True"))
    hanging["metadata"] |= {"deletionTimestamp": "2026-11-23T05:48:37Z", "deletionGracePeriodSeconds": 30}
    seen = pod_state(hanging)
    assert (seen.state, seen.word, seen.why) == ("unknown", "Terminating", "its node is silent")


def test_why_a_pod_is_held_back_on_purpose_is_told_in_the_picture() -> None:
    held = pod(conditions=conditions(Ready="False"), containerStatuses=container(running={}))
    held["metadata"]["annotations"] = {"kubarium.dev/never-ready": "true"}
    assert pod_state(held).why == "kubarium.dev/never-ready is set"


@pytest.mark.parametrize(
    ("started", "why"),
    [("2026-11-23T05:48:00Z", "kubarium.dev/flap is set"), ("2026-11-23T05:48:30Z", "readiness probe has not passed")],
    ids=["was ready", "never was"],
)
def test_a_pod_that_flaps_is_not_called_starting_once_it_was_ready(started: str, why: str) -> None:
    fallen = pod(
        conditions=conditions(Ready="False", ContainersReady="False"),
        containerStatuses=container(running={"startedAt": started}),
    )
    fallen["metadata"]["annotations"] = {"kubarium.dev/flap": "10s"}
    assert pod_state(fallen).why == why


def test_a_pod_on_its_way_out_is_terminating_whatever_else_it_is() -> None:
    leaving = pod(conditions=conditions(Ready="True"))
    leaving["metadata"] |= {"deletionTimestamp": "2026-11-23T05:48:37Z", "deletionGracePeriodSeconds": 30}
    seen = pod_state(leaving)
    assert (seen.state, seen.since) == ("terminating", SECONDS)


def owned(name: str, kind: str, by: str, resource: str, group: str = "") -> tuple[Key, Obj]:
    reference = {"apiVersion": "apps/v1", "kind": kind, "name": by, "uid": f"uid-{by}", "controller": True}
    obj = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "ownerReferences": [reference]},
    }
    return Key(group, resource, "default", name), obj


def test_a_pods_workload_is_the_one_at_the_top() -> None:
    world = World()
    replica_set, made = owned("web-579", "Deployment", "web", "replicasets", "apps")
    world.put(replica_set, {**made, "kind": "ReplicaSet"})
    where, one = owned("web-579-abc", "ReplicaSet", "web-579", "pods")
    world.put(where, one, 4)
    told = item(where, one, world)
    assert told["workload"] == {"id": "deployments/default/web", "kind": "Deployment", "name": "web"}
    assert told["owner"] == {"kind": "ReplicaSet", "name": "web-579", "uid": "uid-web-579"}
    assert (told["seat"], told["ordinal"]) == (4, None)


def test_a_stateful_sets_pod_has_an_ordinal() -> None:
    where, one = owned("app-stateful-12", "StatefulSet", "app-stateful", "pods")
    told = item(where, one, World())
    assert told["ordinal"] == 12
    assert told["workload"]["id"] == "statefulsets/default/app-stateful"


def project(resource: str, group: str = "", **body: Any) -> dict[str, Any]:
    where = Key(group, resource, "default", "x")
    obj = {"apiVersion": "v1", "kind": "X", "metadata": {"name": "x", "namespace": "default"}, **body}
    return item(where, obj, World())


KINDS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "services",
        "",
        {"spec": {"clusterIP": "None", "selector": {"app": "web"}, "ports": [{"port": 80}]}},
        {
            "headless": True,
            "type": "ClusterIP",
            "selector": {"app": "web"},
            "ports": [{"name": "", "port": 80, "targetPort": 80, "protocol": "TCP", "nodePort": None}],
        },
    ),
    (
        "services",
        "",
        {"spec": {"type": "ExternalName", "externalName": "example.org"}},
        {"headless": False, "externalName": "example.org", "selector": None, "clusterIP": ""},
    ),
    (
        "services",
        "",
        {
            "spec": {"type": "LoadBalancer", "externalIPs": ["192.0.2.9"]},
            "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}, {"hostname": "lb.example.org"}]}},
        },
        {"external": ["192.0.2.1", "lb.example.org", "192.0.2.9"]},
    ),
    (
        "ingresses",
        "networking.k8s.io",
        {
            "spec": {
                "ingressClassName": "nginx",
                "defaultBackend": {"service": {"name": "web", "port": {"name": "http"}}},
                "tls": [{"hosts": ["a.example.org"], "secretName": "tulip"}],
                "rules": [
                    {"host": "a.example.org"},
                    {
                        "http": {
                            "paths": [{"path": "/x", "backend": {"service": {"name": "x", "port": {"number": 80}}}}]
                        }
                    },
                ],
            },
            "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}},
        },
        {
            "ingressClass": "nginx",
            "routes": [
                {"host": "", "path": "", "service": "web", "port": "http"},
                {"host": "", "path": "/x", "service": "x", "port": "80"},
            ],
            "tls": ["a.example.org"],
            "external": ["192.0.2.1"],
        },
    ),
    (
        "endpointslices",
        "discovery.k8s.io",
        {
            "addressType": "IPv4",
            "endpoints": [
                {"addresses": ["10.244.0.10"], "targetRef": {"kind": "Pod", "name": "web-0"}},
                {"addresses": ["10.244.0.11"], "conditions": {"ready": False, "serving": True, "terminating": True}},
            ],
        },
        {
            "endpoints": [
                {
                    "ip": ["10.244.0.10"],
                    "ready": True,
                    "serving": True,
                    "terminating": False,
                    "pod": "web-0",
                    "hostname": "",
                    "node": "",
                },
                {
                    "ip": ["10.244.0.11"],
                    "ready": False,
                    "serving": True,
                    "terminating": True,
                    "pod": None,
                    "hostname": "",
                    "node": "",
                },
            ]
        },
    ),
    (
        "statefulsets",
        "apps",
        {
            "spec": {"replicas": 0, "ordinals": {"start": 5}, "podManagementPolicy": "Parallel", "serviceName": "x"},
            "status": {"replicas": 3, "readyReplicas": 2, "updatedReplicas": 1},
        },
        {"wanted": 0, "ready": 2, "current": 3, "updated": 1, "start": 5, "policy": "Parallel", "serviceName": "x"},
    ),
    ("deployments", "apps", {"spec": {}}, {"wanted": 1, "ready": 0}),
    (
        "daemonsets",
        "apps",
        {
            "spec": {"selector": {"matchLabels": {"app": "x"}}},
            "status": {
                "desiredNumberScheduled": 3,
                "currentNumberScheduled": 2,
                "numberReady": 1,
                "updatedNumberScheduled": 2,
            },
        },
        {"wanted": 3, "current": 2, "ready": 1, "updated": 2, "selector": {"app": "x"}},
    ),
    (
        "jobs",
        "batch",
        {"spec": {"completions": 3, "parallelism": 2}, "status": {"succeeded": 1, "active": 2, "ready": 1}},
        {"wanted": 3, "ready": 1, "current": 2},
    ),
    ("jobs", "batch", {"spec": {"parallelism": 2}}, {"wanted": 2, "ready": 0}),
    (
        "cronjobs",
        "batch",
        {
            "spec": {
                "schedule": "*/5 * * * *",
                "suspend": True,
                "jobTemplate": {"spec": {"template": {"spec": {"containers": [{"image": "perl"}]}}}},
            }
        },
        {"schedule": "*/5 * * * *", "suspended": True, "images": ["perl"]},
    ),
    ("namespaces", "", {"status": {"phase": "Active"}}, {"phase": "Active"}),
    ("secrets", "", {"data": {"password": "dHVsaXA="}}, {"size": 1}),
    ("configmaps", "", {"data": {"a": "tulip"}, "binaryData": {"b": "dHVsaXA="}}, {"size": 2}),
    (
        "nodes",
        "",
        {
            "status": {
                "addresses": [{"type": "InternalIP", "address": "192.0.2.2"}],
                "conditions": conditions(Ready="True"),
            }
        },
        {"ready": True, "address": "192.0.2.2", "cordoned": False, "taints": [], "room": {}},
    ),
    (
        "nodes",
        "",
        {
            "spec": {
                "unschedulable": True,
                "taints": [
                    {"key": "gpu", "value": "yes", "effect": "NoSchedule"},
                    {"key": "old", "effect": "NoExecute"},
                ],
            },
            "status": {"capacity": {"cpu": "4"}, "allocatable": {"cpu": "3", "memory": "1Gi", "pods": "110"}},
        },
        {
            "cordoned": True,
            "taints": ["gpu=yes:NoSchedule", "old:NoExecute"],
            "room": {"pods": "110", "cpu": "3", "memory": "1Gi"},
        },
    ),
    (
        "persistentvolumeclaims",
        "",
        {"spec": {"volumeName": "pv-1"}, "status": {"phase": "Bound", "capacity": {"storage": "1Gi"}}},
        {"phase": "Bound", "volume": "pv-1", "storage": "1Gi"},
    ),
    ("persistentvolumes", "", {"status": {"phase": "Released"}}, {"phase": "Released"}),
    (
        "pods",
        "",
        {"spec": {"volumes": [{"emptyDir": {}}, {"persistentVolumeClaim": {"claimName": "data-x"}}]}},
        {"claims": ["data-x"]},
    ),
    (
        "statefulsets",
        "apps",
        {"spec": {"volumeClaimTemplates": [{"metadata": {"name": "data"}}]}},
        {"claims": ["data"]},
    ),
]


@pytest.mark.parametrize(
    ("resource", "group", "body", "expected"), KINDS, ids=[f"{case[0]} {i}" for i, case in enumerate(KINDS)]
)
def test_a_kind_is_projected(resource: str, group: str, body: dict[str, Any], expected: dict[str, Any]) -> None:
    told = project(resource, group, **body)
    assert {name: told[name] for name in expected} == expected
    for never in (b"tulip", b"dHVsaXA"):
        assert never not in orjson.dumps(told)


def test_events_are_not_items() -> None:
    assert not is_sent(key(EVENTS, "default", "x"))
    assert not is_sent(key(CLUSTER_ROLES, "", "admin"))
    assert is_sent(key(SECRETS, "default", "x"))


def test_a_key_reads_back() -> None:
    for where in (Key("apps", "statefulsets", "default", "web"), Key("", "nodes", "", "node-1")):
        assert parse_key(wire_key(where)) == where
    assert id_of(Key("", "nodes", "", "node-1")) == "nodes//node-1"


@pytest.mark.parametrize("text", ["", "pods/default/web", "/pods/default/", "//default/web", "a/b/c/d/e"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="a key is"):
        parse_key(text)


@pytest.mark.parametrize("ring", [("a",), ("a", "b"), tuple(f"n{number}" for number in range(50))], ids=len)
def test_what_owns_itself_in_the_end_is_told_too(ring: tuple[str, ...]) -> None:
    world = World()
    for number, name in enumerate(ring):
        above = {"kind": "ReplicaSet", "name": ring[(number + 1) % len(ring)], "uid": "u", "controller": True}
        found: Obj = {"kind": "ReplicaSet", "metadata": {"name": name, "ownerReferences": [above]}}
        world.put(key(REPLICA_SETS, "default", name), found)
    owner = {"kind": "ReplicaSet", "name": ring[0], "uid": "u", "controller": True}
    owned = pod()
    owned["metadata"]["ownerReferences"] = [owner]
    where = key(PODS, "default", "web-0")
    assert item(where, owned, world)["workload"]["kind"] == "ReplicaSet"
    assert where in set(concerned(Change(1, "ADDED", where, owned, 0, 0, "a", "b", 0.0, 0.0), None, world))
