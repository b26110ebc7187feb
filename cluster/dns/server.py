"""The DNS server of one cluster: UDP and TCP on one port. Sockets only; what is answered is decided elsewhere.

Datagrams are read from a non-blocking socket in bounded batches, so that a flood leaves the event loop to others too.
A connection may carry many queries; it ends when it stays silent, sends a message in crumbs, or there are too many.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Protocol

import structlog

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.dns import apex, memory, wire, zone
from cluster.dns.answer import REFUSED, Answer, Outside, Question, Unsettled
from cluster.dns.balance import balanced
from cluster.dns.cache import Cache
from cluster.dns.datagrams import Datagrams
from cluster.dns.datagrams import of as batches
from cluster.dns.forwarder import Forwarder, settled, unsettled
from cluster.dns.outage import outage
from cluster.dns.settings import DnsConfig, of
from cluster.dns.touched import moves_serial, touched
from cluster.machinery.dnsprofiles import COREFILE
from cluster.machinery.objects import Obj
from cluster.world import World

log = structlog.get_logger()

BATCHES = 4
"""Batches of datagrams answered before the loop may do something else."""
RECEIVE_BUFFER = 4 * 1024 * 1024
IDLE_SECONDS = 10.0
READ_SECONDS = 3.0
MAX_CONNECTIONS = 256
PIPELINED = 32
"""Messages of one connection answered before the loop may do something else."""
MAX_FORWARDED = 1000
"""Datagrams whose senders wait for somebody outside."""
PATIENCE = 0.5
"""Seconds the world may be ahead of what `changed` told before every answer is looked up again."""
PORT_TRIES = 20


class Source(Protocol):
    """Where the cluster is read: a mirror."""

    @property
    def world(self) -> World: ...

    @property
    def config(self) -> ClusterConfig: ...


class DnsServer:
    """Call `changed` with every batch of changes the source's world has taken; else answers may be `PATIENCE` old.

    `settings` None: those of the cluster's Corefile. `own_addresses` None: where the cluster runs its DNS. `now` is
    the cluster's time, by which answers are remembered where the settings say so. Names beyond the zones are asked of
    `outside`, or of the `forwarder`, for which a client waits without anybody else waiting for him.
    """

    def __init__(
        self,
        source: Source,
        settings: DnsConfig | None = None,
        own_addresses: tuple[str, ...] | None = None,
        outside: Outside | None = None,
        dice: random.Random | None = None,
        now: Callable[[], float] = time.time,
        forwarder: Forwarder | None = None,
    ) -> None:
        self._source = source
        self._fixed_settings = settings
        self._fixed_own = own_addresses
        self._forwarder = forwarder
        self._outside = outside if forwarder is None else unsettled
        self._dice = dice or random.Random()
        self._now = now

        self._world = source.world
        self._settings = settings or of(source.world, source.config)
        self._own = self._own_addresses()
        self._silent = bool(outage(source.world, source.config))
        self._cache = Cache(self._answer, self._dice, shuffling=self._settings.loadbalance)
        self._cache.serial = apex.newest(self._world)
        self._revision = self._world.revision
        self._behind_since: float | None = None
        self.lost = 0
        """Replies that could not be sent."""
        self._udp: socket.socket | None = None
        self._tcp: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._forwarded: set[asyncio.Task[None]] = set()

    # -- answering -------------------------------------------------------------------------------------------

    def _answer(self, question: Question) -> Answer:
        return self._answer_by(self._outside, question)

    def _answer_by(self, outside: Outside | None, question: Question) -> Answer:
        rule, serial = self._settings.cache, self._cache.serial

        def find() -> Answer:
            return zone.answer(question, self._world, self._settings, self._own, serial=serial, outside=outside)

        return find() if rule is None else memory.of(self._world, rule).answer(question, find, self._now())

    async def _waited_for(self, raw: bytes, *, tcp: bool) -> bytes:
        """The reply to a message, when everybody it takes has been asked."""

        def reply(outside: Outside | None) -> bytes:
            return wire.answer_message(raw, lambda question: self._ordered(self._answer_by(outside, question)), tcp=tcp)

        try:
            return await settled(reply, self._forwarder) if self._forwarder is not None else reply(self._outside)
        except Exception:  # as among datagrams
            log.exception("dns_answer_failed", query=raw.hex())
            return wire.failed(raw)

    def _ordered(self, answer: Answer) -> Answer:
        return balanced(answer, self._dice.shuffle) if self._settings.loadbalance else answer

    def _own_addresses(self) -> tuple[str, ...]:
        if self._fixed_own is not None:
            return self._fixed_own
        if self._settings.bind:
            return self._settings.bind
        return apex.own_addresses(self._world, self._source.config.dns_address)

    # -- following the cluster -------------------------------------------------------------------------------

    def changed(self, changes: Sequence[Change], olds: Sequence[Obj | None] = ()) -> None:
        """The source's world has taken these changes; `olds[i]` is what changes[i].key held before."""
        cache = self._cache
        for number, change in enumerate(changes):
            old = olds[number] if number < len(olds) else None
            cache.forget(touched(change, old))
            if moves_serial(change, old):
                cache.serial = max(cache.serial, int(change.time))
        if changes:
            self._silent = bool(outage(self._world, self._source.config))
            self._revision = changes[-1].revision
            self._behind_since = None
            if self._own_addresses() != self._own or any(change.key == COREFILE for change in changes):
                self.forget_all()

    def forget_all(self) -> None:
        """Look everything up again: the source was replaced, or changes may have been missed."""
        self._world = self._source.world
        self._settings = self._fixed_settings or of(self._source.world, self._source.config)
        self._own = self._own_addresses()
        self._silent = bool(outage(self._world, self._source.config))
        self._cache.clear()
        self._cache.shuffling = self._settings.loadbalance
        self._cache.serial = max(self._cache.serial, apex.newest(self._world))
        self._revision = self._world.revision
        self._behind_since = None

    def _keep_up(self) -> None:
        """Notice a world that moved on without `changed`: at once if it was replaced, else after `PATIENCE`."""
        if self._source.world is not self._world:
            self.forget_all()
        elif self._world.revision != self._revision:
            now = asyncio.get_running_loop().time()
            if self._behind_since is None:
                self._behind_since = now
            elif now - self._behind_since > PATIENCE:
                self.forget_all()

    # -- the sockets -----------------------------------------------------------------------------------------

    async def start(self, host: str, port: int) -> int:
        """Listen on UDP and TCP of one port (0: any that is free for both); returns it. OSError when it is taken."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        for _ in range(PORT_TRIES if port == 0 else 1):
            listening, datagrams = _bound(family, socket.SOCK_STREAM, host, port), None
            number = int(listening.getsockname()[1])
            try:
                datagrams = _bound(family, socket.SOCK_DGRAM, host, number)
            except OSError:
                listening.close()
                if port:
                    raise
                continue
            self._udp = datagrams
            self._tcp = await asyncio.start_server(self._connected, sock=listening, limit=2 * wire.TCP_LIMIT)
            asyncio.get_running_loop().add_reader(datagrams, self._drain, batches(datagrams))
            return number
        raise OSError(f"no port of {host} is free for both UDP and TCP")

    async def stop(self) -> None:
        """Close everything; connections end where they are."""
        if self._udp is not None:
            asyncio.get_running_loop().remove_reader(self._udp)
            self._udp.close()
            self._udp = None
        for task in tuple(self._forwarded):
            task.cancel()
        await asyncio.gather(*self._forwarded, return_exceptions=True)
        if self._tcp is not None:
            self._tcp.close()
            for connection in tuple(self._connections):
                connection.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await self._tcp.wait_closed()
            self._tcp = None

    def _drain(self, waiting: Datagrams) -> None:
        """Answer what waits, at most a few batches of it."""
        self._keep_up()
        reply = self._cache.reply
        for _ in range(BATCHES):
            received = waiting.receive()
            if not received:
                return
            if self._silent:
                continue  # taken and thrown away: nobody is there to answer
            replies: list[bytes] = []
            for raw in received:
                try:
                    replies.append(reply(raw))
                except Unsettled:
                    replies.append(self._forward(raw, waiting.sender(len(replies))))
                except Exception:  # one query's fault is not the others': CoreDNS too says SERVFAIL and goes on
                    log.exception("dns_answer_failed", query=raw.hex())
                    replies.append(wire.failed(raw))
            self.lost += waiting.send(replies)

    def _forward(self, raw: bytes, client: tuple[Any, ...]) -> bytes:
        """Answer later, when the forwarder has; at once with a refusal when it has too much to do."""
        if len(self._forwarded) >= MAX_FORWARDED:
            return wire.answer_message(raw, lambda question: REFUSED)
        task = asyncio.create_task(self._answer_later(raw, client))
        self._forwarded.add(task)
        task.add_done_callback(self._forwarded.discard)
        return b""

    async def _answer_later(self, raw: bytes, client: tuple[Any, ...]) -> None:
        answer = await self._waited_for(raw, tcp=False)
        if self._udp is not None:
            try:
                self._udp.sendto(answer, client)
            except OSError:  # a full buffer, or a client that is gone
                self.lost += 1

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "the server runs every connection in a task"
        if len(self._connections) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._converse(reader, writer)
        except (TimeoutError, OSError, asyncio.CancelledError):
            # The client lets us wait, does not read, or is gone; or the server stops. What it has not read by now is
            # thrown away: a connection that is merely closed would keep it for as long as the client likes.
            if writer.transport.get_write_buffer_size():
                _hang_up(writer)
        finally:
            self._connections.discard(task)
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one message after the other until the client ends; TimeoutError when it does not go on."""
        for number in count(1):
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    size = int.from_bytes(await reader.readexactly(2), "big")
                async with asyncio.timeout(READ_SECONDS):
                    raw = await reader.readexactly(size)
            except asyncio.IncompleteReadError:
                return
            self._keep_up()
            if self._silent:
                return
            answer = await self._waited_for(raw, tcp=True)
            if answer:
                writer.write(len(answer).to_bytes(2, "big") + answer)
                async with asyncio.timeout(IDLE_SECONDS):
                    await writer.drain()
            if number % PIPELINED == 0:
                await asyncio.sleep(0)  # what was sent at once is read without a pause: let others in


def _bound(family: int, kind: int, host: str, port: int) -> socket.socket:
    # The protocol by its number: asyncio turns Nagle's delay off only where it is named.
    made = socket.socket(family, kind, socket.IPPROTO_TCP if kind == socket.SOCK_STREAM else socket.IPPROTO_UDP)
    try:
        if kind == socket.SOCK_STREAM:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        else:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        made.bind((host, port))
        made.setblocking(False)
    except OSError:
        made.close()
        raise
    return made


def _hang_up(writer: asyncio.StreamWriter) -> None:
    """At once, telling the other side: closed as usual, the system would go on waiting for it to read."""
    connection = writer.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
