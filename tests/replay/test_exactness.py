"""Replay is exact: at any kept revision objects, seats and all DNS answers are those that were recorded live."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster.intents import Create, Delete, Intent, Patch
from cluster.machinery.errors import Gone
from cluster.machinery.objects import PODS, SERVICES, STATEFUL_SETS, Key, Obj, key
from cluster.models import Cluster
from cluster.store import commit, create_cluster, delete_cluster, past, rows, snapshot
from cluster.store import held as holding
from cluster.store.log import Retention, compact
from tests.objects import config_map, config_map_key, service, stateful_set
from tests.replay.town import Town

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("web", "db")


def acts(dice: random.Random, town: Town) -> Intent:
    """Something a person could do next."""
    world = snapshot(town.cluster.pk)
    name = dice.choice(NAMES)
    there, workload = key(SERVICES, "default", name), key(STATEFUL_SETS, "default", name)
    pods = sorted(world.bucket(PODS, "default"))
    choices: list[Intent] = [Create(service(name)), Create(service(name, clusterIP="None"))]
    choices += [Delete(there), Patch(there, "merge", {"spec": {"publishNotReadyAddresses": dice.random() < 0.5}})]
    choices += [Create(stateful_set(name, dice.randrange(1, 3))), Delete(workload)]
    choices += [Patch(workload, "merge", {"spec": {"replicas": dice.randrange(4)}})] * 3
    if pods:
        pod = dice.choice(pods)
        choices += [
            Delete(pod),
            Patch(pod, "merge", {"metadata": {"annotations": {"kubarium.dev/never-ready": "true"}}}),
        ]
    return dice.choice(choices)


def lived(seed: int, acts_count: int) -> Town:
    """A cluster that has lived a little, every revision at rest recorded."""
    dice = random.Random(seed)
    town = Town(create_cluster(f"town-{seed}", author="tester", pace="instant"), dice)
    town.do(Create(stateful_set("web", 2)))
    town.do(Create(service("web", clusterIP="None")))
    town.steps()
    for _ in range(acts_count):
        town.do(acts(dice, town))
        town.steps(dice.randrange(30))
    return town


@pytest.mark.parametrize("cold", [False, True])
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 5_000), places=st.lists(st.floats(0, 0.999), min_size=7, max_size=12))
def test_at_random_revisions_all_is_as_it_was_recorded_live(seed: int, places: list[float], cold: bool) -> None:
    town = lived(2 * seed + cold, acts_count=5)
    cluster = town.cluster.pk
    records = town.records()
    try:
        revisions = sorted(records)
        assert len(revisions) > 20
        assert len({record.dns for record in records.values()}) > 3, "the questions tell moments apart"
        first, *others = (revisions[int(place * len(revisions))] for place in places)
        world = past.at(cluster, first)
        for wanted in others:
            past.move(cluster, world, wanted)
            assert town.of(world) == records[wanted]
            assert town.of(past.at(cluster, wanted)) == records[wanted]
        floor = compact(cluster, 0.0, Retention(changes=len(revisions) // 2))
        if cold:
            holding.forget(cluster)  # as after a restart: nothing is at hand but the database
        for wanted in (each for each in revisions if each >= floor):
            assert town.of(past.at(cluster, wanted)) == records[wanted]
        for lost in (each for each in revisions if each < floor):
            with pytest.raises(Gone, match="too old resource version"):
                past.at(cluster, lost)
        assert dict(snapshot(cluster).items()) == records[max(revisions)].objects, "looking back changes nothing"
    finally:
        delete_cluster(Cluster.objects.get(pk=cluster))


def test_what_came_again_under_its_name_has_the_seat_it_had_then() -> None:
    town = lived(3, acts_count=3)
    seen: dict[Key, set[int]] = {}
    for revision, record in town.records().items():
        world = past.at(town.cluster.pk, revision)
        for pod in world.bucket(PODS, "default"):
            assert world.seat(pod) == record.seats[pod]
            seen.setdefault(pod, set()).add(world.seat(pod))
    assert seen


def test_a_revision_that_is_still_to_come_is_refused() -> None:
    town = Town(create_cluster("young", author="tester"))
    head = rows.heads([town.cluster.pk])[0].revision
    with pytest.raises(Gone, match="still to come"):
        past.at(town.cluster.pk, head + 1)
    assert len(past.at(town.cluster.pk, 0)) == 0, "before its first object a cluster was empty"


def test_what_changed_often_is_read_once_and_what_did_not_change_never(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = create_cluster("long", author="tester").pk
    commit(cluster, [Create(config_map(f"c{number}")) for number in range(20)], author="ada", cause="apply")
    begun = rows.heads([cluster])[0].revision
    for turn in range(30):
        patches = [
            Patch(config_map_key(f"c{number}"), "merge", {"data": {"value": f"v{turn}"}}) for number in range(10)
        ]
        commit(cluster, patches, author="ada", cause="apply")
    read: list[int] = []
    states_at = rows.states_at

    def counted(cluster: int, revisions: Iterable[int]) -> dict[int, tuple[Obj, int]]:
        read.extend(revisions)
        return states_at(cluster, read[:])

    monkeypatch.setattr(rows, "states_at", counted)
    world = past.at(cluster, begun)
    assert len(read) == 10
    assert [world.get(config_map_key(f"c{number}"))["data"] for number in range(20)] == [{"value": "1"}] * 20  # type: ignore[index]  # they are there
    read.clear()
    past.move(cluster, world, begun + 300)
    assert len(read) == 10
    assert dict(world.items()) == dict(snapshot(cluster).items())
