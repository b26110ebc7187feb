"""The Channels consumer on `controllers`: a message wakes this process' worker service, which does the work."""

from __future__ import annotations

from typing import Any

from asgiref.testing import ApplicationCommunicator

from cluster.intents import Create
from cluster.machinery.objects import PODS, STATEFUL_SETS, key, name
from cluster.models import Cluster
from cluster.store import commit, doorbell, written
from cluster.watch import Hub
from cluster.worker import consumer
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
