"""Whom a connection came to: a port of a container, as a server there sees itself and its client."""

from __future__ import annotations

from typing import NamedTuple

from cluster.dns.resolver import hostname
from cluster.machinery.objects import Key, Obj, seconds, uid
from cluster.nodes import statuses
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
        every = (*statuses.init_statuses(pod), *statuses.container_statuses(pod))
        told = next((each for each in every if each.get("name") == self.called), None)
        running = ((told or {}).get("state") or {}).get("running") if told else {}
        return None if running is None else seconds(running.get("startedAt")) or 0.0

    def elapsed(self, pod: Obj) -> float:
        began = self.started(pod)
        return self.around.now() - began if began else float("inf")

    def content(self, pod: Obj) -> Content:
        """The container's files as they are now."""
        return Served(View(self.around.world, pod).at(self.container, self.around.now()))

    async def log(self, text: str, *, error: bool = False) -> None:
        if (pod := self.pod()) is not None:
            await self.around.log(pod, self.called, text, error=error)
