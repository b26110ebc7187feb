"""What Kubernetes adds to CEL: functions for lists, quantities, URLs, addresses, networks and
authorizers.

A quantity, a URL, an address is a map here, as the library lets nobody add types of their own. Left out are `find` and
`findAll`: Python's own regular expressions can be made to search for ever. Pure.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cluster.machinery.quantity import QuantityError, parse

Impl = Callable[..., Any]
Decide = Callable[[Mapping[str, Any]], tuple[bool, str]]
"""Whether something is allowed, and why; asked with what an expression has put together."""
DECIDE: ContextVar[Decide | None] = ContextVar("decide", default=None)
"""Who is asked in this evaluation: functions of the library get nothing but their arguments."""


@cache
def extensions() -> list[Any]:
    """Those of the library itself that Kubernetes has, and ours."""
    from cel_expr_python import cel
    from cel_expr_python.ext import ext_bindings, ext_math, ext_optional, ext_strings

    named: dict[str, list[Any]] = {}
    types = {
        "bool": cel.Type.BOOL,
        "dyn": cel.Type.DYN,
        "int": cel.Type.INT,
        "float": cel.Type.DOUBLE,
        "text": cel.Type.STRING,
        "list": cel.Type.List(cel.Type.DYN),
        "map": cel.Type.Map(cel.Type.STRING, cel.Type.DYN),
    }
    for name, result, arguments, member, impl in _FUNCTIONS:
        overload = cel.Overload(
            f"kubernetes_{name}_{'_'.join(arguments)}",
            types[result],
            [types[each] for each in arguments],
            is_member=member,
            impl=impl,
        )
        named.setdefault(name, []).append(overload)
    own = cel.CelExtension("kubernetes", [cel.FunctionDecl(name, overloads) for name, overloads in named.items()])
    return [ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_math.ExtMath(), ext_bindings.ExtBindings(), own]


def _is(make: Callable[[str], Any]) -> Callable[[str], bool]:
    def check(text: str) -> bool:
        try:
            make(text)
        except ValueError:
            return False
        return True

    return check


def _quantity(text: str) -> dict[str, str]:
    try:
        return {"quantity": str(Decimal(str(parse(text))).normalize())}
    except QuantityError as error:
        raise ValueError(str(error)) from error


def _amount(given: dict[str, str]) -> Decimal:
    return Decimal(str(given["quantity"]))


def _of(amount: Decimal) -> dict[str, str]:
    return {"quantity": str(amount.normalize())}


def _compared(one: Decimal, other: Decimal) -> int:
    return (one > other) - (one < other)


def _whole(given: dict[str, str]) -> int:
    amount = _amount(given)
    if amount != amount.to_integral_value():
        raise ValueError("cannot convert value to integer")
    return int(amount)


def _url(text: str) -> dict[str, Any]:
    parts = urlsplit(text)
    if not (parts.scheme or text.startswith("/")):
        raise ValueError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    port = str(parts.port) if parts.port is not None else ""
    return {
        "scheme": parts.scheme,
        "host": parts.netloc.rpartition("@")[2],
        "hostname": parts.hostname or "",
        "port": port,
        "path": parts.path,
        "query": parse_qs(parts.query, keep_blank_values=True),
    }


def _ip(text: str) -> dict[str, Any]:
    address = ipaddress.ip_address(text)
    return {"ip": str(address), "family": address.version}


def _cidr(text: str) -> dict[str, Any]:
    network = ipaddress.ip_interface(text)
    if "/" not in text:
        raise ValueError(f'CIDR "{text}" parse error: no prefix')
    return {"cidr": str(network.with_prefixlen), "prefix": network.network.prefixlen}


def _contains(network: dict[str, Any], text: str) -> bool:
    inner = ipaddress.ip_network(text, strict=False)
    outer = ipaddress.ip_network(str(network["cidr"]), strict=False)
    return inner.version == outer.version and inner.subnet_of(outer)  # type: ignore[arg-type]


def _sorted(values: Sequence[Any]) -> bool:
    plain = list(values)
    return all(one <= other for one, other in pairwise(plain))


def _chosen(pick: Callable[[Sequence[Any]], Any]) -> Impl:
    def choose(values: Sequence[Any]) -> Any:
        if not values:
            raise ValueError("min or max called on empty list")
        return pick(list(values))

    return choose


def _with(part: str) -> Impl:
    return lambda given, value: {**_plain(given), part: str(value)}


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return dict(given.items())


def _account(given: Mapping[str, Any], namespace: str, name: str) -> dict[str, Any]:
    return {**_plain(given), "account": [str(namespace), str(name)]}


def _check(given: Mapping[str, Any], verb: str) -> dict[str, Any]:
    decide = DECIDE.get()
    if decide is None:
        return {"allowed": False, "reason": "", "error": "nobody decides here"}
    allowed, reason = decide({**_plain(given), "verb": str(verb)})
    return {"allowed": allowed, "reason": reason, "error": ""}


_FUNCTIONS: tuple[tuple[str, str, tuple[str, ...], bool, Impl], ...] = (
    ("isSorted", "bool", ("list",), True, _sorted),
    ("sum", "dyn", ("list",), True, lambda values: sum(list(values))),
    ("min", "dyn", ("list",), True, _chosen(min)),
    ("max", "dyn", ("list",), True, _chosen(max)),
    ("quantity", "map", ("text",), False, _quantity),
    ("isQuantity", "bool", ("text",), False, _is(_quantity)),
    ("isInteger", "bool", ("map",), True, lambda one: _amount(one) == _amount(one).to_integral_value()),
    ("asInteger", "int", ("map",), True, _whole),
    ("asApproximateFloat", "float", ("map",), True, lambda one: float(_amount(one))),
    ("sign", "int", ("map",), True, lambda one: _compared(_amount(one), Decimal(0))),
    ("add", "map", ("map", "map"), True, lambda one, other: _of(_amount(one) + _amount(other))),
    ("sub", "map", ("map", "map"), True, lambda one, other: _of(_amount(one) - _amount(other))),
    ("compareTo", "int", ("map", "map"), True, lambda one, other: _compared(_amount(one), _amount(other))),
    ("isLessThan", "bool", ("map", "map"), True, lambda one, other: _amount(one) < _amount(other)),
    ("isGreaterThan", "bool", ("map", "map"), True, lambda one, other: _amount(one) > _amount(other)),
    ("url", "map", ("text",), False, _url),
    ("isURL", "bool", ("text",), False, _is(_url)),
    ("getScheme", "text", ("map",), True, lambda one: one["scheme"]),
    ("getHost", "text", ("map",), True, lambda one: one["host"]),
    ("getHostname", "text", ("map",), True, lambda one: one["hostname"]),
    ("getPort", "text", ("map",), True, lambda one: one["port"]),
    ("getEscapedPath", "text", ("map",), True, lambda one: one["path"]),
    ("getQuery", "dyn", ("map",), True, lambda one: one["query"]),
    ("ip", "map", ("text",), False, _ip),
    ("isIP", "bool", ("text",), False, _is(_ip)),
    ("family", "int", ("map",), True, lambda one: one["family"]),
    ("cidr", "map", ("text",), False, _cidr),
    ("isCIDR", "bool", ("text",), False, _is(_cidr)),
    ("containsIP", "bool", ("map", "text"), True, _contains),
    ("containsCIDR", "bool", ("map", "text"), True, _contains),
    ("prefixLength", "int", ("map",), True, lambda one: one["prefix"]),
    *(
        (part, "map", ("map", "text"), True, _with(part))
        for part in ("path", "group", "resource", "subresource", "namespace", "name")
    ),
    ("serviceAccount", "map", ("map", "text", "text"), True, _account),
    ("check", "map", ("map", "text"), True, _check),
    ("allowed", "bool", ("map",), True, lambda one: bool(one["allowed"])),
    ("reason", "text", ("map",), True, lambda one: one["reason"]),
    ("errored", "bool", ("map",), True, lambda one: bool(one["error"])),
    ("error", "text", ("map",), True, lambda one: one["error"]),
)
"""(name, what it gives, of what, whether it is called on the first, how)."""
