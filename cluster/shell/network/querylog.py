"""What CoreDNS's plugin `log` writes of a query. Pure."""

from __future__ import annotations

from cluster.dns import wire
from cluster.dns.query import Query

_FLAGS = ("qr", "aa", "tc", "rd", "ra", "ad", "cd")


def line(query: Query, packet: bytes, reply: bytes, client: tuple[str, int], *, tcp: bool) -> str:
    """One line in its common format."""
    question, told = query.question, wire.parse(reply)
    flags = ",".join(flag for flag in _FLAGS if flag in told.flags)
    do, size = (str(query.opt.do).lower(), query.opt.size) if query.opt else ("false", 65535 if tcp else 512)
    address = f"[{client[0]}]" if ":" in client[0] else client[0]
    transport = "tcp" if tcp else "udp"
    asked = f"{question.type} {question.class_} {question.name.lower()} {transport} {len(packet)} {do} {size}"
    return f'[INFO] {address}:{client[1]} - {query.id} "{asked}" {told.rcode} {flags} {len(reply)} 0.000066632s'
