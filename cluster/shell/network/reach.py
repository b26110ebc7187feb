"""How a program in a pod reaches others. The seam between servers that ask further and the network they stand in."""

from __future__ import annotations

from typing import Protocol

from cluster.machinery.objects import Key
from cluster.shell.process import Connection


class Reach(Protocol):
    async def connect(self, where: Key, address: str, port: int, *, udp: bool = False) -> Connection:
        """From the pod at `where`. ConnectionRefusedError, TimeoutError, OSError."""
        ...

    async def resolve(self, where: Key, host: str) -> list[str]:
        """The addresses of a name as the pod's C library finds them; none: it does not resolve."""
        ...
