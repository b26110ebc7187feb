"""The log: what is kept, what is forgotten, and that every kept moment can be rebuilt."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial

import pytest
from django.db import connection

from cluster.change import Change, Fact
from cluster.intents import Create, Delete, Intent, Patch
from cluster.machinery.errors import Gone
from cluster.machinery.objects import Key, Obj
from cluster.models import Checkpoint, Cluster
from cluster.store import commit, create_cluster, log, past, rows, since, snapshot
from cluster.store import held as holding
from tests.objects import config_map, config_map_key

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cluster() -> Cluster:
    return create_cluster("test", author="tester")


def state(cluster: Cluster) -> dict[Key, Obj]:
    return dict(snapshot(cluster.pk).items())


def test_memory_and_database_tell_the_same_log(cluster: Cluster) -> None:
    first = rows.heads([cluster.pk])[0].revision
    for number in range(5):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    head = rows.heads([cluster.pk])[0]
    remembered = log.recent(cluster.pk, first, head.revision)
    assert remembered == rows.changes(cluster.pk, first)
    holding.forget(cluster.pk)
    assert log.recent(cluster.pk, first, head.revision) is None
    assert since(cluster.pk, first) == remembered


def test_of_what_the_reader_has_only_the_last_is_remembered(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "KEPT", 3)
    first = rows.heads([cluster.pk])[0].revision
    for number in range(6):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    log.trim(cluster.pk, first + 1)
    assert log.recent(cluster.pk, first, first + 6) is None
    assert log.recent(cluster.pk, first + 1, first + 6) is not None, "not read yet, so kept however much it is"
    log.trim(cluster.pk, first + 6)
    assert log.recent(cluster.pk, first + 2, first + 6) is None
    assert [each.revision for each in log.recent(cluster.pk, first + 3, first + 6) or ()] == [
        first + 4,
        first + 5,
        first + 6,
    ]
    assert [each.revision for each in since(cluster.pk, first)] == list(range(first + 1, first + 7))


def test_a_reader_waits_for_what_is_committed_but_not_yet_remembered(cluster: Cluster) -> None:
    """Else it would read the same objects from the database, and they would be in memory twice."""
    first = rows.heads([cluster.pk])[0].revision
    commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    held = holding.held(cluster.pk)
    newest = since(cluster.pk, first)[0]
    held.lock.acquire()
    held._tail.pop()
    with ThreadPoolExecutor(1) as reader:
        try:
            reading = reader.submit(_read_apart, cluster.pk, first)
            assert not wait([reading], timeout=0.05).done
            held.append([newest])
        finally:
            held.lock.release()
        (found,) = reading.result(30)
    assert found.object is newest.object


def _read_apart(cluster: int, revision: int) -> list[Change]:
    try:
        return since(cluster, revision)
    finally:
        connection.close()


def test_nothing_is_missed_between_any_two_revisions(cluster: Cluster) -> None:
    for number in range(5):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    last = rows.heads([cluster.pk])[0].revision
    for cursor in range(last + 1):
        assert [change.revision for change in since(cluster.pk, cursor)] == list(range(cursor + 1, last + 1))


def test_compaction_keeps_the_newest_and_leaves_a_checkpoint(cluster: Cluster) -> None:
    for number in range(20):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    last = rows.heads([cluster.pk])[0].revision
    floor = log.compact(cluster.pk, now=0.0, keep=log.Retention(changes=5))
    assert floor == last - 5
    assert [change.revision for change in rows.changes(cluster.pk, 0)] == list(range(floor + 1, last + 1))
    assert Checkpoint.objects.get(cluster=cluster).revision == floor
    holding.forget(cluster.pk)
    with pytest.raises(Gone, match=f"too old resource version: {floor - 1} \\({floor + 1}\\)"):
        since(cluster.pk, floor - 1)
    assert len(since(cluster.pk, floor)) == 5


@pytest.mark.parametrize(
    ("keep", "now", "kept"),
    [
        (log.Retention(seconds=100), 1000.0, 5),  # written at 0, 100 … 1300: those before 900 go
        (log.Retention(bytes=1), 0.0, 1),  # even the newest is larger, and stays
        (log.Retention(), 1400.0, 14),
    ],
)
def test_age_bytes_and_count_each_limit_the_log(cluster: Cluster, keep: log.Retention, now: float, kept: int) -> None:
    first = rows.heads([cluster.pk])[0].revision
    for number in range(14):
        commit(
            cluster.pk,
            [Create(config_map(f"a{number}"))],
            author="ada",
            cause="apply",
            wall=partial(float, number * 100),
        )
    log.compact(cluster.pk, now=now, keep=keep)
    left = rows.changes(cluster.pk, first)
    assert len(left) == kept


def test_every_kept_moment_is_rebuilt_exactly(cluster: Cluster) -> None:
    dice = random.Random(7)
    moments: dict[int, dict[Key, Obj]] = {}
    for step in range(60):
        name = f"a{dice.randrange(8)}"
        present = config_map_key(name) in snapshot(cluster.pk)
        intent: Intent
        if not present:
            intent = Create(config_map(name))
        elif dice.random() < 0.3:
            intent = Delete(config_map_key(name))
        else:
            intent = Patch(config_map_key(name), "merge", {"data": {"value": str(step)}})
        revision = commit(cluster.pk, [intent], author="ada", cause="test").revision
        moments[revision] = state(cluster)
        if step == 40:
            log.compact(cluster.pk, now=0.0, keep=log.Retention(changes=25))
    floor = rows.heads([cluster.pk])[0].floor
    kept = {revision: world for revision, world in moments.items() if revision >= floor}
    assert len(kept) > 30
    for revision, expected in kept.items():
        assert dict(past.at(cluster.pk, revision).items()) == expected
    with pytest.raises(Gone):
        past.at(cluster.pk, floor - 1)


def test_a_deleted_cluster_is_gone() -> None:
    with pytest.raises(Gone):
        since(999_999, 0)
    with pytest.raises(Gone):
        snapshot(999_999)


def test_a_log_cut_while_it_is_read_is_told_and_no_change_is_skipped(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    head = rows.heads([cluster.pk])[0]
    holding.forget(cluster.pk)
    read_changes = rows.changes

    def cut_first(*arguments: int) -> list[Change]:
        monkeypatch.undo()
        log.compact(cluster.pk, now=0.0, keep=log.Retention(changes=3))
        return read_changes(*arguments)

    monkeypatch.setattr(rows, "changes", cut_first)
    with pytest.raises(Gone):
        since(cluster.pk, head.revision - 8)


def test_a_moment_forgotten_while_it_is_rebuilt_is_told(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        commit(cluster.pk, [Create(config_map(f"a{number}"))], author="ada", cause="apply")
    head = rows.heads([cluster.pk])[0]
    read_facts = rows.facts

    def cut_first(*arguments: int) -> list[Fact]:
        monkeypatch.undo()
        log.compact(cluster.pk, now=0.0, keep=log.Retention(changes=3))
        return read_facts(*arguments)

    monkeypatch.setattr(rows, "facts", cut_first)
    with pytest.raises(Gone):
        past.at(cluster.pk, head.revision - 5)


def test_a_log_within_its_limits_is_looked_at_without_stopping_the_writers(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(cluster: int) -> None:
        raise AssertionError("locked for nothing")

    monkeypatch.setattr(rows, "lock", locked)
    assert log.compact(cluster.pk, now=0.0, keep=log.Retention()) == 0
