"""A fork begins as the other cluster was, under uids of its own, and goes on from there."""

from __future__ import annotations

import base64
import re
from typing import Any

import orjson
import pytest

from cluster.access.accounttokens import InvalidToken, claims_for, holder
from cluster.contents import Written, file
from cluster.intents import Create, Delete, Patch
from cluster.keeping import of_volume
from cluster.machinery.errors import BadRequest, Gone
from cluster.machinery.objects import (
    CONFIG_MAPS,
    PODS,
    SECRETS,
    STATEFUL_SETS,
    VOLUMES,
    Key,
    Obj,
    controller_of,
    key,
    seconds,
    uid,
)
from cluster.models import Cluster
from cluster.store import contents, create_cluster, fork_cluster, past, rows, snapshot
from cluster.world import World
from tests.objects import service, stateful_set
from tests.replay.town import Town

pytestmark = pytest.mark.django_db(transaction=True)

UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
WEB = key(STATEFUL_SETS, "default", "web")
PASSWORD = base64.b64encode(b"swordfish").decode()
SECRET: Obj = {
    "apiVersion": "v1",
    "kind": "Secret",
    "metadata": {"name": "db", "namespace": "default"},
    "data": {"password": PASSWORD},
}


@pytest.fixture
def town() -> Town:
    made = Town(create_cluster("origin", author="tester", pace="instant"))
    made.do(Create(service("web", clusterIP="None")))
    made.do(Create(SECRET))
    made.do(Create(stateful_set("web", 2, volumeClaimTemplates=[CLAIM])))
    made.steps()
    return made


CLAIM: Obj = {
    "metadata": {"name": "data"},
    "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}},
}


def forked(town: Town, revision: int, slug: str = "fork", **how: Any) -> Cluster:
    return fork_cluster(town.cluster, revision, slug, **{"with_secrets": True, "wall": lambda: town.wall, **how})


def nameless(world: World) -> dict[Key, str]:
    """The objects with every uid called the same."""
    return {key: UID.sub("…", orjson.dumps(obj, option=orjson.OPT_SORT_KEYS).decode()) for key, obj in world.items()}


def test_a_fork_is_what_the_other_was_under_other_uids(town: Town) -> None:
    then = max(town.moments)
    town.do(Delete(WEB))
    town.steps()
    made = forked(town, then)
    there, here = past.at(town.cluster.pk, then), snapshot(made.pk)
    assert nameless(here) == nameless(there)
    assert here.revision == then
    assert {each: here.seat(each) for each, _ in here.items()} == {each: there.seat(each) for each, _ in there.items()}
    assert not {uid(obj) for _, obj in here.items()} & {uid(obj) for _, obj in there.items()}
    for pod in here.bucket(PODS, "default").values():
        assert controller_of(pod)["uid"] == uid(here.get(WEB) or {})  # type: ignore[index]  # it has one
    assert made.title == f"origin at r{then}"
    assert made.clock.at(town.wall) == past.time_of(town.cluster.pk, then)


def test_a_fork_goes_on_by_itself_and_comes_to_the_same_rest(town: Town) -> None:
    """From the middle of a scaling that the origin went on with: both end alike, but for what chance gives out."""
    town.do(Patch(WEB, "merge", {"spec": {"replicas": 4}}))
    middle = max(town.moments)
    town.steps()
    other = Town(forked(town, middle))
    assert other.steps() > 10
    pods = [snapshot(each.cluster.pk).bucket(PODS, "default") for each in (town, other)]
    assert sorted(pods[0]) == sorted(pods[1]) and len(pods[0]) == 4
    for one in pods[1].values():
        assert one["status"]["phase"] == "Running"
        assert seconds(one["metadata"]["creationTimestamp"]) <= other.now
    assert other.steps() == 0, "at rest"
    revisions = {record: town.moments[record] for record in town.moments}
    assert {each for each in revisions if each > middle}, "and the origin has its own"
    with pytest.raises(Gone):
        past.at(other.cluster.pk, middle - 1)
    assert other.of(past.at(other.cluster.pk, middle)).objects == dict(past.at(other.cluster.pk, middle).items())


def test_a_paused_fork_rests_until_somebody_lets_it_go(town: Town) -> None:
    made = forked(town, max(town.moments), paused=True)
    assert made.clock.paused


def test_without_the_right_to_read_secrets_only_their_names_come_along(town: Town) -> None:
    then = max(town.moments)
    secret = key(SECRETS, "default", "db")
    blank, whole = forked(town, then, "blank", with_secrets=False), forked(town, then, "whole")
    assert (snapshot(whole.pk).get(secret) or {})["data"] == {"password": PASSWORD}
    for world in (snapshot(blank.pk), past.at(blank.pk, then)):
        assert (world.get(secret) or {})["data"] == {"password": ""}
        assert PASSWORD not in orjson.dumps([obj for _, obj in world.items()]).decode()


def test_a_token_of_the_fork_opens_nothing_of_the_origin(town: Town) -> None:
    made = snapshot(forked(town, max(town.moments)).pk)
    origin = snapshot(town.cluster.pk)
    request = {"spec": {"audiences": ["https://kubernetes.default.svc.cluster.local"], "expirationSeconds": 3600}}
    claims = claims_for(made, "default", "default", request, town.now, "t")
    assert holder(made, claims, town.now)[0].name == "system:serviceaccount:default:default"
    with pytest.raises(InvalidToken):
        holder(origin, claims, town.now)


def test_files_of_volumes_come_along_as_they_were(town: Town) -> None:
    volume = next(iter(snapshot(town.cluster.pk).bucket(VOLUMES).values()))
    layer, then = of_volume(uid(volume)), max(town.moments)
    moment = past.time_of(town.cluster.pk, then)
    old, new = file("old", at=moment - 1), file("new", at=moment + 60)
    contents.keep(
        town.cluster.pk,
        [
            Written(layer, "/kept", (old,)),
            Written(layer, "/changed", (old, new)),
            Written(layer, "/later", (new,)),
            Written("volume/of-nobody", "/lost", (old,)),
        ],
    )
    town.wall += 120
    town.do(Delete(key(CONFIG_MAPS, "default", "kube-root-ca.crt")))
    made = forked(town, then)
    mine = of_volume(uid(next(iter(snapshot(made.pk).bucket(VOLUMES).values()))))
    assert {(row.layer, row.path): row.history[-1].body for row in contents.since(made.pk, 0)} == {
        (mine, "/kept"): b"old",
        (mine, "/changed"): b"old",
    }
    assert mine != layer


@pytest.mark.parametrize(("revision", "problem"), [(10**9, "still to come")])
def test_a_moment_that_is_not_kept_cannot_be_forked(town: Town, revision: int, problem: str) -> None:
    with pytest.raises(Gone, match=problem):
        forked(town, revision)
    assert not Cluster.objects.filter(slug="fork").exists()


def test_a_bad_name_leaves_nothing_behind(town: Town) -> None:
    with pytest.raises(BadRequest, match="cannot be made"):
        forked(town, max(town.moments), "origin")
    assert Cluster.objects.count() == len(rows.heads()) == 1
