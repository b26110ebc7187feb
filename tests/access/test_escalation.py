"""Roles and bindings that give away more than one has are refused, with what is missing."""

from __future__ import annotations

import pytest

from cluster.access.escalation import confirm
from cluster.kinds import key_of
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from tests.access.people import ANN, BOB, Person, binding, may, role, world

OWN = (
    role("own", may("get list", "pods pods/log"), may("create", "roles rolebindings", "rbac.authorization.k8s.io")),
    binding("own", "ClusterRole/own", "User/ann", namespace="shop"),
    role("strong", may("*", "*", "*")),
    role("weak", may("get", "pods")),
    role("trusted", may("escalate", "roles", "rbac.authorization.k8s.io"),
         may("bind", "clusterroles", "rbac.authorization.k8s.io", "strong")),
    binding("trusted", "ClusterRole/trusted", "Group/devs", namespace="shop"),
)  # fmt: skip

PREFIX = 'user "ann" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n'

FINE: list[tuple[Person, Obj, Obj | None]] = [
    (ANN, role("r", may("get", "pods"), namespace="shop"), None),
    (ANN, role("r", may("list", "pods/log", names="web-0"), namespace="shop"), None),
    (ANN, binding("b", "ClusterRole/weak", "User/bob", namespace="shop"), None),
    (ANN, role("r", may("delete", "pods"), namespace="shop"), role("r", may("delete", "pods"), namespace="shop")),
    (BOB, role("r", may("*", "*", "*"), namespace="shop"), None),
    (BOB, binding("b", "ClusterRole/strong", "User/bob", namespace="shop"), None),
    (Person("x", ("system:masters",)), binding("b", "ClusterRole/strong", "User/x"), None),
    (ANN, {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop"}}, None),
]


@pytest.mark.parametrize(("who", "new", "old"), FINE)
def test_what_is_fine(who: Person, new: Obj, old: Obj | None) -> None:
    confirm(world(*OWN), who, key_of(new), new, old)


REFUSED: list[tuple[Obj, int, str]] = [
    (role("r", may("get list delete", "pods"), namespace="shop"), 403,
     f'roles.rbac.authorization.k8s.io "r" is forbidden: {PREFIX}{{APIGroups:[""], Resources:["pods"], '
     'Verbs:["delete"]}'),
    (role("r", may("create delete", "jobs secrets", "batch"), namespace="shop"), 403,
     f'roles.rbac.authorization.k8s.io "r" is forbidden: {PREFIX}{{APIGroups:["batch"], Resources:["jobs"], '
     'Verbs:["create" "delete"]}\n{APIGroups:["batch"], Resources:["secrets"], Verbs:["create" "delete"]}'),
    (role("r", may("get", "configmaps", names="a"), namespace="shop"), 403,
     f'roles.rbac.authorization.k8s.io "r" is forbidden: {PREFIX}{{APIGroups:[""], Resources:["configmaps"], '
     'ResourceNames:["a"], Verbs:["get"]}'),
    (role("r", may("get", "pods"), namespace="default"), 403,
     f'roles.rbac.authorization.k8s.io "r" is forbidden: {PREFIX}{{APIGroups:[""], Resources:["pods"], '
     'Verbs:["get"]}'),
    (role("r", {"verbs": ["get"], "nonResourceURLs": ["/x"]}), 403,
     f'clusterroles.rbac.authorization.k8s.io "r" is forbidden: {PREFIX}{{NonResourceURLs:["/x"], Verbs:["get"]}}'),
    (role("r", aggregationRule={"clusterRoleSelectors": [{}]}), 403,
     'clusterroles.rbac.authorization.k8s.io "r" is forbidden: must have cluster-admin privileges to use an '
     "aggregationRule"),
    (binding("b", "ClusterRole/strong", "User/ann", namespace="shop"), 403,
     f'rolebindings.rbac.authorization.k8s.io "b" is forbidden: {PREFIX}{{APIGroups:["*"], Resources:["*"], '
     'Verbs:["*"]}'),
    (binding("b", "Role/gone", "User/ann", namespace="shop"), 404,
     'role.rbac.authorization.k8s.io "gone" not found'),
]  # fmt: skip


@pytest.mark.parametrize(("new", "code", "message"), REFUSED)
def test_what_is_refused(new: Obj, code: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        confirm(world(*OWN), ANN, key_of(new), new, None)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_more_combinations_than_can_be_compared_are_refused_at_once() -> None:
    many = " ".join(f"r{number}" for number in range(400))
    new = role("r", may(many, many), namespace="shop")
    with pytest.raises(ApiError, match="combine more than 50000"):
        confirm(world(*OWN), ANN, key_of(new), new, None)
