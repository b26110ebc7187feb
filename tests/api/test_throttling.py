"""One client's share: requests in a span, open streams at once, strangers by address."""

from __future__ import annotations

import pytest
from limits import RateLimitItemPerMinute

from cluster.api.request import ANONYMOUS, User
from cluster.api.throttling import Throttle, TooMany
from tests.api.asking import Client

ADA, BOB = User("ada"), User("bob")


def test_one_users_requests_are_counted_apart_from_anothers() -> None:
    throttle = Throttle(RateLimitItemPerMinute(2))
    throttle.count(ADA, "a")
    throttle.count(ADA, "b")
    throttle.count(BOB, "a")
    with pytest.raises(TooMany, match="Too many requests, please try again later"):
        throttle.count(ADA, "a")


def test_strangers_are_counted_by_address() -> None:
    throttle = Throttle(of_strangers=RateLimitItemPerMinute(1))
    throttle.count(ANONYMOUS, "10.0.0.1")
    throttle.count(ANONYMOUS, "10.0.0.2")
    with pytest.raises(TooMany):
        throttle.count(ANONYMOUS, "10.0.0.1")


def test_a_stream_that_ends_makes_room() -> None:
    throttle = Throttle(streams=1)
    with throttle.stream(ADA), throttle.stream(BOB), pytest.raises(TooMany), throttle.stream(ADA):
        pass
    with throttle.stream(ADA):
        pass


async def test_the_answer_says_when_to_come_again(client: Client) -> None:
    client.application.throttle = Throttle(RateLimitItemPerMinute(1))
    assert (await client.get("/api/v1/pods")).code == 200
    reply = await client.get("/api/v1/pods")
    assert (reply.code, reply.json["reason"], reply.header("retry-after")) == (429, "TooManyRequests", "1")


async def test_open_watches_are_counted(client: Client) -> None:
    client.application.throttle = Throttle(streams=1)
    watch = client.pieces("GET", "/api/v1/configmaps?watch=1")
    await anext(watch)
    assert (await client.get("/api/v1/configmaps?watch=1")).code == 429
    await watch.aclose()
    assert (await client.get("/api/v1/configmaps?watch=1&timeoutSeconds=0")).code == 200
