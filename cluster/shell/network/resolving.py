"""Names to addresses as a C library finds them in a pod: the search list walked over messages, not over the model.

The walk's order is `dns.resolver`'s; what is told of each name is read from the bytes that came back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal, NamedTuple

from cluster.dns import wire
from cluster.dns.answer import Question
from cluster.dns.names import reverse_name
from cluster.dns.resolver import Habit, ResolvConf, candidates
from cluster.dns.wire import Message

Put = Callable[[str, bytes], Awaitable[bytes | None]]
"""A message to a server, and what came back. OSError."""
Trouble = Literal["", "unknown", "again"]
"""Why there is no address: no such name; nobody answers, or none who could."""


class Found(NamedTuple):
    addresses: tuple[str, ...] = ()
    canonical: str = ""
    """The name that has them, without its last dot."""
    trouble: Trouble = ""


def parse_conf(text: str) -> ResolvConf:
    """An /etc/resolv.conf as a C library reads it: later lines win, what is not known is passed over."""
    servers: list[str] = []
    search: tuple[str, ...] = ()
    ndots, options = 1, []
    for line in text.splitlines():
        words = line.split("#")[0].split(";")[0].split()
        match words:
            case ["nameserver", address, *_]:
                servers.append(address)
            case ["search" | "domain", *domains]:
                search = tuple(domains)
            case ["options", *given]:
                for word in given:
                    called, _, value = word.partition(":")
                    if called == "ndots" and value.isascii() and value.isdecimal() and len(value) < 4:
                        ndots = min(int(value), 15)
                    else:
                        options.append(word)
            case _:
                pass
    return ResolvConf(tuple(servers[:3]), search, ndots, tuple(options))


async def ask(question: Question, conf: ResolvConf, put: Put, number: int) -> Message | None:
    """The first server that answers decides; None: none does."""
    for server in conf.nameservers or ("127.0.0.1",):
        try:
            raw = await put(server, wire.question_bytes(question, number))
        except OSError:
            continue
        if raw:
            return wire.parse(raw)
    return None


async def addresses(
    name: str,
    conf: ResolvConf,
    put: Put,
    habit: Habit,
    pick: Callable[[int], int],
    types: tuple[str, ...] = ("A", "AAAA"),
) -> Found:
    """Walk the search list until a name has addresses."""
    trouble: Trouble = "unknown"
    for candidate in candidates(name, conf, habit):
        exists = False
        got: list[str] = []
        canonical = candidate.rstrip(".")
        for type_ in types:
            message = await ask(Question(candidate, type_), conf, put, pick(65536))
            if message is None or message.rcode not in ("NOERROR", "NXDOMAIN", "REFUSED"):
                return Found(trouble="again")
            exists = exists or (message.rcode == "NOERROR" and habit.stops_at_nodata)
            got += [each.data for each in message.answer if each.type == type_]
            named = [each.name for each in message.answer if each.type == type_]
            canonical = named[0].rstrip(".") if named else canonical
        if got:
            return Found(tuple(dict.fromkeys(got)), canonical)
        if exists:
            break
    return Found(trouble=trouble)


async def name_of(address: str, conf: ResolvConf, put: Put, pick: Callable[[int], int]) -> str:
    """What an address is called, without the last dot; "" when it has no name."""
    message = await ask(Question(reverse_name(address), "PTR"), conf, put, pick(65536))
    named = [each.data for each in message.answer if each.type == "PTR"] if message is not None else []
    return named[0].rstrip(".") if named else ""
