"""Who is shown out of an open socket, and who stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone

from cluster.machinery.objects import STATEFUL_SETS
from cluster.models import Cluster
from cluster.store import read, snapshot
from cluster.watch import Hub
from dashboard.asgi import application
from dashboard.live import consumer
from dashboard.live.seat import ANOTHER_TIME
from tests.dashboard.conftest import Browser, signed_in
from tests.dashboard.websocket import Socket


class Visitor:
    """A browser with an open picture."""

    def __init__(self, browser: Browser, socket: Socket) -> None:
        self.browser, self.socket = browser, socket

    async def frame(self, kind: str) -> dict[str, Any]:
        while True:
            found: dict[str, Any] = orjson.loads(await self.socket.receive())
            if found["t"] == kind:
                return found

    async def scale(self, replicas: int) -> None:
        key = "apps/statefulsets/default/app-stateful"
        message = {"t": "act", "id": "a", "verb": "scale", "key": key, "replicas": replicas}
        await self.socket.send(orjson.dumps(message).decode())


@pytest.fixture
async def visit(hub: Hub) -> Any:
    opened: list[Socket] = []

    async def made(user: User) -> Visitor:
        browser = await signed_in(user)
        cookie = browser.client.cookies.output(header="", sep=";").strip().encode()
        socket = Socket(application, "/clusters/demo/live", [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie)])
        opened.append(socket)
        assert await socket.connect()
        visitor = Visitor(browser, socket)
        await visitor.frame("presence")
        return visitor

    yield made
    for socket in opened:
        await socket.disconnect()


def look(hub: Hub) -> Any:
    return consumer._doors[hub].look()


async def signs_out(visitor: Visitor, user: User) -> None:
    assert (await visitor.browser.post("/accounts/logout/")).status_code == 302


async def is_made_inactive(visitor: Visitor, user: User) -> None:
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)


async def gets_another_password(visitor: Visitor, user: User) -> None:
    await sync_to_async(user.set_password)("a-new-one-1234")
    await user.asave()


async def is_deleted(visitor: Visitor, user: User) -> None:
    await User.objects.filter(pk=user.pk).adelete()


async def has_an_old_session(visitor: Visitor, user: User) -> None:
    await Session.objects.aupdate(expire_date=timezone.now())


@pytest.mark.parametrize("what", [signs_out, is_made_inactive, gets_another_password, is_deleted, has_an_old_session])
async def test_who_is_no_longer_there_is_shown_out(
    hub: Hub, alice: User, bob: User, visit: Callable[[User], Any], what: Callable[[Visitor, User], Any]
) -> None:
    gone, stays = await visit(alice), await visit(bob)
    await look(hub)
    await what(gone, alice)
    if what is has_an_old_session:
        bobs = await visit(bob)
        await look(hub)
        assert await stays.socket.closed() == ANOTHER_TIME
        stays = bobs
    else:
        await look(hub)
    assert await gone.socket.closed() == ANOTHER_TIME
    await stays.socket.send("{}")
    assert await stays.frame("refused")


async def test_nothing_is_changed_by_who_is_out_since_a_moment(
    hub: Hub, alice: User, cluster: Cluster, visit: Callable[[User], Any]
) -> None:
    visitor = await visit(alice)
    await is_made_inactive(visitor, alice)
    await visitor.scale(7)
    assert await visitor.socket.closed() == ANOTHER_TIME
    found = (await read(snapshot, cluster.pk)).find(STATEFUL_SETS, "default", "app-stateful")
    assert found is not None
    assert found["spec"]["replicas"] == 3


async def test_rights_are_those_of_now(hub: Hub, alice: User, visit: Callable[[User], Any]) -> None:
    visitor = await visit(alice)
    await User.objects.filter(pk=alice.pk).aupdate(is_staff=False)
    await visitor.scale(7)
    assert "cannot patch statefulsets/scale" in (await visitor.frame("refused"))["message"]


async def test_the_last_one_out_stops_the_looking(hub: Hub, alice: User, visit: Callable[[User], Any]) -> None:
    visitor = await visit(alice)
    door = consumer._doors[hub]
    assert door._task is not None
    await visitor.socket.disconnect()
    assert door._task is None
