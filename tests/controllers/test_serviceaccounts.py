"""What every namespace is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cluster.config import ClusterConfig
from cluster.controllers import serviceaccounts
from cluster.intents import Create, Update
from cluster.machinery.objects import CONFIG_MAPS, NAMESPACES, SERVICE_ACCOUNTS, Obj, key
from cluster.world import World

TEAM = key(NAMESPACES, "", "team")


class Trusted:
    def __init__(self, authority: str) -> None:
        self.authority = authority

    def sign(self, claims: Mapping[str, Any]) -> str:
        raise NotImplementedError

    def read(self, token: str) -> dict[str, Any]:
        raise NotImplementedError

    def certify(self, request: str, usages: Sequence[str], wanted: int | None, now: float, cluster: str) -> str:
        raise NotImplementedError


def world_of(**metadata: str) -> World:
    world = World()
    world.put(TEAM, {"kind": "Namespace", "metadata": {"name": "team", **metadata}})
    return world


def writes(world: World, certificate: str = "PEM") -> list[Obj]:
    found = []
    for action in serviceaccounts.plan(world, TEAM, 0.0, ClusterConfig(trust=Trusted(certificate))).actions:
        assert isinstance(action.intent, Create | Update) and action.may_fail
        found.append(action.intent.obj)
    return found


def test_an_account_and_the_clusters_certificate() -> None:
    account, certificate = writes(world_of())
    assert account == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "team"},
    }
    assert (certificate["kind"], certificate["metadata"]["name"]) == ("ConfigMap", "kube-root-ca.crt")
    assert certificate["data"] == {"ca.crt": "PEM"}
    assert list(certificate["metadata"]["annotations"]) == ["kubernetes.io/description"]


def test_a_new_certificate_reaches_every_namespace() -> None:
    world = world_of()
    account, certificate = writes(world, "OLD")
    world.put(key(SERVICE_ACCOUNTS, "team", "default"), account)
    world.put(key(CONFIG_MAPS, "team", "kube-root-ca.crt"), certificate)
    assert writes(world, "OLD") == []
    (changed,) = writes(world, "NEW")
    assert changed["data"] == {"ca.crt": "NEW"}


def test_a_namespace_that_is_going_is_given_nothing() -> None:
    assert writes(world_of(deletionTimestamp="t")) == []
