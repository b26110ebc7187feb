"""Roles decide: who is bound to one may what it says, who acts as another may what that one may, nobody gives more
than they have."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.api.request import User
from cluster.machinery.objects import Obj
from tests.api.asking import OWNER, Client
from tests.objects import config_map

MAPS = "/api/v1/namespaces/default/configmaps"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
BOB = User("bob", ("system:authenticated",))


def binding(role: str, user: str, name: str = "b") -> Obj:
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": "default"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": user}],
    }


def role(*verbs: str, resource: str = "secrets") -> Obj:
    rules = [{"apiGroups": [""], "resources": [resource], "verbs": list(verbs)}]
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "r", "namespace": "default"},
        "rules": rules,
    }


async def bind(client: Client, name: str, user: str = "bob") -> None:
    client.user = OWNER
    made = await client.post(f"{RBAC}/namespaces/default/rolebindings", binding(name, user, f"{user}-{name}"))
    assert made.code == 201, made.json


async def test_a_viewer_reads_and_does_not_write(client: Client) -> None:
    await bind(client, "view")
    client.user = BOB
    assert (await client.get(MAPS)).code == 200
    refused = await client.post(MAPS, config_map("x"))
    assert (refused.code, refused.json["message"]) == (
        403,
        'configmaps is forbidden: User "bob" cannot create resource "configmaps" in API group "" in the namespace '
        '"default"',
    )
    assert (await client.get("/api/v1/namespaces/kube-system/configmaps")).code == 403
    assert (await client.get("/api/v1/namespaces/default/secrets")).code == 403


async def test_a_role_that_goes_takes_its_rights_along(client: Client) -> None:
    await bind(client, "view")
    await client.delete(f"{RBAC}/namespaces/default/rolebindings/bob-view")
    client.user = BOB
    assert (await client.get(MAPS)).code == 403


@pytest.mark.parametrize(
    ("user", "path", "code"),
    [
        (BOB, "/api", 200),
        (BOB, "/openapi/v3", 200),
        (BOB, "/version", 200),
        (None, "/api", 403),
        (None, "/version", 200),
        (None, "/healthz", 200),
    ],
)
async def test_paths_are_open_as_the_default_roles_say(client: Client, user: User | None, path: str, code: int) -> None:
    client.user = user
    assert (await client.get(path)).code == code


async def test_the_owner_acts_as_anybody_and_is_them_then(client: Client) -> None:
    await bind(client, "view")
    client.user = OWNER
    assert (await client.get(MAPS, impersonate_user="bob")).code == 200
    refused = await client.post(MAPS, config_map("x"), impersonate_user="bob")
    assert refused.code == 403
    assert 'User "bob" cannot create' in refused.json["message"]
    assert (await client.get(MAPS, impersonate_user="eve", impersonate_group="system:masters")).code == 200


async def test_acting_as_another_is_a_right_of_its_own(client: Client) -> None:
    client.user = BOB
    refused = await client.get(MAPS, impersonate_user="ada")
    assert (refused.code, refused.json["message"]) == (
        403,
        'users "ada" is forbidden: User "bob" cannot impersonate resource "users" in API group "" at the cluster scope',
    )


@pytest.mark.parametrize(
    ("given", "code"),
    [(role("get", resource="configmaps"), 201), (role("get"), 403), (role("*", resource="configmaps"), 403)],
)
async def test_nobody_gives_more_than_they_have(client: Client, given: dict[str, Any], code: int) -> None:
    client.user = OWNER
    clerk = role("create", "get", "patch", "update", resource="roles") | {
        "metadata": {"name": "clerk", "namespace": "default"}
    }
    clerk["rules"][0]["apiGroups"] = ["rbac.authorization.k8s.io"]
    assert (await client.post(f"{RBAC}/namespaces/default/roles", clerk)).code == 201
    bound = binding("clerk", "bob")
    bound["roleRef"]["kind"] = "Role"
    assert (await client.post(f"{RBAC}/namespaces/default/rolebindings", bound)).code == 201
    await bind(client, "view")
    client.user = BOB
    reply = await client.post(f"{RBAC}/namespaces/default/roles", given)
    assert reply.code == code, reply.json
    if code == 403:
        assert "is attempting to grant RBAC permissions not currently held" in reply.json["message"]
        client.user = OWNER
        assert (await client.get(f"{RBAC}/namespaces/default/roles/r")).code == 404
