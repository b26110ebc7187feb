"""What a client needs to reach the Kubernetes API: the authority's certificate, an address, a token."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError

from cluster import keptfiles, manifests
from cluster.api import pki, tokens
from cluster.api.kubeconfig import Addresses, address_of, keep_addresses, kept_addresses, kubeconfig
from cluster.binding import is_loopback
from cluster.models import Cluster

ADMIN = "admin"
DEFAULT_PORT = 6443


def folder() -> Path:
    return Path(settings.DATA_DIR / "pki")


def tls(bind: str) -> ssl.SSLContext:
    """For the API's port. CommandError when DATA cannot keep its keys."""
    names = [name for name in settings.ALLOWED_HOSTS if name not in ("*", "") and not name.startswith((".", "["))]
    if not is_loopback(bind) and bind not in ("0.0.0.0", "::"):
        names.append(bind)
    try:
        return pki.server_context(folder(), names)
    except (OSError, ValueError) as error:
        raise CommandError(f"{folder()} cannot keep the API's keys: {error}") from error


def made(slug: str, username: str) -> str:
    """A kubeconfig for a user and a cluster, with a new token. CommandError, with a sentence, when there is no such."""
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        known = ", ".join(Cluster.objects.values_list("slug", flat=True)) or "none at all"
        raise CommandError(f'there is no cluster "{slug}". There is: {known}')
    token = tokens.make(_account(username), cluster, "kubeconfig")
    return text(slug, username, token, kept_addresses(settings.DATA_DIR))


def text(slug: str, username: str, token: str, addresses: Addresses | None) -> str:
    bind, port = (addresses.bind, addresses.api) if addresses is not None else ("127.0.0.1", DEFAULT_PORT)
    return kubeconfig(
        server=f"{address_of(bind, port, settings.PUBLIC_HOST)}/k8s/{slug}",
        authority=pki.authority(folder()).pem,
        cluster=slug,
        user=username,
        token=token,
    )


def admin_token(slug: str) -> str:
    """The administrator's token for DATA/kubeconfig: the one that is in it while that is valid, else a new one. "":
    there is no such cluster."""
    cluster = Cluster.objects.filter(slug=slug).first()
    if cluster is None:
        return ""
    token = _token_in(_path())
    found = tokens.find(token) if token else None
    if found is not None and found.cluster_id in (None, cluster.pk) and found.user.get_username() == ADMIN:
        return token
    return tokens.make(_account(ADMIN), cluster, "DATA/kubeconfig")


def keep(slug: str, token: str, addresses: Addresses) -> Path:
    """Write DATA/kubeconfig and DATA/ports.json, for who comes from outside."""
    keep_addresses(settings.DATA_DIR, addresses)
    path = _path()
    if token:
        keptfiles.put(path, text(slug, ADMIN, token, addresses).encode(), 0o600)
    return path


def _path() -> Path:
    return Path(settings.DATA_DIR / "kubeconfig")


def _account(username: str) -> Any:
    account = get_user_model().objects.filter(username=username).first()
    if account is None:
        if username != ADMIN:
            raise CommandError(f'there is no user "{username}". Make one: manage.py createsuperuser')
        account = get_user_model().objects.create_superuser(ADMIN)
    return account


def _token_in(path: Path) -> str:
    """The token of a kept kubeconfig; "" when there is none."""
    try:
        kept = manifests.parse([(path.name, path.read_text())])
        return str(kept[0].object["users"][0]["user"]["token"])
    except (OSError, UnicodeDecodeError, manifests.ManifestErrors, LookupError, TypeError):
        return ""
