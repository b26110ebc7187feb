"""Amounts of resources, "500m" or "1Gi": their value and the one way Kubernetes writes each.

Knows no resource: that cpu is counted in thousandths is not known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal

FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
SUFFIX = "unable to parse quantity's suffix"
NUMBER = "unable to parse numeric part of quantity"

_DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in _DECIMAL.items()}
_BINARY_SUFFIX = {0: "", **{exponent: suffix for suffix, exponent in _BINARY.items()}}

_shape = re.compile(r"([+-]?)([0-9]*)(\.[0-9]*)?([eEinumkKMGTP]*)([-+]?[0-9]*)", re.ASCII).fullmatch
_LONGEST = 256
"""Longer texts are refused unread: no quantity is, and big numbers cost time."""
_context = Context(prec=2 * _LONGEST, Emax=10_000, Emin=-10_000)
_LARGEST = Decimal(2**63 - 1)
_NANO = Decimal("1e-9")


class QuantityError(ValueError):
    """Not a quantity; the text says it in Kubernetes' words."""


def _read(text: str) -> tuple[Decimal, str]:
    """(value, notation), the notation being "binary", "decimal" or "exponent"."""
    found = _shape(text) if 0 < len(text) <= _LONGEST else None
    if found is None:
        raise QuantityError(FORMAT)
    sign, whole, fraction, letters, digits = found.groups()
    fraction = (fraction or "")[1:]
    if not whole and not fraction:
        raise QuantityError(FORMAT if not letters and not digits else NUMBER)
    number = Decimal(f"{sign}{whole or 0}.{fraction or 0}")
    if not digits and letters in _BINARY:
        return _context.multiply(number, Decimal(1024 ** _BINARY[letters])), "binary"
    if not digits and letters in _DECIMAL:
        return number.scaleb(_DECIMAL[letters], _context), "decimal"
    if letters in ("e", "E") and digits.strip("+-") and abs(int(digits)) < 1000:
        return number.scaleb(int(digits), _context), "exponent"
    raise QuantityError(SUFFIX)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    """Away from zero to a multiple of `step`, as Kubernetes rounds up what it cannot hold; at most 2^63-1."""
    if value == value.to_integral_value():
        return max(-_LARGEST, min(_LARGEST, value))
    return value.quantize(step, ROUND_CEILING if value > 0 else ROUND_FLOOR, _context)


def parse(text: str | int | float) -> Decimal:
    """The amount: parse("1500m") == Decimal("1.5"). QuantityError (a ValueError) when it is none."""
    value, _ = _read(text.strip() if isinstance(text, str) else str(text))
    return _rounded(value, _NANO)


def canonical(text: str | int | float, step: Decimal = _NANO) -> str:
    """The same amount with the largest suffix that needs no fraction: canonical("0.5") == "500m".

    `step` is the finest part kept, rounded up; the lists of resources keep `MILLI`.
    """
    value, notation = _read(text.strip() if isinstance(text, str) else str(text))
    return _written(_rounded(value, step), notation)


def total(texts: Iterable[str | int | float]) -> str:
    """The sum, in the notation of the first amount that is not nothing: total(["1Gi", "512Mi"]) == "1536Mi"."""
    value, notation = Decimal(0), "decimal"
    for text in texts:
        more, how = _read(text.strip() if isinstance(text, str) else str(text))
        if not value:
            notation = how
        value = _context.add(value, more)
    return _written(_rounded(value, _NANO), notation)


def _written(value: Decimal, notation: str) -> str:
    if not value:
        return "0"
    if notation == "binary" and abs(value) >= 1024:
        amount, power = int(value.to_integral_value(ROUND_CEILING if value > 0 else ROUND_FLOOR)), 0
        while amount % 1024 == 0 and power < 6:
            amount, power = amount // 1024, power + 1
        return f"{amount}{_BINARY_SUFFIX[power]}"
    sign, figures, exponent = value.normalize(_context).as_tuple()
    exponent = int(exponent)
    zeros = exponent % 3
    amount = int("".join(map(str, figures))) * 10**zeros
    exponent -= zeros
    sign_text = "-" if sign else ""
    if notation == "exponent":
        return f"{sign_text}{amount}e{exponent}" if exponent else f"{sign_text}{amount}"
    return f"{sign_text}{amount}{_DECIMAL_SUFFIX[exponent]}"


MILLI = Decimal("1e-3")
