"""Setting a cluster's clock: its speed, a pause, and how many steps may be taken while it rests.

Each under the counter's lock, so that every commit is stamped by the old clock or by the new one, and the clock never
jumps back. Knows nothing of what a step is: that is the worker's affair.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import F

from cluster.clock import Clock
from cluster.machinery.errors import BadRequest, NotFound
from cluster.models import Cluster
from cluster.store import lease, rows

SLOWEST, FASTEST = 0.1, 100.0
LATEST = 32_503_680_000.0
"""The year 3000 in Unix seconds: steps from one far moment to the next must not leave the years that dates can say."""
MOST_STEPS = 1000
"""Steps that may be waiting."""

Wall = Callable[[], float]


def set_speed(cluster: int, speed: float, wall: Wall = time.time) -> Clock:
    """Let the clock go on at `speed`, 0.1 to 100 times the wall's. BadRequest for another number."""
    if not math.isfinite(speed) or not SLOWEST <= speed <= FASTEST:
        raise BadRequest(f"A clock goes at {SLOWEST:g} to {FASTEST:g} times the wall's pace. This is {speed:g}.")
    with _locked(cluster) as head:
        return _set(cluster, Clock(*head.clock).again(wall(), speed))


def pause(cluster: int, wall: Wall = time.time) -> Clock:
    """Stop the clock, and with it the controllers and nodes."""
    with _locked(cluster) as head:
        return _set(cluster, Clock(*head.clock).again(wall(), 0.0))


def ask_step(cluster: int) -> None:
    """Allow one more plan to be carried out while the clock rests. BadRequest while it goes."""
    with _locked(cluster) as head:
        if head.clock[2] > 0:
            raise BadRequest("A step is taken while the clock is paused. Pause it first.")
        asked, taken = head.steps
        if asked - taken >= MOST_STEPS:
            raise BadRequest(f"{MOST_STEPS:,} steps are waiting already.")
        Cluster.objects.filter(pk=cluster).update(steps_asked=asked + 1)


def take_step(cluster: int, fence: lease.Fence) -> bool:
    """Whether a step may be taken now; it is used up by asking. lease.FencedOff when another worker has taken over.

    Used up first and carried out then: a worker that dies between the two loses a step, and never takes one twice."""
    with _locked(cluster) as head:
        lease.check(cluster, fence)
        asked, taken = head.steps
        if head.clock[2] > 0 or taken >= asked:
            return False
        Cluster.objects.filter(pk=cluster).update(steps_taken=taken + 1)
        return True


def put_on(cluster: int, cluster_time: float, fence: lease.Fence, wall: Wall = time.time) -> Clock:
    """Put a resting clock on to a later time; one that goes, or is later already, stays. Never beyond LATEST."""
    with _locked(cluster) as head:
        lease.check(cluster, fence)
        clock = Clock(*head.clock)
        if clock.speed > 0 or clock.time >= cluster_time or cluster_time > LATEST:
            return clock
        Cluster.objects.filter(pk=cluster).update(clock_wall=wall(), clock_time=cluster_time)
        return Clock(wall(), cluster_time, 0.0)


@contextmanager
def _locked(cluster: int) -> Iterator[rows.Head]:
    """The cluster's settings, that nobody else changes meanwhile."""
    with transaction.atomic():
        head = rows.lock(cluster)
        if head is None:
            raise NotFound("clusters", str(cluster))
        if connection.vendor == "postgresql":
            # The counter's row is locked; that of the settings was read before the lock was had.
            head = rows.heads([cluster])[0]
        yield head


def _set(cluster: int, clock: Clock) -> Clock:
    given_up = {"steps_taken": F("steps_asked")} if clock.speed > 0 else {}
    Cluster.objects.filter(pk=cluster).update(
        clock_wall=clock.wall, clock_time=clock.time, clock_speed=clock.speed, **given_up
    )
    return clock
