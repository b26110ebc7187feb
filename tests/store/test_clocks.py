"""Pausing, going on, faster and slower, and the steps of a clock that rests."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import BadRequest
from cluster.models import Cluster
from cluster.store import clocks, create_cluster, delete_cluster, lease
from cluster.store.lease import FencedOff

pytestmark = pytest.mark.django_db(transaction=True)

WALL = 1_900_000_000.0


@pytest.fixture
def cluster() -> Cluster:
    return create_cluster("test", author="tester")


@pytest.fixture
def fence(cluster: Cluster) -> lease.Fence:
    fence = lease.acquire(cluster.pk, "test", WALL, 60.0)
    assert fence is not None
    return fence


def shown(cluster: Cluster, wall: float) -> float:
    return Cluster.objects.get(pk=cluster.pk).clock.at(wall)


def test_the_clock_goes_on_without_a_jump(cluster: Cluster) -> None:
    began = shown(cluster, WALL)
    clocks.set_speed(cluster.pk, 10, lambda: WALL)
    assert shown(cluster, WALL) == began
    assert shown(cluster, WALL + 3) == began + 30
    clocks.pause(cluster.pk, lambda: WALL + 3)
    assert shown(cluster, WALL + 100) == began + 30
    clocks.set_speed(cluster.pk, 0.5, lambda: WALL + 100)
    assert shown(cluster, WALL + 102) == began + 31


@pytest.mark.parametrize("speed", [0, -1, 0.09, 100.1, float("nan"), float("inf")])
def test_a_speed_that_is_none(cluster: Cluster, speed: float) -> None:
    with pytest.raises(BadRequest, match=r"A clock goes at 0\.1 to 100 times the wall's pace"):
        clocks.set_speed(cluster.pk, speed)


def test_each_step_is_taken_once(cluster: Cluster, fence: lease.Fence) -> None:
    with pytest.raises(BadRequest, match="Pause it first"):
        clocks.ask_step(cluster.pk)
    clocks.pause(cluster.pk)
    clocks.ask_step(cluster.pk)
    clocks.ask_step(cluster.pk)
    assert [clocks.take_step(cluster.pk, fence) for _ in range(3)] == [True, True, False]


def test_steps_that_nobody_took_end_with_the_pause(cluster: Cluster, fence: lease.Fence) -> None:
    clocks.pause(cluster.pk)
    clocks.ask_step(cluster.pk)
    clocks.set_speed(cluster.pk, 1)
    clocks.pause(cluster.pk)
    assert not clocks.take_step(cluster.pk, fence)


def test_only_so_many_steps_wait(cluster: Cluster) -> None:
    clocks.pause(cluster.pk)
    Cluster.objects.filter(pk=cluster.pk).update(steps_asked=clocks.MOST_STEPS)
    with pytest.raises(BadRequest, match="1,000 steps are waiting already"):
        clocks.ask_step(cluster.pk)


def test_a_resting_clock_is_put_on_and_never_back(cluster: Cluster, fence: lease.Fence) -> None:
    assert not clocks.put_on(cluster.pk, WALL * 2, fence).paused
    clocks.pause(cluster.pk, lambda: WALL)
    began = shown(cluster, WALL)
    assert clocks.put_on(cluster.pk, began + 5, fence).time == began + 5
    assert clocks.put_on(cluster.pk, began + 1, fence).time == began + 5
    assert shown(cluster, WALL + 50) == began + 5
    assert clocks.put_on(cluster.pk, clocks.LATEST + 1, fence).time == began + 5


def test_who_lost_the_cluster_takes_no_step(cluster: Cluster, fence: lease.Fence) -> None:
    clocks.pause(cluster.pk)
    clocks.ask_step(cluster.pk)
    with pytest.raises(FencedOff):
        clocks.take_step(cluster.pk, fence._replace(token=fence.token + 1))
    with pytest.raises(FencedOff):
        clocks.put_on(cluster.pk, WALL * 2, fence._replace(holder="another"))
    assert clocks.take_step(cluster.pk, fence)


def test_no_clock_without_a_cluster(cluster: Cluster) -> None:
    pk = cluster.pk
    delete_cluster(cluster)
    with pytest.raises(Exception, match="not found"):
        clocks.pause(pk)
