"""A container in a town of pods, Services and DNS, to run network programs in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from cluster.config import ClusterConfig
from cluster.machinery.objects import PODS, Obj, key
from cluster.shell.machine import ContainerMachine, Machines
from cluster.store.rows import Head
from cluster.watch import Mirror
from cluster.world import World
from tests.dns import made
from tests.network import town
from tests.network.town import service

NOW = 1795411824.0
MYSQL_PORT: Obj = {"port": 3306, "name": "mysql", "protocol": "TCP", "targetPort": 3306}


class Patient(Machines):
    """Nobody waits: what is slept is added up."""

    slept = 0.0

    async def sleep(self, seconds: float) -> None:
        for _ in range(100):  # whoever has something to do does it first
            await asyncio.sleep(0)
        self.slept += seconds

    def now(self) -> float:
        return NOW + self.slept


def world(*pods: Obj, services: Sequence[Obj] = ()) -> World:
    """`web` (virtual), `hl` (headless) and `db` over the same three pods, and a name for somebody outside."""
    outside = made.service("ext", "")
    outside["spec"] = {"type": "ExternalName", "externalName": "www.example.com"}
    named = [service("web", "10.96.1.2"), service("hl", "None", 8080), service("db", "10.96.1.9", ports=[MYSQL_PORT])]
    found = town.world(outside, services=[*named, *services])
    for each in pods:
        made.put(found, each)
    return found


def machine(image: str, held: World | None = None, **more: Any) -> ContainerMachine:
    """The container of a pod `asker` with that image."""
    held = held or world()
    container = {"name": "c", "image": image, **more.pop("container", {})}
    asker = town.pod("asker", "10.244.0.50", app="asker", container=container, **more)
    asker["status"]["podIPs"] = [{"ip": "10.244.0.50"}]
    made.put(held, asker)
    head = Head(1, "c" * 32, 1, 0, b"{}", ClusterConfig(), (NOW, NOW, 1.0), (0, 0))
    machines = Patient(Mirror(head, held, lambda: NOW), pick=lambda n: 0)
    return machines.machine(held.get(key(PODS, "default", "asker")) or asker, "c")
