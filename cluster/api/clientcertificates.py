"""Who a client is by the certificate it has shown: the user of its common name, in the groups of its organizations."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple

from cluster.access.signers import subject_of
from cluster.api.authentication import AUTHENTICATED, MASTERS
from cluster.api.refusals import Unauthorized
from cluster.api.request import User
from cluster.machinery.objects import NAMESPACES, uid
from cluster.watch import Mirror

_CREDENTIAL = "authentication.kubernetes.io/credential-id"


class _Shown(NamedTuple):
    user: User
    cluster: str
    """The uid of its namespace kube-system; "": it is good in all."""
    ends: float


async def by_certificate(scope: dict[str, Any], headers: Mapping[str, str], mirror: Mirror) -> User | None:
    """None where none was shown. Unauthorized: it is not good here, and nothing else is said of who asks."""
    shown = scope.get("client_certificate")
    if not shown:
        return None
    found = _read(shown)
    home = mirror.world.find(NAMESPACES, "", "kube-system")
    elsewhere = found.cluster and (home is None or uid(home) != found.cluster)
    if found.user.name and not elsewhere and mirror.now() <= found.ends:
        return found.user
    if "authorization" not in headers:
        raise Unauthorized
    return None


@lru_cache(maxsize=1024)
def _read(der: bytes) -> _Shown:
    from cryptography import x509

    from cluster.certifying import cluster_of

    certificate = x509.load_der_x509_certificate(der)
    name, groups = subject_of(certificate.subject)
    extra = {_CREDENTIAL: (f"X509SHA256={sha256(der).hexdigest()}",)}
    user = User(name, (*groups, AUTHENTICATED), extra=extra, owner=MASTERS in groups)
    return _Shown(user, cluster_of(certificate), certificate.not_valid_after_utc.timestamp())
