from __future__ import annotations

import pytest

from cluster.models import Cluster
from cluster.watch import Hub
from tests.api.asking import Client
from tests.watch.conftest import cluster, hub

__all__ = ["cluster", "hub"]


@pytest.fixture
async def client(hub: Hub, cluster: Cluster) -> Client:
    return Client(cluster.slug)
