"""A process that has the controllers and nothing else, as `runworker controllers` starts it by the application."""

from __future__ import annotations

from typing import Any

from asgiref.testing import ApplicationCommunicator

from cluster import logs
from cluster.containers import beside
from cluster.intents import Create
from cluster.logs import Book
from cluster.machinery.objects import PODS, Obj, key, status
from cluster.models import Cluster
from cluster.store import commit, doorbell, written
from cluster.watch import current_hub
from cluster.worker import consumer
from dashboard.asgi import application
from tests.worker.test_loop import until

# asgiref has no types for its test client.
Communicator: Any = ApplicationCommunicator


def pod(name: str, **more: Any) -> Obj:
    script = "grep -q root /etc/passwd && exit 3; exit 4"
    container = {"name": "c", "image": "busybox", "command": ["sh", "-c", script], **more}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default"},
        "spec": {"restartPolicy": "Never", "containers": [container]},
    }


async def test_a_script_that_is_judged_by_its_end_ends_and_one_that_is_spoken_to_waits(cluster: Cluster) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    logs.use(Book())
    communicator = Communicator(application, {"type": "channel", "channel": doorbell.CONTROLLERS})
    try:
        await communicator.send_input({"type": "cluster.claim", "cluster": cluster.pk})
        made = [Create(pod("spoken", stdin=True)), Create(pod("judged"))]
        await written(commit, cluster.pk, made, author="ada", cause="apply")
        consumer.service(beside.alone)  # the very one that the claim asks for
        where = key(PODS, "default", "judged")
        mirror = await until(
            current_hub(), cluster, lambda mirror: status(mirror.world.get(where) or {}).get("phase") == "Failed"
        )
        (ended,) = status(mirror.world.get(where) or {})["containerStatuses"]
        assert ended["state"]["terminated"]["exitCode"] == 3
        assert status(mirror.world.get(key(PODS, "default", "spoken")) or {})["phase"] == "Running"
    finally:
        await consumer.stop()
        beside.end()
        communicator.stop()  # raises what the application raised
