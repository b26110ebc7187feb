"""What a person is told to give to dig, by where the DNS server really listens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cluster.dns import listening
from cluster.dns.listening import Listening
from dashboard.clusters.asking import other_server, server_of


@pytest.fixture(autouse=True)
def nobody_after() -> Iterator[None]:
    yield
    listening.use(None)


@pytest.mark.parametrize(
    ("bound", "public", "told"),
    [
        ("127.0.0.1", "", ("127.0.0.1", "127.0.0.1:45655")),
        ("::1", "", ("::1", "[::1]:45655")),
        ("localhost", "", ("localhost", "localhost:45655")),
        ("192.0.2.7", "kubarium.example.org", ("192.0.2.7", "192.0.2.7:45655")),
        ("0.0.0.0", "", ("127.0.0.1", "127.0.0.1:45655")),
        ("::", "kubarium.example.org", ("kubarium.example.org", "kubarium.example.org:45655")),
    ],
)
def test_the_port_really_bound_is_told(settings: Any, bound: str, public: str, told: tuple[str, str]) -> None:
    settings.PUBLIC_HOST = public
    listening.use(Listening("demo", bound, 45655))
    assert server_of("demo") == (told[0], 45655)
    assert other_server() == {"cluster": "demo", "address": told[1]}
    assert server_of("fern") is None


def test_without_a_dns_server_there_is_nothing_to_tell() -> None:
    assert server_of("demo") is None
    assert other_server() is None
