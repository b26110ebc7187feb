"""Who asks: by a bearer token, by what the web site knows of its visitor, or nobody; and in whose name."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from cluster.api.authorization import authorize_acting
from cluster.api.refusals import Unauthorized
from cluster.api.request import ANONYMOUS, User
from cluster.machinery.errors import ApiError
from cluster.watch import Mirror
from cluster.world import World

Authenticator = Callable[[dict[str, Any], Mapping[str, str], Mirror], Awaitable[User | None]]
"""(scope, headers, mirror) -> user; None: this one does not know. Unauthorized: a credential that is wrong."""

AUTHENTICATED = "system:authenticated"
MASTERS = "system:masters"


async def identify(
    authenticators: Iterable[Authenticator], scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror
) -> User:
    """The user of a request, or whom they act as. Unauthorized or Denied."""
    user = ANONYMOUS
    for ask in authenticators:
        found = await ask(scope, headers, mirror)
        if found is not None:
            user = found
            break
    else:
        if "authorization" in headers or bearer(headers):
            raise Unauthorized
    return impersonated(user, scope, headers, mirror.world)


def bearer(headers: Mapping[str, str]) -> str:
    """The token of an Authorization header, or of a page's WebSocket, which cannot send one; "" when there is none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    offered = (each.strip() for each in headers.get("sec-websocket-protocol", "").split(","))
    return next((_unwrapped(each) for each in offered if each.startswith(_IN_SUBPROTOCOL)), "")


_IN_SUBPROTOCOL = "base64url.bearer.authorization.k8s.io."


def _unwrapped(subprotocol: str) -> str:
    """The token in the name of a subprotocol. Unauthorized when nothing can be read there."""
    try:
        text = subprotocol.removeprefix(_IN_SUBPROTOCOL)
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Unauthorized from error


def impersonated(user: User, scope: Mapping[str, Any], headers: Mapping[str, str], world: World) -> User:
    """Who is acted as by `--as`, as far as roles allow it. Forbidden, or BadRequest for groups of nobody."""
    wanted = headers.get("impersonate-user", "")
    groups = tuple(value.decode("latin1") for name, value in scope["headers"] if name.lower() == b"impersonate-group")
    extra: dict[str, tuple[str, ...]] = {}
    for name, value in scope["headers"]:
        word = name.decode("latin1").lower()
        if word.startswith("impersonate-extra-"):
            key = unquote(word.removeprefix("impersonate-extra-"))
            extra[key] = (*extra.get(key, ()), value.decode("latin1"))
    uid = headers.get("impersonate-uid", "")
    if not wanted:
        if groups or uid or extra:
            raise ApiError("requested groups, a uid or extras to act with, and no user to act as")
        return user
    authorize_acting(world, user, User(wanted, groups, uid, extra))
    return User(wanted, _groups(wanted, groups), uid, extra, owner=MASTERS in groups)


def _groups(name: str, given: tuple[str, ...]) -> tuple[str, ...]:
    if name == ANONYMOUS.name:
        return given or ANONYMOUS.groups
    if not given and name.startswith("system:serviceaccount:"):
        namespace = name.split(":")[2]
        given = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    return given if AUTHENTICATED in given else (*given, AUTHENTICATED)
