"""Attach with what a container's own process really does of it: what is piped in, its end, and who hears what."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from typing import Any

import pytest

from cluster import logs
from cluster.api.streams.containers import Terminal
from cluster.containers import mainprocess
from cluster.containers.carrying import carry
from cluster.containers.instances import Instance
from cluster.containers.mainprocess import MainProcess, Streams
from cluster.logs import Book, Place
from cluster.machinery.objects import Obj
from tests.api.streams.standins import Client, StandIns, status
from tests.shell.containers import machine_of, pod

ATTACH = "/api/v1/namespaces/default/pods/web/attach"
V5, V4 = "v5.channel.k8s.io", "v4.channel.k8s.io"
LISTENS = (("stdout", "true"), ("stderr", "true"))
SPEAKS = (("stdin", "true"), *LISTENS)
END = b"\xff\x00"
"""Of standard input."""
ONCE, OPEN = {"stdin": True, "stdinOnce": True}, {"stdin": True}


class Unstored(Book):
    def extend(self, place: Place, lines: object) -> None:
        """Nobody reads it."""


@pytest.fixture(autouse=True)
def _a_book() -> Iterator[None]:
    logs.use(Unstored())
    yield
    logs.use(None)


class Container(StandIns):
    """One whose process runs in a machine of its own; it has begun."""

    def __init__(self, command: list[str], **container: Any) -> None:
        super().__init__()
        machine = machine_of(pod("busybox", command=command, **container))

        async def start(instance: Instance, streams: Streams) -> int:
            return await carry(machine, instance, streams)

        instance = Instance(machine.pod, machine.template, 0, 0.0)
        self.process = MainProcess(instance, Place(1, "uid", "app"), start, lambda: 0.0)
        self.process.begin()

    async def attach(self, pod: Obj, container: str, terminal: Terminal) -> None:
        await self.process.attach(terminal.stdin, terminal.stdout, terminal.stderr, terminal.window)


async def piped(container: Container, *pieces: bytes, query: tuple[tuple[str, str], ...] = SPEAKS) -> dict[int, bytes]:
    """What who pipes that in is told, by channel; the connection ends by itself, and well."""
    async with Client(ATTACH, *query, containers=container, offers=[V5]) as client:
        await client.accepted()
        for each in pieces:
            client.send(b"\x00" + each)
        client.send(END)
        async with asyncio.timeout(60):
            said, code = await client.rest()
    assert (status(said[3]), code) == ({"metadata": {}, "status": "Success"}, 1000)
    return said


BIG = bytes(range(256)) * 4096
SCRIPT = b"echo a\nfor i in 1 2 3; do echo $i | cat; done\necho e >&2\nls /no/such\necho b\n"
ENDS = [
    (["cat"], [b"one\n", b"two\n"], b"one\ntwo\n"),
    (["cat"], [], b""),
    (["sort"], [b"b\n", b"a\n"], b"a\nb\n"),
    (["wc", "-l"], [b"a\nb\n"], b"2\n"),
    (["sh", "-c", "cat | wc -c"], [BIG], b"1048576\n"),
    (["sha256sum"], [BIG], f"{hashlib.sha256(BIG).hexdigest()}  -\n".encode()),
    (["sh", "-c", "cat && echo over"], [b"x\n"], b"x\nover\n"),
    (["sh"], [SCRIPT], b"a\n1\n2\n3\nb\n"),
    (["sh"], [b"echo a\nexit 3\n", b"echo never\n"], b"a\n"),
    (["sh"], [], b""),
]


@pytest.mark.parametrize(("command", "pieces", "printed"), ENDS)
async def test_with_stdin_once_the_end_of_input_is_the_process_s_own(
    command: list[str], pieces: list[bytes], printed: bytes
) -> None:
    container = Container(command, **ONCE)
    # As clients do: in messages of 32 kB.
    messages = [each[at : at + 32_767] for each in pieces for at in range(0, len(each), 32_767)]
    assert (await piped(container, *messages)).get(1, b"") == printed
    assert await container.process.ended() == (3 if b"exit" in b"".join(pieces) else 0)


LET_GO = [
    (["sh"], [SCRIPT], b"a\n1\n2\n3\nb\n"),
    (["sh"], [b"echo a\n", b"echo b\n"], b"a\nb\n"),
    (["sh"], [], b""),
    (["cat"], [b"x\n"], b"x\n"),
    (["wc", "-l"], [b"a\nb\n"], b""),
]


@pytest.mark.parametrize(("command", "pieces", "printed"), LET_GO)
async def test_where_stdin_stays_open_one_hears_what_one_s_words_led_to_and_is_let_go(
    command: list[str], pieces: list[bytes], printed: bytes
) -> None:
    container = Container(command, **OPEN)
    assert (await piped(container, *pieces)).get(1, b"") == printed
    # It runs on, for the next one.
    if command == ["sh"]:
        assert (await piped(container, b"echo again; exit\n"))[1] == b"again\n"
        assert await container.process.ended() == 0
    container.process.kill()
    await container.process.ended()


async def test_where_stdin_stays_open_the_end_of_the_process_ends_it_too() -> None:
    container = Container(["sh"], **OPEN)
    said = await piped(container, b"echo a\necho e >&2\nexit 4\n")
    assert (said[1], said[2], await container.process.ended()) == (b"a\n", b"e\n", 4)


@pytest.mark.parametrize("once", [ONCE, OPEN])
async def test_at_a_terminal_what_is_piped_in_is_typed(once: dict[str, Any]) -> None:
    container = Container(["sh"], **once, tty=True)
    printed = (await piped(container, b"echo $((6 * 7))\n", query=(*SPEAKS, ("tty", "true"))))[1]
    assert printed.endswith(b"\r\n42\r\n/ # " + (b"\r\n" if once is ONCE else b""))
    container.process.kill()
    await container.process.ended()


async def test_one_who_is_not_read_is_let_go_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mainprocess, "LINGER", 0.01)
    container = Container(["sleep", "100000000"], **OPEN)
    await piped(container, b"x\n")
    container.process.kill()
    await container.process.ended()


async def test_one_who_only_listens_hears_on_when_the_other_s_input_has_ended() -> None:
    container = Container(["sh"], **OPEN)
    async with Client(ATTACH, *LISTENS, containers=container, offers=[V5]) as client:
        await client.accepted()
        await client.next()
        assert (await piped(container, b"echo a\n"))[1] == b"a\n"
        assert (await piped(container, b"echo b\nexit\n"))[1] == b"b\n"
        said, _ = await client.rest()
    assert said[1] == b"a\nb\n"


async def test_what_was_printed_before_is_for_the_first_who_comes() -> None:
    container = Container(["sh", "-c", "echo early; read x; echo $x"], **ONCE)
    assert (await piped(container, b"late\n"))[1] == b"early\nlate\n"


async def test_a_client_whose_protocol_has_no_end_of_input_hears_on() -> None:
    container = Container(["sh"], **OPEN)
    async with Client(ATTACH, *SPEAKS, containers=container, offers=[V4]) as client:
        await client.accepted()
        await client.next()
        client.send(b"\x00echo a\n")
        assert await client.next() == b"\x01a\n"
        client.send(END)  # of no meaning there
        client.send(b"\x00echo b; exit\n")
        said, _ = await client.rest()
    assert said[1] == b"b\n"
