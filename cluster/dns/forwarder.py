"""Asking a resolver outside, over UDP and, for what does not fit, TCP. Only the operator says whom; never a user.

What is looked up stays a pure function: it raises Unsettled where it needs somebody outside, `settled` asks and starts
it again. Knows neither zones nor clusters.
"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from cluster.dns.answer import BEYOND, Answer, Outside, Question, Unsettled
from cluster.dns.upstream import Reply, query_bytes, read

T = TypeVar("T")

TIMEOUT = 2.0
TRIES = 2
AT_ONCE = 256
"""Questions under way; one more is refused."""
LONGEST_CHAIN = 10
RECENT = 1000
RECENT_SECONDS = 30.0

SERVFAIL = Answer("SERVFAIL", aa=False)
BUSY = Answer("REFUSED", aa=False, rests_on=frozenset({BEYOND}))


class Address(NamedTuple):
    host: str
    port: int


def address(text: str) -> Address:
    """ "192.0.2.1", "127.0.0.1:5399" or "[::1]:53"; ValueError for anything else, names of hosts included."""
    host, port = text, "53"
    if text.startswith("["):
        host, closing, rest = text[1:].partition("]")
        if not closing or (rest and not rest.startswith(":")):
            raise ValueError("an address in brackets is [ADDRESS] or [ADDRESS]:PORT")
        port = rest[1:] or "53"
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    ipaddress.ip_address(host)
    if not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise ValueError(f"{port} is no port")
    return Address(host, int(port))


class Forwarder:
    """Asks the resolver at one address; each question once at a time, however many wait for it."""

    def __init__(self, upstream: Address) -> None:
        self._upstream = upstream
        self._under_way: dict[Question, asyncio.Task[Answer]] = {}
        self._recent: dict[Question, tuple[float, Answer]] = {}

    async def ask(self, question: Question) -> Answer:
        """What the resolver says; SERVFAIL when it says nothing in time, REFUSED when too much is under way."""
        task = self._under_way.get(question)
        if task is None:
            if len(self._under_way) >= AT_ONCE:
                return BUSY
            task = self._under_way[question] = asyncio.create_task(self._asked(question))
            task.add_done_callback(lambda done: self._under_way.pop(question))
        return await asyncio.shield(task)

    def known(self, question: Question) -> Answer:
        """For those who cannot wait: what it said lately, else REFUSED while it is being asked."""
        now = asyncio.get_running_loop().time()
        found = self._recent.get(question)
        if found is not None and now - found[0] < RECENT_SECONDS:
            return found[1]
        if question not in self._under_way and len(self._under_way) < AT_ONCE:
            task = self._under_way[question] = asyncio.create_task(self._asked(question))
            task.add_done_callback(lambda done: self._under_way.pop(question))
        return BUSY

    async def stop(self) -> None:
        """End what is under way."""
        tasks = tuple(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _asked(self, question: Question) -> Answer:
        found = await self._found(question)
        while len(self._recent) >= RECENT:
            del self._recent[next(iter(self._recent))]
        self._recent[question] = asyncio.get_running_loop().time(), found
        return found

    async def _found(self, question: Question) -> Answer:
        found = SERVFAIL
        for _ in range(TRIES):
            try:
                async with asyncio.timeout(TIMEOUT):
                    found = await self._by_datagram(question)
                break
            except (TimeoutError, OSError):
                continue
        if not found.tc:
            return found
        try:
            async with asyncio.timeout(TIMEOUT):
                return await self._by_stream(question)
        except (TimeoutError, OSError, ValueError, asyncio.IncompleteReadError):
            return found  # cut short, and it says so

    async def _by_datagram(self, question: Question) -> Answer:
        """From a port of its own and under a random number, so that nobody else's word is taken for the reply."""
        loop = asyncio.get_running_loop()
        number = secrets.randbelow(65536)
        waiting: asyncio.Future[Answer] = loop.create_future()
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Datagrams(question, number, waiting), remote_addr=self._upstream
        )
        try:
            transport.sendto(query_bytes(question, number))
            return await waiting
        finally:
            transport.close()

    async def _by_stream(self, question: Question) -> Answer:
        reader, writer = await asyncio.open_connection(*self._upstream)
        try:
            number = secrets.randbelow(65536)
            query = query_bytes(question, number)
            writer.write(len(query).to_bytes(2, "big") + query)
            size = int.from_bytes(await reader.readexactly(2), "big")
            reply = read(await reader.readexactly(size))
            if not _is_reply_to(reply, question, number):
                raise ValueError("a reply to something else")
            return reply.answer
        finally:
            writer.close()


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, question: Question, number: int, waiting: asyncio.Future[Answer]) -> None:
        self._question, self._number, self._waiting = question, number, waiting

    def datagram_received(self, data: bytes, addr: object) -> None:
        try:
            reply = read(data)
        except ValueError:
            return  # not what was waited for
        if _is_reply_to(reply, self._question, self._number) and not self._waiting.done():
            self._waiting.set_result(reply.answer)

    def error_received(self, exc: Exception) -> None:
        if not self._waiting.done():
            self._waiting.set_exception(exc)


def _is_reply_to(reply: Reply, question: Question, number: int) -> bool:
    return reply.id == number and reply.question == question._replace(name=question.name.lower())


async def settled(work: Callable[[Outside | None], T], forwarder: Forwarder | None) -> T:
    """What `work` gives when everybody outside whom it needs has been asked."""
    if forwarder is None:
        return work(None)
    said: dict[Question, Answer] = {}

    def outside(question: Question) -> Answer:
        found = said.get(question)
        if found is None:
            raise Unsettled(question)
        return found

    for _ in range(LONGEST_CHAIN):
        try:
            return work(outside)
        except Unsettled as unsettled:
            said[unsettled.question] = await forwarder.ask(unsettled.question)
    return work(lambda question: said.get(question, SERVFAIL))


def unsettled(question: Question) -> Answer:
    """An `outside` for those who will ask with `settled` when they must."""
    raise Unsettled(question)


# -- the one of this process ---------------------------------------------------------------------------------

_current: Forwarder | None = None


def use(forwarder: Forwarder | None) -> None:
    """Let everything in this process that asks on a cluster's behalf ask this one; None: nobody."""
    global _current
    _current = forwarder


def current() -> Forwarder | None:
    return _current
