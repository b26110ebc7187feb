"""Whether a StatefulSet's pods have the names it promises: each fault beside its sound twin, which tells nothing."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds import key_of
from cluster.machinery.objects import STATEFUL_SETS, Obj, key
from cluster.submission.notes import notes
from cluster.worker.assembly import explain
from cluster.world import World
from tests.objects import service, stateful_set

SET = key(STATEFUL_SETS, "default", "dbx")


def _set(serviceName: str = "dbx", **more: Any) -> Obj:
    return stateful_set("dbx", more.pop("replicas", 2), serviceName=serviceName, **more)


def _alias() -> Obj:
    made = service("dbx")
    return {**made, "spec": {"type": "ExternalName", "externalName": "db.example"}}


def _selecting(app: str | None) -> Obj:
    made = service("dbx")
    wanted = {name: value for name, value in made["spec"].items() if name != "selector"}
    return {**made, "spec": {**wanted, **({"selector": {"app": app}} if app else {})}}


CASES: list[tuple[str, list[Obj], str]] = [
    ("not there", [_set()], "Service dbx does not exist: dbx-0.dbx has no name."),
    ("not there, twin", [_set(), service("dbx")], ""),
    ("another's", [_set("web"), service("dbx")], "Service web does not exist: dbx-0.web has no name."),
    ("first seat", [_set(ordinals={"start": 5})], "Service dbx does not exist: dbx-5.dbx has no name."),
    ("alias", [_set(), _alias()], "Service dbx is an alias of db.example: dbx-0.dbx has no name."),
    (
        "selects others",
        [_set(), _selecting("web")],
        "Service dbx selects app=web, which dbx-0 has not: dbx-0.dbx has no name.",
    ),
    ("selects others, twin", [_set(), _selecting("dbx")], ""),
    ("endpoints by hand", [_set(), _selecting(None)], ""),
    (
        "one address, twin",
        [_set(), {**service("dbx"), "spec": {**service("dbx")["spec"], "clusterIP": "10.96.0.9"}}],
        "",
    ),
    ("no names promised", [_set("")], ""),
    ("no pods", [_set(replicas=0)], ""),
]


def _world(objects: list[Obj]) -> World:
    world = World()
    for each in objects:
        world.put(key_of(each), each)
    return world


@pytest.mark.parametrize(("objects", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_names(objects: list[Obj], said: str) -> None:
    config = ClusterConfig()
    told = [each for each in explain(_world(objects), SET, 0.0, config) if each.code == "no-names"]
    assert [(each.level, each.text) for each in told] == ([("info", said)] if said else [])
    planned = notes(SET, None, objects[0], _world(objects[1:]), config)
    assert [each for each in planned if "has no name" in each] == ([said] if said else [])


def test_a_service_that_comes_with_the_set_counts() -> None:
    came = service("dbx")
    planned = notes(SET, None, _set(), World(), ClusterConfig(), beside={key_of(came): came})
    assert not any("has no name" in each for each in planned)
