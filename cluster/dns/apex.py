"""The records a zone has about itself: its SOA and its name servers."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.dns.answer import Record
from cluster.dns.lookup import Lookup, cluster_addresses, published, service_of
from cluster.dns.names import Place
from cluster.machinery import objects
from cluster.machinery.objects import ENDPOINT_SLICES, SERVICES, Obj
from cluster.world import World

SOA_TTL_LIMIT = 300


def soa(place: Place, ttl: int, serial: int) -> Record:
    """The SOA of a zone, spelled as the asker spelled it: answer at the apex, authority of every negative answer."""
    zone = place.spelled
    data = f"ns.dns.{zone} hostmaster.{zone} {serial} 7200 1800 86400 {ttl}"
    return Record(zone, min(ttl, SOA_TTL_LIMIT), "SOA", data)


def name_servers(place: Place, lookup: Lookup, own_addresses: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, address) of the zone's servers: Services the server stands behind, else ns.dns at its own addresses."""
    found: dict[tuple[str, str], None] = {}
    for service in services_of(lookup, own_addresses):
        namespace, name = objects.namespace(service), objects.name(service)
        host = f"{name}.{namespace}.svc.{place.spelled}"
        addresses = cluster_addresses(objects.spec(service))
        if addresses:
            found.update(((host, address), None) for address in addresses)
            continue
        for piece in lookup.slices(namespace, name):
            for endpoint in published(piece):
                for address in endpoint.get("addresses") or ():
                    found[f"{lookup.label(endpoint, address)}.{host}", address] = None
    if found:
        return list(found)
    return [(f"ns.dns.{place.spelled}", address) for address in own_addresses]


def services_of(lookup: Lookup, own_addresses: tuple[str, ...]) -> Iterator[Obj]:
    """The Services that one of these addresses is an endpoint of."""
    for own in own_addresses:
        for piece in lookup.slices_at(own):
            if any(own in (endpoint.get("addresses") or ()) for endpoint in published(piece)):
                service = lookup.service(objects.namespace(piece), service_of(piece))
                if service is not None:
                    yield service


def own_addresses(world: World, dns_address: str) -> tuple[str, ...]:
    """Where the simulated DNS server runs: a pod behind the Service at the cluster's DNS address, else that address."""
    for key in world.by_address(SERVICES, dns_address):
        for piece in world.slices_of(key.namespace, key.name).values():
            for endpoint in published(piece):
                for address in endpoint.get("addresses") or ():
                    return (str(address),)
    return (dns_address,)


def newest(world: World) -> int:
    """A serial for a cluster whose changes were not watched: Unix seconds of the youngest Service or slice, else 0."""
    youngest = ""
    for kind in (SERVICES, ENDPOINT_SLICES):
        for obj in world.bucket(kind).values():
            youngest = max(youngest, obj["metadata"].get("creationTimestamp") or "")
    return int(objects.seconds(youngest)) if youngest else 0
