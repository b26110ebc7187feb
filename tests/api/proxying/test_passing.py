"""Requests through a proxy, to what pods really answer."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from cluster import logs
from cluster.api import served
from cluster.api.proxying import proxy
from cluster.api.request import Request, User
from cluster.api.response import Response, Stream
from cluster.api.routing import find
from cluster.config import ClusterConfig
from cluster.kinds import custom
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import ENDPOINTS, Obj, key
from tests.network import town

PODS = "/api/v1/namespaces/default/pods"
SERVICES = "/api/v1/namespaces/default/services"
NODES = "/api/v1/nodes"
PORTER: Obj = {
    "name": "porter",
    "image": "registry.k8s.io/e2e-test-images/agnhost:2.53",
    "args": ["porter"],
    "env": [
        {"name": "SERVE_PORT_80", "value": '<a href="/rewriteme">test</a>'},
        {"name": "SERVE_PORT_160", "value": "foo"},
        {"name": "SERVE_TLS_PORT_443", "value": '<a href="/tlsrewriteme">test</a>'},
        {"name": "SERVE_TLS_PORT_460", "value": "tls baz"},
    ],
    "ports": [{"containerPort": 80}, {"containerPort": 160}],
}
ECHO: Obj = {"image": "registry.k8s.io/echoserver:1.10", "ports": [{"containerPort": 8080}]}
HEADERS = {"host": "api.example.org", "user-agent": "curl/8", "cookie": "sessionid=secret", "authorization": "Bearer x"}


def world() -> Any:
    state = {"containerStatuses": [{"name": "porter", "ready": True, "state": {"running": {}}}]}
    pods = [
        *town.PODS,
        town.pod("porter", "10.244.0.20", container=PORTER, status=state),
        town.pod("echo", "10.244.0.21", container=ECHO),
    ]
    found = town.world(pods=pods)
    subsets = [
        {"addresses": [{"ip": "10.244.0.20"}], "ports": [{"name": "p", "port": 80}, {"name": "tls", "port": 460}]}
    ]
    obj = {"kind": "Endpoints", "metadata": {"name": "web", "namespace": "default"}, "subsets": subsets}
    found.put(key(ENDPOINTS, "default", "web"), obj)
    return found


@pytest.fixture(autouse=True)
def book() -> Iterator[None]:
    logs.use(logs.Book())
    yield
    logs.use(None)


async def ask(path: str, method: str = "GET", body: bytes = b"", *query: tuple[str, str]) -> Response | Stream:
    mirror: Any = SimpleNamespace(
        cluster=1, world=world(), config=ClusterConfig(), is_forgotten=False, now=lambda: 1795411824.0
    )
    hub: Any = None
    request = Request(hub, mirror, method, path, list(query), HEADERS, User("ann"), body, client="203.0.113.7")
    return await proxy(request, find(path, served.of(custom.of(mirror.world))))


async def said(path: str, method: str = "GET", body: bytes = b"") -> Response:
    found = await ask(path, method, body)
    assert isinstance(found, Response)
    return found


async def test_a_page_of_a_pod() -> None:
    found = await said(f"{PODS}/web-0/proxy/")
    assert (found.code, found.content_type) == (200, "text/html")
    assert b"nginx" in found.body
    headers = dict(found.headers)
    assert headers["Content-Security-Policy"].startswith("sandbox ")
    assert "allow-same-origin" not in headers["Content-Security-Policy"]
    assert (await said(f"{PODS}/web-0/proxy/nowhere")).code == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{PODS}/porter:160/proxy/", b"foo"),
        (f"{PODS}/http:porter:160/proxy/", b"foo"),
        (f"{PODS}/porter:80/proxy/", b'<a href="/k8s/demo%s/porter:80/proxy/rewriteme">test</a>' % PODS.encode()),
        (f"{SERVICES}/web:p/proxy/", b'<a href="/k8s/demo%s/web:p/proxy/rewriteme">test</a>' % SERVICES.encode()),
    ],
)
async def test_the_page_of_the_conformance_test(path: str, body: bytes) -> None:
    found = await said(path)
    assert body in found.body, found


async def test_a_path_without_its_slash_is_sent_on() -> None:
    found = await ask(f"{PODS}/web-0/proxy", "GET", b"", ("a", "1"))
    assert isinstance(found, Response)
    assert (found.code, dict(found.headers)["Location"]) == (301, f"/k8s/demo{PODS}/web-0/proxy/?a=1")


async def test_what_the_pod_is_told_and_what_not() -> None:
    found = await ask(f"{PODS}/echo/proxy/a b/ü/", "POST", b"x=1", ("q", "a b"), ("q", "2"))
    assert isinstance(found, Response)
    told = found.body.decode()
    assert "method=POST" in told and "/a%20b/%C3%BC/?q=a+b&q=2" in told
    assert (
        "content-length=3" in told and "host=api.example.org" in told and "x-forwarded-for=203.0.113.7" in told.lower()
    )
    assert "secret" not in told and "Bearer" not in told


async def test_headers_that_are_no_ascii_and_those_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HEADERS, "x-who", "J\xfcrgen")
    assert (await said(f"{PODS}/echo/proxy/")).code == 200
    monkeypatch.setitem(HEADERS, "x-who", "a\x00b")
    with pytest.raises(ApiError, match="the request cannot be passed on"):
        await said(f"{PODS}/echo/proxy/")


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PATCH", "POST", "PUT", "GET"])
async def test_every_method_is_passed_on(method: str) -> None:
    found = await said(f"{PODS}/echo/proxy/some/path", method)
    assert found.code == 200 and f"method={method}".encode() in found.body


async def test_nothing_comes_with_the_answer_to_a_head() -> None:
    found = await said(f"{PODS}/web-0/proxy/", "HEAD")
    assert (found.code, found.body) == (200, b"")


SECURED = [
    (f"{PODS}/https:porter:460/proxy/", b"tls baz"),
    (f"{PODS}/https:porter:443/proxy/", f'<a href="/k8s/demo{PODS}/https:porter:443/proxy/tlsrewriteme">test</a>'),
    (f"{SERVICES}/https:web:tls/proxy/", b"tls baz"),
]


@pytest.mark.parametrize(("path", "body"), SECURED)
async def test_servers_that_speak_tls_are_asked_over_it(path: str, body: bytes | str) -> None:
    found = await said(path)
    assert (found.code, found.body) == (200, body if isinstance(body, bytes) else body.encode())


DIAL = "error trying to reach service: dial tcp"
NO_TLS = "error trying to reach service: http: server gave HTTP response to HTTPS client"
FAULTS = [
    (f"{PODS}/web-0:81/proxy/", 503, f"{DIAL} 10.244.0.10:81: connect: connection refused"),
    (f"{PODS}/https:web-0:80/proxy/", 503, NO_TLS),
    (f"{PODS}/gone/proxy/", 404, 'pods "gone" not found'),
    (f"{NODES}/gone/proxy/", 404, 'nodes "gone" not found'),
]


@pytest.mark.parametrize(("path", "code", "message"), FAULTS)
async def test_faults(path: str, code: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        await ask(path)
    assert (refused.value.code, refused.value.message) == (code, message)


async def test_a_nodes_own_answers() -> None:
    assert (await said(f"{NODES}/node-1/proxy/healthz")).body == b"ok"
    pods = orjson.loads((await said(f"{NODES}/node-1:10250/proxy/pods")).body)["items"]
    assert {pod["spec"]["nodeName"] for pod in pods} == {"node-1"} and len(pods) > 1
    assert (await said(f"{NODES}/node-1/proxy/metrics")).code == 404
    assert (await said(f"{NODES}/node-1/proxy/healthz", "POST")).code == 405
    assert (await said(f"{NODES}/node-1/proxy/containerLogs/default/gone/c")).code == 404
    assert (await said(f"{NODES}/node-1/proxy/containerLogs/default/web-0/zz")).code == 400
