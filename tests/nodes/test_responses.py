"""What is answered to a request, and which files a volume brings."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import responses
from cluster.nodes.messages import Request, Response, Texts

POD = {
    "metadata": {"name": "web-0", "namespace": "default"},
    "spec": {"nodeName": "node-1"},
    "status": {"podIP": "10.244.0.10"},
}
NOW = 1795411824.0


def ask(image: str, path: str = "/", method: str = "GET", **more: Any) -> Response:
    files = Texts(more.pop("files", {}))
    asked = Request(method, path, "web", "10.244.0.50:40000", (("User-Agent", "curl/8.5.0"), ("X-Team", "blue")))
    return responses.respond(asked, POD, {"name": "c", "image": image, **more}, 80, now=NOW, files=files)


@pytest.mark.parametrize(
    ("image", "path", "more", "status", "body"),
    [
        ("nginx:alpine", "/", {}, 200, "<h1>Welcome to nginx!</h1>"),
        ("nginx:alpine", "/nowhere", {}, 404, "<center><h1>404 Not Found</h1></center>"),
        ("httpd", "/", {}, 200, "<html><body><h1>It works!</h1></body></html>"),
        ("agnhost", "/hostname", {"args": ["netexec"]}, 200, "web-0"),
        ("agnhost", "/clientip", {"args": ["netexec"]}, 200, "10.244.0.50:40000"),
        ("agnhost", "/echo?msg=hello%20you", {"args": ["netexec"]}, 200, "hello you"),
        ("agnhost", "/echo?msg=no&code=503", {"args": ["netexec"]}, 503, "no"),
        ("agnhost", "/header?key=x-team", {"args": ["netexec"]}, 200, "blue"),
        ("agnhost", "/", {"args": ["serve-hostname"]}, 200, "web-0"),
        ("traefik/whoami", "/", {}, 200, "IP: 127.0.0.1\nIP: 10.244.0.10\nRemoteAddr: 10.244.0.50:40000"),
        ("gcr.io/google-samples/hello-app:2.0", "/", {}, 200, "Hello, world!\nVersion: 2.0.0\nHostname: web-0\n"),
        ("gcr.io/google-samples/kubernetes-bootcamp:v1", "/", {}, 200, "Running on: web-0 | v=1"),
        ("nginxdemos/hello:plain-text", "/x", {}, 200, "Server address: 10.244.0.10:80\nServer name: web-0"),
        ("hashicorp/http-echo", "/", {"args": ["-text=blue"]}, 200, "blue\n"),
        ("registry.k8s.io/echoserver:1.10", "/x", {}, 200, "\tpod name:\tweb-0"),
        ("kicbase/echo-server", "/", {}, 200, "Request served by web-0\n\nGET / HTTP/1.1\nHost: web\n"),
        ("ealen/echo-server", "/", {}, 200, '"x-team": "blue"'),
        ("stefanprodan/podinfo:6.5.0", "/", {}, 200, '"hostname": "web-0"'),
        ("kennethreitz/httpbin", "/status/418", {}, 418, ""),
        ("kennethreitz/httpbin", "/status/²", {}, 400, ""),
        ("kennethreitz/httpbin", f"/status/{'2' * 5000}", {}, 400, ""),
        ("agnhost", "/echo?msg=so&code=%C2%B2", {"args": ["netexec"]}, 200, "so"),
        ("nginx:alpine", "//[nowhere", {}, 404, "<center><h1>404 Not Found</h1></center>"),
        ("team/app:1", "/any", {}, 200, "What team/app:1 really says is not known here."),
        ("nginx", "/", {"command": ["./own"]}, 200, "is not known here"),
        # a volume over the folder
        ("nginx", "/", {"volumeMounts": [{"mountPath": "/usr/share/nginx/html"}]}, 200, "web-0 answers /."),
        ("nginx", "/", {"files": {"/usr/share/nginx/html/index.html": "<h1>Shop</h1>"}}, 200, "<h1>Shop</h1>"),
        ("httpd", "/a.txt", {"files": {"/usr/local/apache2/htdocs/a.txt": "A"}}, 200, "A"),
    ],
)  # fmt: skip
def test_what_is_answered(image: str, path: str, more: dict[str, Any], status: int, body: str) -> None:
    found = ask(image, path, **more)
    assert (found.status, body in found.text) == (status, True), found.text


def test_a_response_is_whole() -> None:
    found = ask("nginx:1.27-alpine")
    assert found.phrase == "OK"
    assert dict(found.headers) == {
        "Server": "nginx/1.27",
        "Content-Type": "text/html",
        "Content-Length": str(len(found.body)),
        "Date": "Mon, 23 Nov 2026 05:30:24 GMT",
        "Connection": "keep-alive",
    }
    assert [name for name, _ in found.headers][:2] == ["Server", "Date"]
    head = ask("nginx:1.27-alpine", method="HEAD")
    assert (head.body, head.headers) == (b"", found.headers)
    assert ask("nginx", method="DELETE").status == 405


def test_a_covered_folder_serves_what_lies_in_it_and_nothing_else() -> None:
    more: dict[str, Any] = {
        "volumeMounts": [{"mountPath": "/usr/share/nginx/html"}],
        "files": {"/usr/share/nginx/html/a.css": "body {}"},
    }
    assert dict(ask("nginx", "/a.css", **more).headers)["Content-Type"] == "text/css"
    assert ask("nginx", "/", **more).status == 403
    assert ask("nginx", "/b.css", **more).status == 404


@pytest.mark.parametrize(
    ("elapsed", "path", "status"), [(9.9, "/healthz", 200), (10.0, "/healthz", 500), (99.0, "/", 200)]
)
def test_the_liveness_example_falls_ill(elapsed: float, path: str, status: int) -> None:
    assert responses.status_of({"image": "agnhost", "args": ["liveness"]}, path, elapsed) == status
