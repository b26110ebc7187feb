from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import AsyncClient

from cluster.models import Cluster
from cluster.scenarios import load
from cluster.store import create_cluster, written
from cluster.store.writer import close
from cluster.watch import Hub, use


@pytest.fixture
async def cluster(transactional_db: None) -> Cluster:
    """The cluster `demo` with the article's objects; nothing runs its controllers."""
    made = await written(create_cluster, "demo", author="tester", pace="instant")
    await written(load, made.pk, "headless", author="tester")
    return made


@pytest.fixture
async def hub(cluster: Cluster) -> AsyncIterator[Hub]:
    made = Hub()
    use(made)
    running = asyncio.create_task(made.run())
    yield made
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    use(None)
    await close()


@pytest.fixture
async def alice(hub: Hub) -> User:
    """Staff: may write."""
    return await User.objects.acreate_user("alice", is_staff=True)


@pytest.fixture
async def bob(hub: Hub) -> User:
    """A member: may look."""
    return await User.objects.acreate_user("bob")


class Browser:
    """A client that sends these headers with every request (AsyncClient drops those it is made with)."""

    def __init__(self, **headers: str) -> None:
        self.client = AsyncClient()
        self.sent = {"accept": "text/html", **headers}

    async def get(self, path: str, *given: Any, headers: Any = None, **more: Any) -> Any:
        return await self.client.get(path, *given, headers={**self.sent, **(headers or {})}, **more)

    async def post(self, path: str, *given: Any, headers: Any = None, **more: Any) -> Any:
        return await self.client.post(path, *given, headers={**self.sent, **(headers or {})}, **more)


@pytest.fixture
async def alices(alice: User) -> Browser:
    """Alice's browser."""
    return await signed_in(alice)


async def signed_in(user: User, **headers: str) -> Browser:
    browser = Browser(**headers)
    await browser.client.aforce_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return browser
