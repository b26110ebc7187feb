"""A container's main process that is carried out here: its streams, who is attached to it, how it ends."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from weakref import WeakValueDictionary

import structlog

from cluster import logs
from cluster.containers.instances import Instance
from cluster.containers.streams import Inlet, Outlet
from cluster.logs.lines import Line, Stream, moment
from cluster.shell.process import Reader, Window, Writer
from cluster.store.logs import Place

log = structlog.get_logger()

KILLED, CRASHED = 137, 255
LINGER = 30.0
"""Seconds for which one whose input ended is shown what the process makes of it, where that neither ends nor asks."""


class Streams:
    """What a main process is started with. `asked` is called when it waits for what is typed at its terminal."""

    def __init__(
        self, stdin: Reader, stdout: Writer, stderr: Writer, tty: Window | None, asked: Callable[[], None] | None = None
    ) -> None:
        self.stdin, self.stdout, self.stderr, self.tty, self.asked = stdin, stdout, stderr, tty, asked


Start = Callable[[Instance, Streams], Awaitable[int]]
"""Carries out the container's command line and returns its exit status. To cancel it is to kill it."""


_present: WeakValueDictionary[Place, MainProcess] = WeakValueDictionary()


def told(place: Place) -> tuple[int, int] | None:
    """How much of what is printed there is in the log; None where nobody carries it out here."""
    found = _present.get(place)
    return None if found is None else found.told


def shown(place: Place, told: tuple[int, int]) -> None:
    """The log was read that far. New clients read it just before they attach, and would see it twice."""
    if (found := _present.get(place)) is not None:
        found.shown(told)


class MainProcess:
    """Belongs to an event loop. It starts with `begin`."""

    def __init__(self, instance: Instance, place: Place, start: Start, now: Callable[[], float]) -> None:
        self.instance, self.place = instance, place
        self._start, self._now = start, now
        container = instance.container
        self._once = bool(container.get("stdinOnce"))
        self._tty = Window() if container.get("tty") else None
        self._inlet = Inlet(terminal=self._tty is not None)
        if not container.get("stdin"):
            self._inlet.end()
        self._stdout = Outlet(lambda text: self._tell(text, "stdout"))
        self._stderr = self._stdout if self._tty else Outlet(lambda text: self._tell(text, "stderr"))
        self._task: asyncio.Task[int] | None = None
        self.met = asyncio.Event()
        """Somebody has been attached."""
        _present[place] = self

    @property
    def told(self) -> tuple[int, int]:
        return self._stdout.told, self._stderr.told

    def shown(self, told: tuple[int, int]) -> None:
        self._stdout.shown(told[0])
        if self._stderr is not self._stdout:
            self._stderr.shown(told[1])

    def begin(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name=f"main-{self.place.pod}-{self.place.container}")

    def kill(self) -> None:
        """It ends at once, as by SIGKILL."""
        if self._task is not None:
            self._task.cancel()

    async def ended(self) -> int:
        """Its exit status, once it is over. Only after `begin`."""
        assert self._task is not None
        done, _ = await asyncio.wait({self._task})
        (task,) = done
        return KILLED if task.cancelled() else task.result()

    async def attach(self, stdin: Reader | None, stdout: Writer, stderr: Writer, window: Window | None = None) -> int:
        """Be joined to it, once it has begun, until it ends; its exit status. To cancel is to be gone: it runs on.

        Whose input ends hears on to the end where that ends the process's input too (`stdinOnce`). Else a container
        runtime lets them go at once, and whether they still hear what their last words led to is a matter of luck.
        Here they do: they are let go, with nothing said against it (0), as soon as the process asks for more."""
        self.met.set()
        if self._tty is not None and window is not None:
            self._tty.columns, self._tty.rows = window.columns, window.rows
        await self._stdout.join(stdout)
        if self._stderr is not self._stdout:
            await self._stderr.join(stderr)
        pump = asyncio.create_task(self._pump(stdin, window)) if stdin is not None else None
        try:
            if pump is not None and not self._once and not await self._ends_with(pump):
                return 0
            return await self.ended()
        finally:
            self._stdout.leave(stdout)
            self._stderr.leave(stderr)
            if pump is not None:
                pump.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await pump
                if self._once:
                    self._inlet.end()

    async def _ends_with(self, pump: asyncio.Task[None]) -> bool:
        """Whether it is over by the time that one who is attached has nothing more to say, and it no more to them."""
        assert self._task is not None
        await asyncio.wait({self._task, pump}, return_when=asyncio.FIRST_COMPLETED)
        if pump.done():
            idle = asyncio.create_task(self._inlet.idle.wait())
            await asyncio.wait({self._task, idle}, timeout=LINGER, return_when=asyncio.FIRST_COMPLETED)
            idle.cancel()
        return self._task.done()

    async def _pump(self, stdin: Reader, window: Window | None) -> None:
        while data := await stdin.read():
            if self._tty is not None and window is not None:
                self._tty.columns, self._tty.rows = window.columns, window.rows
            await self._inlet.feed(data)
        if self._once:
            self._inlet.end()

    async def _run(self) -> int:
        try:
            streams = Streams(self._inlet, self._stdout, self._stderr, self._tty, self._inlet.asked)
            return await self._start(self.instance, streams)
        except asyncio.CancelledError:
            raise
        except Exception:
            # A fault of ours in one container must not end the others; the container is seen to have failed.
            log.exception("main_process_failed", pod=self.place.pod, container=self.place.container)
            return CRASHED
        finally:
            self._stdout.end()
            self._stderr.end()

    def _tell(self, text: bytes, stream: Stream) -> None:
        logs.current_book().extend(self.place, [Line(moment(self._now()), text, stream)])
