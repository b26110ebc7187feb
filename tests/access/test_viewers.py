"""Who may look at a cluster: at everything its API has, but for what is acting and for Secrets."""

from __future__ import annotations

from itertools import product

import pytest

from cluster.access import Attributes, allowed, rules
from cluster.access.viewers import VIEWERS, may_look
from cluster.kinds import registry
from tests.access.people import Person, world

JANE = Person("jane", (VIEWERS, "system:authenticated"))
WORLD = world(
    {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "things.shop.example"},
        "spec": {"group": "shop.example"},
    }
)

ANSWERS: list[tuple[Attributes, bool]] = [
    (Attributes("list", "", "pods"), True),
    (Attributes("get", "", "pods", "log", "default", "web-0"), True),
    (Attributes("get", "", "pods", "status", "default", "web-0"), True),
    (Attributes("watch", "", "nodes"), True),
    (Attributes("list", "shop.example", "things"), True),
    (Attributes("list", "metrics.k8s.io", "pods"), True),
    (Attributes("get", "", "secrets", "", "default", "s"), False),
    (Attributes("get", "", "pods", "exec", "default", "web-0"), False),
    (Attributes("get", "", "pods", "attach", "default", "web-0"), False),
    (Attributes("get", "", "pods", "portforward", "default", "web-0"), False),
    (Attributes("get", "", "services", "proxy", "default", "web"), False),
    (Attributes("create", "", "pods", "exec", "default", "web-0"), False),
    (Attributes("delete", "apps", "deployments", "", "default", "web"), False),
    (Attributes("impersonate", "", "users", name="ada"), False),
    (Attributes("get", path="/metrics"), False),
]


@pytest.mark.parametrize(("asked", "may"), ANSWERS)
def test_looking(asked: Attributes, may: bool) -> None:
    assert allowed(WORLD, JANE, asked).allowed is may
    assert any(rule.allows(asked) for rule in rules(WORLD, JANE, "default").rules) is may
    assert not allowed(WORLD, Person("jane"), asked).allowed


def test_every_kind_but_secrets_can_be_looked_at() -> None:
    told = rules(WORLD, JANE, "default").rules
    for kind, verb in product(registry.Registry.built_in().kinds, ("get", "list", "watch")):
        asked = Attributes(verb, kind.group, kind.resource)
        if kind.group in ("authentication.k8s.io", "authorization.k8s.io"):
            continue  # reviews are asked, never read
        assert may_look(asked) is (kind.resource != "secrets"), kind.resource
        assert any(rule.allows(asked) for rule in told) is may_look(asked), kind.resource
