"""Setting a cluster's clock over the live connection and over HTTP, and what a paused one tells."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from django.contrib.auth.models import User

from cluster.machinery.errors import BadRequest
from cluster.models import Cluster
from cluster.watch import Hub
from dashboard.clockwork import ClockAct, clock_act
from dashboard.clusters import clock
from tests.dashboard.conftest import Browser, signed_in
from tests.dashboard.test_live import Opened, joined, open_as, say, until

__all__ = ["open_as"]


@pytest.mark.parametrize(
    ("message", "act"),
    [
        ({"verb": "pause"}, ClockAct("pause")),
        ({"verb": "step"}, ClockAct("step")),
        ({"verb": "resume", "speed": 10}, ClockAct("resume", 10.0)),
        ({"verb": "speed", "speed": "0.5"}, ClockAct("speed", 0.5)),
        ({"verb": "pace", "pace": "real"}, ClockAct("pace", pace="real")),
    ],
    ids=lambda value: value.verb if isinstance(value, ClockAct) else "",
)
def test_what_is_asked(message: dict[str, Any], act: ClockAct) -> None:
    assert clock_act(message) == act


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ({}, "pause, resume, step, speed and pace are what can be done to a clock. This is None."),
        ({"verb": "stop"}, "This is 'stop'."),
        ({"verb": "speed", "speed": 0}, "A speed is a number from 0.1 to 100. This is 0."),
        ({"verb": "speed", "speed": "fast"}, "This is 'fast'."),
        ({"verb": "speed", "speed": [1]}, "This is a list."),
        ({"verb": "speed", "speed": True}, "This is True."),
        ({"verb": "speed", "speed": 10**400}, "A speed is a number"),
        ({"verb": "pace", "pace": "slow"}, "A pace is instant, brisk or real. This is 'slow'."),
    ],
    ids=str,
)
def test_what_makes_no_sense(message: dict[str, Any], said: str) -> None:
    with pytest.raises(BadRequest) as refused:
        clock_act(message)
    assert said in refused.value.message


async def test_everybody_is_told_and_what_comes_next_too(open_as: Opened, alice: User, bob: User) -> None:
    one, other = await open_as(alice), await open_as(bob)
    snapshot = await joined(one)
    assert (snapshot["speed"], snapshot["next"]) == (1.0, None)
    await joined(other)
    await say(one, t="clock", id="c1", verb="pause")
    assert (await until(other, "clock"))["speed"] == 0.0
    ahead = (await until(other, "next"))["next"]
    # Nothing runs the controllers here: all that the demo's objects need is still to be done.
    assert {"controller", "about", "name", "does", "more", "why"} == set(ahead["plans"][0])
    assert all(plan["does"] for plan in ahead["plans"])
    assert (ahead["waits"] is None) == (ahead["later"] is None)
    assert ahead["waits"] is None or {"controller", "about", "name"} == set(ahead["waits"])
    assert len(ahead["plans"]) == 8 and ahead["more"] > 0
    late = await open_as(bob)
    assert (await joined(late))["next"] == ahead
    await say(one, t="clock", id="c2", verb="speed", speed=2)
    assert (await until(other, "clock"))["speed"] == 2.0
    assert (await until(other, "next"))["next"] is None


async def test_who_may_only_look_sets_no_clock(open_as: Opened, bob: User) -> None:
    socket = await open_as(bob)
    await joined(socket)
    await say(socket, t="clock", id="c", verb="pause")
    assert "cannot update" in (await until(socket, "refused"))["message"]
    assert (await Cluster.objects.aget(slug="demo")).clock_speed == 1.0


async def test_over_http(alices: Browser, bob: User) -> None:
    told = (await alices.get("/clusters/demo/clock")).json()
    assert (told["paused"], told["speed"], told["pace"], told["next"]) == (False, 1.0, "instant", None)
    page = await alices.post("/clusters/demo/clock", {"verb": "pause"})
    assert (page.status_code, page.headers["Location"]) == (302, "/clusters/demo/")
    program = {"accept": "application/json"}
    body = orjson.dumps({"verb": "step"}).decode()
    done = await alices.post("/clusters/demo/clock", body, content_type="application/json", headers=program)
    assert done.json() == {"speed": 0.0, "paused": True, "pace": "instant"}
    assert (await Cluster.objects.aget(slug="demo")).steps_asked == 1
    for wrong in ("{", "[]", '{"verb": "fly"}'):
        refused = await alices.post("/clusters/demo/clock", wrong, content_type="application/json", headers=program)
        assert refused.status_code == 400
    assert (await (await signed_in(bob)).post("/clusters/demo/clock", {"verb": "pause"})).status_code == 403


async def test_a_long_look_ahead_leaves_the_loop_to_others(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror = await hub.mirror(cluster.pk)
    await Cluster.objects.filter(pk=cluster.pk).aupdate(clock_speed=0.0)
    mirror.clock = mirror.clock._replace(speed=0.0)
    monkeypatch.setattr(clock, "slice_of", lambda seconds: iter((True, False)).__next__)
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    meanwhile = asyncio.create_task(others())
    told = await clock._told(mirror)
    meanwhile.cancel()
    assert told["next"] is not None
    assert turns > 5


async def test_a_program_sets_it_without_a_token_and_another_site_does_not(alice: User) -> None:
    program = await signed_in(alice, accept="*/*")
    program.client.handler.enforce_csrf_checks = True
    assert (await program.post("/clusters/demo/clock", {"verb": "pause"})).status_code == 200
    elsewhere = await signed_in(alice, origin="https://elsewhere.example")
    elsewhere.client.handler.enforce_csrf_checks = True
    assert (await elsewhere.post("/clusters/demo/clock", {"verb": "resume"})).status_code == 403
