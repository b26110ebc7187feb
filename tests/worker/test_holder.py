"""Who holds a cluster, and who cannot hold it any more."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time

import pytest

from cluster.intents import Create
from cluster.models import Cluster
from cluster.store import lease, written
from cluster.watch import Hub
from cluster.worker.holder import fresh_holder, is_dead
from cluster.worker.service import WorkerService
from tests.worker.test_loop import copier, has_copies, source, store, until

HOST = socket.gethostname()


def ended_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_no_two_processes_have_one_name() -> None:
    assert fresh_holder() != fresh_holder()
    assert len(fresh_holder()) <= 100


@pytest.mark.parametrize(
    ("holder", "dead"),
    [
        (f"{HOST}-{os.getppid()}-0a1b2c3d", False),
        (f"{HOST}-{os.getpid()}-0a1b2c3d", True),  # a former life in a container: ids start at 1 again
        (f"{HOST}-{ended_process()}-0a1b2c3d", True),
        (f"elsewhere.{HOST}-{ended_process()}-0a1b2c3d", False),
        ("somebody", False),
        ("", False),
    ],
    ids=["alive", "a former life", "ended", "elsewhere", "no such name", "nobody"],
)
def test_only_a_process_of_this_machine_can_be_seen_to_be_gone(holder: str, dead: bool) -> None:
    assert is_dead(holder) is dead


async def test_after_a_kill_the_next_process_waits_for_no_expiry(hub: Hub, cluster: Cluster) -> None:
    killed = f"{HOST}-{ended_process()}-0a1b2c3d"
    assert await written(lease.acquire, cluster.pk, killed, time.time(), 3600.0) is not None
    service = WorkerService(hub, [copier()], fresh_holder())
    running = asyncio.create_task(service.run())
    try:
        await store(cluster, Create(source(2)))
        await until(hub, cluster, has_copies(2))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_living_holder_is_left_alone(hub: Hub, cluster: Cluster) -> None:
    living = f"{HOST}-{os.getppid()}-0a1b2c3d"
    fence = await written(lease.acquire, cluster.pk, living, time.time(), 3600.0)
    service = WorkerService(hub, [copier()], fresh_holder())
    await service._take_from_the_dead()
    assert await written(lease.fences, time.time()) == {cluster.pk: fence}
