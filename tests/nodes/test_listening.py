"""Which ports a container listens on."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.nodes import listening


def heard(container: dict[str, Any]) -> list[str]:
    return [f"{each.shown}/{each.transport} {each.speaks}" for each in listening.ports({"name": "c", **container})]


def ports(*numbers: int, **more: Any) -> list[dict[str, Any]]:
    return [{"containerPort": number, **more} for number in numbers]


@pytest.mark.parametrize(
    ("container", "found"),
    [
        # by the image, whatever is declared
        ({"image": "nginx:alpine", "ports": ports(80)}, ["80/TCP http"]),
        ({"image": "nginx:alpine", "ports": ports(8080)}, ["80/TCP http"]),
        ({"image": "nginx"}, ["80/TCP http"]),
        ({"image": "httpd:2.4"}, ["80/TCP http"]),
        # what is bound to the loopback address, whatever is declared
        ({"image": "busybox", "command": ["nc", "-lk", "-s", "127.0.0.1", "-p", "80"], "ports": ports(80)},
         ["127.0.0.1:80/TCP text"]),
        ({"image": "busybox", "command": ["sh", "-c", "httpd -f -p 127.0.0.1:80 & httpd -f -p 81"]},
         ["127.0.0.1:80/TCP http", "81/TCP http"]),
        ({"image": "busybox", "command": ["sh", "-c", "httpd -p 127.0.0.1:80; httpd -p 80"]}, ["80/TCP http"]),
        ({"image": "redis:7", "args": ["--bind", "127.0.0.1", "--port", "7000"]}, ["127.0.0.1:7000/TCP text"]),
        ({"image": "redis:7", "args": ["redis-server", "--bind", "127.0.0.1"]}, ["127.0.0.1:6379/TCP text"]),
        ({"image": "mysql:8.0", "args": ["--bind-address=127.0.0.1"]}, ["127.0.0.1:3306/TCP text"]),
        ({"image": "mysql:8.0", "args": ["--bind-address=127.0.0.10"]}, ["3306/TCP text"]),
        ({"image": "busybox", "command": ["nc", "-lk", "-s", "0.0.0.0", "-p", "80"]}, ["80/TCP text"]),
        ({"image": "python:3", "command": ["python", "-m", "http.server", "80", "--bind", "127.0.0.1"]},
         ["127.0.0.1:80/TCP http"]),
        ({"image": "redis:7"}, ["6379/TCP text"]),
        ({"image": "mysql:8.0", "args": ["--port=3307"]}, ["3307/TCP text"]),
        ({"image": "redis", "args": ["--port", "7000"]}, ["7000/TCP text"]),
        ({"image": "mysql:5.7", "args": ["mysql", "-h", "db"]}, []),
        ({"image": "redis:7", "args": ["redis-server", "--port", "7001"]}, ["7001/TCP text"]),
        ({"image": "agnhost", "args": ["serve-hostname", "--http=false", "--tcp", "--udp"]},
         ["9376/TCP text", "9376/UDP text"]),
        ({"image": "agnhost", "args": ["porter"], "env": [{"name": "SERVE_PORT_81", "value": "x"}]}, ["81/TCP http"]),
        ({"image": "nginxdemos/hello:plain-text"}, ["80/TCP http"]),
        ({"image": "registry.k8s.io/pause:3.9", "ports": ports(80)}, []),
        ({"image": "hashicorp/http-echo", "args": ["-text=hi", "-listen=:8000"]}, ["8000/TCP http"]),
        ({"image": "hello-app:1.0", "env": [{"name": "PORT", "value": "50000"}]}, ["50000/TCP http"]),
        ({"image": "bprashanth/nginxhttps:1.0"}, ["80/TCP http", "443/TCP tls"]),
        ({"image": "hello-app:1.0", "env": [{"name": "PORT", "value": "²"}]}, ["8080/TCP http"]),
        ({"image": "mysql:8.0", "args": [f"--port={'9' * 5000}"]}, ["3306/TCP text"]),
        ({"image": "busybox", "command": ["sh", "-c", "nc " * 30_000]}, []),
        # a server with settings of one's own listens where it declares
        (
            {"image": "nginx", "ports": ports(8080), "volumeMounts": [{"mountPath": "/etc/nginx/conf.d"}]},
            ["80/TCP http", "8080/TCP http"],
        ),
        # agnhost is many programs
        ({"image": "registry.k8s.io/e2e-test-images/agnhost:2.40"}, []),
        (
            {"image": "agnhost", "args": ["netexec", "--http-port=8083", "--udp-port=8084"]},
            ["8083/TCP http", "8084/UDP text"],
        ),
        (
            {"image": "agnhost", "args": ["netexec", "--sctp-port", "9"]},
            ["8080/TCP http", "8081/UDP text", "9/SCTP text"],
        ),
        ({"image": "agnhost", "args": ["serve-hostname"]}, ["9376/TCP http"]),
        ({"image": "agnhost", "command": ["/agnhost", "serve-hostname", "--port=80"]}, ["80/TCP http"]),
        ({"image": "agnhost", "args": ["pause"]}, []),
        # by the command line
        ({"image": "busybox", "ports": ports(80)}, []),
        ({"image": "busybox", "command": ["sleep", "3600"], "ports": ports(80)}, []),
        ({"image": "busybox", "command": ["sh", "-c", "while true; do date; sleep 1; done"], "ports": ports(80)}, []),
        ({"image": "busybox", "command": ["sh", "-c", "while :; do echo hi | nc -l -p 8080; done"]}, ["8080/TCP text"]),
        ({"image": "busybox", "command": ["httpd", "-f", "-p", "8081"]}, ["8081/TCP http"]),
        ({"image": "busybox", "args": ["httpd", "-f"]}, ["80/TCP http"]),
        ({"image": "python:3", "command": ["python3", "-m", "http.server"]}, ["8000/TCP http"]),
        ({"image": "python:3", "command": ["python3", "-m", "http.server", "9000"]}, ["9000/TCP http"]),
        ({"image": "nginx", "command": ["sleep", "infinity"], "ports": ports(80)}, []),
        ({"image": "nginx", "command": ["nginx", "-g", "daemon off;"]}, ["80/TCP http"]),
        ({"image": "mysql", "command": ["sh", "-c", "exec mysqld"]}, ["3306/TCP text"]),
        # what nobody knows here is taken at its word
        ({"image": "team/app", "ports": ports(8080, 9090)}, ["8080/TCP http", "9090/TCP http"]),
        ({"image": "team/app"}, []),
        ({"image": "team/app", "command": ["./serve"], "ports": ports(443)}, ["443/TCP tls"]),
        ({"image": "team/mail", "ports": ports(25)}, ["25/TCP text"]),
        ({"image": "team/dns", "ports": ports(53, protocol="UDP")}, ["53/UDP text"]),
    ],
)  # fmt: skip
def test_what_is_listened_on(container: dict[str, Any], found: list[str]) -> None:
    assert heard(container) == found


def test_all_containers_of_a_pod_share_its_address() -> None:
    sidecar = {"name": "proxy", "image": "redis", "restartPolicy": "Always"}
    setup = {"name": "setup", "image": "httpd"}
    pod = {"spec": {"initContainers": [sidecar, setup], "containers": [{"name": "app", "image": "nginx"}]}}
    assert [(each.container["name"], each.port.number) for each in listening.of_pod(pod)] == [
        ("proxy", 6379),
        ("app", 80),
    ]
    found = listening.at(pod, 80)
    assert found is not None
    assert found.container["name"] == "app"
    assert listening.at(pod, 80, "UDP") is None
