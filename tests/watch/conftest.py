from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from asgiref.sync import sync_to_async
from django.db import connections

from cluster.models import Cluster
from cluster.store import create_cluster, written
from cluster.store.writer import close
from cluster.watch import Hub, use


@pytest.fixture
async def cluster(transactional_db: None) -> AsyncIterator[Cluster]:
    yield await written(create_cluster, "test", author="tester")
    # The thread of Django's own asynchronous calls has a connection too, which would keep the database from going.
    await sync_to_async(connections.close_all)()
    await close()


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
