"""Damaged packets to a running server: every one gets a whole reply or none, soon, and memory stays as it is.

`python -m tests.dns.fuzz [COUNT [SEED]]` sends 200,000 of them, over UDP and TCP; the tests send a few.
"""

from __future__ import annotations

import asyncio
import random
import resource
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import dns.message

from cluster.config import ClusterConfig
from cluster.dns import wire
from cluster.dns.answer import Question
from cluster.dns.datagrams import LONGEST
from cluster.dns.query import Malformed, read
from cluster.dns.server import DnsServer
from tests.dns import made, vectors

NAMES = (
    "db.default.svc.cluster.local", "web.default.svc.CLUSTER.local", "db-1.db.default.svc.cluster.local",
    "_http._tcp.db.default.svc.cluster.local", "nope.cluster.local", "10-1-2-3.default.pod.cluster.local",
    "2.1.96.10.in-addr.arpa", "example.org", "cluster.local", ".",
)  # fmt: skip
TYPES = ("A", "AAAA", "SRV", "PTR", "SOA", "NS", "TXT", "ANY", "AXFR")
PROBE = wire.question_bytes(Question("probe.cluster.local.", "A"), 0xFFFF)
TOGETHER = 16
SLOWEST = 0.5
"""Seconds of the processor for so many packets and a probe behind them."""
GROWTH = 24 * 1024
"""Kilobytes the process may grow once its caches are full."""


class Outcome(NamedTuple):
    sent: int
    replies: int
    slowest: float
    growth: int
    """Kilobytes between the first half and the end."""
    faults: list[str]


def packets() -> list[bytes]:
    """Real queries: of every type and size, and all that were recorded, where the recordings are at hand."""
    made_up = [
        dns.message.make_query(name, type_, use_edns=edns, payload=size, want_dnssec=edns).to_wire()
        for name in NAMES
        for type_ in TYPES
        for edns, size in ((False, 0), (True, 512), (True, 4096))
    ]
    folder = vectors.folder()
    for path in sorted(folder.glob("*.yaml")) if folder is not None else ():
        made_up += [vectors.message_of(query, 7) for query in vectors.load(path)["queries"]]
    return made_up


def damaged(whole: Sequence[bytes], dice: random.Random) -> bytes:
    """One of the packets with octets flipped, cut, doubled or put in from another one; now and then mere noise."""
    raw = bytearray(dice.choice(whole))
    for _ in range(dice.randrange(1, 5)):
        at = dice.randrange(len(raw)) if raw else 0
        match dice.randrange(8):
            case 0:
                del raw[at:]
            case 1:
                raw[at:at] = raw[at : at + dice.randrange(40)]
            case 2:
                other = dice.choice(whole)
                raw[at:] = other[dice.randrange(len(other)) :]
            case 3:
                raw[at:at] = dice.randbytes(dice.randrange(1, 300))
            case _ if raw:
                raw[at] = raw[at] ^ (1 << dice.randrange(8)) if dice.random() < 0.5 else dice.randrange(256)
    return bytes(raw[:4096])


def fault(sent: bytes, reply: bytes, *, tcp: bool) -> str:
    """What is wrong with the reply to a packet; "" if nothing is."""
    query = read(sent if tcp else sent[:LONGEST])
    limit = 12 + 259 if isinstance(query, Malformed) else wire.limit_of(query, tcp=tcp)
    if len(reply) > limit:
        return f"{len(reply)} octets, {limit} allowed"
    if not reply:
        return "" if isinstance(query, Malformed) else "no reply to a whole query"
    if reply[:2] != sent[:2] or not reply[2] & 0x80:
        return "it does not belong to the query"
    try:
        dns.message.from_wire(reply)
    except Exception as error:  # whatever a reader stumbles over is a fault of the reply
        return f"it cannot be read: {error!r}"
    return ""


async def storm(count: int, seed: int = 1) -> Outcome:
    """Send so many damaged packets to a server of its own."""
    dice, whole = random.Random(seed), packets()
    server = DnsServer(SimpleNamespace(world=made.world(), config=ClusterConfig()), dice=random.Random(seed))
    port = await server.start("127.0.0.1", 0)
    loop, replies, slowest, before = asyncio.get_running_loop(), 0, 0.0, 0
    faults: list[str] = []
    client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    client.setblocking(False)
    client.connect(("127.0.0.1", port))
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for number in range(0, count, TOGETHER):
            if number * 2 >= count and not before:
                before = _kilobytes()
            batch = {}
            for at in range(min(TOGETHER, count - number)):
                raw = damaged(whole, dice)
                # An id of its own tells which reply belongs to which.
                batch[at] = at.to_bytes(2, "big") + raw[2:] if len(raw) >= 2 else raw
            began = time.process_time()  # the server's too; what others take of the machine does not count
            got = await _over_udp(loop, client, list(batch.values()))
            told = await _over_tcp(reader, writer, list(batch.values()))
            slowest = max(slowest, time.process_time() - began)
            for at, raw in batch.items():
                for found, tcp in ((got.get(at, b""), False), (told.get(at, b""), True)):
                    replies += bool(found)
                    if wrong := fault(raw, found, tcp=tcp):
                        faults.append(f"{raw.hex()} over {'TCP' if tcp else 'UDP'}: {wrong}")
    finally:
        client.close()
        writer.close()
        await writer.wait_closed()
        await server.stop()
    return Outcome(count, replies, slowest, _kilobytes() - before, faults)


async def _over_udp(loop: asyncio.AbstractEventLoop, client: socket.socket, batch: Sequence[bytes]) -> dict[int, bytes]:
    """Replies by id, until the probe behind the packets is answered."""
    for raw in (*batch, PROBE):
        await loop.sock_sendall(client, raw)
    found: dict[int, bytes] = {}
    async with asyncio.timeout(30):
        while (received := await loop.sock_recv(client, 65535))[:2] != PROBE[:2]:
            found[int.from_bytes(received[:2], "big")] = received
    return found


async def _over_tcp(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, batch: Sequence[bytes]
) -> dict[int, bytes]:
    writer.write(b"".join(len(raw).to_bytes(2, "big") + raw for raw in (*batch, PROBE)))
    found: dict[int, bytes] = {}
    async with asyncio.timeout(30):
        while True:
            received = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
            if received[:2] == PROBE[:2]:
                return found
            found[int.from_bytes(received[:2], "big")] = received


def _kilobytes() -> int:
    """What the process holds now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 1024


def main(count: int = 200_000, seed: int = 1) -> int:
    began = time.perf_counter()
    outcome = asyncio.run(storm(count, seed))
    print(f"{outcome.sent} packets over UDP and TCP, {outcome.replies} replies, {time.perf_counter() - began:.0f} s")
    print(f"slowest {TOGETHER} with a probe behind them: {outcome.slowest * 1000:.0f} ms")
    print(f"memory grew by {outcome.growth} KiB in the second half, {_kilobytes()} KiB in the end")
    print(f"{len(outcome.faults)} faults", *outcome.faults[:10], sep="\n")
    return 1 if outcome.faults or outcome.slowest > SLOWEST or outcome.growth > GROWTH else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
