"""Tokens of people: made once, shown once, kept as a digest. Each is for one user, and for one cluster or all."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Account
from django.utils import timezone

from cluster.access.viewers import VIEWERS
from cluster.api.authentication import AUTHENTICATED, MASTERS, bearer
from cluster.api.request import User
from cluster.models import ApiToken, Cluster
from cluster.store import read
from cluster.watch import Mirror

PREFIX = "kubarium_"
SECONDS = 3.0
"""For so long a token that was good is taken as good: a client that asks often costs the database nothing."""
MOST_KNOWN = 10_000
_known: dict[tuple[str, Any], tuple[float, User]] = {}


def make(account: Account, cluster: Cluster | None, label: str, days: float | None = 365) -> str:
    """A new token, which nobody can read again."""
    text = PREFIX + secrets.token_urlsafe(32)
    expires = timezone.now() + timedelta(days=days) if days is not None else None
    ApiToken.objects.create(user=account, cluster=cluster, label=label, digest=digest(text), expires=expires)
    return text


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def find(text: str) -> ApiToken | None:
    """The valid token of that text."""
    found = ApiToken.objects.select_related("user").filter(digest=digest(text)).first()
    if found is None or (found.expires is not None and found.expires <= timezone.now()):
        return None
    return found if found.user.is_active else None


def slug_of(text: str) -> str:
    """The cluster that a token is for; "" when it is for none in particular, or none at all."""
    found = find(text) if text.startswith(PREFIX) else None
    return found.cluster.slug if found is not None and found.cluster is not None else ""


def of_account(account: Any, cluster: int) -> User:
    """A user of the site, as that cluster's roles know them."""
    owner_id = Cluster.objects.filter(pk=cluster).values_list("owner_id", flat=True).first()
    owner = bool(account.is_staff) or (owner_id is not None and owner_id == account.pk)
    groups = (MASTERS if owner else VIEWERS, AUTHENTICATED)
    return User(account.get_username(), groups, owner=owner)


async def by_token(scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror) -> User | None:
    """The user of a bearer token of ours; None when it is none."""
    text = bearer(headers)
    if not text.startswith(PREFIX):
        return None
    known = _known.get((digest(text), mirror.uid))
    if known is not None and time.monotonic() < known[0]:
        return known[1]
    user = await read(user_of, text, mirror.cluster)
    if len(_known) >= MOST_KNOWN:
        _known.clear()
    if user is not None:
        _known[digest(text), mirror.uid] = (time.monotonic() + SECONDS, user)
    return user


def user_of(text: str, cluster: int) -> User | None:
    """Whose token that is, in that cluster."""
    found = find(text)
    if found is None or found.cluster_id not in (None, cluster):
        return None
    return of_account(found.user, cluster)
