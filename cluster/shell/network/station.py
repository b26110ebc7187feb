"""Whom a connection came to: a port of a container, as a server there sees itself and its client."""

from __future__ import annotations

from typing import NamedTuple

from cluster.dns.resolver import hostname
from cluster.machinery import processes
from cluster.machinery.objects import Key, Obj, uid
from cluster.nodes.messages import Content
from cluster.nodes.servers import Port
from cluster.nodes.view import Served, View
from cluster.shell.network.surroundings import Surroundings


class Station(NamedTuple):
    around: Surroundings
    where: Key
    uid: str
    container: Obj
    port: Port
    number: int
    client: tuple[str, int]
    """As the server sees it."""

    @property
    def called(self) -> str:
        """The container."""
        return str(self.container.get("name") or "")

    @property
    def sender(self) -> str:
        return f"{self.client[0]}:{self.client[1]}"

    @property
    def hostname(self) -> str:
        """As the container calls itself."""
        pod = self.around.world.get(self.where)
        return hostname(pod, self.around.config).printed if pod else self.where.name

    def pod(self) -> Obj | None:
        """The pod while the container runs; None once the process behind this port is gone."""
        pod = self.around.world.get(self.where)
        if pod is None or uid(pod) != self.uid:
            return None
        return pod if self.started(pod) is not None else None

    def started(self, pod: Obj) -> float | None:
        """When the container's process began, cluster time; None: it does not run."""
        known = processes.report(pod, self.called)
        return 0.0 if known is None else processes.begun(known)

    def elapsed(self, pod: Obj) -> float:
        began = self.started(pod)
        return self.around.now() - began if began else float("inf")

    def content(self, pod: Obj) -> Content:
        """The container's files as they are now."""
        return Served(View(self.around.world, pod).at(self.container, self.around.now()))

    async def log(self, text: str, *, error: bool = False) -> None:
        if (pod := self.pod()) is not None:
            await self.around.log(pod, self.called, text, error=error)
