"""Default roles come back when a worker starts; aggregated roles follow the ones they are made of."""

from __future__ import annotations

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import clusterroleaggregation, rolebootstrap
from cluster.intents import Create, Update
from cluster.kinds import key_of
from cluster.machinery.objects import CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, Key, Obj, key
from cluster.plan import Controller
from cluster.world import World
from tests.access.people import may, role, world

CONFIG = ClusterConfig()
VIEW = key(CLUSTER_ROLES, "", "view")


def _carried_out(controller: Controller, made: World) -> list[Key]:
    """The keys of what was written for `every`, until nothing is left to do."""
    written = []
    for where in controller.every(made):
        for action in controller.plan(made, where, 0.0, CONFIG).actions:
            assert isinstance(action.intent, Create | Update)
            made.put(key_of(action.intent.obj), action.intent.obj)
            written.append(key_of(action.intent.obj))
    return written


def test_a_cluster_of_before_gets_them_all_once() -> None:
    made = World()
    assert len(_carried_out(rolebootstrap.CONTROLLER, made)) == len(world(defaults=True))
    assert _carried_out(rolebootstrap.CONTROLLER, made) == []
    assert _carried_out(clusterroleaggregation.CONTROLLER, made) == []


def test_what_was_taken_from_one_is_put_back_and_what_was_added_stays() -> None:
    made = world(defaults=True)
    where = key(CLUSTER_ROLES, "", "system:basic-user")
    mine = may("get", "nodes")
    present = made.get(where)
    assert present is not None
    made.put(where, {**present, "rules": [present["rules"][0], mine]})
    assert _carried_out(rolebootstrap.CONTROLLER, made) == [where]
    after = made.get(where)
    assert after is not None
    assert after["rules"] == [present["rules"][0], mine, present["rules"][1]]


def test_one_that_is_not_to_be_mended_is_left_alone() -> None:
    made = world(defaults=True)
    where = key(CLUSTER_ROLE_BINDINGS, "", "system:discovery")
    present = made.get(where)
    assert present is not None
    metadata = {**present["metadata"], "annotations": {"rbac.authorization.kubernetes.io/autoupdate": "false"}}
    made.put(where, {**present, "metadata": metadata, "subjects": []})
    assert _carried_out(rolebootstrap.CONTROLLER, made) == []


def test_a_deleted_one_is_missed_at_the_next_start_alone() -> None:
    made = world(defaults=True)
    old = made.drop(VIEW)
    change = Change(1, "DELETED", VIEW, old or {}, -1, 1, "ann", "", 0.0, 0.0)
    assert rolebootstrap.CONTROLLER.keys(change, old, made) == ()
    assert _carried_out(rolebootstrap.CONTROLLER, made) == [VIEW]


def _crontab() -> Obj:
    label = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    return role("crontab-view", may("get", "crontabs", "stable.example.com"), metadata={"labels": label})


def test_a_role_with_the_label_is_taken_in_and_let_go_again() -> None:
    made = world(defaults=True)
    crontab = _crontab()
    made.put(key_of(crontab), crontab)
    change = Change(1, "ADDED", key_of(crontab), crontab, -1, 1, "ann", "", 0.0, 0.0)
    assert VIEW in set(clusterroleaggregation.CONTROLLER.keys(change, None, made))

    def gathered(name: str) -> bool:
        found = made.get(key(CLUSTER_ROLES, "", name))
        return found is not None and crontab["rules"][0] in (found["rules"] or ())

    while _carried_out(clusterroleaggregation.CONTROLLER, made):
        pass
    assert [gathered(name) for name in ("view", "edit", "admin")] == [True, True, True]
    made.drop(key_of(crontab))
    while _carried_out(clusterroleaggregation.CONTROLLER, made):
        pass
    assert [gathered(name) for name in ("view", "edit", "admin")] == [False, False, False]
