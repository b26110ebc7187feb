"""How owners and namespaces end, with all controllers at work: in the background, in the foreground, and as orphans."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.intents import Create, Delete, Patch, Propagation
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import (
    CONFIG_MAPS,
    CONTROLLER_REVISIONS,
    DEPLOYMENTS,
    NAMESPACES,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    GroupResource,
    Key,
    Obj,
    is_terminating,
    key,
    status,
)
from cluster.worker.assembly import CONTROLLERS
from tests.controllers.street import Street
from tests.objects import config_map

WORKLOADS = {STATEFUL_SETS: "StatefulSet", DEPLOYMENTS: "Deployment"}


def workload(kind: GroupResource, place: str = "default") -> Obj:
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
    return {
        "apiVersion": "apps/v1",
        "kind": WORKLOADS[kind],
        "metadata": {"name": "web", "namespace": place},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


def street(*objects: Obj) -> Street:
    made = Street(*CONTROLLERS, pace="brisk")
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    node: Obj = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1"}}
    node["status"] = {"allocatable": {"pods": "100"}, "conditions": [{"type": "Ready", "status": "True"}]}
    made.create(node, *objects)
    made.rest(120)
    return made


def gone(made: Street) -> list[str]:
    """What was removed, in order, by resource: runs of one resource once."""
    removed = [each.key.resource for each in made.log if each.type == "DELETED"]
    return [each for place, each in enumerate(removed) if place == 0 or removed[place - 1] != each]


@pytest.mark.parametrize(
    ("kind", "propagation", "order"),
    [
        (STATEFUL_SETS, "Background", ["statefulsets", "controllerrevisions", "pods"]),
        (STATEFUL_SETS, "Foreground", ["controllerrevisions", "pods", "statefulsets"]),
        (STATEFUL_SETS, "Orphan", ["statefulsets"]),
        (DEPLOYMENTS, "Background", ["deployments", "replicasets", "pods"]),
        (DEPLOYMENTS, "Foreground", ["pods", "replicasets", "deployments"]),
        (DEPLOYMENTS, "Orphan", ["deployments"]),
    ],
)
def test_the_order_in_which_all_goes(kind: GroupResource, propagation: Propagation, order: list[str]) -> None:
    made = street(workload(kind))
    where = key(kind, "default", "web")
    pods = len(made.world.bucket(PODS, "default"))
    assert pods == 2
    made.do(Delete(where, propagation=propagation))
    held = made.world.get(where)
    if propagation == "Background":
        assert held is None
    else:
        assert held is not None and is_terminating(held)
        assert held["metadata"]["finalizers"] == [{"Foreground": "foregroundDeletion", "Orphan": "orphan"}[propagation]]
    made.rest(300)
    assert made.refused == []
    assert gone(made) == order
    left = made.world.bucket(PODS, "default")
    assert len(left) == (2 if propagation == "Orphan" else 0)
    children = REPLICA_SETS if kind == DEPLOYMENTS else CONTROLLER_REVISIONS
    for child in made.world.bucket(children, "default").values():
        assert "ownerReferences" not in child["metadata"]


def test_only_those_that_block_hold_their_owner_up() -> None:
    made = street(config_map("owner"))
    owner = key(CONFIG_MAPS, "default", "owner")
    uid = (made.world.get(owner) or {})["metadata"]["uid"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    for name, blocks in (("blocks", True), ("lets", False)):
        dependent = config_map(name)
        dependent["metadata"]["ownerReferences"] = [{**reference, "blockOwnerDeletion": blocks}]
        dependent["metadata"]["finalizers"] = ["test/held"]
        made.create(dependent)
    made.do(Delete(owner, propagation="Foreground"))
    made.rest(10)
    assert owner in made.world
    made.do(Patch(key(CONFIG_MAPS, "default", "blocks"), "merge", {"metadata": {"finalizers": None}}))
    made.rest(10)
    assert owner not in made.world
    lets = made.world.get(key(CONFIG_MAPS, "default", "lets"))
    assert lets is not None and is_terminating(lets)


# -- namespaces ----------------------------------------------------------------------------------------------

TEAM = key(NAMESPACES, "", "team")


def team_with(**metadata: Any) -> Street:
    held = config_map("held")
    held["metadata"] = {**held["metadata"], "namespace": "team", **metadata}
    return street(
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}}, workload(STATEFUL_SETS, "team"), held
    )


def inside(made: Street) -> list[Key]:
    return [where for where, _ in made.world.items() if where.namespace == "team"]


def test_a_namespace_goes_last_of_all_that_is_in_it() -> None:
    made = team_with()
    assert len(inside(made)) > 5
    made.do(Delete(TEAM))
    made.rest(300)
    assert inside(made) == []
    assert TEAM not in made.world
    removed = [each.key for each in made.log if each.type == "DELETED"]
    assert removed[-1] == TEAM


def test_while_it_goes_it_says_what_is_left_and_takes_nothing_new() -> None:
    made = team_with(finalizers=["test/held"])
    made.do(Delete(TEAM))
    made.rest(300)
    namespace = made.world.get(TEAM) or {}
    assert status(namespace)["phase"] == "Terminating"
    said = {each["type"]: (each["status"], each["reason"], each["message"]) for each in status(namespace)["conditions"]}
    assert said == {
        "NamespaceDeletionDiscoveryFailure": (
            "False",
            "ResourcesDiscovered",
            "All resources successfully discovered",
        ),
        "NamespaceDeletionGroupVersionParsingFailure": (
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        "NamespaceDeletionContentFailure": (
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        "NamespaceContentRemaining": (
            "True",
            "SomeResourcesRemain",
            "Some resources are remaining: configmaps. has 1 resource instances",
        ),
        "NamespaceFinalizersRemaining": (
            "True",
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining: test/held in 1 resource instances",
        ),
    }
    new = config_map("new")
    new["metadata"]["namespace"] = "team"
    with pytest.raises(ApiError) as refused:
        made.do(Create(new))
    assert refused.value.message == (
        'configmaps "new" is forbidden: unable to create new content in namespace team because it is being terminated'
    )
    made.do(Patch(key(CONFIG_MAPS, "team", "held"), "merge", {"metadata": {"finalizers": None}}))
    made.rest(60)
    assert TEAM not in made.world
