"""A resolver on the loopback that answers from a list of records, over UDP and TCP. Written with dnspython."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from cluster.dns.forwarder import Address

SOA = dns.rrset.from_text("example.", 900, "IN", "SOA", "ns.example. admin.example. 7 3600 600 86400 60")


class Resolver(asyncio.DatagramProtocol):
    """Records as zone-file lines; NXDOMAIN for other names, SERVFAIL for servfail.*, nothing at all for silent.*"""

    def __init__(self, lines: Iterable[str] = ()) -> None:
        self.records: dict[str, list[tuple[str, int, str, str]]] = {}
        for line in lines:
            name, ttl, _, type_, data = line.split(None, 4)
            self.records.setdefault(name.lower(), []).append((name, int(ttl), type_, data))
        self.asked: list[tuple[str, str, str]] = []
        self.lies: list[bytes] = []
        """Sent before each reply over UDP."""
        self.limit = 65535
        """Octets of a datagram before it is cut short."""
        self.transport: asyncio.DatagramTransport | None = None

    def reply(self, raw: bytes, transport: str) -> dns.message.Message | None:
        query = dns.message.from_wire(raw)
        (question,) = query.question
        name, type_ = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((transport, name, type_))
        if name.startswith("silent."):
            return None
        made = dns.message.make_response(query, recursion_available=True)
        if name.startswith("servfail."):
            made.set_rcode(dns.rcode.SERVFAIL)
            return made
        if name not in self.records:
            made.set_rcode(dns.rcode.NXDOMAIN)
        seen: set[str] = set()
        while name in self.records and name not in seen:
            seen.add(name)
            name = self._add(made, name, type_)
        if not made.answer:
            made.authority.append(SOA)
        return made

    def _add(self, made: dns.message.Message, name: str, type_: str) -> str:
        """Add what the name has of the type; returns the name that it is an alias of, if any."""
        further = ""
        for owner, ttl, kind, data in self.records[name]:
            if kind in (type_, "CNAME"):
                rdata = dns.rdata.from_text("IN", kind, data)
                place = made.find_rrset(
                    made.answer, dns.name.from_text(owner), dns.rdataclass.IN, rdata.rdtype, create=True
                )
                place.add(rdata, ttl)
                further = data.lower() if kind == "CNAME" != type_ else further
        return further

    # -- transports ------------------------------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        made = self.reply(data, "udp")
        assert self.transport is not None
        if made is None:
            return
        for lie in self.lies:
            self.transport.sendto(lie, addr)
        raw = made.to_wire()
        if len(raw) > self.limit:
            made.answer.clear()
            made.flags |= dns.flags.TC
            raw = made.to_wire()
        self.transport.sendto(raw, addr)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                made = self.reply(await reader.readexactly(size), "tcp")
                assert made is not None
                raw = made.to_wire()
                writer.write(len(raw).to_bytes(2, "big") + raw)
        except asyncio.IncompleteReadError:
            writer.close()


@asynccontextmanager
async def serving(resolver: Resolver) -> AsyncIterator[Address]:
    """The resolver's address while it serves."""
    server = await asyncio.start_server(resolver.connected, "127.0.0.1", 0)
    port = int(server.sockets[0].getsockname()[1])
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: resolver, local_addr=("127.0.0.1", port))
    resolver.transport = transport
    try:
        yield Address("127.0.0.1", port)
    finally:
        transport.close()
        server.close()
        await server.wait_closed()
