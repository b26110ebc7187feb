"""Names for what is reached from outside: SERVICE.NAMESPACE in a zone of its own, as CoreDNS' k8s_external has them.

Such a name stands for a Service's external addresses; where the option headless is on, a headless Service has its
endpoints there. Unlike the cluster's own zone, this one spells itself in lower case and looks names up before SOA.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.dns import apex
from cluster.dns.answer import Answer, Question, Record
from cluster.dns.lookup import Item, Lookup, cluster_addresses, family, matches, published
from cluster.dns.names import Place, Request, is_ipv6, plain_address
from cluster.dns.settings import ExternalZones
from cluster.machinery import objects
from cluster.machinery.objects import Obj


def answer(
    question: Question, place: Place, lookup: Lookup, external: ExternalZones, own: tuple[str, ...], serial: int
) -> Answer:
    """The whole answer about a name of the external zone at `place`."""
    zone, ttl, under = place.zone, external.ttl, tuple(external.apex.split("."))
    server = f"ns1.{external.apex}.{zone}"
    soa = Record(
        zone, ttl, "SOA", f"{server} hostmaster.{external.apex}.{zone} {serial} 7200 1800 86400 {external.ttl}"
    )

    def nothing(rcode: str = "NOERROR") -> Answer:
        return Answer(rcode, authority=(soa,), rests_on=frozenset(lookup.rests_on))

    def found(records: Sequence[Record], glue: Sequence[Record] = ()) -> Answer:
        rests_on = frozenset(lookup.rests_on)
        return Answer("NOERROR", answer=tuple(records), additional=tuple(glue), rests_on=rests_on)

    type_, name = question.type, question.name
    if not place.labels:
        if type_ == "SOA":
            return found([soa])
        if type_ != "NS":
            return nothing()
        glue = [Record(server, ttl, family(each), each) for each in _own_addresses(lookup, own)]
        return found([Record(name, ttl, "NS", server)], glue)
    if place.labels[-len(under) :] == under:
        if len(place.labels) == len(under):
            return nothing()
        if place.labels[: -len(under)] != ("ns1",):
            return nothing("NXDOMAIN")
        records = [Record(name, ttl, type_, each) for each in _own_addresses(lookup, own) if family(each) == type_]
        return found(records) if records else nothing()
    items = _items(place.labels, lookup, headless=external.headless)
    if items is None:
        return nothing("NXDOMAIN")
    if type_ in ("A", "AAAA"):
        hosts = dict.fromkeys(item.host for item in items if family(item.host) == type_)
        records = [Record(name, ttl, type_, host) for host in hosts]
        return found(records) if records else nothing()
    if type_ == "SRV" and items:
        records, glue = _locations(name, zone, ttl, items)
        return found(records, glue) if records else nothing()
    return nothing()


def _items(labels: tuple[str, ...], lookup: Lookup, *, headless: bool) -> list[Item] | None:
    """What a name stands for; None: no such name. [] for a namespace: it exists and holds nothing."""
    request = _request(labels)
    if request is None or not lookup.namespace(request.namespace):
        return None
    if not request.service:
        return []
    service = lookup.service(request.namespace, request.service)
    if service is None:
        return None
    place = f"{request.service}.{request.namespace}"
    addresses = addresses_of(service)
    spec = objects.spec(service)
    is_headless = not cluster_addresses(spec) and spec.get("type") != "ExternalName"
    if headless and not addresses and (is_headless or request.endpoint):
        return _endpoints(request, lookup, place) or None
    ports = [port for port in spec.get("ports") or () if matches(request, port)]
    return [Item(address, port.get("port"), place) for address in addresses for port in ports] or None


def _request(labels: tuple[str, ...]) -> Request | None:
    namespace, service, *more = [*reversed(labels), "", ""][: max(2, len(labels))]
    match more:
        case []:
            return Request("svc", namespace, service)
        case [endpoint]:
            return Request("svc", namespace, service, endpoint.removeprefix("_"))
        case [protocol, port]:
            return Request("svc", namespace, service, "", port.removeprefix("_"), protocol.removeprefix("_"))
    return None


def _endpoints(request: Request, lookup: Lookup, place: str) -> list[Item]:
    found: list[Item] = []
    for piece in lookup.slices(request.namespace, request.service):
        ports = [port for port in piece.get("ports") or () if matches(request, port)]
        for endpoint in published(piece):
            for address in endpoint.get("addresses") or ():
                label = lookup.label(endpoint, address)
                if not request.endpoint or label.lower() == request.endpoint:
                    found.extend(Item(address, port.get("port"), f"{label}.{place}") for port in ports)
    return found


def addresses_of(service: Obj) -> list[str]:
    """Where a Service is reached from outside: its load balancer's addresses, then its externalIPs."""
    balancer: dict[str, Any] = objects.status(service).get("loadBalancer") or {}
    given = [entry.get("ip") for entry in balancer.get("ingress") or ()]
    return [each for each in (*given, *(objects.spec(service).get("externalIPs") or ())) if plain_address(each or "")]


def _own_addresses(lookup: Lookup, own: tuple[str, ...]) -> list[str]:
    """External addresses of the Services the server stands behind, else its own."""
    found: list[str] = []
    for service in apex.services_of(lookup, own):
        found.extend(addresses_of(service))
    return list(dict.fromkeys(found)) or list(own)


def _locations(name: str, zone: str, ttl: int, items: list[Item]) -> tuple[list[Record], list[Record]]:
    weight = max(1, 100 // len(items))
    located: dict[str, Record] = {}
    glue: dict[tuple[str, str], Record] = {}
    for item in items:
        if item.port is None:
            continue
        target = f"{item.target}.{zone}"
        data = f"0 {weight} {item.port} {target}"
        located.setdefault(data, Record(name, ttl, "SRV", data))
        kind = "AAAA" if is_ipv6(item.host) else "A"
        glue.setdefault((target, item.host), Record(target, ttl, kind, item.host))
    return list(located.values()), list(glue.values())
