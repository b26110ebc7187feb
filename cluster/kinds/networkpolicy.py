"""NetworkPolicy: who may talk to which pods. What it says is kept; traffic here is not filtered by it."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, selector_text
from cluster.kinds.fields import label_selector, name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Column, Kind
from cluster.kinds.rules import port_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, spec

_TYPES = ("Ingress", "Egress")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_NETWORK = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
_SIDES = (("ingress", "from"), ("egress", "to"))


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    given.setdefault("podSelector", {})
    for side, _ in _SIDES:
        for rule in given.get(side) or ():
            for port in rule.get("ports") or ():
                if port.get("protocol") is None:
                    port["protocol"] = "TCP"
    if not given.get("policyTypes"):
        given["policyTypes"] = ["Ingress", "Egress"] if given.get("egress") else ["Ingress"]


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    yield from label_selector("spec.podSelector", given["podSelector"])
    for side, peers in _SIDES:
        for index, rule in enumerate(given.get(side) or ()):
            path = f"spec.{side}[{index}]"
            for place, port in enumerate(rule.get("ports") or ()):
                yield from _port(f"{path}.ports[{place}]", port)
            for place, peer in enumerate(rule.get(peers) or ()):
                yield from _peer(f"{path}.{peers}[{place}]", peer)
    types = given["policyTypes"]
    if len(types) > len(_TYPES):
        written = string_list(types, "networking.PolicyType")
        yield invalid("spec.policyTypes", written, "may not specify more than two policyTypes")
        return
    for index, each in enumerate(types):
        if each not in _TYPES:
            yield not_supported(f"spec.policyTypes[{index}]", each, sorted(_TYPES))


def _port(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    if given["protocol"] not in _PROTOCOLS:
        yield not_supported(f"{path}.protocol", given["protocol"], _PROTOCOLS)
    port, end = given.get("port"), given.get("endPort")
    if port is None:
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is not specified")
    elif isinstance(port, str):
        if end is not None:
            yield invalid(f"{path}.endPort", end, "may not be specified when `port` is non-numeric")
        yield from name_causes(f"{path}.port", port, port_rule)
    else:
        for message in names.port_number(port):
            yield invalid(f"{path}.port", port, message)
        if end is not None:
            if end < port:
                yield invalid(f"{path}.endPort", end, "must be greater than or equal to `port`")
            for message in names.port_number(end):
                yield invalid(f"{path}.endPort", end, message)


def _peer(path: str, peer: Mapping[str, Any]) -> Iterator[Cause]:
    chosen = [field for field in ("podSelector", "namespaceSelector", "ipBlock") if peer.get(field) is not None]
    for field in chosen:
        if field == "ipBlock":
            yield from _block(f"{path}.ipBlock", peer["ipBlock"])
        else:
            yield from label_selector(f"{path}.{field}", peer[field])
    if not chosen:
        yield required(path, "must specify a peer")
    elif len(chosen) > 1 and "ipBlock" in chosen:
        yield forbidden(path, "may not specify both ipBlock and another peer")


def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False) if "/" in text else None
    except ValueError:
        return None


def _block(path: str, block: Mapping[str, Any]) -> Iterator[Cause]:
    text = block.get("cidr") or ""
    if not text:
        yield required(f"{path}.cidr")
        return
    whole = _network(text)
    if whole is None:
        yield invalid(f"{path}.cidr", text, _NETWORK)
    for index, each in enumerate(block.get("except") or ()):
        here, part = f"{path}.except[{index}]", _network(each)
        if part is None:
            yield invalid(here, each, _NETWORK)
        elif whole is not None and not _strictly_within(part, whole):
            yield invalid(here, each, "must be a strict subset of `cidr`")


def _strictly_within(part: Any, whole: Any) -> bool:
    return bool(part.version == whole.version and part != whole and part.subnet_of(whole))


KIND = Kind(
    group="networking.k8s.io",
    version="v1",
    kind="NetworkPolicy",
    resource="networkpolicies",
    singular="networkpolicy",
    short_names=("netpol",),
    default=_default,
    validate=_validate,
    has_status=False,
    has_generation=True,
    columns=(NAME, Column("Pod-Selector", lambda obj, now: selector_text(spec(obj).get("podSelector"))), AGE),
)
