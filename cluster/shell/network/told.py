"""What a program in a pod did over the network, as deeds. Pure, and made only where somebody wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from cluster.deeds import Deed
from cluster.dns import wire
from cluster.dns.query import Malformed, read
from cluster.machinery.objects import Key

Outcome = Literal["connected", "refused", "timeout"]


def question(where: Key, packet: bytes, reply: bytes | None, now: float) -> Iterator[Deed]:
    """A DNS message, if it is a question."""
    query = read(packet)
    if isinstance(query, Malformed):
        return
    asked = query.question
    heard = wire.parse(reply) if reply else None
    records = heard.answer if heard is not None else ()
    data = tuple(record.data for record in records if record.type == asked.type)
    outcome = heard.rcode if heard is not None else "UNREACHABLE"
    yield Deed("question", f"{where.namespace}/{where.name}", asked.name, asked.type, outcome, data, at=now)


def connection(where: Key, target: str, outcome: Outcome, now: float) -> Iterator[Deed]:
    """A connection to address:port."""
    yield Deed("connection", f"{where.namespace}/{where.name}", target, "", outcome, at=now)
