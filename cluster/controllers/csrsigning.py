"""CertificateSigningRequests: approved where nodes need nobody's approval, signed once they are approved, and cleared
away when nobody needs them any more. The key that signs is given with the cluster's settings."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cluster.access import signers
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Delete, Update
from cluster.machinery.objects import (
    NAMESPACES,
    SIGNING_REQUESTS,
    Key,
    Obj,
    condition,
    is_terminating,
    meta,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan, Reason
from cluster.world import World

NAME = "certificate-controller"
_DECIDED, _UNDECIDED = 3600.0, 24 * 3600.0
"""Seconds after which a request goes: since it was decided, or since it was made and nothing came of it."""


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    return (change.key,) if change.key.kind == SIGNING_REQUESTS and change.type != "DELETED" else ()


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(SIGNING_REQUESTS, ""))


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """The next step of one request."""
    obj = world.get(where)
    if obj is None or is_terminating(obj):
        return NOTHING
    ends = _ends_at(obj)
    if now >= ends:
        return Plan((Action(Delete(where, uid(obj)), may_fail=True),))
    if told := _approved(world, obj, now) or _signed(world, obj, now, config):
        changed, part = told
        return Plan((Action(Update({**obj, "status": {**status(obj), **changed}}, part), may_fail=True),))
    return Plan(reasons=tuple(_reasons(where, obj)), again_at=ends)


def _reasons(where: Key, obj: Obj) -> Iterator[Reason]:
    """Why it has no certificate yet."""
    if status(obj).get("certificate"):
        return
    for type_ in ("Denied", "Failed"):
        if (found := condition(obj, type_)) is not None:
            text = f"{where.name} gets no certificate: {found.get('message') or found.get('reason') or type_}."
            yield Reason(where, "fail", text, type_.lower())
            return
    if condition(obj, "Approved") is None:
        text = f"Waits for somebody to approve {where.name}: kubectl certificate approve {where.name}."
        yield Reason(where, "wait", text, "waits-for-approval")
        return
    text = f"Waits for {spec(obj).get('signerName')}, a signer that is nobody of this cluster's own."
    yield Reason(where, "wait", text, "waits-for-signer")


def _ends_at(obj: Obj) -> float:
    for type_ in ("Denied", "Failed", "Approved"):
        found = condition(obj, type_)
        if found is None or (type_ == "Approved" and not status(obj).get("certificate")):
            continue
        wanted = spec(obj).get("expirationSeconds")
        since = found.get("lastUpdateTime") or meta(obj).get("creationTimestamp")
        return seconds(since) + min(_DECIDED, float(wanted or _DECIDED))
    return seconds(meta(obj).get("creationTimestamp")) + _UNDECIDED


_Told = tuple[Mapping[str, Any], str]


def _approved(world: World, obj: Obj, now: float) -> _Told | None:
    if any(condition(obj, type_) for type_ in ("Approved", "Denied")):
        return None
    message = signers.approved_unasked(world, obj)
    return (_with(obj, "Approved", "AutoApproved", message, now), "approval") if message else None


def _signed(world: World, obj: Obj, now: float, config: ClusterConfig) -> _Told | None:
    if condition(obj, "Approved") is None or condition(obj, "Denied") or condition(obj, "Failed"):
        return None
    if status(obj).get("certificate") or (refused := signers.refusal(obj)) is None:
        return None
    if refused:
        return _with(obj, "Failed", "SignerValidationFailure", refused, now), "status"
    home = world.find(NAMESPACES, "", "kube-system")
    if config.trust is None or home is None:
        return None
    request = base64.b64decode(spec(obj)["request"]).decode()
    made = config.trust.certify(request, spec(obj)["usages"], spec(obj).get("expirationSeconds"), now, uid(home))
    return ({"certificate": base64.b64encode(made.encode()).decode()}, "status") if made else None


def _with(obj: Obj, type_: str, reason: str, message: str, now: float) -> Mapping[str, Any]:
    since = timestamp(now)
    made = {"type": type_, "status": "True", "reason": reason, "message": message, "lastUpdateTime": since,
            "lastTransitionTime": since}  # fmt: skip
    return {"conditions": [*(status(obj).get("conditions") or ()), made]}


CONTROLLER = Controller(NAME, keys, every, plan)
