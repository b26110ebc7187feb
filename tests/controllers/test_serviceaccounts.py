"""What every namespace is given."""

from __future__ import annotations

from cluster.config import ClusterConfig
from cluster.controllers import serviceaccounts
from cluster.intents import Create, Update
from cluster.machinery.objects import CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, Obj, key
from cluster.world import World

TEAM = key(NAMESPACES, "", "team")


def world_of(certificate: str = "", **metadata: str) -> World:
    world = World()
    world.put(TEAM, {"kind": "Namespace", "metadata": {"name": "team", **metadata}})
    if certificate:
        source = {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": certificate}}
        world.put(key(CONFIG_MAPS, "kube-system", "kube-root-ca.crt"), source)
    return world


def writes(world: World) -> list[Obj]:
    found = []
    for action in serviceaccounts.plan(world, TEAM, 0.0, ClusterConfig()).actions:
        assert isinstance(action.intent, Create | Update) and action.may_fail
        found.append(action.intent.obj)
    return found


def test_an_account_and_the_clusters_certificate() -> None:
    account, certificate = writes(world_of("PEM"))
    assert account == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "team"},
    }
    assert (certificate["kind"], certificate["metadata"]["name"]) == ("ConfigMap", "kube-root-ca.crt")
    assert certificate["data"] == {"ca.crt": "PEM"}
    assert list(certificate["metadata"]["annotations"]) == ["kubernetes.io/description"]


def test_a_new_certificate_reaches_every_namespace() -> None:
    world = world_of("OLD")
    account, certificate = writes(world)
    world.put(key(SERVICE_ACCOUNTS, "team", "default"), account)
    world.put(key(CONFIG_MAPS, "team", "kube-root-ca.crt"), certificate)
    assert writes(world) == []
    source = key(CONFIG_MAPS, "kube-system", "kube-root-ca.crt")
    world.put(source, {"metadata": {"name": "kube-root-ca.crt"}, "data": {"ca.crt": "NEW"}})
    (changed,) = writes(world)
    assert changed["data"] == {"ca.crt": "NEW"}


def test_a_namespace_that_is_going_is_given_nothing() -> None:
    assert writes(world_of(deletionTimestamp="t")) == []
