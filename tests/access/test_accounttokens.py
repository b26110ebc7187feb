"""Tokens of service accounts: what they claim, when they are to be had, and until when they hold."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.access import accounttokens as tokens
from cluster.kinds import key_of
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, SECRETS, SERVICE_ACCOUNTS, Obj, key, timestamp
from cluster.world import World

NOW = 1_795_411_141.0


def _obj(kind: str, name: str, namespace: str = "shop", **parts: Any) -> Obj:
    metadata = {"name": name, "namespace": namespace, "uid": f"{kind}-{name}", **parts.pop("metadata", {})}
    if kind == "Node":
        del metadata["namespace"]
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **parts}


def _world() -> World:
    made = World()
    for obj in (
        _obj("ServiceAccount", "robot"),
        _obj("Pod", "web-0", spec={"serviceAccountName": "robot", "nodeName": "node-1"},
             status={"startTime": timestamp(NOW)}),
        _obj("Pod", "other", spec={}),
        _obj("Secret", "kept"),
        _obj("Node", "node-1"),
    ):  # fmt: skip
        made.put(key_of(obj), obj)
    return made


def _request(**spec: Any) -> Obj:
    return tokens.with_defaults({"spec": spec})


def _claims(world: World, **spec: Any) -> tokens.Claims:
    return tokens.claims_for(world, "shop", "robot", _request(**spec), NOW, "id-1")


POD = {"kind": "Pod", "apiVersion": "v1", "name": "web-0"}


def test_what_a_token_claims() -> None:
    assert _claims(_world()) == {
        "aud": ["https://kubernetes.default.svc.cluster.local"],
        "exp": int(NOW) + 3600,
        "iat": int(NOW),
        "iss": "https://kubernetes.default.svc.cluster.local",
        "jti": "id-1",
        "kubernetes.io": {
            "namespace": "shop",
            "serviceaccount": {"name": "robot", "uid": "ServiceAccount-robot"},
        },
        "nbf": int(NOW),
        "sub": "system:serviceaccount:shop:robot",
    }


def test_a_token_bound_to_a_pod_names_it_and_its_node() -> None:
    assert _claims(_world(), boundObjectRef=POD)["kubernetes.io"] == {
        "namespace": "shop",
        "node": {"name": "node-1", "uid": "Node-node-1"},
        "pod": {"name": "web-0", "uid": "Pod-web-0"},
        "serviceaccount": {"name": "robot", "uid": "ServiceAccount-robot"},
    }


def test_the_mounted_token_lasts_longer_than_it_says() -> None:
    world = _world()
    pod = world.find(PODS, "shop", "web-0")
    assert pod is not None
    claims = tokens.projected_claims(world, pod, {"path": "token", "expirationSeconds": 3607}, NOW)
    assert claims["exp"] - claims["iat"] == 365 * 24 * 3600
    assert claims["kubernetes.io"]["warnafter"] == int(NOW) + 3607
    assert claims == tokens.projected_claims(world, pod, {"path": "token", "expirationSeconds": 3607}, NOW)
    other = tokens.projected_claims(world, pod, {"path": "token", "audience": "vault", "expirationSeconds": 600}, NOW)
    assert (other["aud"], other["exp"] - other["iat"]) == (["vault"], 600)


def test_a_mounted_token_is_followed_by_another_before_it_ends() -> None:
    world = _world()
    pod = world.find(PODS, "shop", "web-0")
    assert pod is not None
    given = {"path": "token", "audience": "vault", "expirationSeconds": 1000}
    begun = [tokens.projected_claims(world, pod, given, NOW + after)["iat"] - int(NOW) for after in (0, 799, 800, 2500)]
    assert begun == [0, 0, 800, 2400]


REFUSED: list[tuple[dict[str, Any], int, str]] = [
    ({"expirationSeconds": 5}, 422,
     'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 5: may not specify a '
     "duration less than 10 minutes"),
    ({"expirationSeconds": 2**33}, 422,
     'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 8589934592: may not '
     "specify a duration larger than 2^32 seconds"),
    ({"boundObjectRef": {**POD, "name": "gone"}}, 404, 'pods "gone" not found'),
    ({"boundObjectRef": {**POD, "name": "other"}}, 400,
     "cannot bind token for serviceaccount 'robot' to pod running with different serviceaccount name."),
    ({"boundObjectRef": {**POD, "uid": "x"}}, 409,
     'Operation cannot be fulfilled on pods "web-0": the UID in the bound object reference (x) does not match the UID '
     "in record. The object might have been deleted and then recreated"),
    ({"boundObjectRef": {"kind": "Service", "apiVersion": "v1", "name": "x"}}, 400,
     "cannot bind token to object of type v1, Kind=Service"),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "code", "message"), REFUSED, ids=[each[2][:30] for each in REFUSED])
def test_what_is_not_to_be_had(spec: dict[str, Any], code: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        _claims(_world(), **spec)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_no_account_no_token() -> None:
    with pytest.raises(ApiError, match='serviceaccounts "gone" not found'):
        tokens.claims_for(_world(), "shop", "gone", _request(), NOW, "id-1")


def test_the_holder() -> None:
    world = _world()
    account, audiences = tokens.holder(world, _claims(world, boundObjectRef=POD), NOW)
    assert audiences == ("https://kubernetes.default.svc.cluster.local",)
    assert account == tokens.Account(
        "system:serviceaccount:shop:robot",
        ("system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"),
        "ServiceAccount-robot",
        {
            "authentication.kubernetes.io/credential-id": ("JTI=id-1",),
            "authentication.kubernetes.io/pod-name": ("web-0",),
            "authentication.kubernetes.io/pod-uid": ("Pod-web-0",),
            "authentication.kubernetes.io/node-name": ("node-1",),
            "authentication.kubernetes.io/node-uid": ("Node-node-1",),
        },
    )


def test_a_token_of_other_audiences_is_for_them_alone() -> None:
    world = _world()
    claims = _claims(world, audiences=["vault", "shop"])
    assert tokens.holder(world, claims, NOW, ["vault", "x"])[1] == ("vault",)
    with pytest.raises(tokens.InvalidToken, match="audiences"):
        tokens.holder(world, claims, NOW)


def test_a_token_ends_with_its_time() -> None:
    world = _world()
    claims = _claims(world)
    tokens.holder(world, claims, NOW + 3599)
    with pytest.raises(tokens.InvalidToken, match="expired"):
        tokens.holder(world, claims, NOW + 3600)


@pytest.mark.parametrize(
    ("bound", "gone"),
    [
        ({}, key(SERVICE_ACCOUNTS, "shop", "robot")),
        (POD, key(PODS, "shop", "web-0")),
        ({"kind": "Secret", "apiVersion": "v1", "name": "kept"}, key(SECRETS, "shop", "kept")),
    ],
)
def test_a_token_ends_with_what_it_is_bound_to(bound: Obj, gone: Any) -> None:
    world = _world()
    claims = _claims(world, **({"boundObjectRef": bound} if bound else {}))
    tokens.holder(world, claims, NOW)
    old = world.drop(gone)
    with pytest.raises(tokens.InvalidToken, match="not there"):
        tokens.holder(world, claims, NOW)
    assert old is not None
    world.put(gone, {**old, "metadata": {**old["metadata"], "uid": "another"}})
    with pytest.raises(tokens.InvalidToken, match="another one"):
        tokens.holder(world, claims, NOW)


def test_a_pod_that_is_going_vouches_for_a_while() -> None:
    world = _world()
    claims = _claims(world, boundObjectRef=POD)
    pod = world.find(PODS, "shop", "web-0")
    assert pod is not None
    metadata = {**pod["metadata"], "deletionTimestamp": timestamp(NOW), "deletionGracePeriodSeconds": 30}
    world.put(key_of(pod), {**pod, "metadata": metadata})
    tokens.holder(world, claims, NOW + 80)
    with pytest.raises(tokens.InvalidToken, match="deleted"):
        tokens.holder(world, claims, NOW + 100)


def test_the_token_of_a_secret_holds_as_long_as_the_secret() -> None:
    world = _world()
    account = world.find(SERVICE_ACCOUNTS, "shop", "robot")
    assert account is not None
    claims = tokens.legacy_claims(account, "kept")
    assert tokens.holder(world, claims, NOW * 2)[0].name == "system:serviceaccount:shop:robot"
    world.drop(key(SECRETS, "shop", "kept"))
    with pytest.raises(tokens.InvalidToken, match="Secret"):
        tokens.holder(world, claims, NOW)


def test_tokens_of_somebody_else_are_none() -> None:
    with pytest.raises(tokens.InvalidToken, match="issuer"):
        tokens.holder(_world(), {**_claims(_world()), "iss": "https://example.com"}, NOW)


def test_the_answer_to_a_request() -> None:
    request = _request(expirationSeconds=600)
    claims = tokens.claims_for(_world(), "shop", "robot", request, NOW, "id-1")
    answer = tokens.answered(request, claims, "the-token")
    assert answer["status"] == {"token": "the-token", "expirationTimestamp": timestamp(NOW + 600)}
    assert answer["metadata"]["name"] == "robot"
    assert answer["spec"]["expirationSeconds"] == 600
