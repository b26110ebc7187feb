"""exec and attach, from the client's side of the WebSocket."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from cluster.api.streams import conversing, incoming, refusal
from cluster.api.streams.containers import Terminal
from cluster.api.streams.incoming import ROOM
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from tests.api.streams.standins import NODE, POD, Client, StandIns, refused, request, status, target, world_of

EXEC = "/api/v1/namespaces/default/pods/web/exec"
ATTACH = "/api/v1/namespaces/default/pods/web/attach"
LS = (("command", "ls"), ("command", "-l"), ("stdout", "true"), ("stderr", "true"))
CAT = (("command", "cat"), ("stdin", "true"), ("stdout", "true"), ("stderr", "true"))
V5, V4, V1 = "v5.channel.k8s.io", "v4.channel.k8s.io", "channel.k8s.io"


async def echo(argv: Sequence[str], terminal: Terminal) -> int:
    """Says what it was called with, then what it reads."""
    await terminal.stderr.write(" ".join(argv).encode())
    while terminal.stdin is not None and (data := await terminal.stdin.read()):
        await terminal.stdout.write(data)
    return 0


def exits(code: int) -> StandIns:
    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        await terminal.stdout.write(b"bye\n")
        return code

    return StandIns(program)


def with_pod(**changes: Obj) -> Obj:
    return {**POD, **{part: {**POD[part], **change} for part, change in changes.items()}}


async def test_a_command_from_beginning_to_end() -> None:
    async with Client(EXEC, *CAT, containers=StandIns(echo), offers=[V5]) as client:
        assert await client.accepted() == V5
        for message in (b"\x00one ", b"\x00", b"\x00two", b"\xff\x00"):
            client.send(message)
        said, code = await client.rest()
    assert said == {1: b"one two", 2: b"cat", 3: b'{"metadata":{},"status":"Success"}'}
    assert code == 1000


async def test_nothing_is_said_before_the_client_can_have_made_its_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    settled = asyncio.Event()

    async def settle() -> None:
        await settled.wait()

    monkeypatch.setattr(conversing, "settle", settle)
    async with Client(EXEC, *LS, containers=StandIns(echo), offers=[V5]) as client:
        await client.accepted()
        for _ in range(20):
            await asyncio.sleep(0)
        assert client.heard_nothing
        settled.set()
        said, _ = await client.rest()
    assert said[2] == b"ls -l"


async def test_what_is_sent_though_not_asked_for_is_thrown_away() -> None:
    async with Client(EXEC, *LS, containers=StandIns(echo), offers=[V5]) as client:
        await client.accepted()
        client.send(b"\x00not asked for")
        said, _ = await client.rest()
    assert (said[1], said[2]) == (b"", b"ls -l")


async def test_an_exit_status_as_kubectl_reads_it() -> None:
    async with Client(EXEC, *LS, containers=exits(3), offers=[V5]) as client:
        await client.accepted()
        said, code = await client.rest()
    assert status(said[3]) == {
        "metadata": {},
        "status": "Failure",
        "message": "command terminated with non-zero exit code: exit status 3",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": "3"}]},
    }
    assert (said[1], code) == (b"bye\n", 1000)


@pytest.mark.parametrize(
    ("code", "told"), [(0, None), (3, b"command terminated with non-zero exit code: exit status 3")]
)
async def test_the_oldest_protocol_is_told_failures_alone_and_as_text(code: int, told: bytes | None) -> None:
    async with Client(EXEC, *LS, containers=exits(code), offers=[V1]) as client:
        await client.accepted()
        said, _ = await client.rest()
    assert said.get(3) == told


async def test_base64() -> None:
    async with Client(EXEC, *CAT, containers=StandIns(echo), offers=["v4.base64.channel.k8s.io"]) as client:
        await client.accepted()
        assert [await client.next(), await client.next()] == ["1", "2Y2F0"]
        client.send("0aGVsbG8=")
        assert await client.next() == "1aGVsbG8="


async def test_a_terminal_has_one_output_and_a_size_that_changes() -> None:
    sizes: list[tuple[int, int]] = []

    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        assert terminal.window is not None and terminal.stdin is not None
        await terminal.stderr.write(b"to the terminal")
        while await terminal.stdin.read():
            sizes.append((terminal.window.columns, terminal.window.rows))
        return 0

    query = (("command", "sh"), ("stdin", "true"), ("stdout", "true"), ("tty", "true"))
    async with Client(EXEC, *query, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        for resize in (
            b'{"Width":100,"Height":30}\n',
            b"nonsense",
            b'{"Width":0,"Height":"x"}',
            b"[1]",
            b'{"Width":1,"Height":1}',
            b'{"Width":0,"Height":0}',  # a terminal that does not know its size
            b'{"Width":7}',
        ):
            client.send(b"\x04" + resize)
            client.send(b"\x00x")
            await asyncio.sleep(0)
        client.send(b"\xff\x00")
        said, _ = await client.rest()
    assert said[1] == b"to the terminal" and 2 not in said
    assert sizes[-1] == (7, 24)


async def test_the_program_is_ended_when_the_client_goes() -> None:
    ended = asyncio.Event()

    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 0

    async with Client(EXEC, *LS, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        await client.next()
        client.leave()
        await ended.wait()


async def test_a_program_that_does_not_read_holds_its_client() -> None:
    reads = asyncio.Event()
    taken = 0

    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        nonlocal taken
        await reads.wait()
        assert terminal.stdin is not None
        while data := await terminal.stdin.read():
            taken += len(data)
        return 0

    async with Client(EXEC, *CAT, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        for _ in range(3 * ROOM // 16_384):
            client.send(b"\x00" + bytes(16_384))
        for _ in range(1000):
            await asyncio.sleep(0)
        assert client._to.qsize() >= 3 * ROOM // 16_384 - ROOM // 16_384 - 2
        client.send(b"\xff\x00")
        reads.set()
        await client.rest()
    assert taken == 3 * ROOM


async def test_a_client_that_is_held_and_vanishes_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "NUDGED", 0.001)
    ended = asyncio.Event()

    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return 0

    async with Client(EXEC, *CAT, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        await client.next()
        for _ in range(2 * ROOM // 16_384):
            client.send(b"\x00" + bytes(16_384))
        assert await client.next() == b"\x01", "said to who is held"
        client.vanish()
        await ended.wait()


async def test_a_client_that_does_not_read_holds_the_program() -> None:
    begins = asyncio.Event()
    written = 0

    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        nonlocal written
        await begins.wait()
        for _ in range(100):
            await terminal.stdout.write(bytes(100_000))
            written += 1
        return 0

    async with Client(EXEC, *LS, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        client.held.clear()
        begins.set()
        for _ in range(1000):
            await asyncio.sleep(0)
        assert written == 0
        client.held.set()
        said, code = await client.rest()
    assert len(said[1]) == 10_000_000 and code == 1000


async def test_small_pieces_are_joined_and_stay_in_order() -> None:
    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        for count in range(10_000):
            await (terminal.stderr if count == 5_000 else terminal.stdout).write(b"%d\n" % count)
        return 0

    messages: list[bytes] = []
    async with Client(EXEC, *LS, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        while isinstance(message := await client.next(), bytes):
            messages.append(message)
    said = [message for message in messages if message[0] in (1, 2)]
    assert b"".join(message[1:] for message in said) == b"".join(b"%d\n" % count for count in range(10_000))
    assert len(said) < 20


async def test_what_breaks_the_protocol_ends_it() -> None:
    async with Client(EXEC, *CAT, containers=StandIns(echo), offers=[V5]) as client:
        await client.accepted()
        client.send(b"\xff")
        _, code = await client.rest()
    assert code == 1002


async def test_a_fault_of_the_program_is_told_and_not_shown(capsys: pytest.CaptureFixture[str]) -> None:
    async def program(argv: Sequence[str], terminal: Terminal) -> int:
        raise ZeroDivisionError

    async with Client(EXEC, *LS, containers=StandIns(program), offers=[V5]) as client:
        await client.accepted()
        said, code = await client.rest()
    assert status(said[3])["reason"] == "InternalError" and code == 1000
    assert "fault of the simulation" in status(said[3])["message"]


async def test_attach_ends_well_whatever_the_program_does() -> None:
    query = (("stdin", "true"), ("stdout", "true"), ("stderr", "true"))
    async with Client(ATTACH, *query, containers=exits(7), offers=[V5]) as client:
        await client.accepted()
        said, code = await client.rest()
    assert (status(said[3]), said[1], code) == ({"metadata": {}, "status": "Success"}, b"bye\n", 1000)


CREATING = with_pod(
    status={"containerStatuses": [{"name": "box", "state": {"waiting": {"reason": "ContainerCreating"}}}]}
)
LOST = {**NODE, "metadata": {**NODE["metadata"], "annotations": {"kubarium.dev/lost": "true"}}}
LATE = [
    (EXEC, CREATING, NODE, 'Internal error occurred: unable to upgrade connection: container not found ("box")'),
    (ATTACH, CREATING, NODE, "Internal error occurred: unable to upgrade connection: container box not found in pod "
     "web_default"),
    (EXEC, POD, LOST, "error dialing backend: dial tcp 192.168.0.2:10250: connect: no route to host"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "pod", "node", "message"), LATE)
async def test_what_only_the_node_knows_comes_as_a_status(path: str, pod: Obj, node: Obj, message: str) -> None:
    world = world_of(pod, node=node)
    async with Client(path, *LS, containers=exits(0), offers=[V5], world=world) as client:
        await client.accepted()
        said, code = await client.rest()
    told = status(said[3])
    assert (told["status"], told["message"], code) == ("Failure", message, 1000)


TWO = with_pod(spec={"containers": [{"name": "box"}, {"name": "side"}], "initContainers": [{"name": "first"}]})
REFUSALS = [
    (EXEC.replace("web", "gone"), POD, LS, 404, 'pods "gone" not found'),
    (EXEC, with_pod(spec={"nodeName": ""}), LS, 400, "pod web does not have a host assigned"),
    (EXEC, POD, (*LS, ("container", "zz")), 400, "container zz is not valid for pod web"),
    (EXEC, TWO, LS, 400, "a container name must be specified for pod web, choose one of: [box side] or one of the init "
     "containers: [first]"),
    (EXEC, POD, (), 400, 'query parameter "command" is required: one for the program and one for each argument'),
    (ATTACH, POD, (("container", "zz"),), 400, "container zz is not valid for pod web"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "pod", "query", "code", "message"), REFUSALS)
async def test_a_refusal_comes_before_the_handshake_is_accepted(
    path: str, pod: Obj, query: tuple[tuple[str, str], ...], code: int, message: str
) -> None:
    world = world_of(pod)
    error = await refused(Client(path, *query, containers=StandIns(), offers=[V5], world=world))
    assert (error.code, error.message) == (code, message)
    asked = request(path, *query, world=world, upgrade="SPDY/3.1")
    plain = refusal(asked, target(asked))
    assert (plain.code, plain.message) == (code, message)


async def test_a_protocol_that_nobody_speaks() -> None:
    error = await refused(Client(EXEC, *LS, containers=StandIns(), offers=["mqtt"]))
    assert error.code == 403 and "client supports [mqtt], server accepts [v5.channel.k8s.io" in error.message


def test_what_an_older_kubectl_is_told() -> None:
    def told(path: str, **headers: Any) -> ApiError:
        asked = request(path, *LS, **headers)
        return refusal(asked, target(asked))

    assert "use kubectl 1.30 or newer" in told(EXEC, upgrade="SPDY/3.1").message
    assert "use kubectl 1.31 or newer" in told(EXEC.replace("exec", "portforward"), upgrade="SPDY/3.1").message
    assert (told(EXEC).code, told(EXEC).message) == (400, "Upgrade request required")
