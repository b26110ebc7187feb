"""What may be a name, a label or a port's name, with Kubernetes' words for what may not.

Every function takes a text and gives the messages of what is wrong with it, none when it is right. Knows no kind
and no field: which rule holds where is said by the kinds.
"""

from __future__ import annotations

import ipaddress
import re

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_WILDCARD = rf"\*\.{_SUBDOMAIN}"
_DNS1035 = "[a-z]([-a-z0-9]*[a-z0-9])?"
_QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = f"({_QUALIFIED})?"
_CONFIG_KEY = "[-._a-zA-Z0-9]+"
_PERCENT = "[0-9]+%"
_HEADER = "[-A-Za-z0-9]+"

_label = re.compile(_LABEL).fullmatch
_subdomain = re.compile(_SUBDOMAIN).fullmatch
_wildcard = re.compile(_WILDCARD).fullmatch
_dns1035 = re.compile(_DNS1035).fullmatch
_qualified = re.compile(_QUALIFIED).fullmatch
_value = re.compile(_VALUE).fullmatch
_config_key = re.compile(_CONFIG_KEY).fullmatch
_percent = re.compile(_PERCENT).fullmatch
_header = re.compile(_HEADER).fullmatch
_port_characters = re.compile("[-a-z0-9]+").fullmatch
_letter = re.compile("[a-z]").search

_ENDS = "and must start and end with an alphanumeric character"


def _said(rule: str, expression: str, *examples: str) -> str:
    """A broken pattern in Kubernetes' words; the two spaces before "or" are Kubernetes' own."""
    listed = " or ".join(f"'{example}', " for example in examples)
    return f"{rule} (e.g. {listed}regex used for validation is '{expression}')"


def at_most(limit: int) -> str:
    return f"must be no more than {limit} characters"


def between(low: int, high: int) -> str:
    return f"must be between {low} and {high}, inclusive"


def _too_long(text: str, limit: int) -> list[str]:
    """Kubernetes counts bytes, though it says characters."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return [at_most(limit)] if size > limit else []


def dns_label(text: str) -> list[str]:
    """RFC 1123 label, at most 63: a StatefulSet's, a container's, a namespace's name."""
    wrong = _too_long(text, 63)
    if not _label(text):
        if _subdomain(text):
            wrong.append("must not contain dots")
        else:
            rule = f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', {_ENDS}"
            wrong.append(_said(rule, _LABEL, "my-name", "123-abc"))
    return wrong


def dns_subdomain(text: str) -> list[str]:
    """RFC 1123 subdomain, at most 253: what most objects are named by."""
    wrong = _too_long(text, 253)
    if not _subdomain(text):
        rule = f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', {_ENDS}"
        wrong.append(_said(rule, _SUBDOMAIN, "example.com"))
    return wrong


def wildcard_subdomain(text: str) -> list[str]:
    """`*.` and a subdomain, as an Ingress' host may be."""
    wrong = _too_long(text, 253)
    if not _wildcard(text):
        rule = (
            "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist"
            " of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character"
        )
        wrong.append(_said(rule, _WILDCARD, "*.example.com"))
    return wrong


def dns1035_label(text: str) -> list[str]:
    """RFC 1035 label, at most 63, a letter first: a Service's name."""
    wrong = _too_long(text, 63)
    if not _dns1035(text):
        rule = (
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic"
            " character, and end with an alphanumeric character"
        )
        wrong.append(_said(rule, _DNS1035, "my-name", "abc-123"))
    return wrong


def label_key(text: str) -> list[str]:
    """A qualified name, `name` or `prefix/name`: keys of labels and annotations, finalizers, taints."""
    rule = _said(
        f"must consist of alphanumeric characters, '-', '_' or '.', {_ENDS}",
        _QUALIFIED,
        "MyName",
        "my.name",
        "123-abc",
    )
    wrong: list[str] = []
    parts = text.split("/")
    if len(parts) > 2:
        return [f"a qualified name {rule} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"]
    if len(parts) == 2:
        if parts[0]:
            wrong += [f"prefix part {message}" for message in dns_subdomain(parts[0])]
        else:
            wrong.append("prefix part must be non-empty")
    name = parts[-1]
    wrong += [f"name part {message}" for message in _too_long(name, 63)] if name else ["name part must be non-empty"]
    if not _qualified(name):
        wrong.append(f"name part {rule}")
    return wrong


def label_value(text: str) -> list[str]:
    """The value of a label: at most 63, may be empty."""
    wrong = _too_long(text, 63)
    if not _value(text):
        rule = f"a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', {_ENDS}"
        wrong.append(_said(rule, _VALUE, "MyValue", "my_value", "12345"))
    return wrong


def port_name(text: str) -> list[str]:
    """IANA service name, at most 15: a container port's name (a Service port's is a `dns_label`)."""
    wrong = _too_long(text, 15)
    if not _port_characters(text):
        wrong.append("must contain only alphanumeric characters (a-z, 0-9), and hyphens (-)")
    if not _letter(text):
        wrong.append("must contain at least one letter (a-z)")
    if "--" in text:
        wrong.append("must not contain consecutive hyphens")
    if text.startswith("-") or text.endswith("-"):
        wrong.append("must not begin or end with a hyphen")
    return wrong


def port_number(number: int) -> list[str]:
    return [] if 1 <= number <= 65535 else [between(1, 65535)]


def environment_name(text: str) -> list[str]:
    """Name of an environment variable, by the relaxed rule that v1.32 has."""
    if not text:
        return ["environment variable name must be non-empty"]
    if any(not 32 <= ord(character) <= 126 or character == "=" for character in text):
        return ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
    return []


def config_key(text: str) -> list[str]:
    """A key in the data of a ConfigMap or a Secret."""
    wrong = _too_long(text, 253)
    if not _config_key(text):
        rule = "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
        wrong.append(_said(rule, _CONFIG_KEY, "key.name", "KEY_NAME", "key-name"))
    elif text in (".", ".."):
        wrong.append(f"must not be '{text}'")
    elif text.startswith(".."):
        wrong.append("must not start with '..'")
    return wrong


def path_segment(text: str) -> list[str]:
    """What may stand between two slashes of a path: names of roles and the like."""
    if text in (".", ".."):
        return [f"may not be '{text}'"]
    return [f"may not contain '{each}'" for each in ("/", "%") if each in text]


def header_name(text: str) -> list[str]:
    if _header(text):
        return []
    rule = "a valid HTTP header must consist of alphanumeric characters or '-'"
    return [_said(rule, _HEADER, "X-Header-Name")]


def percent(text: str) -> list[str]:
    if _percent(text):
        return []
    rule = "a valid percent string must be a numeric string followed by an ending '%'"
    return [_said(rule, _PERCENT, "1%", "93%")]


def ip_address(text: str) -> list[str]:
    """An IPv4 or IPv6 address without a zone, without leading zeros."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
    return [] if "%" not in text else ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"]
