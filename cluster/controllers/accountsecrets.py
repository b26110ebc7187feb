"""Secrets of type kubernetes.io/service-account-token get the token of the account they name, and go with it."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from cluster.access.accounttokens import legacy_claims
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Update
from cluster.kinds.secret import ACCOUNT_NAME, ACCOUNT_UID, TOKEN_TYPE
from cluster.machinery.objects import (
    CONFIG_MAPS,
    SECRETS,
    SERVICE_ACCOUNTS,
    Key,
    Obj,
    annotations_of,
    is_terminating,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "serviceaccount-token-controller"
_CERTIFICATES = "kube-root-ca.crt"


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    where, sort = change.key, change.key.kind
    if sort == SECRETS:
        return (where,) if change.type != "DELETED" and _names_account(change.object) else ()
    if sort == SERVICE_ACCOUNTS:
        return [each for each in _in(world, where.namespace) if _account(world, each) == where.name]
    if sort == CONFIG_MAPS and where.name == _CERTIFICATES:
        return _in(world, where.namespace)
    return ()


def every(world: World) -> Iterable[Key]:
    return _in(world, None)


def _in(world: World, namespace: str | None) -> list[Key]:
    return sorted(where for where, secret in world.bucket(SECRETS, namespace).items() if _names_account(secret))


def _names_account(secret: Obj) -> bool:
    return secret.get("type") == TOKEN_TYPE


def _account(world: World, where: Key) -> str:
    return annotations_of(world.get(where) or {}).get(ACCOUNT_NAME, "")


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Write token, certificate and namespace; delete the Secret of an account that is not there."""
    secret = world.get(where)
    if secret is None or is_terminating(secret) or not _names_account(secret) or config.trust is None:
        return NOTHING
    account = world.find(SERVICE_ACCOUNTS, where.namespace, _account(world, where))
    notes = annotations_of(secret)
    if account is None or notes.get(ACCOUNT_UID, uid(account)) != uid(account):
        return Plan((Action(Delete(where, uid(secret)), may_fail=True),))
    present = secret.get("data") or {}
    wanted = {"namespace": _encoded(where.namespace)}
    if present.get("token") is None:
        wanted["token"] = _encoded(config.trust.sign(legacy_claims(account, where.name)))
    certificates = world.find(CONFIG_MAPS, where.namespace, _CERTIFICATES)
    if text := ((certificates or {}).get("data") or {}).get("ca.crt"):
        wanted["ca.crt"] = _encoded(text)
    data = {**present, **wanted}
    if data == present and notes.get(ACCOUNT_UID) == uid(account):
        return NOTHING
    metadata = {**secret["metadata"], "annotations": {**notes, ACCOUNT_UID: uid(account)}}
    return Plan((Action(Update({**secret, "metadata": metadata, "data": data})),))


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CONTROLLER = Controller(NAME, keys, every, plan)
