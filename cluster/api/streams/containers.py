"""What the streams need of whoever runs a cluster's containers. The contract; `running` keeps it for real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cluster.machinery.objects import Obj
from cluster.shell.process import Connection, Reader, Window, Writer


@dataclass
class Terminal:
    """What a client holds in its hands of a program."""

    stdin: Reader | None
    """None: the client sends nothing."""
    stdout: Writer
    stderr: Writer
    """With a terminal, the same as stdout."""
    window: Window | None = None
    """None: no terminal. It changes as the client's does."""


class Containers(Protocol):
    """Those of one cluster. A refusal is an ApiError whose message is for who asked."""

    async def execute(self, pod: Obj, container: str, argv: Sequence[str], terminal: Terminal) -> int:
        """Run a program until it ends; its exit status. To cancel is to kill it."""
        ...

    async def attach(self, pod: Obj, container: str, terminal: Terminal) -> None:
        """Be joined to a container's own program until it ends or stops being read."""
        ...

    async def open_port(self, pod: Obj, port: int) -> Connection:
        """From inside the pod. OSError; ProcessLookupError when that very pod is no longer there."""
        ...
