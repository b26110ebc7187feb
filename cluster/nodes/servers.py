"""What the programs of well-known images serve when they are started as the image has it: data, and how to look it up.

To teach another image, add a line. What a command line changes of it is read in `listening`, what it says in
`responses`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from cluster.nodes import images

Speech = Literal["http", "tls", "text", "dns"]
"""What is spoken on a port: HTTP, HTTP over TLS, a protocol of its own (a database's), DNS."""


class Port(NamedTuple):
    number: int
    speaks: Speech = "http"
    transport: str = "TCP"
    local: bool = False
    """Bound to the loopback address: only the pod itself reaches it."""

    @property
    def shown(self) -> str:
        """With the address it is bound to, where that is not all of them: 80, 127.0.0.1:80."""
        return f"127.0.0.1:{self.number}" if self.local else f"{self.number}"


def _http(*numbers: int) -> tuple[Port, ...]:
    return tuple(Port(number) for number in numbers)


def _own(*numbers: int) -> tuple[Port, ...]:
    return tuple(Port(number, "text") for number in numbers)


_SERVERS: dict[str, tuple[Port, ...]] = {
    # web servers
    "nginx": _http(80),
    "nginx-unprivileged": _http(8080),
    "nginx-slim": _http(80),
    "nginxhttps": (Port(80), Port(443, "tls")),
    "httpd": _http(80),
    "caddy": _http(80),
    "traefik": _http(80),
    "tomcat": _http(8080),
    # images that say who answers
    "whoami": _http(80),
    "jwilder/whoami": _http(8000),
    "hello-app": _http(8080),
    "kubernetes-bootcamp": _http(8080),
    "nginxdemos/hello": _http(80),
    "hello-kubernetes": _http(8080),
    "http-echo": _http(5678),
    "echoserver": _http(8080),
    "echo-server": _http(8080),
    "ealen/echo-server": _http(80),
    "http-https-echo": (Port(8080), Port(8443, "tls")),
    "httpbin": _http(80),
    "go-httpbin": _http(8080),
    "podinfo": _http(9898),
    "serve_hostname": _http(9376),
    "serve-hostname": _http(9376),
    "test-webserver": _http(80),
    "liveness": _http(8080),
    "agnhost": _http(8080),  # its first argument says more: see listening
    "gb-frontend": _http(80),
    "guestbook": _http(3000),
    # applications
    "wordpress": _http(80),
    "phpmyadmin": _http(80),
    "adminer": _http(8080),
    "grafana": _http(3000),
    "prometheus": _http(9090),
    "elasticsearch": _http(9200),
    "registry": _http(5000),
    "minio": _http(9000),
    "vault": _http(8200),
    "consul": _http(8500),
    # databases and queues: a connection opens, and what is said over it is no HTTP
    "redis": _own(6379),
    "valkey": _own(6379),
    "redis-slave": _own(6379),
    "redis-follower": _own(6379),
    "postgres": _own(5432),
    "postgresql": _own(5432),
    "mysql": _own(3306),
    "mariadb": _own(3306),
    "mongo": _own(27017),
    "mongodb": _own(27017),
    "memcached": _own(11211),
    "rabbitmq": _own(5672),
    "cassandra": _own(9042),
    "zookeeper": _own(2181),
    "kubernetes-zookeeper": _own(2181, 2888, 3888),
    "kafka": _own(9092),
    "nats": _own(4222),
    "etcd": _http(2379, 2380),
    "coredns": (Port(53, "dns", "UDP"), Port(53, "dns", "TCP"), Port(8080), Port(8181), Port(9153)),
    # these listen to nobody
    "pause": (),
    "dnsutils": (),
    "jessie-dnsutils": (),
    "bind-utils": (),
    "netshoot": (),
    "curl": (),
    "busyboxplus": (),
}

SHELLS = frozenset({"busybox", "alpine", "ubuntu", "debian", "centos", "fedora", "bash"})
"""Images of a system without a server."""


_RUNS_ARGUMENTS = frozenset(
    {"mysql", "mariadb", "percona", "redis", "valkey", "postgres", "nginx", "httpd", "memcached", "mongo"}
)
"""Images whose entrypoint starts whatever program the arguments name."""


def runs_another(image: str, args: Sequence[str]) -> bool:
    """Its arguments are a command of their own, as in `mysql -h db`; options alone are its server's."""
    return bool(args) and not args[0].startswith("-") and called(image) in _RUNS_ARGUMENTS


@lru_cache(maxsize=1024)
def called(image: str) -> str:
    """The name an image goes by here: "nginx", or "nginxdemos/hello" where the last word alone says too little."""
    parts = images.repository(image).split("/")
    longer = "/".join(parts[-2:])
    return longer if longer in _SERVERS else parts[-1]


def known(image: str) -> tuple[Port, ...] | None:
    """The ports its own program serves; None: no such image is known."""
    name = called(image)
    return () if name in SHELLS else _SERVERS.get(name)
