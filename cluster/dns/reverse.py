"""From an address back to names: PTR look-ups."""

from __future__ import annotations

from cluster.dns.lookup import Lookup, published, service_of
from cluster.dns.names import reversed_address
from cluster.machinery import objects


def names(name: str, lookup: Lookup) -> list[str]:
    """Names, before the cluster's domain, of the address a reverse name stands for: a Service's, else its endpoints'.

    One name for a virtual address, even if two Services have it; one per Service for an endpoint's.
    """
    address = reversed_address(name)
    if not address:
        return []
    for key, _ in lookup.services_at(address):
        return [f"{key.name}.{key.namespace}.svc"]
    found: dict[str, None] = {}
    for piece in lookup.slices_at(address):
        for endpoint in published(piece):
            if address in (endpoint.get("addresses") or ()):
                label = lookup.label(endpoint, address)
                found[f"{label}.{service_of(piece)}.{objects.namespace(piece)}.svc"] = None
    return list(found)
