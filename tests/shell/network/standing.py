"""A network over a world that a test made: fixed time, given dice, logs in a list, files where a test puts them."""

from __future__ import annotations

from collections.abc import Callable

from cluster.config import ClusterConfig
from cluster.deeds import Deed, Make
from cluster.machinery.objects import PODS, Key, Obj, key, name
from cluster.shell.network import Network
from cluster.shell.process import Files
from cluster.world import World

NOW = 1795411824.0


class Around:
    """See `cluster.shell.network.Surroundings`."""

    def __init__(self, world: World, pick: Callable[[int], int], files: dict[str, Files] | None = None) -> None:
        self.world, self.config, self._pick = world, ClusterConfig(), pick
        self.time = NOW
        self.slept: list[float] = []
        self.logged: list[tuple[str, str]] = []
        self.told: list[Deed] = []
        self._files = files or {}

    def now(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def pick(self, n: int) -> int:
        return self._pick(n)

    def tell(self, make: Make) -> None:
        self.told.extend(make())

    def files(self, pod: Obj, container: str) -> Files | None:
        return self._files.get(name(pod))

    async def log(self, pod: Obj, container: str, text: str, *, error: bool = False) -> None:
        self.logged.append((name(pod), text))

    async def run(self, pod: Obj, container: str, argv: list[str]) -> tuple[int, bytes] | None:
        return 0, " ".join(argv).encode()


def network(world: World, pick: Callable[[int], int]) -> tuple[Network, Around]:
    around = Around(world, pick)
    return Network(around), around


def pod(called: str) -> Key:
    return key(PODS, "default", called)
