"""Another process writes; this one's followers hear of it: by the doorbell over Redis, else by looking."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from cluster.models import Cluster
from cluster.store import doorbell
from cluster.watch import Hub
from cluster.watch import hub as hub_module
from tests.objects import config_map, config_map_key

ROOT = Path(__file__).resolve().parent.parent.parent

SCRIPT = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "dashboard.settings"
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from cluster.intents import Create
from cluster.store import commit
sys.stdin.readline()
print(commit(int(sys.argv[2]), [Create(eval(sys.argv[3]))], author="other", cause="test").revision, flush=True)
"""


async def write_elsewhere(cluster: Cluster, name: str) -> int:
    """Commit a config map in another process; returns the revision, as soon as that process has said it."""
    command = [
        sys.executable,
        "-c",
        SCRIPT,
        str(connection.settings_dict["NAME"]),
        str(cluster.pk),
        repr(config_map(name)),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=dict(os.environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(b"go\n")
    revision = int(await process.stdout.readline())
    await process.wait()
    return revision


async def test_a_write_of_another_process_is_seen_by_looking(hub: Hub, cluster: Cluster) -> None:
    mirror = await hub.mirror(cluster.pk)
    revision = await write_elsewhere(cluster, "elsewhere")
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    assert config_map_key("elsewhere") in mirror.world


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="needs the Redis channel layer: make services")
async def test_over_redis_the_doorbell_is_heard_without_looking(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "redis" in settings.CHANNEL_LAYERS["default"]["BACKEND"]
    monkeypatch.setattr(hub_module, "LOOK", 3600.0)
    mirror = await hub.mirror(cluster.pk)
    revision = await write_elsewhere(cluster, "rung")
    async with asyncio.timeout(30):
        await mirror.reached(revision)
    assert config_map_key("rung") in mirror.world


async def test_a_process_without_followers_rings_the_others(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[int, int]] = []

    async def announce(cluster: int, revision: int) -> None:
        heard.append((cluster, revision))

    monkeypatch.setattr(doorbell, "announce", announce)
    monkeypatch.setattr(doorbell, "reaches_other_processes", lambda: True)
    monkeypatch.setattr(doorbell, "_listeners", [])
    await asyncio.to_thread(doorbell.ring, cluster.pk, 412)
    assert heard == [(cluster.pk, 412)]


async def test_a_layer_that_fails_costs_no_write(hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        async def group_send(self, group: str, message: object) -> None:
            raise OSError("connection refused")

        async def send(self, channel: str, message: object) -> None:
            raise OSError("connection refused")

    monkeypatch.setattr(doorbell, "get_channel_layer", Broken)
    monkeypatch.setattr(doorbell, "_listeners", [])
    assert doorbell.reaches_other_processes()
    await asyncio.to_thread(doorbell.ring, cluster.pk, 412)
    await doorbell.claim(cluster.pk)
