"""Into pods and out of them with a real kubectl: port-forward, logs, proxies, and what is said when it cannot be."""

from __future__ import annotations

import random
import re
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.kubectl.driving import Kubectl

WEB = """
apiVersion: v1
kind: Pod
metadata: {name: web, labels: {app: web}}
spec: {containers: [{name: nginx, image: "nginx:1.27", ports: [{containerPort: 80, name: http}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 8080, targetPort: 80}]}
"""
WAITING = """
apiVersion: v1
kind: Pod
metadata: {name: waiting}
spec: {nodeSelector: {no: such}, containers: [{name: box, image: busybox}]}
"""


@pytest.fixture
def web(k: Kubectl) -> Kubectl:
    k.apply(WEB)
    k("wait --for=condition=Ready pod/web --timeout=30s")
    return k


@contextmanager
def forwarded(k: Kubectl, command: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address that leads to the pod, while kubectl runs."""
    if k.version == "1.30":
        pytest.skip("kubectl forwards ports over WebSockets from 1.31 on")
    words = [str(k.program), "port-forward", *command.split()]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=k.environment)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        found = re.match(r"Forwarding from (127\.0\.0\.1:\d+) -> (\d+)", line)
        assert found is not None, line
        yield f"http://{found[1]}", process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_port_of_a_pod_and_of_a_service(web: Kubectl) -> None:
    for target in ("pod/web :80", "service/web :8080"):
        with forwarded(web, target) as (address, _):
            for _ in range(3):
                with urllib.request.urlopen(f"{address}/", timeout=10) as page:
                    assert page.headers["Server"] == "nginx/1.27" and b"nginx" in page.read()
            with pytest.raises(urllib.error.HTTPError, match="404"):
                urllib.request.urlopen(f"{address}/nowhere", timeout=10)
    assert '"GET /nowhere HTTP/1.1" 404' in web("logs web").out


def test_a_port_where_nobody_listens(web: Kubectl) -> None:
    with forwarded(web, "pod/web :81") as (address, process):
        with pytest.raises((urllib.error.URLError, ConnectionError)):
            urllib.request.urlopen(address, timeout=10)
        assert process.stdout is not None
        printed = process.stdout.read()
        assert process.wait(10) == 1
    assert "failed to connect to localhost:81" in printed and "connection refused" in printed
    assert "error: lost connection to pod" in printed


def test_logs_as_they_come(web: Kubectl) -> None:
    with web.watching("logs -f web") as log, forwarded(web, "pod/web :80") as (address, _):
        urllib.request.urlopen(f"{address}/?first", timeout=10).close()
        log.until(lambda rows: any("GET /?first" in " ".join(row) for row in rows))
    assert web("logs web --tail=1 --timestamps").out.count("\n") == 1
    assert web.fails("logs web -c zz").err.startswith("error: container zz is not valid for pod web")
    assert "[pod/web/nginx]" in web("logs -l app=web --prefix").out


def test_pages_through_a_proxy(web: Kubectl) -> None:
    path_of_server = "" if web.version == "newest" else "/k8s/demo"  # newer ones put it before a raw path themselves
    prefix = f"get --raw {path_of_server}/api/v1/namespaces/default"
    for path in ("pods/web/proxy/", "pods/http:web:80/proxy/", "services/web:8080/proxy/", "services/web/proxy/"):
        assert "nginx" in web(f"{prefix}/{path}").out
    refused = web.fails(f"{prefix}/pods/web:81/proxy/").err
    assert "error trying to reach service: dial tcp 10.244.0." in refused and "connection refused" in refused
    assert 'no service port 9 found for service "web"' in web.fails(f"{prefix}/services/web:9/proxy/").err
    assert web(f"get --raw {path_of_server}/api/v1/nodes/node-1/proxy/healthz").out == "ok"


def test_commands(web: Kubectl) -> None:
    assert web("exec web -- cat /etc/hostname").out == "web\n"
    assert web("exec -i web -- cat", stdin="there and back\n").out == "there and back\n"
    failed = web.fails("exec web -- sh -c 'echo out; echo err >&2; exit 7'")
    assert (failed.out, failed.err, failed.code) == ("out\n", "err\ncommand terminated with exit code 7\n", 7)
    assert len(web("exec web -- seq 100000").out) == 588_895
    assert web("exec svc/web -- cat /etc/hostname").out == "web\n"


def test_files_there_and_back(web: Kubectl, tmp_path: Path) -> None:
    here, back = tmp_path / "here", tmp_path / "back"
    (here / "below").mkdir(parents=True)
    (here / "page.html").write_text("<h1>copied</h1>\n")
    (here / "below" / "big").write_bytes(random.Random(1).randbytes(2_000_000))
    web(f"cp {here} web:/tmp/there")
    web(f"cp web:/tmp/there {back}")
    for file in ("page.html", "below/big"):
        assert (back / file).read_bytes() == (here / file).read_bytes()
    web(f"cp {here}/page.html web:/usr/share/nginx/html/page.html -c nginx")
    with forwarded(web, "pod/web :80") as (address, _), urllib.request.urlopen(f"{address}/page.html") as page:
        assert page.read() == b"<h1>copied</h1>\n"
    # kubectl may end before it has printed all that came to it.
    missing = "/no/such: Cannot stat: No such file or directory"
    assert any(missing in "".join(web.run(f"cp web:/no/such {back}/x")[:2]) for _ in range(5))


REFUSALS = [
    ("exec gone -- ls", 'pods "gone" not found'),
    ("exec waiting -- ls", "pod waiting does not have a host assigned"),
    ("exec web -c zz -- ls", "container zz is not valid for pod web"),
    ("attach waiting", "pod waiting does not have a host assigned"),
    ("port-forward gone 8080:80", 'pods "gone" not found'),
]


def test_refusals(web: Kubectl) -> None:
    web.apply(WAITING)
    for command, expected in REFUSALS:
        printed = web.fails(command).err
        assert expected in printed, f"{command}: {printed}"
    printed = web.fails("exec web -- /no/such").err
    assert 'exec: "/no/such": stat /no/such: no such file or directory: unknown' in printed


def test_an_older_kubectl_is_told_what_to_use(web: Kubectl) -> None:
    web.environment["KUBECTL_REMOTE_COMMAND_WEBSOCKETS"] = "false"
    web.environment["KUBECTL_PORT_FORWARD_WEBSOCKETS"] = "false"
    assert "use kubectl 1.30 or newer" in web.fails("exec web -- ls").err
    assert "use kubectl 1.31 or newer" in web.fails("port-forward web 8080:80").err
