"""WebSockets as other clients open them: Kubernetes' own tests, and pages in a browser."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import yaml
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.kubectl.driving import Kubectl
from tests.kubectl.test_streams import WEB
from tests.server import Server

POD = "/api/v1/namespaces/default/pods/web"
ECHO = f"{POD}/exec?stdout=1&stderr=1&container=nginx&command=echo&command=remote+execution+test"


class Site:
    def __init__(self, config: dict[str, Any]) -> None:
        self.api = config["clusters"][0]["cluster"]["server"].replace("https", "wss")
        self.token = config["users"][0]["user"]["token"]
        authority = base64.b64decode(config["clusters"][0]["cluster"]["certificate-authority-data"])
        self.tls = ssl.create_default_context(cadata=authority.decode())

    def open(self, path: str, *subprotocols: str, token: bool = True) -> connect:
        return connect(
            self.api + path,
            ssl=self.tls,
            origin=Origin("http://localhost"),
            subprotocols=[Subprotocol(each) for each in subprotocols] or None,
            additional_headers={"Authorization": f"Bearer {self.token}"} if token else {},
            compression=None,
        )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("sockets")
    with Server(folder / "data", "--no-demo", "--pace", "instant") as server:
        k = Kubectl("newest", server.data / "kubeconfig", folder / "home")
        k.apply(WEB)
        k("wait --for=condition=Ready pod/web --timeout=30s")
        yield Site(yaml.safe_load((server.data / "kubeconfig").read_text()))


async def everything(connection: ClientConnection) -> list[Any]:
    """All messages until the server closes."""
    found = []
    try:
        while True:
            found.append(await connection.recv())
    except ConnectionClosed as closed:
        assert closed.rcvd is not None and closed.rcvd.code == 1000
    return found


async def test_remote_command_execution(site: Site) -> None:
    async with site.open(ECHO, "channel.k8s.io") as connection:
        messages = await everything(connection)
    assert b"".join(each[1:] for each in messages if each[0] == 1) == b"remote execution test\n"
    assert all(len(each) == 1 for each in messages if each[0] != 1)


async def test_retrieving_a_log(site: Site) -> None:
    async with site.open(f"{POD}/log?container=nginx", "binary.k8s.io") as connection:
        log = b"".join(await everything(connection))
    assert b"start worker process" in log
    async with site.open(f"{POD}/log?container=nginx", "base64.binary.k8s.io") as connection:
        assert b"".join(base64.b64decode(each) for each in await everything(connection)) == log


async def test_watching(site: Site) -> None:
    async with site.open("/api/v1/namespaces/default/pods?watch=1&timeoutSeconds=1") as connection:
        events = [orjson.loads(each) for each in await everything(connection)]
    assert [(each["type"], each["object"]["metadata"]["name"]) for each in events] == [("ADDED", "web")]


async def test_a_page_gives_its_token_as_a_subprotocol(site: Site) -> None:
    token = base64.urlsafe_b64encode(site.token.encode()).decode().rstrip("=")
    given = f"base64url.bearer.authorization.k8s.io.{token}"
    async with site.open(ECHO, given, "channel.k8s.io", token=False) as connection:
        assert connection.subprotocol == "channel.k8s.io"
        await everything(connection)


REFUSALS = [
    (f"{POD}/log?container=zz", ["binary.k8s.io"], True, 400),
    (f"{POD}/log", ["mqtt"], True, 403),
    (ECHO, ["channel.k8s.io"], False, 403),
    (ECHO, ["base64url.bearer.authorization.k8s.io.d3Jvbmc", "channel.k8s.io"], False, 401),
    (ECHO, ["base64url.bearer.authorization.k8s.io.!", "channel.k8s.io"], False, 401),
    ("/api/v1/namespaces/default/pods", [], True, 400),
]


@pytest.mark.parametrize(("path", "subprotocols", "token", "code"), REFUSALS)
async def test_refusals(site: Site, path: str, subprotocols: list[str], token: bool, code: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await site.open(path, *subprotocols, token=token)
    assert refused.value.response.status_code == code
    assert orjson.loads(refused.value.response.body or b"{}")["status"] == "Failure"
