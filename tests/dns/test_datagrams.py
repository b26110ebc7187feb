"""Both ways of reading and answering datagrams do the same, over both families."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from cluster.dns import datagrams
from cluster.dns.datagrams import BATCH, LONGEST, Batched, Datagrams, OneByOne

Pair = tuple[Datagrams, tuple[socket.socket, socket.socket]]
WAYS: list[type[OneByOne] | type[Batched]] = [OneByOne]
if Batched.possible():
    WAYS.append(Batched)


@pytest.fixture(params=["127.0.0.1", "::1"])
def host(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=WAYS, ids=lambda way: way.__name__)
def pair(request: pytest.FixtureRequest, host: str) -> Iterator[Pair]:
    """A way, and two clients that are connected to its socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    served, *clients = (socket.socket(family, socket.SOCK_DGRAM) for _ in range(3))
    served.bind((host, 0))
    served.setblocking(False)
    for client in clients:
        client.settimeout(5)
        client.connect(served.getsockname())
    yield request.param(served), (clients[0], clients[1])
    for each in (served, *clients):
        each.close()


def test_this_system_has_the_fast_way_where_it_is_linux() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        assert isinstance(datagrams.of(any_socket), WAYS[-1])


def test_each_reply_goes_to_whom_it_is_for(pair: Pair, host: str) -> None:
    way, (one, other) = pair
    for number in range(20):
        (one, other)[number % 2].send(f"q{number}".encode())
    asked = way.receive()
    assert list(asked) == [f"q{number}".encode() for number in range(20)]
    assert [way.sender(number)[:2] for number in (6, 7)] == [one.getsockname()[:2], other.getsockname()[:2]]
    assert way.sender(6)[0] == host
    assert way.send([b"a" + raw if number > 3 else b"" for number, raw in enumerate(asked)]) == 0
    for number in range(4, 20):
        assert (one, other)[number % 2].recv(100) == f"aq{number}".encode()
    assert list(way.receive()) == []


def test_a_batch_is_bounded_and_the_rest_waits(pair: Pair) -> None:
    way, (one, _) = pair
    for number in range(BATCH + 3):
        one.send(number.to_bytes(2, "big"))
    first, second = way.receive(), way.receive()
    assert [int.from_bytes(raw, "big") for raw in (*first, *second)] == list(range(BATCH + 3))
    assert (len(first), len(second)) == (BATCH, 3)
    assert way.send([b"x" * (number + 1) for number in range(3)]) == 0
    assert [len(one.recv(100)) for _ in range(3)] == [1, 2, 3]


def test_what_is_too_long_is_cut_and_an_empty_one_is_one(pair: Pair) -> None:
    way, (one, _) = pair
    for raw in (b"x" * 9000, b"", b"y" * LONGEST):
        one.send(raw)
    assert list(way.receive()) == [b"x" * LONGEST, b"", b"y" * LONGEST]
    assert way.send([b"", b"", b""]) == 0


def test_a_reply_that_cannot_be_sent_is_lost_alone(pair: Pair) -> None:
    way, (one, _) = pair
    for raw in (b"1", b"2", b"3"):
        one.send(raw)
    way.receive()
    assert way.send([b"first", bytes(70_000), b"last"]) == 1
    assert [one.recv(100) for _ in range(2)] == [b"first", b"last"]
