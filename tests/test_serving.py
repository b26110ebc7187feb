"""The one process: ports that are taken, two starts at once, a cluster that goes and comes again under its name."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvicorn

from cluster import serving
from cluster.dns.server import DnsServer
from cluster.machinery.objects import SERVICES
from cluster.models import Cluster
from cluster.serving import CannotListen, WebSiteEnded, listen
from cluster.store import create_cluster, delete_cluster, written
from cluster.watch import Hub
from tests.server import Server
from tests.watch.conftest import cluster, hub

__all__ = ["cluster", "hub"]


def test_a_port_is_ours_as_soon_as_it_is_chosen() -> None:
    """Not only once the web server runs: of two that start at once, one would be told too late."""
    ours = listen("127.0.0.1", 0, "the web site")
    try:
        port = ours.getsockname()[1]
        with pytest.raises(CannotListen, match=f"cannot listen on 127.0.0.1:{port} for the web site"):
            listen("127.0.0.1", port, "the web site")
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
    finally:
        ours.close()


@pytest.mark.parametrize("bind", ["203.0.113.7", "no such host", "300.1.1.1"])
def test_an_address_that_is_not_ours_is_told(bind: str) -> None:
    with pytest.raises(CannotListen, match=f"cannot listen on {bind}:8000.*It is no address of this machine: --bind"):
        listen(bind, 8000, "the web site")


async def test_a_web_server_that_ends_by_itself_ends_the_process() -> None:
    async def fails() -> None:
        raise ZeroDivisionError("a fault in the web server")

    with pytest.raises(WebSiteEnded):
        await serving._until(
            asyncio.Event(), [(serving._Server(uvicorn.Config("nobody:nothing")), asyncio.create_task(fails()))]
        )


async def test_dns_follows_the_cluster_of_its_name(hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    source = await serving._source(hub, "test")
    assert source is not None
    server = DnsServer(source)
    looked_again = asyncio.Event()
    forget_all = server.forget_all

    def forget_and_tell() -> None:
        forget_all()
        looked_again.set()

    monkeypatch.setattr(server, "forget_all", forget_and_tell)
    monkeypatch.setattr(serving, "LOOK_FOR_CLUSTER", 0.01)

    async def until(services: bool) -> None:
        async with asyncio.timeout(30):
            while bool(source.world.bucket(SERVICES)) is not services:
                looked_again.clear()
                await looked_again.wait()

    feeding = asyncio.create_task(serving._feed_dns(hub, "test", source, server))
    try:
        await until(services=True)
        await written(delete_cluster, cluster)
        await until(services=False)
        assert source.config.slug == "test"
        again = await written(create_cluster, "test", author="tester")
        await until(services=True)
        assert source.mirror is await hub.mirror(again.pk)
    finally:
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)


def test_two_that_start_at_once_on_one_folder_both_serve(tmp_path: Path) -> None:
    servers = [Server(tmp_path), Server(tmp_path)]
    try:
        with ThreadPoolExecutor(2) as starting:
            list(starting.map(Server.start, servers))
        assert len({server.web for server in servers}) == 2
        for server in servers:
            server.session()  # opens the landing page
    finally:
        for server in servers:
            server.stop()
