"""Secrets that carry an account's token: filled once, never without the account."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from cluster.config import ClusterConfig
from cluster.controllers import accountsecrets
from cluster.intents import Delete, Update
from cluster.kinds import key_of
from cluster.machinery.objects import SECRETS, Obj, key
from cluster.plan import NOTHING
from tests.kinds.sandbox import Sandbox

WHERE = key(SECRETS, "default", "robot-token")


class _Trust:
    authority = "PEM"

    def sign(self, claims: Mapping[str, Any]) -> str:
        return f"token of {claims['sub']}"

    def read(self, token: str) -> dict[str, Any]:
        raise NotImplementedError

    def certify(self, request: str, usages: Sequence[str], wanted: int | None, now: float, cluster: str) -> str:
        raise NotImplementedError


CONFIG = ClusterConfig(trust=_Trust())


def _secret() -> Obj:
    metadata = {"name": "robot-token", "annotations": {"kubernetes.io/service-account.name": "robot"}}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": "kubernetes.io/service-account-token",
    }


def _sandbox() -> Sandbox:
    sandbox = Sandbox()
    sandbox.create({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot"}})
    sandbox.create(_secret())
    certificates = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-root-ca.crt"}}
    sandbox.create({**certificates, "data": {"ca.crt": "PEM"}})
    return sandbox


def test_it_is_filled_once() -> None:
    sandbox = _sandbox()
    assert list(accountsecrets.every(sandbox.world)) == [WHERE]
    (action,) = accountsecrets.plan(sandbox.world, WHERE, 0.0, CONFIG).actions
    assert isinstance(action.intent, Update)
    stored = sandbox.update(action.intent.obj)
    assert {name: base64.b64decode(text).decode() for name, text in stored["data"].items()} == {
        "ca.crt": "PEM",
        "namespace": "default",
        "token": "token of system:serviceaccount:default:robot",
    }
    assert stored["metadata"]["annotations"]["kubernetes.io/service-account.uid"].startswith("00000000-")
    assert accountsecrets.plan(sandbox.world, WHERE, 0.0, CONFIG) == NOTHING


def test_it_goes_with_its_account() -> None:
    sandbox = _sandbox()
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "robot", "namespace": "default"}}
    sandbox.world.drop(key_of(account))
    (action,) = accountsecrets.plan(sandbox.world, WHERE, 0.0, CONFIG).actions
    assert isinstance(action.intent, Delete)


def test_without_a_key_it_waits() -> None:
    assert accountsecrets.plan(_sandbox().world, WHERE, 0.0, ClusterConfig()) == NOTHING
