"""Where the DNS port of this process can be asked, and for which cluster it answers."""

from __future__ import annotations

import ipaddress

from django.conf import settings

from cluster.dns import listening


def server_of(slug: str) -> tuple[str, int] | None:
    """(host, port) that a person gives to dig for this cluster; None when no DNS port answers for it."""
    found = listening.current()
    return (_reached_at(found.host), found.port) if found is not None and found.cluster == slug else None


def other_server() -> dict[str, str] | None:
    """The DNS port of this process and the cluster it answers for; None when there is none."""
    found = listening.current()
    if found is None:
        return None
    host = _reached_at(found.host)
    return {"cluster": found.cluster, "address": f"[{host}]:{found.port}" if ":" in host else f"{host}:{found.port}"}


def _reached_at(bound: str) -> str:
    """A name or address for "all of this machine's", which nobody can ask."""
    try:
        everywhere = ipaddress.ip_address(bound).is_unspecified
    except ValueError:
        return bound
    return (settings.PUBLIC_HOST or "127.0.0.1") if everywhere else bound
