"""The roles of a new cluster: valid, settled from the start, and giving what their names promise."""

from __future__ import annotations

import pytest

from cluster.access import Attributes, allowed
from cluster.access.aggregation import aggregated
from cluster.access.defaultroles import default_roles
from cluster.machinery.objects import CLUSTER_ROLES
from tests.access.people import ANN, NOBODY, ROBOT, binding, world
from tests.kinds.sandbox import Sandbox


def test_each_is_stored_as_it_is() -> None:
    sandbox = Sandbox("default", "kube-public", "kube-system")
    for obj in default_roles():
        stored = sandbox.create(obj)
        assert {part: stored.get(part) for part in obj if part != "metadata"} == {
            part: value for part, value in obj.items() if part != "metadata"
        }


def test_the_aggregated_ones_are_settled() -> None:
    made = world(defaults=True)
    roles = made.list(CLUSTER_ROLES)
    for role in roles:
        if role.get("aggregationRule"):
            assert role["rules"] == aggregated(role, roles)


MAY = [
    ("view", "get", "", "pods", True),
    ("view", "get", "", "secrets", False),
    ("view", "list", "discovery.k8s.io", "endpointslices", True),
    ("view", "delete", "", "pods", False),
    ("edit", "get", "", "pods", True),
    ("edit", "delete", "", "pods", True),
    ("edit", "get", "", "secrets", True),
    ("edit", "create", "rbac.authorization.k8s.io", "roles", False),
    ("admin", "create", "rbac.authorization.k8s.io", "roles", True),
    ("admin", "delete", "apps", "statefulsets", True),
    ("admin", "get", "", "nodes", False),
    ("admin", "update", "", "resourcequotas", False),
]


@pytest.mark.parametrize(("role", "verb", "group", "resource", "answer"), MAY)
def test_what_somebody_bound_to_one_may(role: str, verb: str, group: str, resource: str, answer: bool) -> None:
    bound = world(binding("b", f"ClusterRole/{role}", "User/ann", namespace="shop"), defaults=True)
    assert allowed(bound, ANN, Attributes(verb, group, resource, namespace="shop")).allowed is answer
    assert not allowed(bound, ANN, Attributes(verb, group, resource, namespace="default")).allowed


def test_what_everybody_may() -> None:
    plain = world(defaults=True)
    assert allowed(plain, NOBODY, Attributes("get", path="/version")).allowed
    assert not allowed(plain, NOBODY, Attributes("get", path="/apis")).allowed
    assert allowed(plain, ANN, Attributes("get", path="/apis/apps/v1")).allowed
    assert allowed(plain, ANN, Attributes("create", "authorization.k8s.io", "selfsubjectaccessreviews")).allowed
    assert allowed(plain, ROBOT, Attributes("get", path="/openid/v1/jwks")).allowed
    assert not allowed(plain, ANN, Attributes("list", "", "pods", namespace="default")).allowed
