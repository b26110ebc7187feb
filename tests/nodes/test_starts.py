"""What a container is given when it starts stays until it is started again, whatever becomes of the objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from cluster import keeping
from cluster.config import ClusterConfig
from cluster.contents import Contents
from cluster.intents import Update
from cluster.machinery.objects import CONFIG_MAPS, NODES, PODS, SECRETS, SERVICES, Key, Obj, copy, key, timestamp
from cluster.nodes import filesystem, kubelet
from cluster.nodes.environment import environment
from cluster.world import World
from tests.shell.containers import NOW, pod, world_of

WEB = key(PODS, "default", "web-0")
MAP, SECRET = key(CONFIG_MAPS, "default", "settings"), key(SECRETS, "default", "pass")
SERVICE, NODE = key(SERVICES, "default", "db"), key(NODES, "", "node-1")
BOUND: Obj = {"phase": "Pending", "conditions": [{"type": "PodScheduled", "status": "True"}]}
VOLUMES: list[Obj] = [
    {"name": "map", "configMap": {"name": "settings"}},
    {"name": "own", "downwardAPI": {"items": [{"path": "app", "fieldRef": {"fieldPath": "metadata.labels['app']"}}]}},
]
ENV: list[Obj] = [
    {"name": "LEVEL", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "level"}}},
    {"name": "PASS", "valueFrom": {"secretKeyRef": {"name": "pass", "key": "word"}}},
    {"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
    {"name": "CPUS", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}},
    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
    {"name": "MISSING", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "x", "optional": True}}},
    {"name": "SAID", "value": "$(LEVEL) at $(DB_SERVICE_HOST)"},
]
MOUNTS: list[Obj] = [
    {"name": "map", "mountPath": "/whole"},
    {"name": "map", "mountPath": "/one.conf", "subPath": "level"},
    {"name": "map", "mountPath": "/none", "subPath": "no-such-key"},
    {"name": "own", "mountPath": "/info"},
    {"name": "own", "mountPath": "/app", "subPath": "app"},
]


def a_pod(**more: Any) -> Obj:
    made = pod(
        "nginx",
        env=ENV,
        envFrom=[{"prefix": "ALL_", "configMapRef": {"name": "settings"}}],
        volumeMounts=MOUNTS,
        **more,
    )
    made["metadata"] |= {"labels": {"app": "one"}, "creationTimestamp": timestamp(NOW), "resourceVersion": "1"}
    made["spec"] |= {"volumes": VOLUMES, "restartPolicy": "Always"}
    made["status"] = BOUND
    return made


class Cluster:
    """A pod on a node at pace instant, what its container is given, and the objects to change."""

    def __init__(self, first: Obj) -> None:
        self.now = NOW + 0.25
        settings: Obj = {"kind": "ConfigMap", "metadata": {"name": "settings", "namespace": "default"}}
        secret: Obj = {"kind": "Secret", "metadata": {"name": "pass", "namespace": "default"}}
        self.world = world_of(first, settings | {"data": {"level": "debug"}}, secret | {"data": {"word": "b25l"}})
        self.world.put(SERVICE, service("10.96.0.7"))

    def live(self) -> None:
        """Until nothing is due any more now."""
        for _ in range(20):
            plan = kubelet.plan(self.world, WEB, self.now, ClusterConfig(pace="instant"))
            for layer, path, entry in plan.writes:
                self.world.contents.put(layer, path, entry)
            for action in plan.actions:
                assert isinstance(action.intent, Update)
                stored = copy(action.intent.obj)
                stored["status"].update(podIP="10.244.0.10", podIPs=[{"ip": "10.244.0.10"}])
                self.world.put(WEB, stored)
            if not plan.actions:
                return
        raise AssertionError("never comes to rest")

    def change(self) -> None:
        """Everything that the container was given is another."""
        for where, field, value in CHANGES:
            self.edit(where, field, value)
        self.world.put(SERVICE, service("10.96.0.99"))
        self.world.put(key(SERVICES, "default", "new"), service("10.96.0.8", "new"))

    def edit(self, where: Key, path: str, value: Any) -> None:
        changed = copy(self.world.get(where) or {})
        *parents, last = path.split(".")
        inner = changed
        for each in parents:
            inner = inner.setdefault(each, {})
        inner[last] = value
        self.world.put(where, changed)

    def end(self) -> None:
        """The container's process is over."""
        record = {"exitCode": 1, "startedAt": timestamp(NOW), "finishedAt": timestamp(self.now), "reason": "Error"}
        current = (self.world.get(WEB) or {})["status"]["containerStatuses"][0]
        self.edit(WEB, "status.containerStatuses", [current | {"state": {"terminated": record}}])

    def seen(self, world: World | None = None) -> dict[str, str]:
        held = world or self.world
        made = held.get(WEB) or {}
        container = made["spec"]["containers"][0]
        tree = filesystem.tree(held, made, container, lambda: self.now)
        files = {path: tree.read(path).decode() for path in ("/one.conf", "/whole/level", "/app", "/info/app")}
        found = environment(held, made, container)
        wanted = ("LEVEL", "PASS", "APP", "CPUS", "IP", "SAID", "ALL_level", "DB_PORT_80_TCP_ADDR", "NEW_SERVICE_HOST")
        assert "MISSING" not in found and tree.listdir("/none") == []
        return {called: found.get(called, "-") for called in wanted} | files


def service(address: str, name: str = "db") -> Obj:
    made = {"name": name, "namespace": "default", "creationTimestamp": timestamp(NOW)}
    return {"kind": "Service", "metadata": made, "spec": {"clusterIP": address, "ports": [{"port": 80}]}}


CHANGES: list[tuple[Key, str, Any]] = [
    (MAP, "data", {"level": "error"}),
    (SECRET, "data", {"word": "dHdv"}),
    (WEB, "metadata.labels", {"app": "two"}),
    (NODE, "status.allocatable", {"cpu": "8"}),
]
#        what                   at its start   after the changes   started again
TABLE = """
         LEVEL                  debug          debug               error
         PASS                   one            one                 two
         APP                    one            one                 two
         CPUS                   4              4                   8
         IP                     10.244.0.10    10.244.0.10         10.244.0.10
         SAID                   debug@10.96.0.7 debug@10.96.0.7    error@10.96.0.99
         ALL_level              debug          debug               error
         DB_PORT_80_TCP_ADDR    10.96.0.7      10.96.0.7           10.96.0.99
         NEW_SERVICE_HOST       -              -                   10.96.0.8
         /one.conf              debug          debug               error
         /whole/level           debug          error               error
         /app                   one            one                 two
         /info/app              one            two                 two
"""


def column(number: int) -> dict[str, str]:
    rows = (line.split() for line in TABLE.strip().splitlines())
    return {row[0]: row[number].replace("@", " at ") for row in rows}


def test_what_was_given_stays_until_the_container_is_started_again() -> None:
    cluster = Cluster(a_pod())
    cluster.live()
    assert cluster.seen() == column(1)
    cluster.change()
    assert cluster.seen() == column(2)
    cluster.end()
    assert cluster.seen() == column(2)
    cluster.live()
    assert cluster.seen() == column(3)


def test_another_process_and_a_later_one_see_the_same() -> None:
    cluster = Cluster(a_pod())
    cluster.live()
    stored = cluster.world.contents.unstored()
    cluster.change()
    later = cluster.world.copy()
    later.contents = Contents()
    later.contents.follow(stored, 1)
    assert cluster.seen(later) == column(2)


def test_a_pod_made_anew_takes_the_new_values() -> None:
    cluster = Cluster(a_pod())
    cluster.live()
    cluster.change()
    anew = a_pod()
    anew["metadata"] |= {"uid": "another-uid", "labels": {"app": "two"}}
    cluster.world.put(WEB, anew)
    assert keeping.orphans(cluster.world, cluster.world.contents.layers) == ["start/web-0-uid/app/0"]
    cluster.live()
    assert cluster.seen() == column(3)


@pytest.mark.parametrize(
    ("more", "objects", "layers"),
    [
        ({}, {}, []),
        ({"env": [{"name": "A", "value": "b"}]}, {}, []),
        ({"env": [{"name": "N", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}]}, {}, []),
        ({"env": [ENV[0]]}, {MAP: {"kind": "ConfigMap", "data": {"level": "x"}}}, ["start/web-0-uid/app/0"]),
        ({}, {SERVICE: service("10.96.0.7")}, ["start/web-0-uid/app/0"]),
        ({}, {SERVICE: service("None")}, []),
    ],
)
def test_only_what_can_change_is_kept(more: Obj, objects: Mapping[Key, Obj], layers: list[str]) -> None:
    made = pod("nginx", **more)
    made["metadata"]["creationTimestamp"], made["status"] = timestamp(NOW), BOUND
    cluster = Cluster(made)
    cluster.world.drop(SERVICE)
    for where, each in objects.items():
        cluster.world.put(where, {"metadata": {"name": where.name, "namespace": "default"}} | each)
    cluster.live()
    assert list(cluster.world.contents.layers) == layers
    later = service("10.96.0.9", "later")
    cluster.world.put(key(SERVICES, "default", "later"), later)
    found = environment(cluster.world, cluster.world.get(WEB) or {}, made["spec"]["containers"][0])
    assert "LATER_SERVICE_HOST" not in found, "made in the second of the start, but after it"


def test_what_many_pods_are_given_alike_is_held_once() -> None:
    held: list[bytes] = []
    for _ in range(2):
        cluster = Cluster(a_pod())
        cluster.live()
        stored = cluster.world.contents.unstored()
        held.append(stored[0].history[0].body)
        assert orjson.loads(held[-1])[1] == {"ALL_level": "debug"}
    assert held[0] is held[1]
