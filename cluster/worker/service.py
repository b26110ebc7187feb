"""Claims clusters and runs a ClusterWorker for each: the process' share of the controllers' work.

A lease of `LEASE` seconds is renewed every third of it. Whoever finds a cluster unheld takes it, so a worker that
dies is replaced within the lease's time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence

import structlog
from django.db import DatabaseError

from cluster.machinery.errors import Gone
from cluster.plan import Controller
from cluster.store import doorbell, lease, read, written
from cluster.watch import Hub
from cluster.worker.holder import is_dead
from cluster.worker.housekeeping import keep_house
from cluster.worker.loop import ClusterWorker

log = structlog.get_logger()

LEASE = 10.0
LOOK = 1.0
"""Seconds between two looks for clusters that nobody holds."""


class WorkerService:
    """Run with `run()`; `claim(cluster)` only wakes it."""

    def __init__(
        self,
        hub: Hub,
        controllers: Sequence[Controller],
        holder: str,
        wall: Callable[[], float] = time.time,
        look: float = LOOK,
    ) -> None:
        self._hub, self._controllers, self._holder, self._wall, self._look = hub, controllers, holder, wall, look
        self._running: dict[int, asyncio.Task[None]] = {}
        self._woken = asyncio.Event()

    def claim(self, cluster: int) -> None:
        """Somebody asks for a worker; look now."""
        self._woken.set()

    @property
    def holds(self) -> frozenset[int]:
        return frozenset(self._running)

    async def run(self) -> None:
        """Until cancelled; then leases are let go of, so that others need not wait for their expiry."""
        try:
            await self._take_from_the_dead()
            while True:
                await self._take_unheld()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._look):
                        await self._woken.wait()
                self._woken.clear()
        finally:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_from_the_dead(self) -> None:
        """Let go of what processes held that were killed on this machine: their leases would go on for seconds."""
        try:
            for cluster, fence in (await read(lease.fences, self._wall())).items():
                if is_dead(fence.holder):
                    log.info("holder_is_dead", cluster=cluster, holder=fence.holder)
                    await written(lease.release, cluster, fence)
        except DatabaseError as error:
            log.warning("leases_not_read", error=str(error))

    async def _take_unheld(self) -> None:
        try:
            unheld = await read(lease.unheld, self._wall())
            for cluster in unheld:
                if cluster in self._running:
                    continue
                fence = await written(lease.acquire, cluster, self._holder, self._wall(), LEASE)
                if fence is not None:
                    task = asyncio.create_task(self._hold(cluster, fence), name=f"worker-{cluster}")
                    self._running[cluster] = task
        except DatabaseError as error:
            log.warning("leases_not_read", error=str(error))

    async def _hold(self, cluster: int, fence: lease.Fence) -> None:
        worker = ClusterWorker(self._hub, cluster, self._controllers, fence)
        try:
            async with asyncio.TaskGroup() as parts:
                parts.create_task(worker.run())
                parts.create_task(self._renew(cluster, fence))
                parts.create_task(keep_house(self._hub, cluster, fence))
        except* lease.FencedOff:
            log.info("cluster_taken_over", cluster=cluster)
        except* Gone:
            log.info("cluster_gone", cluster=cluster)
        except* Exception as errors:
            # A fault in one cluster must not stop the others; it is claimed again at the next look.
            log.exception("worker_failed", cluster=cluster, exc_info=errors)
        finally:
            del self._running[cluster]
            with contextlib.suppress(DatabaseError):
                await asyncio.shield(written(lease.release, cluster, fence))

    async def _renew(self, cluster: int, fence: lease.Fence) -> None:
        while True:
            await asyncio.sleep(LEASE / 3)
            renewed = await written(lease.acquire, cluster, self._holder, self._wall(), LEASE)
            # A `runworker controllers` sleeps until its first message: keep it awake, so that it can take over.
            await doorbell.claim(cluster)
            if renewed != fence:
                raise lease.FencedOff(f"the lease of cluster {cluster} was lost")
