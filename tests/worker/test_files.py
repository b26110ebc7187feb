"""Files and the life of pods: what is written wakes the kubelet, and what a script writes to a volume outlives it."""

from __future__ import annotations

from typing import Any

from cluster.intents import Create, Delete
from cluster.machinery.objects import PODS, Obj, is_pod_ready, key
from cluster.models import Cluster
from cluster.nodes import filesystem
from cluster.store import commit, written
from cluster.watch import Hub, Mirror
from cluster.worker.assembly import CONTROLLERS
from tests.worker.test_loop import at_work, until

PAGE = "/usr/share/nginx/html/index.html"
WHERE = key(PODS, "default", "web")


def pod(**container: Any) -> Obj:
    spec = container.pop("spec", {})
    containers = [{"name": "app", "image": "nginx", "ports": [{"containerPort": 80}], **container}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"containers": containers, "terminationGracePeriodSeconds": 0, **spec},
    }


async def instant(hub: Hub, cluster: Cluster, *objects: Obj) -> Mirror:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    mirror = await hub.mirror(cluster.pk)
    mirror.config = (await Cluster.objects.aget(pk=cluster.pk)).config
    await written(commit, cluster.pk, [Create(obj) for obj in objects], author="ada", cause="apply")
    return mirror


def is_ready(mirror: Mirror) -> bool:
    found = mirror.world.get(WHERE)
    return found is not None and is_pod_ready(found)


def tree(mirror: Mirror) -> Any:
    made = mirror.world.get(WHERE)
    assert made is not None
    return filesystem.tree(mirror.world, made, made["spec"]["containers"][0], mirror.now)


async def test_a_page_moved_away_makes_a_pod_not_ready_and_back_ready_again(hub: Hub, cluster: Cluster) -> None:
    probe = {"httpGet": {"path": "/index.html", "port": 80}, "periodSeconds": 1, "failureThreshold": 1}
    mirror = await instant(hub, cluster, pod(readinessProbe=probe))
    async with at_work(hub, cluster, CONTROLLERS):
        await until(hub, cluster, is_ready)
        tree(mirror).rename(PAGE, "/tmp/index.html")
        await until(hub, cluster, lambda mirror: not is_ready(mirror))
        tree(mirror).rename("/tmp/index.html", PAGE)
        await until(hub, cluster, is_ready)


async def test_what_a_script_writes_to_a_persistent_volume_is_there_for_the_next_pod(
    hub: Hub, cluster: Cluster
) -> None:
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "default"},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
    }
    mounts = {"volumeMounts": [{"name": "v", "mountPath": "/data"}]}
    volumes = {"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "data"}}]}
    first = pod(command=["sh", "-c", "echo first > /data/who; sleep 3600"], image="busybox", spec=volumes, **mounts)
    mirror = await instant(hub, cluster, claim, first)
    async with at_work(hub, cluster, CONTROLLERS):
        await until(hub, cluster, is_ready)
        await until(hub, cluster, lambda mirror: "who" in tree(mirror).listdir("/data"))
        await written(commit, cluster.pk, [Delete(WHERE)], author="ada", cause="delete")
        await until(hub, cluster, lambda mirror: WHERE not in mirror.world)
        await written(commit, cluster.pk, [Create(pod(spec=volumes, **mounts))], author="ada", cause="apply")
        await until(hub, cluster, is_ready)
        assert tree(mirror).read("/data/who") == b"first\n"
