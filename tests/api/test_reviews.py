"""Questions that are posted and answered: who am I, may I, whose token is this; and tokens of service accounts."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.access.accounttokens import ISSUER
from cluster.api.accounts import by_account_token
from cluster.api.app import KubernetesApi
from cluster.api.request import User
from tests.api.asking import OWNER, Client
from tests.api.test_authorization import binding

AUTHENTICATION, AUTHORIZATION = "/apis/authentication.k8s.io/v1", "/apis/authorization.k8s.io/v1"
RBAC = "/apis/rbac.authorization.k8s.io/v1"
ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts"
MAPS = "/api/v1/namespaces/default/configmaps"


def review(kind: str, group: str = "authorization.k8s.io", **spec: Any) -> dict[str, Any]:
    return {"apiVersion": f"{group}/v1", "kind": kind, "spec": spec}


async def account(client: Client, name: str = "robot") -> None:
    made = await client.post(ACCOUNTS, {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name}})
    assert made.code == 201


async def token(client: Client, name: str = "robot", **spec: Any) -> str:
    made = await client.post(f"{ACCOUNTS}/{name}/token", review("TokenRequest", "authentication.k8s.io", **spec))
    assert made.code == 201, made.json
    return str(made.json["status"]["token"])


async def test_who_am_i(client: Client) -> None:
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    reply = await client.post(f"{AUTHENTICATION}/selfsubjectreviews", asked)
    assert reply.code == 201
    assert reply.json["status"]["userInfo"]["username"] == "ada"
    acting = await client.post(f"{AUTHENTICATION}/selfsubjectreviews", asked, impersonate_user="bob")
    assert acting.json["status"]["userInfo"] == {"username": "bob", "groups": ["system:authenticated"]}


@pytest.mark.parametrize(("user", "allowed"), [(OWNER, True), (User("bob", ("system:authenticated",)), False)])
async def test_may_i(client: Client, user: User, allowed: bool) -> None:
    client.user = user
    asked = review("SelfSubjectAccessReview", resourceAttributes={"verb": "list", "resource": "pods"})
    reply = await client.post(f"{AUTHORIZATION}/selfsubjectaccessreviews", asked)
    assert (reply.code, reply.json["status"]["allowed"]) == (201, allowed)


async def test_may_they_is_a_question_of_its_own(client: Client) -> None:
    asked = review("SubjectAccessReview", user="bob", resourceAttributes={"verb": "list", "resource": "pods"})
    assert (await client.post(f"{AUTHORIZATION}/subjectaccessreviews", asked)).json["status"] == {"allowed": False}
    client.user = User("bob", ("system:authenticated",))
    assert (await client.post(f"{AUTHORIZATION}/subjectaccessreviews", asked)).code == 403


async def test_a_review_is_nowhere_afterwards(client: Client) -> None:
    assert (await client.get(f"{AUTHORIZATION}/selfsubjectaccessreviews")).code == 405


async def test_an_accounts_token_is_a_user(client: Client) -> None:
    await account(client)
    given = await token(client)
    bound = binding("view", "nobody")
    bound["subjects"] = [{"kind": "ServiceAccount", "name": "robot", "namespace": "default"}]
    await client.post(f"{RBAC}/namespaces/default/rolebindings", bound)
    client.application = KubernetesApi(by_account_token)
    headers = {"authorization": f"Bearer {given}"}
    assert (await client.get(MAPS, **headers)).code == 200
    asked = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    me = (await client.post(f"{AUTHENTICATION}/selfsubjectreviews", asked, **headers)).json["status"]["userInfo"]
    assert me["username"] == "system:serviceaccount:default:robot"
    assert "system:serviceaccounts:default" in me["groups"]
    assert (await client.get(MAPS, authorization=f"Bearer {given[:-4]}AAAA")).code == 401


async def test_a_token_ends_with_its_account(client: Client) -> None:
    await account(client)
    given = await token(client)
    asked = review("TokenReview", "authentication.k8s.io", token=given)
    first = (await client.post(f"{AUTHENTICATION}/tokenreviews", asked)).json["status"]
    assert (first["authenticated"], first["audiences"]) == (True, [ISSUER])
    await client.delete(f"{ACCOUNTS}/robot")
    later = (await client.post(f"{AUTHENTICATION}/tokenreviews", asked)).json["status"]
    assert "authenticated" not in later
    assert "invalid bearer token" in later["error"]


async def test_a_token_for_another_audience_does_not_open_the_api(client: Client) -> None:
    await account(client)
    given = await token(client, audiences=["elsewhere"])
    client.application = KubernetesApi(by_account_token)
    assert (await client.get(MAPS, authorization=f"Bearer {given}")).code == 401


@pytest.mark.parametrize(
    ("spec", "code", "message"),
    [
        ({"expirationSeconds": 1}, 422, "may not specify a duration less than 10 minutes"),
        ({"boundObjectRef": {"kind": "Pod", "apiVersion": "v1", "name": "nope"}}, 404, 'pods "nope" not found'),
    ],
)
async def test_tokens_that_are_not_given(client: Client, spec: dict[str, Any], code: int, message: str) -> None:
    await account(client)
    reply = await client.post(f"{ACCOUNTS}/robot/token", review("TokenRequest", "authentication.k8s.io", **spec))
    assert reply.code == code
    assert message in reply.json["message"]


async def test_others_can_check_tokens_by_what_the_api_publishes(client: Client) -> None:
    configuration = (await client.get("/.well-known/openid-configuration", host="h:1")).json
    assert configuration["issuer"] == ISSUER
    assert configuration["jwks_uri"] == "https://h:1/k8s/test/openid/v1/jwks"
    (found,) = (await client.get("/openid/v1/jwks")).json["keys"]
    assert found["alg"] == "RS256"
