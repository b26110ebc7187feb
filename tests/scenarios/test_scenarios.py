"""Every packaged scenario applies, comes to the state it promises, and its DNS answers as it says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from cluster.machinery.objects import PODS, SERVICES, Obj, is_pod_ready, name, status
from cluster.models import Cluster
from cluster.nodes import unanswered
from cluster.questions import ask
from cluster.requests import send
from cluster.scenarios import ScenarioRefused, load, scenarios
from cluster.store import written
from cluster.watch import Hub, Mirror
from cluster.worker.assembly import CONTROLLERS
from tests.worker.test_loop import at_work, until


def test_they_are_listed_in_their_own_order() -> None:
    assert [each.slug for each in scenarios()] == ["headless", "ordered", "readiness", "faults", "traffic"]
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
        ("traffic", ready(4), {"spreads": ("NOERROR", 1), "direct": ("NOERROR", 4), "front": ("NOERROR", 1)}),
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
        for asked, (rcode, count) in answers.items():
            walk = await settle_answer(hub, cluster, mirror, asked, count)
            assert (walk["rcode"], len(walk["records"])) == (rcode, count), asked


async def settle_answer(hub: Hub, cluster: Cluster, mirror: Mirror, name: str, count: int) -> dict[str, Any]:
    """The answer, once the slices have followed the pods."""

    def asked() -> dict[str, Any]:
        return ask(mirror.world, mirror.config, name=name, type="A", pod="", namespace="default", now=mirror.now())

    async with asyncio.timeout(30):
        await until(hub, cluster, lambda _: len(asked()["records"]) == count)
    return asked()


UNHEARD = {"traffic": {"deaf"}, "headless": {"headless-svc-stateful"}}
"""Services that lead to a port where nobody listens, on purpose."""


@pytest.mark.parametrize("slug", ["headless", "ordered", "readiness", "faults", "traffic"])
async def test_no_service_is_deaf_by_mistake(hub: Hub, cluster: Cluster, slug: str) -> None:
    mirror = await hub.mirror(cluster.pk)
    async with at_work(hub, cluster, CONTROLLERS):
        await written(load, cluster.pk, slug, author="tester")
        await until(hub, cluster, lambda _: bool(pods(mirror)))
    found = {
        where.name
        for where in mirror.world.bucket(SERVICES, "default")
        if list(unanswered.reasons(mirror.world, where))
    }
    assert found == UNHEARD.get(slug, set())


async def test_requests_go_as_the_scenario_says(hub: Hub, cluster: Cluster) -> None:
    await Cluster.objects.filter(pk=cluster.pk).aupdate(pace="instant")
    mirror = await hub.mirror(cluster.pk)
    mirror.config = mirror.config._replace(pace="instant")

    def sent(to: str, source: str = "") -> dict[str, Any]:
        asker = source or name(pods(mirror)[0])
        told = send(mirror.world, mirror.config, source=asker, to=to, count=100, pick=Random(1).randrange)
        return told.trace

    def balanced(_: Mirror) -> list[str]:
        front = mirror.world.find(SERVICES, "default", "front")
        ingress = (status(front or {}).get("loadBalancer") or {}).get("ingress") or ()
        return [each["ip"] for each in ingress]

    def served(_: Mirror) -> bool:
        return all(
            len(sent(f"http://{each}")["spread"]) == 4 for each in ("spreads", "stays", "direct", "front", "deaf")
        )

    async with at_work(hub, cluster, CONTROLLERS):
        await written(load, cluster.pk, "traffic", author="tester")
        await until(hub, cluster, ready(4), seconds=20)
        await until(hub, cluster, served)
        await until(hub, cluster, lambda found: bool(balanced(found)))
        assert all(row["count"] > 10 for row in sent("http://spreads")["spread"])
        stays = sent("http://stays")
        assert sorted(row["count"] for row in stays["spread"]) == [0, 0, 0, 100], stays["steps"]
        assert sent("http://deaf")["outcomes"] == {"refused": 100}
        assert sent("http://direct")["outcomes"] == {"answered": 100}
        assert sent("http://direct:8080")["outcomes"] == {"refused": 100}
        assert sent(f"http://{balanced(mirror)[0]}", "outside")["outcomes"] == {"answered": 100}
