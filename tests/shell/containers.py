"""A container to run programs in, without a database: what tests of the shell share."""

from __future__ import annotations

from typing import Any

from cluster.config import ClusterConfig
from cluster.machinery.objects import NODES, PODS, SERVICES, Obj, key, timestamp
from cluster.shell.launching import launch
from cluster.shell.machine import ContainerMachine, Machines
from cluster.store.rows import Head
from cluster.watch import Mirror
from cluster.world import World

NOW = 1_764_000_000.0
NODE: Obj = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "node-1", "uid": "node-uid"},
    "status": {"capacity": {"cpu": "4", "memory": "8Gi"}, "allocatable": {"cpu": "4", "memory": "8Gi"}},
}
API: Obj = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "kubernetes", "namespace": "default", "uid": "api-uid"},
    "spec": {"clusterIP": "10.96.0.1", "ports": [{"name": "https", "port": 443, "protocol": "TCP"}]},
}


def pod(image: str = "busybox", name: str = "web-0", **more: Any) -> Obj:
    """One that runs, with one container `app`; `more` goes into the container, `spec` into the pod's spec."""
    given = more.pop("spec", {})
    running = {"running": {"startedAt": timestamp(NOW - 60)}}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": f"{name}-uid"},
        "spec": {"nodeName": "node-1", "containers": [{"name": "app", "image": image, **more}], **given},
        "status": {
            "phase": "Running",
            "podIP": "10.244.0.10",
            "podIPs": [{"ip": "10.244.0.10"}],
            "startTime": timestamp(NOW - 61),
            "containerStatuses": [{"name": "app", "state": running, "restartCount": 0, "ready": True}],
        },
    }


def world_of(*objects: Obj) -> World:
    world = World(1)
    world.put(key(NODES, "", "node-1"), NODE)
    world.put(key(SERVICES, "default", "kubernetes"), API)
    for obj in objects:
        kind = next(each for each in _KINDS if each[0] == obj["kind"])[1]
        metadata = obj["metadata"]
        world.put(key(kind, metadata.get("namespace", ""), metadata["name"]), obj)
    return world


def _kinds() -> list[tuple[str, Any]]:
    from cluster.machinery import objects

    names = {"Pod": "PODS", "Service": "SERVICES", "ConfigMap": "CONFIG_MAPS", "Secret": "SECRETS"}
    names |= {"PersistentVolume": "VOLUMES", "PersistentVolumeClaim": "CLAIMS", "Node": "NODES"}
    return [(kind, getattr(objects, constant)) for kind, constant in names.items()]


_KINDS = _kinds()


class Time:
    """A wall clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


def machine_of(
    made: Obj | None = None, *others: Obj, world: World | None = None, time: Time | None = None, container: str = "app"
) -> ContainerMachine:
    made = pod() if made is None else made
    held = world or world_of(made, *others)
    head = Head(1, "c" * 32, 1, 0, b"{}", ClusterConfig(), (NOW, NOW, 1.0), (0, 0))
    return Machines(Mirror(head, held, time or Time()), pick=lambda n: n // 2).machine(
        held.get(key(PODS, "default", made["metadata"]["name"])) or made, container
    )


class Input:
    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    async def read(self, most: int = 65_536) -> bytes:
        piece, self.data = self.data[:most], self.data[most:]
        return piece


class Output:
    def __init__(self) -> None:
        self.data = b""

    async def write(self, data: bytes) -> None:
        self.data += data


class Outcome:
    def __init__(self, status: int, out: bytes, err: bytes) -> None:
        self.status, self.out, self.err = status, out.decode(errors="replace"), err.decode(errors="replace")
        self.raw = out


async def run(machine: ContainerMachine, *argv: str, stdin: bytes | str = b"", cwd: str = "/", **env: str) -> Outcome:
    """A command and what it printed."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    out, err = Output(), Output()
    process = machine.process(argv, Input(given), out, err)
    process.cwd = cwd
    process.env.update(env)
    status = await launch(process)
    return Outcome(status, out.data, err.data)
