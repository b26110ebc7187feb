"""Endpoints: a Service's addresses in their former form, one object a Service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.address import special
from cluster.kinds.cells import AGE, NAME, NONE, few
from cluster.kinds.fields import name_causes
from cluster.kinds.kind import Column, Kind
from cluster.machinery import names
from cluster.machinery.errors import Cause, invalid, not_supported, required
from cluster.machinery.objects import Obj

_PROTOCOLS = ("SCTP", "TCP", "UDP")


def _default(obj: Obj) -> None:
    for subset in obj.get("subsets") or ():
        for port in subset.get("ports") or ():
            if not port.get("protocol"):
                port["protocol"] = "TCP"


def _validate(obj: Obj) -> Iterator[Cause]:
    for index, subset in enumerate(obj.get("subsets") or ()):
        here = f"subsets[{index}]"
        if not subset.get("addresses") and not subset.get("notReadyAddresses"):
            yield required(here, "must specify `addresses` or `notReadyAddresses`")
        for part in ("addresses", "notReadyAddresses"):
            for place, address in enumerate(subset.get(part) or ()):
                yield from _address(f"{here}.{part}[{place}]", address)
        ports = subset.get("ports") or ()
        for place, port in enumerate(ports):
            yield from _port(f"{here}.ports[{place}]", port, named=len(ports) > 1)


def _address(path: str, address: Mapping[str, Any]) -> Iterator[Cause]:
    ip = address.get("ip") or ""
    yield from name_causes(f"{path}.ip", ip, names.ip_address)
    if hostname := address.get("hostname"):
        yield from name_causes(f"{path}.hostname", hostname, names.dns_label)
    if node := address.get("nodeName"):
        yield from name_causes(f"{path}.nodeName", node, names.dns_subdomain)
    yield from special(f"{path}.ip", ip)


def _port(path: str, port: Mapping[str, Any], *, named: bool) -> Iterator[Cause]:
    name = port.get("name") or ""
    if named and not name:
        yield required(f"{path}.name")
    elif name:
        yield from name_causes(f"{path}.name", name, names.dns_label)
    number = port.get("port") or 0
    for message in names.port_number(number):
        yield invalid(f"{path}.port", number, message)
    if (protocol := port.get("protocol")) not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", protocol, _PROTOCOLS)


def _endpoints(obj: Obj, now: float) -> str:
    listed: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [each.get("ip", "") for each in subset.get("addresses") or ()]
        ports = subset.get("ports") or ()
        if not ports:
            listed.extend(addresses)
        for port in ports:
            listed.extend(f"{_host(address)}:{port.get('port')}" for address in addresses)
    return few(listed, len(listed)) or NONE


def _host(address: str) -> str:
    return f"[{address}]" if ":" in address else address


KIND = Kind(
    group="",
    version="v1",
    kind="Endpoints",
    resource="endpoints",
    singular="endpoints",
    short_names=("ep",),
    default=_default,
    validate=_validate,
    has_status=False,
    columns=(NAME, Column("Endpoints", _endpoints), AGE),
)
