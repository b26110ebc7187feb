"""Quantities: value and canonical text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import quantity

CANONICAL = [
    ("0", "0"),
    ("0m", "0"),
    ("0.5", "500m"),
    ("1000m", "1"),
    ("1500m", "1500m"),
    ("1.5Gi", "1536Mi"),
    ("1024Mi", "1Gi"),
    ("0.5Ki", "512"),
    ("1023", "1023"),
    ("1024", "1024"),
    ("2000000", "2M"),
    ("1e3", "1e3"),
    ("1E3", "1e3"),
    ("1500e-3", "1500e-3"),
    (".5", "500m"),
    ("1.", "1"),
    ("-1.5", "-1500m"),
    ("+3", "3"),
    ("1Ei", "1Ei"),
    ("12E", "9223372036854775807"),
    ("0.1n", "1n"),
    ("-0.1n", "-1n"),
    ("100000000000000000000000", "9223372036854775807"),
]


@pytest.mark.parametrize(("text", "canonical"), CANONICAL)
def test_canonical(text: str, canonical: str) -> None:
    assert quantity.canonical(text) == canonical


def test_numbers_are_quantities_too() -> None:
    assert (quantity.canonical(2), quantity.canonical(0.1), quantity.parse(1.5)) == ("2", "100m", Decimal("1.5"))


def test_resource_lists_round_up_to_thousandths() -> None:
    assert quantity.canonical("100u", quantity.MILLI) == "1m"
    assert quantity.canonical("1.0001", quantity.MILLI) == "1001m"


WRONG = [
    ("lots", quantity.FORMAT),
    ("", quantity.FORMAT),
    ("1Q", quantity.FORMAT),
    ("1 Gi", quantity.FORMAT),
    ("1.5.5", quantity.FORMAT),
    ("١", quantity.FORMAT),
    ("1" * 300, quantity.FORMAT),
    ("1KK", quantity.SUFFIX),
    ("1K", quantity.SUFFIX),
    ("1e", quantity.SUFFIX),
    ("1eE3", quantity.SUFFIX),
    ("1e999999", quantity.SUFFIX),
    ("k", quantity.NUMBER),
    (".Ki", quantity.NUMBER),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(quantity.QuantityError) as refused:
        quantity.parse(text)
    assert str(refused.value) == message


_TEXTS = st.builds(
    lambda number, suffix: f"{number}{suffix}",
    st.decimals(min_value=-100000, max_value=100000, places=3),
    st.sampled_from(["", "m", "k", "M", "G", "Ki", "Mi", "Gi", "e3"]),
)


@given(_TEXTS)
def test_canonical_keeps_the_value_and_is_canonical(text: str) -> None:
    once = quantity.canonical(text)
    # A binary amount that needs no suffix reads as a decimal one afterwards: the same amount, perhaps with a "k".
    if not text.endswith("i") or once.endswith("i"):
        assert quantity.canonical(once) == once
    assert quantity.parse(quantity.canonical(once)) == quantity.parse(once)
    if not text.endswith("i") or abs(quantity.parse(text)) < 1024:  # binary amounts have no fraction: rounded up
        assert quantity.parse(once) == quantity.parse(text)
    else:
        assert abs(quantity.parse(once) - quantity.parse(text)) < 1
