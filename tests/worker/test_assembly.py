"""Every object of a cluster can be explained, whatever its kind; and the demo's waits are told in words."""

from __future__ import annotations

from cluster.intents import Create
from cluster.machinery.objects import SERVICES, STATEFUL_SETS, key
from cluster.models import Cluster
from cluster.store import commit, written
from cluster.watch import Hub
from cluster.worker.assembly import explain
from tests.objects import service, stateful_set


async def test_any_object_can_be_explained(hub: Hub, cluster: Cluster) -> None:
    objects = [service("lonely", clusterIP="None"), stateful_set("web", 2)]
    outcome = await written(commit, cluster.pk, [Create(obj) for obj in objects], author="ada", cause="apply")
    mirror = await hub.mirror(cluster.pk)
    await mirror.reached(outcome.revision)
    said = {
        where: [reason.text for reason in explain(mirror.world, where, mirror.now(), mirror.config)]
        for where, _ in mirror.world.items()
    }
    assert said[key(SERVICES, "default", "lonely")] == ["Selects nothing: no pod has app=lonely."]
    assert said[key(STATEFUL_SETS, "default", "web")] != []


async def test_what_is_not_there_has_no_reasons(hub: Hub, cluster: Cluster) -> None:
    mirror = await hub.mirror(cluster.pk)
    assert explain(mirror.world, key(STATEFUL_SETS, "default", "none"), mirror.now(), mirror.config) == []
