"""A commit inside somebody else's transaction, as in Django's admin: it waits for nobody, and may come to nothing."""

from __future__ import annotations

import threading

import pytest
from django.db import connections, transaction

from cluster.intents import Create
from cluster.models import Cluster
from cluster.store import commit, create_cluster, doorbell, rows, snapshot
from cluster.store import held as holding
from tests.objects import config_map, config_map_key

pytestmark = pytest.mark.django_db(transaction=True)


class ChangedItsMind(Exception):
    pass


@pytest.fixture
def cluster() -> Cluster:
    return create_cluster("test", author="tester")


def make(cluster: Cluster, name: str) -> None:
    commit(cluster.pk, [Create(config_map(name))], author="ada", cause="test")


def test_what_the_outer_transaction_undoes_was_never_known(cluster: Cluster) -> None:
    make(cluster, "before")
    with pytest.raises(ChangedItsMind), transaction.atomic():
        make(cluster, "undone")
        assert config_map_key("undone") in snapshot(cluster.pk)
        raise ChangedItsMind
    ours = holding.held(cluster.pk)
    holding.forget(cluster.pk)
    make(cluster, "elsewhere")  # as another process would, at the revision that was undone here
    holding._held[cluster.pk] = ours
    world = snapshot(cluster.pk)
    assert config_map_key("elsewhere") in world
    assert config_map_key("undone") not in world
    head = rows.heads([cluster.pk])[0]
    assert ours.since(head.revision - 1, head.revision) == rows.changes(cluster.pk, head.revision - 1)


def test_what_the_outer_transaction_keeps_is_known_and_told_afterwards(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(doorbell, "ring", lambda _, revision: rung.append(revision))
    before = rows.heads([cluster.pk])[0].revision
    with transaction.atomic():
        make(cluster, "a")
        make(cluster, "b")
        assert rung == []
    assert rung == [before + 1, before + 2]
    assert {config_map_key("a"), config_map_key("b")} <= {key for key, _ in snapshot(cluster.pk).items()}


def test_it_does_not_wait_for_a_writer_that_waits_for_the_outer_transaction(cluster: Cluster) -> None:
    def nested() -> None:
        with transaction.atomic():
            make(cluster, "a")
        connections.close_all()

    with holding.held(cluster.pk).lock:
        thread = threading.Thread(target=nested, daemon=True)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()
    assert config_map_key("a") in snapshot(cluster.pk)
