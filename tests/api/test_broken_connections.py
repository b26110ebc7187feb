"""What is no HTTP and no WebSocket, on both ports: the connection is answered or ended, and the server goes on."""

from __future__ import annotations

import http.client
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml

from tests.server import Server

PODS = "/k8s/demo/api/v1/namespaces/default/pods"
PATIENCE = 30.0
LONG = 5 * 1024 * 1024

ENDED = "ended"
"""The connection is closed without an answer in HTTP."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("data") / "data", "--no-demo", "--pace", "instant") as made:
        yield made


@pytest.fixture(params=["web", "api"])
def port(request: pytest.FixtureRequest, server: Server) -> Iterator[Port]:
    made = Port(server, str(request.param))
    yield made
    assert made.status(b"GET /k8s/demo/readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n") == "200"
    assert '"level": "error"' not in (server.data / "log").read_text()


class Port:
    def __init__(self, server: Server, which: str) -> None:
        self.number = server.port if which == "web" else server.api_port
        self.tls = which == "api"
        config = yaml.safe_load(Path(server.data / "kubeconfig").read_text())
        self.token = config["users"][0]["user"]["token"]

    def open(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.number), timeout=PATIENCE)
        if not self.tls:
            return plain
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(plain)

    def request(self, line: str, headers: str = "", body: bytes = b"") -> bytes:
        return f"{line}\r\nHost: x\r\nAuthorization: Bearer {self.token}\r\n{headers}\r\n".encode() + body

    def status(self, sent: bytes) -> str:
        with closing(self.open()) as there:
            there.sendall(sent)
            return _status(there)


def _status(there: socket.socket) -> str:
    """Of the first answer; ENDED when there comes none."""
    got = b""
    while b"\r\n" not in got:
        piece = there.recv(65536)
        if not piece:
            return ENDED
        got += piece
    return got.split(b" ", 2)[1].decode()


POST, JSON = f"POST {PODS} HTTP/1.1", "Content-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("line", "headers", "body", "expected"),
    [
        (POST, f"{JSON}Transfer-Encoding: chunked\r\n", b"zz\r\n{}\r\n0\r\n\r\n", "400"),
        (POST, "Content-Length: -1\r\n", b"", "400"),
        (POST, "Content-Length: 2\r\nContent-Length: 3\r\n", b"{}", "400"),
        (POST, f"{JSON}Content-Length: {LONG}\r\n", b"x" * LONG, "413"),
        (POST, f"{JSON}Expect: 100-continue\r\nContent-Length: 2\r\n", b"", "100"),
        ("GET /k8s/demo/\0 HTTP/1.1", "", b"", "400"),
        ("GET /k8s/demo/é HTTP/1.1", "", b"", "400"),
        ("GET /k8s/demo/api/v1/%zz HTTP/1.1", "", b"", "404"),
        ("GET /k8s/demo/api/v1/%ff%fe HTTP/1.1", "", b"", "404"),
        ("CONNECT x:1 HTTP/1.1", "", b"", "400"),
        ("PRI * HTTP/2.0", "", b"SM\r\n\r\n", "400"),
        ("\0\1\2\3", "", b"", "400"),
        (f"GET {PODS} HTTP/1.1", "Header : x\r\n", b"", "400"),
        (f"GET {PODS} HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", b"", "200"),
    ],
    ids=lambda given: repr(given)[:60],
)
def test_a_request_that_is_none(port: Port, line: str, headers: str, body: bytes, expected: str) -> None:
    assert port.status(port.request(line, headers, body)) == expected


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /k8s/demo/version HTT",
        b"GET /k8s/demo/version HTTP/1.1\r\nHost: x\r\nAuthor",
        f"{POST}\r\nHost: x\r\n{JSON}Content-Length: 100\r\n\r\n{{}}".encode(),
        f"{POST}\r\nHost: x\r\n{JSON}Transfer-Encoding: chunked\r\n\r\nff\r\n{{}}".encode(),
    ],
)
def test_a_client_that_goes_in_the_middle_of_a_request(port: Port, sent: bytes) -> None:
    with closing(port.open()) as there:
        there.sendall(sent)


# -- WebSockets ---------------------------------------------------------------------------------------------------

HANDSHAKE = (
    "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://x\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: MDAwMDAwMDAwMDAwMDAwMA==\r\n"
)


def _frame(code: int, data: bytes = b"", *, masked: bool = True, last: bool = True, flags: int = 0) -> bytes:
    first = bytes([(0x80 if last else 0) | flags | code])
    mask = 0x80 if masked else 0
    size = bytes([mask | len(data)]) if len(data) < 126 else bytes([mask | 126]) + len(data).to_bytes(2, "big")
    return first + size + (b"\0\0\0\0" if masked else b"") + data


FRAMES = {
    "without a mask": _frame(2, b"x", masked=False),
    "of an unknown code": _frame(3, b"x"),
    "of an unknown code for control": _frame(11, b"x"),
    "with a reserved bit": _frame(2, b"x", flags=0x40),
    "of a negative length": b"\x82\xff" + b"\xff" * 8 + b"\0\0\0\0",
    "that is no UTF-8": _frame(1, b"\xff\xfe"),
    "that goes on with nothing": _frame(0, b"x"),
    "a ping in pieces": _frame(9, b"x", last=False),
    "a ping too long": _frame(9, b"x" * 200),
    "an end of one byte": _frame(8, b"x"),
    "an end for no known reason": _frame(8, b"\0\1"),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES.keys())
def test_a_frame_that_is_none_ends_the_socket(port: Port, frame: bytes) -> None:
    headers = f"{HANDSHAKE}Sec-WebSocket-Protocol: binary.k8s.io\r\n"
    with closing(port.open()) as there:
        there.sendall(port.request(f"GET {PODS}?watch=1 HTTP/1.1", headers))
        got = b""
        while b"\r\n\r\n" not in got:
            got += there.recv(65536)
        assert got.startswith(b"HTTP/1.1 101")
        there.sendall(frame)
        while there.recv(65536):
            pass


@pytest.mark.parametrize("path", ["/k8s/demo/version", "/clusters/demo/live", "/k8s/nowhere/api/v1/pods?watch=1"])
def test_a_path_that_takes_no_socket_says_so(port: Port, path: str) -> None:
    status = port.status(port.request(f"GET {path} HTTP/1.1", HANDSHAKE))
    assert status[:1] == "4" and int(status) in http.client.responses
