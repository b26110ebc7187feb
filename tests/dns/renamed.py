"""A file of recorded questions with every name and address put for another, the same one everywhere.

What was recorded of one must hold of the other, or an answer depends on how something is called. Lengths stay as they
are, since sizes were recorded too; so do words that mean something in a name, and zeros, which IPv6 leaves out.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from cluster.dns.lookup import CLUSTER_LABEL, IMPORT_LABEL
from cluster.world import SERVICE_NAME_LABEL
from tests.dns.vectors import Vector

_NAMING_LABELS = (SERVICE_NAME_LABEL, IMPORT_LABEL, CLUSTER_LABEL)
_MEANT = frozenset({"svc", "pod", "ns", "ns1", "dns", "dns-version", "hostmaster", "tcp", "udp", "sctp", "any"})
"""Labels that mean something by themselves."""
_UNTOUCHED = frozenset(
    {"apiVersion", "kind", "protocol", "type", "phase", "addressType", "image", "selector", "conditions"}
)
_NAMED = frozenset({"name", "namespace", "hostname", "subdomain", "targetPort", "zone"})
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_TURNED = _SMALL[13:] + _SMALL[:13]
_LETTERS = str.maketrans(_SMALL + _SMALL.upper(), _TURNED + _TURNED.upper())
_NIBBLES = str.maketrans("123456789abcdeABCDE", "6c8a1e35b2d9742D974")
_OCTET = re.compile(r"0|[1-9][0-9]{0,2}")


class Renaming:
    """The other names of one file's things."""

    def __init__(self, vector: Vector) -> None:
        zone_labels = {label for zone in vector["config"]["zones"] for label in zone.lower().split(".")}
        zone_labels |= set(str(vector["config"].get("external_zone") or "").lower().split("."))
        found = {name.lower() for obj in vector["cluster"] for name in _names(obj) if not _is_address(_undashed(name))}
        self.names = {label for name in found for label in name.split(".")} - _MEANT - zone_labels - {""}
        asked = {
            label.lstrip("_") for query in vector["queries"] for label in str(query.get("qname")).lower().split(".")
        }
        others = asked - self.names
        assert not others & {name.translate(_LETTERS) for name in self.names}, "a new name is another's old one"

    def vector(self, vector: Vector) -> Vector:
        """The file under other names, without messages that are given as octets."""
        config = {word: self._option(word, value) for word, value in vector["config"].items()}
        queries = [self._query(query) for query in vector["queries"] if "raw" not in query]
        upstream = [self._line(line) for line in vector.get("upstream") or ()]
        cluster = [self._object(obj) for obj in vector["cluster"]]
        return {**vector, "config": config, "queries": queries, "upstream": upstream, "cluster": cluster}

    def text(self, text: str) -> str:
        """A name or an address."""
        if _is_address(text):
            return _address(text)
        tree = next((tree for tree in ("in-addr.arpa", "ip6.arpa") if text.lower().rstrip(".").endswith(tree)), "")
        return ".".join(self._label(label, tree) for label in text.split("."))

    def _label(self, label: str, tree: str) -> str:
        if tree == "in-addr.arpa" and _OCTET.fullmatch(label) and int(label) < 256:
            return _octet(label)
        if tree == "ip6.arpa" and len(label) == 1:
            return label.translate(_NIBBLES)
        stem = label.lstrip("_")
        if stem.lower() in self.names:
            return label[: len(label) - len(stem)] + stem.translate(_LETTERS)
        if _is_address(_undashed(stem)):
            mark = "." if "." in _undashed(stem) else ":"
            return label[: len(label) - len(stem)] + _address(_undashed(stem)).replace(mark, "-")
        return label

    def _option(self, word: str, value: Any) -> Any:
        if word in ("zones", "fallthrough", "server_ips", "namespaces") and value:
            return [self.text(each) for each in value]
        return value

    def _query(self, query: Vector) -> Vector:
        told: Vector = {
            section: [self._line(line) for line in query[section]]
            for section in ("answer", "authority", "additional")
            if section in query
        }
        return {**query, "qname": self.text(query["qname"]), **told}

    def _line(self, line: str) -> str:
        """A record as a zone file has it."""
        name, *rest = line.split(" ")
        return " ".join([self.text(name), *(self.text(word) if _is_named(word) else word for word in rest)])

    def _object(self, value: Any, key: str = "") -> Any:
        if key in _UNTOUCHED:
            return value
        if isinstance(value, dict):
            if key == "labels":
                return {word: self.text(each) if word in _NAMING_LABELS else each for word, each in value.items()}
            return {word: self._object(each, word) for word, each in value.items()}
        if isinstance(value, list):
            return [self._object(each, key) for each in value]
        return self.text(value) if isinstance(value, str) else value


def _names(value: Any, key: str = "") -> list[str]:
    """What things are called in a manifest."""
    if key in _UNTOUCHED:
        return []
    if isinstance(value, dict):
        if key == "labels":
            return [each for word, each in value.items() if word in _NAMING_LABELS]
        return [name for word, each in value.items() for name in _names(each, word)]
    if isinstance(value, list):
        return [name for each in value for name in _names(each, key)]
    return [value] if key in _NAMED and isinstance(value, str) else []


def _is_named(word: str) -> bool:
    return ("." in word or ":" in word) and not word.startswith('"')


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _undashed(label: str) -> str:
    return label.replace("-", "." if label.count("-") == 3 and "--" not in label else ":")


def _address(text: str) -> str:
    if ":" not in text:
        return ".".join(map(_octet, text.split(".")))
    before, mark, last = text.rpartition(":")
    return f"{before.translate(_NIBBLES)}{mark}{_address(last) if '.' in last else last.translate(_NIBBLES)}"


def _octet(text: str) -> str:
    """Another one of as many digits."""
    least, count = {1: (0, 10), 2: (10, 90), 3: (100, 156)}[len(text)]
    return str(least + (int(text) - least + 7) % count)
