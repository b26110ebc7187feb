"""A person at a terminal, for tests: types, waits until the other side has nothing more to say, looks at the screen."""

from __future__ import annotations

import asyncio
from types import TracebackType

from cluster.shell.machine import ContainerMachine
from cluster.shell.process import Window
from cluster.shell.session import execute
from tests.shell.language.stage import container

QUIET = 25
"""Turns of the loop without a byte after which nothing more is expected."""


class Keyboard:
    def __init__(self) -> None:
        self._typed: asyncio.Queue[bytes] = asyncio.Queue()

    def type(self, text: str) -> None:
        self._typed.put_nowait(text.encode())

    def leave(self) -> None:
        self._typed.put_nowait(b"")

    async def read(self, most: int = 65_536) -> bytes:
        return await self._typed.get()


class Person:
    """`async with Person("bash") as person`: a session, ended when the block is left. `brackets`: the terminal is asked
    to put brackets around what is pasted, as it is where nobody turns that off."""

    def __init__(
        self, *argv: str, image: str = "debian", machine: ContainerMachine | None = None, brackets: bool = False
    ) -> None:
        self.machine = machine or container(image)
        if not brackets:
            self.machine.files.write("/etc/inputrc", b"set enable-bracketed-paste off\n")
        self.window = Window(80, 24)
        self.printed = ""
        self._keyboard = Keyboard()
        self._argv = argv
        self._task: asyncio.Task[int] | None = None

    async def write(self, data: bytes) -> None:
        self.printed += data.decode(errors="replace")

    async def __aenter__(self) -> Person:
        process = self.machine.process(self._argv, self._keyboard, self, self, self.window)
        self._task = asyncio.create_task(execute(process))
        await self.settle()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def leave(self) -> None:
        """The client is gone."""
        self._keyboard.leave()

    async def end(self) -> None:
        """The session is cancelled, as when its connection breaks."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), 30)

    async def settle(self) -> None:
        quiet, before = 0, -1
        while quiet < QUIET:
            await asyncio.sleep(0)
            quiet = quiet + 1 if before == len(self.printed) else 0
            before = len(self.printed)

    async def type(self, text: str) -> str:
        """What is printed in answer."""
        begun = len(self.printed)
        self._keyboard.type(text)
        await self.settle()
        return self.printed[begun:]

    async def status(self) -> int:
        """When the session has ended."""
        assert self._task is not None
        return await asyncio.wait_for(self._task, 30)
