"""Programs that somebody started in a pod and that listen there, as `nc -l` does."""

from __future__ import annotations

import asyncio
import errno

from cluster.machinery.objects import Obj, uid
from cluster.nodes import listening
from cluster.shell.network.streams import failure
from cluster.shell.process import Connection, Listener

MOST_WAITING = 16


class Listening:
    def __init__(self, table: Listeners, place: tuple[str, int, str], *, local: bool = False) -> None:
        self._table, self.place, self.local = table, place, local
        self.waiting: asyncio.Queue[tuple[Connection, asyncio.Event]] = asyncio.Queue(MOST_WAITING)
        self.taken: list[asyncio.Event] = []

    async def accept(self) -> Connection:
        connection, done = await self.waiting.get()
        self.taken.append(done)
        return connection

    async def close(self) -> None:
        """Nobody else is taken; connections that were taken end with the program that took them."""
        self._table.forget(self)
        for done in self.taken:
            done.set()
        while not self.waiting.empty():
            self.waiting.get_nowait()[1].set()


class Listeners:
    """By pod, port and transport."""

    def __init__(self) -> None:
        self._open: dict[tuple[str, int, str], Listening] = {}

    def open(self, pod: Obj, port: int, *, udp: bool = False, local: bool = False) -> Listener:
        """`local`: only the pod itself reaches it. OSError (EADDRINUSE) when somebody listens there already."""
        transport = "UDP" if udp else "TCP"
        place = (uid(pod), port, transport)
        taken = listening.at(pod, port, transport, inside=True)
        # A listener of a script is held only by what the script starts.
        if place in self._open or (taken is not None and not listening.is_of_script(taken.container)):
            raise failure(errno.EADDRINUSE)
        self._open[place] = made = Listening(self, place, local=local)
        return made

    def at(self, pod: Obj, port: int, transport: str, *, inside: bool = False) -> Listening | None:
        """Who listens there for whoever comes; `inside`: from the pod itself."""
        found = self._open.get((uid(pod), port, transport))
        return found if found is not None and (inside or not found.local) else None

    def ports(self, pod: Obj) -> list[tuple[int, str]]:
        """(port, transport) of all that listen in the pod."""
        return sorted((port, transport) for mine, port, transport in self._open if mine == uid(pod))

    async def give(self, to: Listening, connection: Connection) -> None:
        """Hand a connection over, and wait until the listener is done with it."""
        done = asyncio.Event()
        await to.waiting.put((connection, done))
        await done.wait()

    def forget(self, one: Listening) -> None:
        self._open.pop(one.place, None)
