"""The network of one cluster, as programs in its pods and those who reach into a pod from outside meet it.

A connection goes by the proxy's rules to whoever is there (`requests.connecting` decides), and a server of that sort is
started at its other end. Nothing leaves this process.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ssl
from collections.abc import Coroutine
from functools import partial
from typing import Any

import structlog

from cluster.dns import resolver
from cluster.dns.names import plain_address
from cluster.dns.outage import outage
from cluster.machinery.objects import NODES, Key, Obj, name, spec, status, uid
from cluster.network import addresses
from cluster.network.proxy import Client
from cluster.nodes import certificates
from cluster.nodes.servers import Port, Speech
from cluster.requests import connecting, remembered
from cluster.requests.arriving import LOOPBACK, Arrival
from cluster.requests.connecting import Connections, Landing
from cluster.shell.network import apiserver, asking, depth, host, mysql, plain, redis, resolving, tls, told, web
from cluster.shell.network.listeners import Listeners, Listening
from cluster.shell.network.peeked import peek
from cluster.shell.network.station import Station
from cluster.shell.network.streams import Datagrams, End, Refusing, Stream, datagrams, failure, pair
from cluster.shell.network.surroundings import Surroundings
from cluster.shell.network.tls import Tls
from cluster.shell.network.told import Outcome
from cluster.shell.process import Connection, Listener

log = structlog.get_logger()


MOST_CONNECTIONS = 2_000
"""Of one cluster at once."""


class Network:
    """One for each cluster in a process. `where` is the pod that asks."""

    def __init__(self, around: Surroundings) -> None:
        self.around = around
        self.listeners = Listeners()
        self._memory: dict[tuple[str, str, float], dict[str, Any]] = {}
        self._serving: set[asyncio.Task[None]] = set()

    # -- from a pod ------------------------------------------------------------------------------------------

    async def exchange(self, where: Key, server: str, port: int, packet: bytes, *, tcp: bool = False) -> bytes | None:
        """One DNS message to a server and what came back, at once; None when nothing ever does.
        ConnectionRefusedError."""
        found = await self._exchange(where, server, port, packet, tcp=tcp)
        self.around.tell(partial(told.question, where, packet, found, self.around.now()))
        return found

    async def _exchange(self, where: Key, server: str, port: int, packet: bytes, *, tcp: bool) -> bytes | None:
        self._has_way(where, server)
        opened = self._connections(self._client(where), where)
        landing = opened.land(server, port, "TCP" if tcp else "UDP")
        arrival = landing.arrival
        client = (opened.sender(landing), connecting.port(self.around.pick))
        if arrival.outcome == "open" and arrival.speaks is not None and arrival.speaks.speaks == "dns":
            return await asking.answer(self.around, packet, tcp=tcp, client=client, pod=arrival.pod)
        world, config = self.around.world, self.around.config
        if (server, port) == (config.dns_address, 53) and not outage(world, config):
            # A cluster's DNS is there from its first moment, while its pods start for the first time.
            return await asking.answer(self.around, packet, tcp=tcp, client=client, pod=None)
        if arrival.outcome == "refused":
            raise failure(errno.ECONNREFUSED)
        if addresses.owner(world, config, server).sort == "outside":
            return await asking.answer_outside(self.around, packet, server, tcp=tcp)
        return None

    async def connect(self, where: Key, address: str, port: int, *, udp: bool = False) -> Connection:
        """To an address as the pod at `where` reaches it. ConnectionRefusedError; TimeoutError, at once, where nothing
        would ever come; OSError."""
        self._has_way(where, address)
        outcome: Outcome = "connected"
        try:
            landing, opened = self._landed(self._client(where), where, address, port, "UDP" if udp else "TCP")
        except ConnectionRefusedError:
            outcome = "refused"
            if udp:  # who sends datagrams learns it from what comes back
                return Refusing((address, port), (self._address(where), connecting.port(self.around.pick)))
            raise
        except TimeoutError:
            outcome = "timeout"
            if udp:
                return Datagrams((address, port), (self._address(where), connecting.port(self.around.pick)))
            raise
        finally:
            self.around.tell(partial(told.connection, where, f"{address}:{port}", outcome, self.around.now()))
        return self._opened(landing, opened, (address, port), udp=udp)

    async def resolve(self, where: Key, host: str) -> list[str]:
        """The addresses of a name as the pod's C library finds them."""
        pod = self.around.world.get(where)
        if plain_address(host) or pod is None:
            return [host] if plain_address(host) else []
        conf = resolving.parse_conf(resolver.file(resolver.resolv_conf(pod, where.namespace, self.around.config)))

        async def ask(server: str, packet: bytes) -> bytes | None:
            return await self.exchange(where, server, 53, packet)

        return list((await resolving.addresses(host, conf, ask, resolver.GLIBC, self.around.pick)).addresses)

    def listen(self, where: Key, port: int, *, udp: bool = False, local: bool = False) -> Listener:
        """Take what comes to a port of the pod; `local`: from the pod itself. OSError (EADDRINUSE) when somebody does
        already."""
        pod = self.around.world.get(where) or {}
        return self.listeners.open(pod, port, udp=udp, local=local)

    # -- into a pod ------------------------------------------------------------------------------------------

    async def open_port(self, where: Key, port: int) -> Connection:
        """To a port of a pod from inside it, as its kubelet forwards one. ConnectionRefusedError."""
        landing, opened = self._landed(self._client(where), where, LOOPBACK[0], port, "TCP")
        return self._opened(landing, opened, (LOOPBACK[0], port), udp=False)

    async def from_node(self, address: str, port: int, node: str = "") -> Connection:
        """To an address as a node reaches it: what the API server's proxy does. ("": the first node.)"""
        nodes = sorted(name(each) for each in self.around.world.bucket(NODES).values())
        at = node or (nodes[0] if nodes else "")
        found = self.around.world.find(NODES, "", at)
        own = (addresses.node_addresses(found) or [""])[0] if found else ""
        landing, opened = self._landed(Client(own, at), None, address, port, "TCP")
        return self._opened(landing, opened, (address, port), udp=False)

    # -- the way ---------------------------------------------------------------------------------------------

    def _client(self, where: Key) -> Client:
        pod = self.around.world.get(where) or {}
        return Client(str(status(pod).get("podIP") or ""), str(spec(pod).get("nodeName") or ""))

    def _connections(self, client: Client, itself: Key | None) -> Connections:
        around, world = self.around, self.around.world
        return Connections(world, around.config, client, itself, around.pick, around.now(), remembered.of(world))

    def _landed(
        self, client: Client, itself: Key | None, address: str, port: int, transport: str
    ) -> tuple[Landing, Connections]:
        world, opened = self.around.world, self._connections(client, itself)
        landing = opened.land(address, port, transport)
        if opened.affinity is not remembered.of(world):
            remembered.keep(world, opened.affinity)
        arrival = landing.arrival
        if arrival.outcome == "open" or (arrival.pod is not None and self._listener(arrival, transport)):
            return landing, opened
        if arrival.outcome == "refused":
            raise failure(errno.ECONNREFUSED)
        raise failure(errno.ETIMEDOUT)

    def _listener(self, arrival: Arrival, transport: str) -> Listening | None:
        """A program that somebody started in the pod and that listens there."""
        pod = self.around.world.get(arrival.pod) if arrival.pod else None
        inside = arrival.address in LOOPBACK
        return self.listeners.at(pod, arrival.port, transport, inside=inside) if pod is not None else None

    def _opened(self, landing: Landing, opened: Connections, peer: tuple[str, int], *, udp: bool) -> Connection:
        if depth.now() >= depth.MOST or len(self._serving) >= MOST_CONNECTIONS:
            raise failure(errno.ENOBUFS)
        arrival, around = landing.arrival, self.around
        own = connecting.port(around.pick)
        client, seen = (opened.client.address, own), (opened.sender(landing), own)
        if udp:
            end, server = datagrams(peer, client, seen)
            self._start(self._datagrams_served(server, arrival, seen), server)
            return end
        stream, other = pair(peer, client, seen)
        self._start(self._stream_served(other, arrival, seen), other)
        return stream

    def _start(self, work: Coroutine[Any, Any, None], end: Stream | Datagrams) -> None:
        async def guarded() -> None:
            depth.deeper()
            try:
                with contextlib.suppress(OSError):  # the client is gone, or a handshake failed
                    await work
            except Exception:
                log.exception("simulated_server_failed")
                if isinstance(end, Stream):
                    end.reset()
            finally:
                await end.close()

        task = asyncio.create_task(guarded())
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _stream_served(self, stream: End, arrival: Arrival, seen: tuple[str, int]) -> None:
        if (taken := self._listener(arrival, "TCP")) is not None:
            await self.listeners.give(taken, stream)
            return
        station, client = self._station(arrival, seen), f"{seen[0]}:{seen[1]}"
        speaks: Speech = arrival.speaks.speaks if arrival.speaks is not None else "text"
        if speaks == "tls":
            stream = await peek(stream)
            if not stream.is_tls:
                await host.refuse_plain(stream, client, self.around)
                return
            stream = Tls(stream, self._certified(arrival, station), server=True)
            await stream.handshake()
        await self._served(stream, arrival, station, seen, speaks)
        await stream.end()

    async def _served(
        self, stream: End, arrival: Arrival, station: Station | None, seen: tuple[str, int], speaks: Speech
    ) -> None:
        api = apiserver.current() if arrival.host is not None and arrival.host.response is None else None
        if api is not None:
            await apiserver.serve(stream, api, self.around.config.slug, seen)
        elif station is None:
            await host.serve(stream, arrival, f"{seen[0]}:{seen[1]}", self.around)
        elif plain.answers(station):
            await plain.serve(stream, station)
        elif speaks in ("http", "tls"):
            await web.serve(stream, station, self, self.memory_of(station))
        elif redis.speaks(station.container):
            await redis.serve(stream, station, self.memory_of(station))
        elif mysql.speaks(station.container):
            await mysql.serve(stream, station)
        else:
            await plain.serve(stream, station)

    def _certified(self, arrival: Arrival, station: Station | None) -> ssl.SSLContext:
        """With the pair that a volume brings, where there is one that fits."""
        pod = station.pod() if station is not None else None
        if station is None or pod is None:
            api = apiserver.current()
            return tls.server("kubernetes") if api is None else api.tls
        if (pair := certificates.pair(station.container, station.content(pod))) is not None:
            with contextlib.suppress(ValueError):
                return tls.server(station.hostname, *pair)
        return tls.server(station.hostname)

    async def _datagrams_served(self, end: Datagrams, arrival: Arrival, seen: tuple[str, int]) -> None:
        if (taken := self._listener(arrival, "UDP")) is not None:
            await self.listeners.give(taken, end)
        elif (station := self._station(arrival, seen)) is not None:
            await plain.datagrams(end, station)

    def _station(self, arrival: Arrival, seen: tuple[str, int]) -> Station | None:
        if arrival.listener is None or arrival.pod is None:
            return None
        pod = self.around.world.get(arrival.pod) or {}
        port = arrival.speaks or Port(arrival.port)
        return Station(self.around, arrival.pod, uid(pod), arrival.listener.container, port, arrival.port, seen)

    def memory_of(self, station: Station) -> dict[str, Any]:
        """What the process of a server keeps in its memory: gone when it is started anew."""
        pod = station.pod()
        began = station.started(pod) if pod is not None else None
        mine = (station.uid, station.called, began or 0.0)
        if mine not in self._memory:
            for other in [each for each in self._memory if each[:2] == mine[:2]]:
                del self._memory[other]
            self._memory[mine] = {}
        return self._memory[mine]

    # -- who asks --------------------------------------------------------------------------------------------

    def _address(self, where: Key) -> str:
        return str(status(self.around.world.get(where) or {}).get("podIP") or "")

    def _has_way(self, where: Key, address: str) -> None:
        """OSError where the pod has no address of that family."""
        pod: Obj = self.around.world.get(where) or {}
        own = [str(each.get("ip")) for each in status(pod).get("podIPs") or ()]
        if ":" in address and address not in LOOPBACK and not any(":" in each for each in own):
            raise failure(errno.ENETUNREACH)
