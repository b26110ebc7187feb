"""A real server and a client that breaks the rules of WebSockets, of the channel protocols and of SPDY: never a
traceback, never a hang, and whoever comes next is served."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.api.streams.spdyclient import SpdyClient, control, data, ping
from tests.kubectl.driving import Kubectl
from tests.kubectl.test_streams import WEB
from tests.server import Server

PODS = "/k8s/demo/api/v1/namespaces/default/pods/web"
EXEC = f"{PODS}/exec?command=cat&stdin=true&stdout=true&stderr=true"
FORWARD = f"{PODS}/portforward"
SPDY = "SPDY/3.1+portforward.k8s.io"
SEEDS = range(40)
PATIENCE = 10.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("frames")
    with Server(folder / "data", "--no-demo", "--pace", "instant") as running:
        k = Kubectl("newest", running.data / "kubeconfig", folder / "home")
        k.apply(WEB)
        k("wait --for=condition=Ready pod/web --timeout=30s")
        yield running


def connected(server: Server, path: str, subprotocol: str, *, extra: str = "") -> tuple[socket.socket, bytes]:
    """A socket after the handshake, and the head of its answer with what came right behind it."""
    where = urlsplit(server.web)
    assert where.hostname is not None and where.port is not None
    found = socket.create_connection((where.hostname, where.port), timeout=PATIENCE)
    offer = f"Sec-WebSocket-Protocol: {subprotocol}\r\n" if subprotocol else ""
    found.sendall(
        f"GET {path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{offer}{extra}\r\n".encode()
    )
    head = b""
    while b"\r\n\r\n" not in head:
        piece = found.recv(4096)
        assert piece, head
        head += piece
    return found, head


def frame(payload: bytes, *, opcode: int = 2, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    size = len(payload)
    length = struct.pack(">B", size) if size < 126 else struct.pack(">BH", 126, size)
    if not masked:
        return bytes((first,)) + length + payload
    return bytes((first, length[0] | 0x80)) + length[1:] + bytes(4) + payload  # a mask of zeros changes nothing


def until_closed(connection: socket.socket, head: bytes) -> bytes:
    """All that comes until the server says goodbye or hangs up; TimeoutError when it does neither."""
    found = head.partition(b"\r\n\r\n")[2]
    try:
        while not _says_goodbye(found) and (piece := connection.recv(65536)):
            found += piece
    except ConnectionResetError:
        pass
    return found


def _says_goodbye(frames: bytes) -> bool:
    """One of the server's frames is a closing one."""
    while len(frames) >= 2:
        size, head = frames[1], 2
        if size >= 126:
            head = 4 if size == 126 else 10
            size = int.from_bytes(frames[2:head], "big")
        if frames[0] & 15 == 8:
            return True
        frames = frames[head + size :]
    return False


def tracebacks(server: Server) -> str:
    return "\n".join(
        line for line in (server.data / "log").read_text().splitlines() if "Traceback" in line or "_failed" in line
    )


def served(server: Server) -> None:
    """A well-behaved client comes through."""
    spdy = SpdyClient()
    connection, head = connected(server, FORWARD, SPDY)
    with connection:
        assert head.startswith(b"HTTP/1.1 101")
        connection.sendall(frame(spdy.pair(80, 0) + data(3, b"GET / HTTP/1.0\r\n\r\n", fin=True)))
        said = b""
        while b"nginx" not in said:
            piece = connection.recv(65536)
            assert piece, said
            said += piece


BROKEN = [
    (EXEC, "v5.channel.k8s.io", frame(b"\x00x", masked=False)),
    (EXEC, "v5.channel.k8s.io", frame(b"\x00x", reserved=7)),
    (EXEC, "v5.channel.k8s.io", frame(b"\x00x", opcode=5)),
    (EXEC, "v5.channel.k8s.io", frame(b"x" * 200, opcode=9)),
    (EXEC, "v5.channel.k8s.io", frame(b"\xff\xff", opcode=1)),
    (EXEC, "v5.channel.k8s.io", frame(b"x", opcode=0)),
    (EXEC, "v5.channel.k8s.io", b"\x82\xff" + b"\xff" * 8 + bytes(4)),
    (EXEC, "v5.channel.k8s.io", b"\x82\xff" + struct.pack(">Q", 2**40) + bytes(2_000_000)),
    (EXEC, "v5.channel.k8s.io", frame(b"\xff")),
    (EXEC, "base64.channel.k8s.io", frame(b"0?", opcode=1)),
    (FORWARD + "?ports=80", "v4.base64.channel.k8s.io", frame(b"0?", opcode=1)),
    (FORWARD, SPDY, frame(control(6, b"", version=9))),
    (FORWARD, SPDY, frame("ü€".encode(), opcode=1) + frame(b"\x80" * 60)),
]


@pytest.mark.parametrize(("path", "subprotocol", "sent"), BROKEN)
def test_what_is_broken_ends_the_connection(server: Server, path: str, subprotocol: str, sent: bytes) -> None:
    connection, head = connected(server, path, subprotocol)
    with connection:
        assert head.startswith(b"HTTP/1.1 101")
        with contextlib.suppress(ConnectionError):
            connection.sendall(sent)
        until_closed(connection, head)
    assert tracebacks(server) == ""


def scrambled(dice: random.Random) -> bytes:
    """Frames as they should be, some of them damaged."""
    spdy = SpdyClient()
    good = [frame(b"\x00hello"), frame(spdy.pair(80, 0)), frame(data(3, b"GET / HTTP/1.0\r\n\r\n")), frame(ping(1))]
    sent = bytearray().join(dice.choices(good, k=dice.randint(1, 6)))
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(sent))
        match dice.randrange(3):
            case 0:
                sent[at] = dice.randrange(256)
            case 1:
                del sent[at : at + dice.randint(1, 8)]
            case _:
                sent[at:at] = dice.randbytes(dice.randint(1, 16))
        if not sent:
            break
    return bytes(sent)


@pytest.mark.parametrize("seed", SEEDS)
def test_damaged_frames(server: Server, seed: int) -> None:
    dice = random.Random(seed)
    path, subprotocol = dice.choice([(EXEC, "v5.channel.k8s.io"), (FORWARD, SPDY), (f"{FORWARD}?ports=80", "")])
    connection, head = connected(server, path, subprotocol)
    with connection:
        try:
            connection.sendall(scrambled(dice))
            if dice.random() < 0.5:
                connection.shutdown(socket.SHUT_WR)
                until_closed(connection, head)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert tracebacks(server) == ""
    if seed % 8 == 0:
        served(server)


HANDSHAKES = [
    (f"{PODS.replace('web', 'gone')}/exec?command=ls", "v5.channel.k8s.io", b"404"),
    (f"{PODS}/exec", "v5.channel.k8s.io", b"400"),
    (EXEC, "mqtt", b"403"),
    (f"{FORWARD}?ports=x", "v4.channel.k8s.io", b"400"),
    (PODS, "v5.channel.k8s.io", b"400"),
    ("/k8s/demo/nowhere", "v5.channel.k8s.io", b"400"),
    ("/k8s/nowhere/api/v1/pods", "v5.channel.k8s.io", b"404"),
]


@pytest.mark.parametrize(("path", "subprotocol", "code"), HANDSHAKES)
def test_a_handshake_that_is_refused_says_why(server: Server, path: str, subprotocol: str, code: bytes) -> None:
    connection, head = connected(server, path, subprotocol)
    with connection:
        assert head.split(b" ")[1] == code
        assert b'"kind":"Status"' in head + until_closed(connection, b"")
    assert tracebacks(server) == ""


def test_a_path_is_read_as_for_any_other_request(server: Server) -> None:
    connection, head = connected(server, EXEC.replace("/pods", "//pods"), "v5.channel.k8s.io")
    connection.close()
    assert head.split(b" ")[1] == b"101"
    assert tracebacks(server) == ""


def test_a_page_of_another_site_gets_no_stream(server: Server) -> None:
    connection, head = connected(server, EXEC, "v5.channel.k8s.io", extra="Origin: https://evil.example\r\n")
    connection.close()
    assert head.split(b" ")[1] == b"403"


def test_clients_that_vanish_leave_nothing_behind(server: Server) -> None:
    assert server.process is not None
    held = Path(f"/proc/{server.process.pid}/fd")
    before = len(list(held.iterdir()))
    for _ in range(30):
        connection, _ = connected(server, FORWARD, SPDY)
        connection.sendall(frame(SpdyClient().pair(80, 0)))
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # hang up with a reset
        connection.close()
    served(server)
    assert len(list(held.iterdir())) <= before + 5
    assert tracebacks(server) == ""
