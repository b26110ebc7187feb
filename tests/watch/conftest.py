from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from cluster.models import Cluster
from cluster.store import create_cluster, written
from cluster.store.writer import close
from cluster.watch import Hub, use


@pytest.fixture
async def cluster(transactional_db: None) -> Cluster:
    return await written(create_cluster, "test", author="tester")


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
