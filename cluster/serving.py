"""The parts of the one process, supervised: web server, Kubernetes API, Hub, controllers, DNS.

A part that fails is logged and started again with back-off; only a port that cannot be bound ends the process.
Knows nothing of what a page shows.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import structlog
import uvicorn

from cluster.api.kubeconfig import Addresses
from cluster.binding import in_address
from cluster.clientcertificates import telling
from cluster.config import ClusterConfig
from cluster.containers import beside
from cluster.dns import forwarder, listening
from cluster.dns.forwarder import Forwarder
from cluster.dns.listening import Listening
from cluster.dns.server import DnsServer
from cluster.machinery.errors import Gone
from cluster.models import Cluster
from cluster.shell.network import apiserver
from cluster.shell.network.apiserver import ApiServer
from cluster.shell.preparing import prepare
from cluster.store import read
from cluster.store.writer import close
from cluster.watch import Ended, Hub, Mirror, use
from cluster.worker import consumer
from cluster.worker.supervision import supervise
from cluster.world import World

log = structlog.get_logger()

SHUTDOWN_SECONDS = 1.0
BACKLOG = 2048
IDLE_SECONDS = 90
"""A connection that asks for nothing is kept so long, as a real API server keeps it: a client that sends its next
request just as the connection is closed finds it reset."""
LONGEST_MESSAGE = 1024 * 1024
"""Bytes of one WebSocket message that are put together; each consumer takes less."""
LOOK_FOR_CLUSTER = 1.0
"""Seconds between two looks for a cluster that DNS is to serve and that is not there."""


class Ports(NamedTuple):
    """What to listen on; 0 = any free one."""

    bind: str
    web: int
    api: int
    dns: int
    forward: forwarder.Address | None = None
    """Who is asked for names outside the clusters; None: nobody is."""


class CannotListen(Exception):
    """A port is taken or not ours to take; the message says which and what to do."""


class WebSiteEnded(Exception):
    """The web server ended by itself; without it there is nothing to serve."""


class _Server(uvicorn.Server):
    """uvicorn inside our own loop: the signals stay ours, and we are told when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


def cannot_listen(bind: str, port: int, what: str, option: str, error: OSError) -> CannotListen:
    """What the system said, and what to do about it."""
    if isinstance(error, socket.gaierror) or error.errno in (errno.EADDRNOTAVAIL, errno.EINVAL):
        advice = "It is no address of this machine: --bind takes one that is, or 0.0.0.0 for all."
    elif error.errno in (errno.EACCES, errno.EPERM):
        advice = f"Ports below 1024 are the system's: choose another {option}."
    else:
        advice = f"Is another one running? Choose another {option}."
    place = f"[{bind}]" if ":" in bind else bind
    return CannotListen(f"cannot listen on {place}:{port} for {what}: {error.strerror}. {advice}")


def listen(bind: str, port: int, what: str, option: str = "--port") -> socket.socket:
    """A listening TCP socket, or CannotListen."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    # The protocol by its number: asyncio turns Nagle's delay off only where it is named, else a page waits for it.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((bind, port))
        made.listen(BACKLOG)  # only this tells of another one that bound the port at the same moment
    except OSError as error:
        made.close()
        raise cannot_listen(bind, port, what, option, error) from error
    made.setblocking(False)
    return made


class Site(NamedTuple):
    """What is served: the web site, and the Kubernetes API by itself behind TLS."""

    web: Any
    api: Any
    tls: ssl.SSLContext


async def serve(site: Site, ports: Ports, dns_cluster: str, ready: Callable[[Addresses], None]) -> None:
    """Serve until SIGTERM or SIGINT. Calls ready with the ports really bound once everything answers."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    web = listen(ports.bind, ports.web, "the web site")
    api = listen(ports.bind, ports.api, "the Kubernetes API", "--api-port")
    hub = Hub()
    use(hub)
    running = (("hub", hub.run), *beside.parts(hub))
    parts = [asyncio.create_task(supervise(name, run), name=name) for name, run in running]
    servers = [_served(site.web, web), _served(site.api, api, site.tls)]
    apiserver.use(ApiServer(site.api, site.tls))
    dns: DnsServer | None = None
    try:
        source = await _source(hub, dns_cluster)
        dns, address = await _dns(source, ports)
        listening.use(Listening(dns_cluster, ports.bind, int(address.rpartition(":")[2])))
        feed = partial(_feed_dns, hub, dns_cluster, source, dns)
        parts.append(asyncio.create_task(supervise("dns", feed), name="dns"))
        parts.append(asyncio.create_task(supervise("controllers", consumer.run_here), name="controllers"))
        for server, _ in servers:
            await _until(server.listening, servers)
        bound = int(address.rpartition(":")[2])
        ready(Addresses(ports.bind, web.getsockname()[1], api.getsockname()[1], bound))
        parts.append(asyncio.create_task(prepare(), name="shell"))
        await _until(stopping, servers)
    finally:
        await _end(servers, dns, parts)


async def _until(event: asyncio.Event, servers: Sequence[_Running]) -> None:
    """Until it happens; WebSiteEnded when a web server ends before."""
    waiting = asyncio.ensure_future(event.wait())
    await asyncio.wait([waiting, *(task for _, task in servers)], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not event.is_set():
        ended = next(task for _, task in servers if task.done())
        raise WebSiteEnded("the web server ended by itself") from (None if ended.cancelled() else ended.exception())


def _served(application: Any, listening: socket.socket, tls: ssl.SSLContext | None = None) -> _Running:
    config = uvicorn.Config(
        application,
        lifespan="off",
        ws="wsproto",  # the default refuses the "/" in kubectl port-forward's subprotocol
        ws_per_message_deflate=False,
        ws_max_size=LONGEST_MESSAGE,
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=IDLE_SECONDS,
    )
    config.load()
    config.ssl = tls
    if tls is not None:
        config.http_protocol_class = telling(config.http_protocol_class)
        config.ws_protocol_class = telling(config.ws_protocol_class)
    server = _Server(config)
    return server, asyncio.create_task(server.serve(sockets=[listening]), name="web" if tls is None else "api")


_Running = tuple[_Server, asyncio.Task[None]]


class _Source:
    """The cluster of one name, as the DNS server reads it: a mirror, or an empty world while there is no such one."""

    def __init__(self, mirror: Mirror | None) -> None:
        self.mirror = mirror
        self._config = ClusterConfig() if mirror is None else mirror.config
        self._nothing = World()

    @property
    def world(self) -> World:
        return self._nothing if self.mirror is None else self.mirror.world

    def now(self) -> float:
        """The cluster's time."""
        return time.time() if self.mirror is None else self.mirror.now()

    @property
    def config(self) -> ClusterConfig:
        if self.mirror is not None:
            self._config = self.mirror.config
        return self._config


async def _source(hub: Hub, slug: str) -> _Source:
    cluster = await read(Cluster.objects.filter(slug=slug).first)
    if cluster is None:
        log.warning(f"DNS_CLUSTER is {slug}, and there is no such cluster. DNS knows no name until somebody makes it.")
    return _Source(None if cluster is None else await hub.mirror(cluster.pk))


async def _dns(source: _Source, ports: Ports) -> tuple[DnsServer, str]:
    """A listening DNS server and its address."""
    outside = Forwarder(ports.forward) if ports.forward is not None else None
    forwarder.use(outside)
    server = DnsServer(source, now=source.now, forwarder=outside)
    try:
        port = await server.start(ports.bind, ports.dns)
    except OSError as error:
        raise cannot_listen(ports.bind, ports.dns, "DNS", "--dns-port", error) from error
    return server, f"{in_address(ports.bind)}:{port}"


async def _feed_dns(hub: Hub, slug: str, source: _Source, server: DnsServer) -> None:
    """Tell the DNS server what changed, so that it drops the answers that depend on it. The cluster may be deleted,
    and another one be made under its name."""
    while True:
        try:
            cluster = await read(Cluster.objects.get, slug=slug)
            subscription = await hub.subscribe(cluster.pk)
            source.mirror = await hub.mirror(cluster.pk)
        except (Cluster.DoesNotExist, Gone):
            source.mirror = None
            server.forget_all()
            await asyncio.sleep(LOOK_FOR_CLUSTER)
            continue
        server.forget_all()
        try:
            async for batch in subscription:
                server.changed(batch.changes, batch.olds)
        except Ended:
            continue
        finally:
            subscription.close()


async def _end(servers: Sequence[_Running], dns: DnsServer | None, parts: list[asyncio.Task[None]]) -> None:
    """Stop everything within two seconds, streams open or not."""
    for server, _ in servers:
        server.should_exit = True
    listening.use(None)
    apiserver.use(None)
    if dns is not None:
        await dns.stop()
    if (outside := forwarder.current()) is not None:
        forwarder.use(None)
        await outside.stop()
    for part in parts:
        part.cancel()
    await asyncio.gather(*parts, return_exceptions=True)
    _, pending = await asyncio.wait([task for _, task in servers], timeout=SHUTDOWN_SECONDS)
    for server, task in servers:
        if task in pending:
            server.force_exit = True
            task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    beside.end()
    use(None)
    await close()
