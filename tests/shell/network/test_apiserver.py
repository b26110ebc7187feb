"""The API as pods reach it: any application of that sort, behind the Service `kubernetes`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from cluster.machinery.objects import ENDPOINT_SLICES, Obj, key
from cluster.shell.network import apiserver, tls
from cluster.shell.network.apiserver import ApiServer
from tests.dns import made
from tests.network import town
from tests.shell.containers import run
from tests.shell.programs import peer

SERVICE: Obj = {
    "kind": "Service",
    "metadata": {"name": "kubernetes", "namespace": "default"},
    "spec": {
        "clusterIP": "10.96.0.1",
        "clusterIPs": ["10.96.0.1"],
        "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
    },
}
SLICE: Obj = {
    "kind": "EndpointSlice",
    "metadata": {
        "name": "kubernetes",
        "namespace": "default",
        "labels": {"kubernetes.io/service-name": "kubernetes"},
    },
    "addressType": "IPv4",
    "endpoints": [{"addresses": [town.NODE_1], "conditions": {"ready": True}}],
    "ports": [{"name": "https", "port": 6443, "protocol": "TCP"}],
}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Says what it was asked; a watch goes on until the client is gone."""
    body = (await receive())["body"]
    token = dict(scope["headers"]).get(b"authorization", b"").decode()
    said = f"{scope['method']} {scope['path']}?{scope['query_string'].decode()} {token} {body.decode()}\n".encode()
    if b"watch" in scope["query_string"]:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": said, "more_body": True})
        assert (await receive())["type"] == "http.disconnect"
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": said})


@pytest.fixture(autouse=True)
def served() -> Iterator[None]:
    apiserver.use(ApiServer(application, tls.server("kubernetes")))
    yield
    apiserver.use(None)


def asker() -> Any:
    world = peer.world()
    made.put(world, SERVICE)
    world.put(key(ENDPOINT_SLICES, "default", "kubernetes"), SLICE)
    return peer.machine("nginx", world)


async def test_a_pod_asks_the_api_with_its_token() -> None:
    url = "https://kubernetes.default.svc/api/v1/pods?limit=1"
    found = await run(asker(), "curl", "-sk", "-H", "Authorization: Bearer x", url)
    assert found.out == "GET /k8s/demo/api/v1/pods?limit=1 Bearer x \n"
    two = await run(asker(), "curl", "-sk", "-d", "{}", "https://kubernetes/a", "https://kubernetes/b")
    assert two.out == "POST /k8s/demo/a?  {}\nPOST /k8s/demo/b?  {}\n"


async def test_a_watch_ends_with_its_client() -> None:
    watching = await asyncio.wait_for(
        run(asker(), "curl", "-sk", "-m", "2", "https://kubernetes/api/v1/pods?watch=1"), timeout=10
    )
    assert (watching.out, watching.status) == ("GET /k8s/demo/api/v1/pods?watch=1  \n", 28)


async def test_without_a_server_nobody_may_see_anything() -> None:
    apiserver.use(None)
    found = await run(asker(), "curl", "-sk", "-o", "/dev/null", "-w", "%{http_code}", "https://kubernetes/api")
    assert found.out == "403"
