"""The Channels consumer on `controllers`: a message wakes this process' worker service, which does the work."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator

from cluster.intents import Create
from cluster.machinery.objects import PODS, STATEFUL_SETS, key, name
from cluster.models import Cluster
from cluster.store import commit, doorbell, written
from cluster.watch import Hub, NoHub, current_hub
from cluster.worker import consumer
from cluster.worker.service import WorkerService
from tests.objects import stateful_set
from tests.worker.test_loop import until

# asgiref has no types for its test client.
Communicator: Any = ApplicationCommunicator


async def test_a_claim_starts_the_controllers_and_a_stateful_set_comes_to_life(hub: Hub, cluster: Cluster) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    (await hub.mirror(cluster.pk)).config = (await Cluster.objects.aget(pk=cluster.pk)).config
    scope = {"type": "channel", "channel": doorbell.CONTROLLERS}
    communicator: Any = Communicator(consumer.ControllersConsumer.as_asgi(), scope)
    try:
        await communicator.send_input({"type": "cluster.claim", "cluster": cluster.pk})
        await written(commit, cluster.pk, [Create(stateful_set("web", 3))], author="ada", cause="apply")
        where = key(STATEFUL_SETS, "default", "web")
        mirror = await until(
            hub, cluster, lambda mirror: (mirror.world.get(where) or {}).get("status", {}).get("readyReplicas") == 3
        )
        assert consumer.service().holds == {cluster.pk}
        pods = mirror.world.selected(PODS, "default", {"app": "web"})
        assert [name(pod) for pod in pods] == ["web-0", "web-1", "web-2"]
    finally:
        await consumer.stop()
        communicator.stop(exceptions=False)


async def test_where_no_server_runs_a_hub_that_fails_is_started_again(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under `runworker controllers`: nobody else would notice."""
    runs = 0
    run = Hub.run

    async def fails_at_first(hub: Hub) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ZeroDivisionError("a fault in the Hub")
        await run(hub)

    monkeypatch.setattr(Hub, "run", fails_at_first)
    try:
        consumer.service().claim(cluster.pk)
        await written(commit, cluster.pk, [Create(stateful_set("web", 1))], author="ada", cause="apply")
        where = key(PODS, "default", "web-0")
        await until(current_hub(), cluster, lambda mirror: where in mirror.world)
    finally:
        await consumer.stop()
    assert runs == 2
    with pytest.raises(NoHub):
        current_hub()


async def test_a_service_that_fails_is_started_again(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = 0
    run = WorkerService.run

    async def fails_at_first(service: WorkerService) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ZeroDivisionError("a fault in the service")
        await run(service)

    monkeypatch.setattr(WorkerService, "run", fails_at_first)
    running = asyncio.create_task(consumer.run_here())
    try:
        await written(commit, cluster.pk, [Create(stateful_set("web", 1))], author="ada", cause="apply")
        where = key(PODS, "default", "web-0")
        await until(hub, cluster, lambda mirror: where in mirror.world)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert runs == 2


async def test_a_layer_that_fails_stops_no_controllers(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        async def receive(self, channel: str) -> dict[str, object]:
            raise OSError("connection refused")

        async def send(self, channel: str, message: object) -> None:
            raise OSError("connection refused")

    monkeypatch.setattr(consumer, "get_channel_layer", Broken)
    running = asyncio.create_task(consumer.run_here())
    try:
        await written(commit, cluster.pk, [Create(stateful_set("web", 1))], author="ada", cause="apply")
        where = key(PODS, "default", "web-0")
        await until(hub, cluster, lambda mirror: where in mirror.world)
        assert not running.done()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
