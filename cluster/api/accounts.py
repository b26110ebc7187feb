"""Service accounts at the API: the users their tokens make, the tokens they are given, and how others check them."""

from __future__ import annotations

import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from cluster.access import openid
from cluster.access.accounttokens import InvalidToken, answered, claims_for, holder, with_defaults
from cluster.access.reviews import Verified
from cluster.api import tokens
from cluster.api.authentication import bearer
from cluster.api.bodies import decode_other
from cluster.api.refusals import Unauthorized
from cluster.api.request import Request, User
from cluster.api.response import Response, json
from cluster.api.routing import Target
from cluster.api.writeoptions import read as read_options
from cluster.api.writing import media
from cluster.store import read
from cluster.trust import BadSignature, Keyring, keyring
from cluster.watch import Mirror
from cluster.world import World

_FOR_AN_HOUR = (("Cache-Control", "public, max-age=3600"),)
_TOKEN_REQUEST = ("authentication.k8s.io/v1",)


def own_keys() -> Keyring:
    return keyring(settings.DATA_DIR)


async def by_account_token(scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror) -> User | None:
    """The service account of a bearer token; None when there is no such token. Unauthorized for one that is wrong."""
    text = bearer(headers)
    if text.count(".") != 2:
        return None
    found = verified(text, mirror.world)
    if found.user is None:
        raise Unauthorized
    return _user(found)


def _user(found: Verified) -> User:
    person = found.user
    assert person is not None
    return User(person.name, person.groups, person.uid, person.extra)


def verified(text: str, world: World, audiences: Sequence[str] = ()) -> Verified:
    """What a service account's token turns out to be."""
    try:
        account, reached = holder(world, own_keys().read(text), time.time(), audiences)
    except (BadSignature, InvalidToken) as error:
        return Verified(error=f"[invalid bearer token, {error}]")
    return Verified(account, audiences=reached)


async def token(request: Request, target: Target) -> Response:
    """serviceaccounts/NAME/token: a new token for the account."""
    options = read_options(request, "CreateOptions")
    asked = with_defaults(decode_other(request.body, media(request), _TOKEN_REQUEST, "TokenRequest"))
    claims = claims_for(request.world, target.namespace, target.name, asked, time.time(), str(uuid.uuid4()))
    return json(answered(asked, claims, "" if options.dry_run else own_keys().sign(claims)), 201)


async def verify_any(request: Request, text: str) -> Verified:
    """Whose token that is, a person's or a service account's."""
    if text.startswith(tokens.PREFIX):
        user = await read(tokens.user_of, text, request.cluster)
        return Verified(user) if user is not None else Verified(error="[invalid bearer token]")
    return Verified(error="[invalid bearer token]") if text.count(".") != 2 else verified(text, request.world)


async def answer(request: Request) -> Response | None:
    """The two documents by which others check service accounts' tokens."""
    path = request.path.rstrip("/")
    if path == openid.CONFIGURATION:
        host = request.headers.get("host", "kubernetes.default.svc")
        # Who asks from inside calls the API by its Service, which stands for this one cluster.
        prefix = "" if host.startswith("kubernetes.default") else f"/k8s/{request.config.slug}"
        return json(openid.configuration(f"https://{host}{prefix}{openid.KEYS}"), headers=_FOR_AN_HOUR)
    if path == openid.KEYS:
        found = own_keys()
        keys = openid.keys(found.key_id, *found.public_numbers())
        return json(keys, content_type="application/jwk-set+json", headers=_FOR_AN_HOUR)
    return None
