"""What a name asks for: its zone, and within the zone the pod, Service, endpoint or port. Only the name is looked at.

The kinds of name, Z being the zone: svc.Z and pod.Z themselves, NAMESPACE, SERVICE.NAMESPACE,
ENDPOINT.SERVICE.NAMESPACE and _PORT._PROTOCOL.SERVICE.NAMESPACE before svc.Z, and A-B-C-D.NAMESPACE before pod.Z.
In a zone of several clusters ENDPOINT.CLUSTER.SERVICE.NAMESPACE, and where the option zonal is on
TOPOLOGY-ZONE.pin|prefer._zone.SERVICE.NAMESPACE.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from typing import NamedTuple

_LABEL_END = re.compile(r"(?<!\\)(?:\\\\)*\.")

ZONAL_LABEL = "_zone"
PREFERENCES = ("pin", "prefer")

_INTERNET = frozenset(("com", "net", "org", "edu", "gov", "io", "eu", "uk", "de", "fr", "example"))

MAX_NAME = 255
"""Octets of a name on the wire; 253 characters as text without the final dot."""


class Place(NamedTuple):
    """A name cut at its zone."""

    zone: str
    """As configured, lower case."""
    spelled: str
    """The same zone in the asker's spelling: made-up names and the SOA repeat it."""
    labels: tuple[str, ...]
    """What stands before the zone, lower case, in reading order."""


class Request(NamedTuple):
    """A name under svc or pod. Empty text: the name ends before that part."""

    kind: str
    namespace: str = ""
    service: str = ""
    """For kind "pod" the dashed address."""
    endpoint: str = ""
    port: str = ""
    protocol: str = ""
    cluster: str = ""
    """Which cluster's endpoint, in a zone of several."""
    topology: str = ""
    """Only endpoints of this topology zone."""
    preference: str = ""
    """With `topology`: "pin" gives those alone, "prefer" all of them where there are none."""


def labels_of(name: str) -> list[str]:
    """Labels of an absolute or relative name in reading order; the root has none."""
    text = name.removesuffix(".") if "\\" not in name else name
    if not text:
        return []
    if "\\" not in text:
        return text.split(".")
    labels = []
    start = 0
    for end in _LABEL_END.finditer(text):
        labels.append(text[start : end.end() - 1])
        start = end.end()
    if start < len(text):
        labels.append(text[start:])
    return labels


@lru_cache(maxsize=8192)
def of_the_internet(name: str) -> bool:
    """It ends in a label that nobody takes for a namespace's name."""
    before, dot, last = name.rstrip(".").rpartition(".")
    return bool(before and dot) and last.lower() in _INTERNET


def locate(name: str, zones: tuple[str, ...]) -> Place | None:
    """The longest of `zones` that holds the name (case ignored), or None."""
    labels = labels_of(name)
    lowered = tuple(label.lower() for label in labels)
    best: tuple[str, int] | None = None
    for zone in zones:
        wanted = tuple(labels_of(zone))
        depth = len(wanted)
        if depth <= len(lowered) and lowered[len(lowered) - depth :] == wanted and (best is None or depth > best[1]):
            best = zone, depth
    if best is None:
        return None
    zone, depth = best
    cut = len(labels) - depth
    return Place(zone, ".".join(labels[cut:]) + ".", lowered[:cut])


def parse(labels: tuple[str, ...], *, imported: bool = False, zonal: bool = False) -> Request | None:
    """What the labels before the zone ask for; None when no such name can exist. Without labels: the zone itself.

    `imported`: the zone is one of several clusters. `zonal`: names may be about one topology zone.
    """
    if not labels:
        return Request("")
    *before, kind = labels
    if kind not in ("svc", "pod"):
        return None
    before.reverse()
    namespace, service, *more = [*before, "", ""][: max(2, len(before))]
    if zonal and not imported and kind == "svc" and len(more) > 2 and more[0] == ZONAL_LABEL:
        if more[1] not in PREFERENCES:
            return None
        return Request(kind, namespace, service, topology=".".join(reversed(more[2:])), preference=more[1])
    if len(more) > 2:
        return None
    if imported and len(more) == 2 and not any(label.startswith("_") for label in more):
        return Request(kind, namespace, service, endpoint=more[1], cluster=more[0])
    if len(more) == 2:
        protocol, port = more
        return Request(kind, namespace, service, "", port.removeprefix("_"), protocol.removeprefix("_"))
    return Request(kind, namespace, service, more[0] if more else "")


def endpoint_name(address: str, hostname: str | None, pod: str | None = None) -> str:
    """The label an endpoint is known by: its hostname, else the pod's name if given, else its dashed address."""
    if hostname:
        return hostname
    if pod and len(pod) < 64:
        return pod
    dashed = address.replace(".", "-").replace(":", "-")
    return f"{dashed}0" if dashed.endswith("-") else dashed


def undashed(label: str) -> str:
    """ "10-1-2-3" -> "10.1.2.3", "fd00--1" -> "fd00::1", whether or not that is an address."""
    return label.replace("-", ".") if label.count("-") == 3 and "--" not in label else label.replace("-", ":")


def plain_address(text: str) -> str:
    """The address in its usual spelling ("fd00:0:0::1" -> "fd00::1"), or "" when the text is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return ""
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
    return str(address)


def is_ipv6(address: str) -> bool:
    return ":" in address


def reversed_address(name: str) -> str:
    """The address that a whole name under in-addr.arpa or ip6.arpa stands for, or ""."""
    labels = [label.lower() for label in labels_of(name)]
    tree, digits = labels[-2:], labels[-3::-1]
    if tree == ["in-addr", "arpa"] and len(digits) == 4:
        return plain_address(".".join(digits))
    if tree == ["ip6", "arpa"] and len(digits) == 32 and all(len(digit) == 1 for digit in digits):
        text = "".join(digits)
        return plain_address(":".join(text[at : at + 4] for at in range(0, 32, 4)))
    return ""


def reverse_name(address: str) -> str:
    """ "10.96.0.10" -> "10.0.96.10.in-addr.arpa."; ValueError when the text is no address."""
    return f"{ipaddress.ip_address(address).reverse_pointer}."
