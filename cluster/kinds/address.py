"""Which addresses may not be an endpoint's or an external one, in Kubernetes' words."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from cluster.machinery.errors import Cause, invalid


def special(path: str, address: str) -> Iterator[Cause]:
    """Faults of an address that means nobody in particular, or only this machine or link."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        yield invalid(path, address, "must be a valid IP address")
        return
    if parsed.is_unspecified:
        yield invalid(path, address, f"may not be unspecified ({address})")
    if parsed.is_loopback:
        yield invalid(path, address, "may not be in the loopback range (127.0.0.0/8, ::1/128)")
    if parsed.is_link_local:
        yield invalid(path, address, "may not be in the link-local range (169.254.0.0/16, fe80::/10)")
    if parsed.is_multicast:
        scope = "(224.0.0.0/24, ff02::/10)"
        link_local = parsed in _LINK_LOCAL_MULTICAST[parsed.version]
        if link_local:
            yield invalid(path, address, f"may not be in the link-local multicast range {scope}")


_LINK_LOCAL_MULTICAST = {4: ipaddress.ip_network("224.0.0.0/24"), 6: ipaddress.ip_network("ff02::/16")}
