"""Every packaged scenario applies, comes to the state it promises, and its DNS answers as it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from cluster.machinery.objects import PODS, Obj, is_pod_ready, status
from cluster.models import Cluster
from cluster.questions import ask
from cluster.scenarios import ScenarioRefused, load, scenarios
from cluster.store import written
from cluster.watch import Hub, Mirror
from cluster.worker.assembly import CONTROLLERS
from tests.worker.test_loop import at_work, until


def test_they_are_listed_in_their_own_order() -> None:
    assert [each.slug for each in scenarios()] == ["headless", "ordered", "readiness", "faults"]
    assert scenarios()[0].title == "Headless against ClusterIP"
    assert scenarios()[0].summary.startswith("Three pods with a name each")


def test_a_scenario_that_is_not_there_is_refused() -> None:
    with pytest.raises(ScenarioRefused, match="there is no scenario nowhere"):
        load(0, "nowhere", author="tester")


def pods(mirror: Mirror) -> list[Obj]:
    return mirror.world.list(PODS, "default")


def ready(count: int) -> Callable[[Mirror], bool]:
    return lambda mirror: sum(is_pod_ready(pod) for pod in pods(mirror)) == count


def running(count: int) -> Callable[[Mirror], bool]:
    return lambda mirror: sum(status(pod).get("phase") == "Running" for pod in pods(mirror)) == count


def waiting(reason: str) -> Callable[[Mirror], bool]:
    def holds(mirror: Mirror) -> bool:
        states = [each.get("state", {}) for pod in pods(mirror) for each in status(pod).get("containerStatuses") or ()]
        return any(state.get("waiting", {}).get("reason") == reason for state in states)

    return holds


@pytest.mark.parametrize(
    ("slug", "settled", "answers"),
    [
        (
            "headless",
            ready(3),
            {"headless-svc-stateful": ("NOERROR", 3), "web": ("NOERROR", 1), "headless-svc": ("NXDOMAIN", 0)},
        ),
        ("ordered", ready(5), {"db": ("NOERROR", 5), "db-3.db": ("NOERROR", 1), "db-read": ("NOERROR", 1)}),
        (
            "readiness",
            running(3),
            {"quorum": ("NOERROR", 3), "patient": ("NXDOMAIN", 0), "quorum-2.quorum": ("NOERROR", 1)},
        ),
        ("faults", waiting("CrashLoopBackOff"), {"cart": ("NXDOMAIN", 0), "shop": ("NOERROR", 1)}),
    ],
)
async def test_it_comes_to_what_it_promises(
    hub: Hub, cluster: Cluster, slug: str, settled: Any, answers: dict[str, tuple[str, int]]
) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    mirror = await hub.mirror(cluster.pk)
    mirror.config = mirror.config._replace(pace="instant")
    async with at_work(hub, cluster, CONTROLLERS):
        await written(load, cluster.pk, slug, author="tester")
        await until(hub, cluster, settled, seconds=20)
        for name, (rcode, count) in answers.items():
            walk = await settle_answer(hub, cluster, mirror, name, count)
            assert (walk["rcode"], len(walk["records"])) == (rcode, count), name


async def settle_answer(hub: Hub, cluster: Cluster, mirror: Mirror, name: str, count: int) -> dict[str, Any]:
    """The answer, once the slices have followed the pods."""

    def asked() -> dict[str, Any]:
        return ask(mirror.world, mirror.config, name=name, type="A", pod="", namespace="default", now=mirror.now())

    async with asyncio.timeout(5):
        await until(hub, cluster, lambda _: len(asked()["records"]) == count)
    return asked()
