"""Which addresses only this machine reaches, and how they stand before a port."""

from __future__ import annotations

import pytest

from cluster.binding import in_address, is_loopback


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("kubarium.example.org", False),
        ("", False),
    ],
)
def test_loopback(address: str, said: bool) -> None:
    assert is_loopback(address) is said


def test_before_a_port() -> None:
    assert [in_address(each) for each in ("127.0.0.1", "::1", "localhost")] == ["127.0.0.1", "[::1]", "localhost"]
