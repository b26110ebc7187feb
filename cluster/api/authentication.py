"""Who asks: by a bearer token, by what the web site knows of its visitor, or nobody; and in whose name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from cluster.api.refusals import Denied, Unauthorized
from cluster.api.request import ANONYMOUS, User
from cluster.watch import Mirror

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
        if "authorization" in headers:
            raise Unauthorized
    return impersonated(user, scope, headers)


def bearer(headers: Mapping[str, str]) -> str:
    """The token of an Authorization header; "" when it carries none."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def impersonated(user: User, scope: Mapping[str, Any], headers: Mapping[str, str]) -> User:
    """Who is acted as by `--as`. Only who may do everything may, unless a role allows it."""
    wanted = headers.get("impersonate-user", "")
    groups = tuple(value.decode("latin1") for name, value in scope["headers"] if name.lower() == b"impersonate-group")
    if not wanted:
        if groups or "impersonate-uid" in headers or any(name.startswith("impersonate-extra-") for name in headers):
            raise Denied(f"requested [{{Group  {groups[0] if groups else ''}}}] without impersonating a user")
        return user
    if not user.owner:
        raise Denied(
            f'users "{wanted}" is forbidden: User "{user.name}" cannot impersonate resource "users" in API group "" '
            "at the cluster scope",
            {"name": wanted, "kind": "users"},
        )
    extra: dict[str, tuple[str, ...]] = {}
    for name, value in scope["headers"]:
        word = name.decode("latin1").lower()
        if word.startswith("impersonate-extra-"):
            key = unquote(word.removeprefix("impersonate-extra-"))
            extra[key] = (*extra.get(key, ()), value.decode("latin1"))
    return User(wanted, _groups(wanted, groups), headers.get("impersonate-uid", ""), extra, owner=MASTERS in groups)


def _groups(name: str, given: tuple[str, ...]) -> tuple[str, ...]:
    if name == ANONYMOUS.name:
        return given or ANONYMOUS.groups
    if not given and name.startswith("system:serviceaccount:"):
        namespace = name.split(":")[2]
        given = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    return given if AUTHENTICATED in given else (*given, AUTHENTICATED)
