"""EndpointSlice: some of a Service's addresses with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.address import special
from cluster.kinds.cells import AGE, NAME, UNSET, few
from cluster.kinds.fields import IMMUTABLE, name_causes
from cluster.kinds.kind import Column, Kind
from cluster.machinery import names
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required
from cluster.machinery.objects import Obj

_TYPES = ("FQDN", "IPv4", "IPv6")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_MOST_ADDRESSES = 100
_MOST_ENDPOINTS = 1000


def _default(obj: Obj) -> None:
    """Both lists are written out even when there is none."""
    obj.setdefault("endpoints", None)
    obj.setdefault("ports", None)
    for endpoint in obj["endpoints"] or ():
        endpoint.setdefault("conditions", {})
    for port in obj["ports"] or ():
        port.setdefault("name", "")
        port.setdefault("protocol", "TCP")


def _validate(obj: Obj) -> Iterator[Cause]:
    kind = obj.get("addressType") or ""
    if not kind:
        yield required("addressType")
    elif kind not in _TYPES:
        yield not_supported("addressType", kind, _TYPES)
    endpoints = obj["endpoints"] or ()
    if len(endpoints) > _MOST_ENDPOINTS:
        yield Cause(
            "endpoints", "FieldValueTooMany", f"Too many: {len(endpoints)}: must have at most {_MOST_ENDPOINTS} items"
        )
        return
    for index, endpoint in enumerate(endpoints):
        yield from _endpoint(f"endpoints[{index}]", endpoint, kind)
    seen: set[str] = set()
    for index, port in enumerate(obj["ports"] or ()):
        yield from _port(f"ports[{index}]", port, seen)


def _endpoint(path: str, endpoint: Mapping[str, Any], kind: str) -> Iterator[Cause]:
    addresses = endpoint.get("addresses") or ()
    if not addresses:
        yield required(f"{path}.addresses", "must contain at least 1 address")
    elif len(addresses) > _MOST_ADDRESSES:
        text = f"Too many: {len(addresses)}: must have at most {_MOST_ADDRESSES} items"
        yield Cause(f"{path}.addresses", "FieldValueTooMany", text)
    for index, address in enumerate(addresses):
        here = f"{path}.addresses[{index}]"
        if kind == "FQDN":
            yield from name_causes(here, address, names.dns_subdomain)
        elif wrong := names.ip_address(address):
            yield from (invalid(here, address, message) for message in wrong)
        elif kind == "IPv4" and ":" in address:
            yield invalid(here, address, "must be an IPv4 address")
        elif kind == "IPv6" and ":" not in address:
            yield invalid(here, address, "must be an IPv6 address")
        else:
            yield from special(here, address)
    if node := endpoint.get("nodeName"):
        yield from name_causes(f"{path}.nodeName", node, names.dns_subdomain)
    if hostname := endpoint.get("hostname"):
        yield from name_causes(f"{path}.hostname", hostname, names.dns_label)


def _port(path: str, port: Mapping[str, Any], seen: set[str]) -> Iterator[Cause]:
    name = port.get("name") or ""
    if name:
        yield from name_causes(f"{path}.name", name, names.dns_label)
    if name in seen:
        yield duplicate(f"{path}.name", name)
    seen.add(name)
    if (protocol := port.get("protocol")) not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, _PROTOCOLS)
    if (number := port.get("port")) is not None:
        for message in names.port_number(number):
            yield invalid(f"{path}.port", number, message)
    if protocol := port.get("appProtocol"):
        yield from name_causes(f"{path}.appProtocol", protocol, names.label_key)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("addressType") != old.get("addressType"):
        yield invalid("addressType", new.get("addressType"), IMMUTABLE)


def _ports(obj: Obj, now: float) -> str:
    listed = [
        str(port["port"] if port.get("port") is not None else port.get("name") or "*")
        for port in obj.get("ports") or ()
    ]
    return few(listed, len(listed)) or UNSET


def _endpoints(obj: Obj, now: float) -> str:
    listed = [address for endpoint in obj.get("endpoints") or () for address in endpoint.get("addresses") or ()]
    return few(listed, len(listed)) or UNSET


KIND = Kind(
    group="discovery.k8s.io",
    version="v1",
    kind="EndpointSlice",
    resource="endpointslices",
    singular="endpointslice",
    default=_default,
    validate=_validate,
    validate_update=_validate_update,
    has_status=False,
    has_generation=True,
    columns=(
        NAME,
        Column("AddressType", lambda obj, now: obj.get("addressType", "")),
        Column("Ports", _ports),
        Column("Endpoints", _endpoints),
        AGE,
    ),
)
