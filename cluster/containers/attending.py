"""The main processes of this process' clusters that are carried out: who is attached, who starts and who ends them.

A shell waits for the first who comes; anything else starts with its container, and is kept a moment after its end for
whoever is still on the way. A process of ours that dies takes its main processes with it: another one reports them as
killed.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from functools import partial

import structlog
from django.db import DatabaseError

from cluster.containers import instances, logs, performing
from cluster.containers.instances import Instance
from cluster.containers.mainprocess import KILLED, MainProcess, Streams
from cluster.containers.presence import present, runs
from cluster.containers.reporting import report_end
from cluster.containers.signals import heed
from cluster.logs.lines import Wanted
from cluster.machinery.errors import ApiError, Gone
from cluster.machinery.objects import PODS, Obj, name, namespace, spec, uid
from cluster.machinery.podspecs import every_container
from cluster.nodes import programs
from cluster.shell.machine import machines
from cluster.shell.process import Reader, Window, Writer
from cluster.store import mainprocesses as table
from cluster.store import read, written
from cluster.store.logs import Place
from cluster.watch import Ended, Hub, Mirror
from cluster.worker.holder import fresh_holder, is_dead

log = structlog.get_logger()

LEASE = 30.0
"""Seconds for which a claim counts, unless it is renewed."""
LOOK = 1.0
"""Seconds between two looks for clusters and for processes that died."""
KEPT = 5.0
"""Seconds for which one that is over is kept for whoever wants to see what it printed."""


Start = Callable[[Mirror, Instance, Streams], Awaitable[int]]
"""Carries out the container's command line in a cluster and returns its exit status. To cancel it is to kill it."""


MOST = 200
"""Scripts that are carried out at one time; the others wait for their turn."""


class CannotAttach(ApiError):
    """In the words of the kubelet, as the API server passes them on."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Internal error occurred: unable to upgrade connection: {what}")


class Attending:
    """One a process; `run` must be running."""

    def __init__(
        self, hub: Hub, start: Start, wall: Callable[[], float] = time.time, *, spoken_to: bool = True
    ) -> None:
        self._hub, self._start, self._wall, self._spoken_to = hub, start, wall, spoken_to
        self._holder = fresh_holder()
        self._processes: dict[Place, MainProcess] = {}
        self._starting, self._room = asyncio.Lock(), asyncio.Semaphore(MOST)
        self._watches: set[asyncio.Task[None]] = set()
        self._following: dict[int, asyncio.Task[None]] = {}

    # -- by whoever comes --------------------------------------------------------------------------------------

    async def attach(
        self,
        mirror: Mirror,
        pod: Obj,
        container: str,
        stdin: Reader | None,
        stdout: Writer,
        stderr: Writer,
        window: Window | None = None,
    ) -> int:
        """Be joined to a container's main process until it ends; its exit status. To cancel is to go away. Where
        nothing is carried out, what it writes into its log is shown. ApiError with the words for who asked."""
        label = instances.chosen(pod, container)
        instance = instances.running(pod, label)
        if instance is None:
            raise CannotAttach(f"container {label} not found in pod {name(pod)}_{namespace(pod)}")
        if programs.attended(pod, instance.container):
            process = await self._carried_out(mirror, instance)
            return await process.attach(stdin, stdout, stderr, window)
        following = asyncio.create_task(
            _written(await logs.opened(mirror, pod, label, Wanted(tail=0), follow=True), stdout)
        )
        tasks: list[asyncio.Task[None]] = [following]
        if stdin is not None and instance.container.get("stdin") and not instance.container.get("stdinOnce"):
            tasks.append(asyncio.create_task(_passed_over(stdin)))  # a runtime lets go whose input ends
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if not following.done():
                return 0
            following.result()
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        now = present(mirror, instance)
        over = None if now is None else instances.report(now, label)
        return int((((over or {}).get("state") or {}).get("terminated") or {}).get("exitCode") or 0)

    async def _carried_out(self, mirror: Mirror, instance: Instance) -> MainProcess:
        """The main process, started if nobody has; claimed, so that no other process of ours starts it too."""
        place = instance.place(mirror.cluster)
        async with self._starting:
            if place not in self._processes:
                if not await written(table.claim, place, self._holder, self._wall() + LEASE):
                    raise CannotAttach("its main process is carried out by another server process: ask that one")
                start = partial(self._start if instance.container.get("stdin") else self._in_turn, mirror)
                process = self._processes[place] = MainProcess(instance, place, start, mirror.now)
                process.begin()
                task = asyncio.create_task(self._ending(mirror, process))
                self._watches.add(task)
                task.add_done_callback(self._watches.discard)
            return self._processes[place]

    async def _in_turn(self, mirror: Mirror, instance: Instance, streams: Streams) -> int:
        """One that nobody talks to: so many at one time and no more."""
        async with self._room:
            return await self._start(mirror, instance, streams)

    # -- by the cluster ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. What is carried out here ends then; whoever comes next reports it."""
        try:
            while True:
                for cluster in self._hub.followed():
                    if cluster not in self._following or _has_ended(self._following[cluster]):
                        self._following[cluster] = asyncio.create_task(self._follow(cluster), name=f"main-{cluster}")
                await self._sweep()
                await asyncio.sleep(LOOK)
        finally:
            tasks = [*self._following.values(), *self._watches]
            for task in tasks:
                task.cancel()
            for process in self._processes.values():
                process.kill()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._processes.clear()
            with contextlib.suppress(DatabaseError):
                await asyncio.shield(written(table.renew, self._holder, 0.0))

    async def _follow(self, cluster: int) -> None:
        """Start what is to start with its container, and kill what runs in none any more."""
        with contextlib.suppress(Gone):
            while True:
                subscription = await self._hub.subscribe(cluster)
                mirror = await self._hub.mirror(cluster)
                heed(machines(mirror))
                try:
                    await self._look(mirror, mirror.world.bucket(PODS).values())
                    async for batch in subscription:
                        await self._look(mirror, (each.object for each in batch.changes if each.key.kind == PODS))
                except Ended:
                    continue
                except DatabaseError as error:
                    log.warning("main_processes_not_claimed", cluster=cluster, error=str(error))
                    await asyncio.sleep(LOOK)
                finally:
                    subscription.close()

    async def _look(self, mirror: Mirror, pods: Iterable[Obj]) -> None:
        for pod in list(pods):
            performing.notice(mirror, pod)
            for container in every_container(spec(pod)):
                if programs.attended(pod, container):
                    await self._begin(mirror, pod, container)
        for process in list(self._processes.values()):
            if process.place.cluster == mirror.cluster and not runs(mirror, process.instance):
                process.kill()

    async def _begin(self, mirror: Mirror, pod: Obj, container: Obj) -> None:
        if container.get("stdin") and not self._spoken_to:
            return  # whoever comes comes to another process, and it is carried out there
        instance = instances.running(pod, str(container["name"]))
        if instance is None or programs.waits_for_words(container) or not runs(mirror, instance):
            return
        with contextlib.suppress(CannotAttach):
            await self._carried_out(mirror, instance)

    async def _ending(self, mirror: Mirror, process: MainProcess) -> None:
        """Report how it ends."""
        code = await process.ended()
        spoken_to = process.instance.container.get("stdin")
        if spoken_to and not process.met.is_set() and runs(mirror, process.instance):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(KEPT):
                    await process.met.wait()
        while True:
            try:
                await report_end(mirror, process.instance, code)
                break
            except DatabaseError as error:
                log.warning("end_not_stored", pod=process.place.pod, error=str(error))
                await asyncio.sleep(LOOK)
        self._processes.pop(process.place, None)
        await written(table.release, [process.place])

    async def _sweep(self) -> None:
        """Renew what is ours, and report what died with another process."""
        try:
            if self._processes:
                await written(table.renew, self._holder, self._wall() + LEASE)
            for row in await read(table.held):
                if row.holder == self._holder or not (row.expires < self._wall() or is_dead(row.holder)):
                    continue
                if row.place.cluster not in self._hub.followed():
                    continue
                mirror = await self._hub.mirror(row.place.cluster)
                instance = _instance(mirror, row.place)
                if instance is not None:
                    log.info("main_process_died", pod=row.place.pod, container=row.place.container)
                    await report_end(mirror, instance, KILLED)
                await written(table.release, [row.place])
        except (DatabaseError, Gone) as error:
            log.warning("main_processes_not_renewed", error=str(error))


async def _written(pieces: AsyncIterator[bytes], stdout: Writer) -> None:
    async for piece in pieces:
        await stdout.write(piece)


async def _passed_over(stdin: Reader) -> None:
    while await stdin.read():
        pass  # nobody reads it


def _has_ended(task: asyncio.Task[None]) -> bool:
    if task.done() and not task.cancelled() and (fault := task.exception()) is not None:
        log.error("main_processes_not_followed", task=task.get_name(), error=repr(fault))
    return task.done()


def _instance(mirror: Mirror, place: Place) -> Instance | None:
    for pod in mirror.world.bucket(PODS).values():
        if uid(pod) == place.pod:
            found = instances.running(pod, place.container)
            return found if found is not None and found.restart == place.restart else None
    return None


_attending: Attending | None = None


def use(made: Attending | None) -> None:
    """Make this the process' own (at the start of the server, or of a test)."""
    global _attending
    _attending = made


def current() -> Attending:
    """The process' own. CannotAttach where nothing is carried out."""
    if _attending is None:
        raise CannotAttach("main processes are carried out by `manage.py up` only")
    return _attending
