"""Many writers at once, in threads and in processes: commit order is revision order, and no reader misses a change."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connection, connections

from cluster.intents import Create, Patch, Update
from cluster.models import Cluster
from cluster.store import CommitRefused, commit, create_cluster, lease, rows, snapshot
from cluster.store.commit import Group, commit_groups
from tests.objects import config_map, config_map_key, service

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, EACH = 4, 25


@pytest.fixture
def cluster() -> Cluster:
    return create_cluster("test", author="tester")


def in_thread(work: Callable[[], None], faults: list[BaseException]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def write_many(cluster: int, writer: int) -> None:
    for number in range(EACH):
        commit(cluster, [Create(config_map(f"w{writer}-{number}"))], author=f"w{writer}", cause="test")


def check_log(cluster: Cluster, first: int) -> None:
    changes = rows.changes(cluster.pk, first)
    assert [change.revision for change in changes] == list(range(first + 1, first + WRITERS * EACH + 1))
    for writer in range(WRITERS):
        names = [change.key.name for change in changes if change.author == f"w{writer}"]
        assert names == [f"w{writer}-{number}" for number in range(EACH)]


def test_a_reader_that_follows_the_log_misses_no_writer(cluster: Cluster) -> None:
    first = rows.heads([cluster.pk])[0].revision
    faults: list[BaseException] = []
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        cursor = first
        while True:
            last = done.is_set()
            for change in rows.changes(cluster.pk, cursor):
                seen.append(change.revision)
                cursor = change.revision
            if last:
                return

    reader = in_thread(read, faults)
    writers = [in_thread(partial(write_many, cluster.pk, writer), faults) for writer in range(WRITERS)]
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert faults == []
    assert seen == list(range(first + 1, first + WRITERS * EACH + 1))
    check_log(cluster, first)


def _write_in_process(database: dict[str, object], cluster: int, writer: int) -> None:
    connection.settings_dict.update(database)
    write_many(cluster, writer)
    connections.close_all()


def test_writers_in_other_processes_share_the_order(cluster: Cluster) -> None:
    first = rows.heads([cluster.pk])[0].revision
    database = {"NAME": connection.settings_dict["NAME"]}
    connections.close_all()  # a forked child must not share this process' connection
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=_write_in_process, args=(database, cluster.pk, writer)) for writer in range(WRITERS)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    check_log(cluster, first)
    # What this process held is behind by all of it, and catches up with the next look.
    assert config_map_key(f"w{WRITERS - 1}-{EACH - 1}") in snapshot(cluster.pk)


def test_two_writers_never_get_one_address(cluster: Cluster) -> None:
    faults: list[BaseException] = []

    def make(writer: int) -> None:
        for number in range(10):
            obj = service(f"s{writer}-{number}")
            commit(cluster.pk, [Create(obj)], author=f"w{writer}", cause="test")

    threads = [in_thread(partial(make, writer), faults) for writer in range(WRITERS)]
    for thread in threads:
        thread.join()
    assert faults == []
    world = snapshot(cluster.pk)
    addresses = [
        obj["spec"]["clusterIP"]
        for key, obj in world.items()
        if key.resource == "services" and key.namespace == "default"
    ]
    assert len(addresses) == len(set(addresses)) == WRITERS * 10 + 1


def test_increments_by_optimistic_concurrency_lose_none(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(config_map("count", value="0"))], author="tester", cause="test")
    faults: list[BaseException] = []

    def raise_it() -> None:
        raised = 0
        while raised < 10:
            obj = snapshot(cluster.pk).get(config_map_key("count"))
            assert obj is not None
            new = {**obj, "data": {"value": str(int(obj["data"]["value"]) + 1)}}
            try:
                commit(cluster.pk, [Update(new)], author="counter", cause="test")
            except CommitRefused as refused:
                assert refused.error.code == 409
                continue
            raised += 1

    threads = [in_thread(raise_it, faults) for _ in range(3)]
    for thread in threads:
        thread.join()
    assert faults == []
    final = snapshot(cluster.pk).get(config_map_key("count"))
    assert final is not None and final["data"]["value"] == "30"


def test_a_lease_is_held_by_one_and_fences_the_former_holder_off(cluster: Cluster) -> None:
    first = lease.acquire(cluster.pk, "one", now=100.0, seconds=10)
    assert first is not None and first.token == 1
    assert lease.acquire(cluster.pk, "two", now=105.0, seconds=10) is None
    assert lease.acquire(cluster.pk, "one", now=109.0, seconds=10) == first
    assert lease.unheld(now=118.0) == []
    assert lease.unheld(now=120.0) == [cluster.pk]
    second = lease.acquire(cluster.pk, "two", now=120.0, seconds=10)
    assert second is not None and second.token == 2
    group = Group([Patch(config_map_key("none"), "merge", {})])
    with pytest.raises(lease.FencedOff):
        commit_groups(cluster.pk, [group], author="one", cause="late", fence=first)
    assert commit_groups(cluster.pk, [group], author="two", cause="now", fence=second).results[0].error is not None
    lease.release(cluster.pk, second)
    assert lease.acquire(cluster.pk, "one", now=121.0, seconds=10) == lease.Fence("one", 3)


def test_a_holder_that_returns_after_its_own_expiry_keeps_its_token_if_nobody_came(cluster: Cluster) -> None:
    first = lease.acquire(cluster.pk, "one", now=1.0, seconds=10)
    assert lease.acquire(cluster.pk, "one", now=50.0, seconds=10) == first
