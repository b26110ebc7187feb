"""Tokens of service accounts: what one claims, whether it may be had, and whether it still holds.

A token is bound to its account, and may be bound to a pod or a Secret: it ends with what it is bound to. Signing and
reading signatures is somebody else's; clocks here are the wall's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from cluster.machinery.errors import BadRequest, Cause, Conflict, Invalid, NotFound, invalid
from cluster.machinery.objects import (
    NODES,
    PODS,
    SECRETS,
    SERVICE_ACCOUNTS,
    GroupResource,
    Obj,
    is_terminating,
    meta,
    name,
    namespace,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.world import World

Claims = dict[str, Any]

ISSUER = "https://kubernetes.default.svc.cluster.local"
LEGACY_ISSUER = "kubernetes/serviceaccount"
USER_PREFIX = "system:serviceaccount:"
_LEGACY = f"{LEGACY_ISSUER}/"

MOUNTED_SECONDS = 3607
"""How long the token lasts that every pod has mounted: an hour, and so little more that it can be told by it."""
_EXTENDED = 365 * 24 * 3600
_KEPT = 0.8
"""How much of a mounted token's time goes by before there is another."""
_DEFAULT_SECONDS, _SHORTEST, _LONGEST = 3600, 600, 1 << 32
_BOUND: dict[str, tuple[GroupResource, str]] = {
    "Pod": (PODS, "pod"),
    "Secret": (SECRETS, "secret"),
    "Node": (NODES, "node"),
}
_LEEWAY = 60.0
"""Seconds for which what is being deleted still vouches for its tokens, beyond its time."""


class InvalidToken(Exception):
    """Why a token does not hold."""


class Account(NamedTuple):
    """A service account as a user."""

    name: str
    groups: tuple[str, ...]
    uid: str = ""
    extra: Mapping[str, tuple[str, ...]] = {}
    owner: bool = False


def with_defaults(request: Obj) -> Obj:
    """A TokenRequest with what it leaves out. Raises Invalid."""
    given = spec(request)
    lasting = given.get("expirationSeconds")
    lasting = _DEFAULT_SECONDS if lasting is None else lasting
    if causes := list(_wrong_with(lasting)):
        raise Invalid("TokenRequest", name(request), causes, "authentication.k8s.io")
    audiences = given.get("audiences") or [ISSUER]
    made = {"audiences": audiences, "expirationSeconds": lasting, "boundObjectRef": given.get("boundObjectRef")}
    return {**request, "spec": made}


def _wrong_with(lasting: int) -> Iterator[Cause]:
    if lasting < _SHORTEST:
        yield invalid("spec.expirationSeconds", lasting, "may not specify a duration less than 10 minutes")
    if lasting > _LONGEST:
        yield invalid("spec.expirationSeconds", lasting, "may not specify a duration larger than 2^32 seconds")


def claims_for(world: World, where: str, account: str, request: Obj, now: float, token_id: str) -> Claims:
    """What a token for that (defaulted) TokenRequest says. NotFound, Conflict or BadRequest when what it is to be for
    is not there or not the account's."""
    found = world.find(SERVICE_ACCOUNTS, where, account)
    if found is None:
        raise NotFound("serviceaccounts", account)
    given, begun = spec(request), int(now)
    about: Claims = {"namespace": where}
    if (bound := given.get("boundObjectRef")) is not None:
        about |= _bound(world, where, account, bound)
    about["serviceaccount"] = {"name": account, "uid": uid(found)}
    lasting = int(given["expirationSeconds"])
    if lasting == MOUNTED_SECONDS and "pod" in about and given["audiences"] == [ISSUER]:
        # Programs that read their mounted token once go on for a year, while the API's log tells of them.
        about["warnafter"] = begun + lasting
        lasting = _EXTENDED
    return {
        "aud": list(given["audiences"]),
        "exp": begun + lasting,
        "iat": begun,
        "iss": ISSUER,
        "jti": token_id,
        "kubernetes.io": about,
        "nbf": begun,
        "sub": f"{USER_PREFIX}{where}:{account}",
    }


def projected_claims(world: World, pod: Obj, given: Mapping[str, Any], now: float) -> Claims:
    """What the token in a pod's volume says; `given` is the volume's serviceAccountToken. A new one lies there after
    four fifths of each one's time. NotFound when the pod's account is not there (any more)."""
    begun = seconds(status(pod).get("startTime")) or seconds(meta(pod).get("creationTimestamp"))
    lasting = int(given.get("expirationSeconds") or _DEFAULT_SECONDS)
    begun += max(0, (now - begun) // (lasting * _KEPT)) * lasting * _KEPT
    bound = {"kind": "Pod", "apiVersion": "v1", "name": name(pod), "uid": uid(pod)}
    audiences = [given.get("audience") or ISSUER]
    request = {"spec": {"audiences": audiences, "expirationSeconds": lasting, "boundObjectRef": bound}}
    account = str(spec(pod).get("serviceAccountName") or "default")
    token_id = str(uuid5(NAMESPACE_URL, f"{uid(pod)}/{given.get('path')}/{audiences[0]}/{begun}"))
    return claims_for(world, namespace(pod), account, request, begun, token_id)


def _bound(world: World, where: str, account: str, bound: Mapping[str, Any]) -> Claims:
    kind, called = str(bound.get("kind") or ""), str(bound.get("name") or "")
    if kind not in _BOUND or bound.get("apiVersion") not in (None, "", "v1"):
        detail = f"cannot bind token to object of type {bound.get('apiVersion') or ''}, Kind={kind}"
        raise BadRequest(detail)
    sort, word = _BOUND[kind]
    found = world.find(sort, "" if sort == NODES else where, called)
    if found is None:
        raise NotFound(sort.resource, called)
    if (wanted := bound.get("uid")) and wanted != uid(found):
        detail = (
            f"the UID in the bound object reference ({wanted}) does not match the UID in record. The object might have "
            "been deleted and then recreated"
        )
        raise Conflict(sort.resource, called, detail)
    claims: Claims = {word: {"name": called, "uid": uid(found)}}
    if sort == PODS:
        if (spec(found).get("serviceAccountName") or "default") != account:
            raise BadRequest(
                f"cannot bind token for serviceaccount {account!r} to pod running with different serviceaccount name."
            )
        if node := spec(found).get("nodeName"):
            claims = {"node": _named(world.find(NODES, "", node), node), **claims}
    return claims


def _named(node: Obj | None, called: str) -> dict[str, str]:
    return {"name": called, **({"uid": uid(node)} if node else {})}


def answered(request: Obj, claims: Claims, token: str) -> Obj:
    """The TokenRequest with its token."""
    about = claims["kubernetes.io"]
    metadata = {
        "name": about["serviceaccount"]["name"],
        "namespace": about["namespace"],
        "creationTimestamp": timestamp(claims["iat"]),
    }
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": metadata,
        "spec": spec(request),
        "status": {"token": token, "expirationTimestamp": timestamp(claims["exp"])},
    }


def legacy_claims(account: Obj, secret: str) -> Claims:
    """What the token in a Secret of an account says: no time at which it ends."""
    where, called = str(meta(account).get("namespace")), name(account)
    return {
        "iss": LEGACY_ISSUER,
        f"{_LEGACY}namespace": where,
        f"{_LEGACY}secret.name": secret,
        f"{_LEGACY}service-account.name": called,
        f"{_LEGACY}service-account.uid": uid(account),
        "sub": f"{USER_PREFIX}{where}:{called}",
    }


def holder(world: World, claims: Claims, now: float, audiences: Sequence[str] = ()) -> tuple[Account, tuple[str, ...]]:
    """Whose token it is, of claims whose signature was good, and for which of the audiences it is meant. Raises
    InvalidToken."""
    issuer = claims.get("iss")
    if issuer == LEGACY_ISSUER:
        return _legacy_holder(world, claims), tuple(audiences)
    if issuer != ISSUER:
        raise InvalidToken("the token is of another issuer")
    meant = claims.get("aud") or []
    reached = tuple(each for each in audiences or (ISSUER,) if each in meant)
    if not reached:
        raise InvalidToken(
            f"token audiences {meant!r} is invalid for the target audiences {list(audiences or (ISSUER,))!r}"
        )
    if float(claims.get("exp") or 0) <= now:
        raise InvalidToken("service account token has expired")
    about = claims.get("kubernetes.io") or {}
    where, account = str(about.get("namespace")), about.get("serviceaccount") or {}
    found = _present(world, SERVICE_ACCOUNTS, where, account, now)
    extra: dict[str, tuple[str, ...]] = {}
    if token_id := claims.get("jti"):
        extra["authentication.kubernetes.io/credential-id"] = (f"JTI={token_id}",)
    for sort, word in _BOUND.values():
        if (bound := about.get(word)) is None:
            continue
        if word != "node" or "pod" not in about:
            _present(world, sort, "" if sort == NODES else where, bound, now)
        if word != "secret":
            for field in ("name", "uid"):
                if value := bound.get(field):
                    extra[f"authentication.kubernetes.io/{word}-{field}"] = (str(value),)
    return account_user(where, name(found), uid(found), extra), reached


def _present(world: World, sort: GroupResource, where: str, reference: Mapping[str, Any], now: float) -> Obj:
    """What a token is bound to, which must be the very same and not long gone."""
    called = str(reference.get("name"))
    found = world.find(sort, where, called)
    if found is None:
        raise InvalidToken(f"{sort.resource} {called!r} is not there (any more)")
    if uid(found) != reference.get("uid"):
        raise InvalidToken(f"{sort.resource} {called!r} is another one than the token was made for")
    if is_terminating(found):
        grace = float(meta(found).get("deletionGracePeriodSeconds") or 0)
        if seconds(meta(found)["deletionTimestamp"]) + grace + _LEEWAY < now:
            raise InvalidToken(f"{sort.resource} {called!r} has been deleted")
    return found


def _legacy_holder(world: World, claims: Claims) -> Account:
    where, called = str(claims.get(f"{_LEGACY}namespace")), str(claims.get(f"{_LEGACY}service-account.name"))
    account = world.find(SERVICE_ACCOUNTS, where, called)
    if account is None or uid(account) != claims.get(f"{_LEGACY}service-account.uid"):
        raise InvalidToken(f"service account {where}/{called} is not there (any more)")
    if world.find(SECRETS, where, str(claims.get(f"{_LEGACY}secret.name"))) is None:
        raise InvalidToken("the Secret of the token has been deleted")
    return account_user(where, called, uid(account))


def account_user(
    where: str, called: str, unique: str = "", extra: Mapping[str, tuple[str, ...]] | None = None
) -> Account:
    """The user that a service account is."""
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{where}", "system:authenticated")
    return Account(f"{USER_PREFIX}{where}:{called}", groups, unique, extra or {})
