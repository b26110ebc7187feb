"""What the network of one cluster needs of whoever runs it. The contract with those who hold worlds, files and logs."""

from __future__ import annotations

from typing import Protocol

from cluster.config import ClusterConfig
from cluster.deeds import Make
from cluster.machinery.objects import Obj
from cluster.shell.process import Files
from cluster.world import World


class Surroundings(Protocol):
    @property
    def world(self) -> World:
        """As it is now."""
        ...

    @property
    def config(self) -> ClusterConfig: ...

    def now(self) -> float:
        """Cluster time, Unix seconds."""
        ...

    async def sleep(self, seconds: float) -> None:
        """So long by the cluster's clock."""
        ...

    def pick(self, n: int) -> int:
        """0..n-1, by the dice."""
        ...

    def tell(self, make: Make) -> None:
        """Something was done that leaves no trace in the cluster."""
        ...

    def files(self, pod: Obj, container: str) -> Files | None:
        """Those of a container that runs; None where none are kept."""
        ...

    async def log(self, pod: Obj, container: str, text: str, *, error: bool = False) -> None:
        """A line that the program of a container writes."""
        ...

    async def run(self, pod: Obj, container: str, argv: list[str]) -> tuple[int, bytes] | None:
        """A command in a container: its status and what it printed; None where nothing can be run there."""
        ...
