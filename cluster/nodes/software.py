"""What an image holds before anybody writes: its system, its programs by path, its folders, what it is started with.

To teach another image, add a line to `_IMAGES`. One that is not known stands on a Debian that has what people look for
in a container: `curl`, `ps` and their like. Nothing in here is ever executed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from cluster.nodes import images, servers
from cluster.nodes.systems import (
    ALPINE,
    BUSYBOX,
    CENTOS,
    DEBIAN,
    FEDORA,
    NOTHING,
    ORACLE,
    PROCPS,
    UBUNTU,
    Flavour,
    System,
    at,
)

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class User(NamedTuple):
    name: str
    uid: int
    home: str


class Software(NamedTuple):
    system: System
    programs: dict[str, str]
    """Absolute path -> program, the system's and the image's own."""
    environment: dict[str, str]
    command: tuple[str, ...]
    """What it is started with."""
    folder: str
    """Where it is started."""
    user: int
    users: tuple[User, ...]
    user_name: str = ""
    """What its configuration calls its user, where that is no number."""

    @property
    def flavour(self) -> Flavour:
        return self.system.flavour

    def group_of(self, number: int) -> int:
        """The first group of one of its users; of one that it does not know, root's."""
        known = (0, 1, 65534, *(each.uid for each in self.users))
        return number if number in known else 0

    def groups_of(self, number: int) -> tuple[int, ...]:
        """The further groups that its tables put a user in."""
        return () if number else tuple(self.system.root_groups.values())


class _Known(NamedTuple):
    command: tuple[str, ...]
    programs: Mapping[str, str] = MappingProxyType({})
    system: System = DEBIAN
    environment: Mapping[str, str] = MappingProxyType({})
    """`{version}` stands for the tag where it is a number."""
    folder: str = "/"
    users: tuple[User, ...] = ()
    user: int = 0
    user_name: str = ""


_CURL = at("/usr/bin", "curl")
_BIND = at("/usr/bin", "dig host nslookup nsupdate delv")
_NET = at("/usr/bin", "nc ping ip traceroute telnet netstat ss ifconfig")
_NGINX_USER = User("nginx", 101, "/nonexistent")
_NGINX = _Known(
    ("nginx", "-g", "daemon off;"),
    at("/usr/sbin", "nginx") | _CURL,
    environment={"NGINX_VERSION": "{version}"},
    users=(_NGINX_USER,),
)
_MYSQL = _Known(
    ("mysqld",),
    at("/usr/bin", "mysql mysqladmin mysqldump mysqlsh") | at("/usr/sbin", "mysqld"),
    ORACLE,
    {"MYSQL_VERSION": "{version}", "GOSU_VERSION": "1.17"},
    users=(User("mysql", 999, "/var/lib/mysql"),),
)
_REDIS = _Known(
    ("redis-server",),
    at("/usr/local/bin", "redis-server redis-cli redis-benchmark redis-sentinel"),
    environment={"REDIS_VERSION": "{version}"},
    folder="/data",
    users=(User("redis", 999, "/home/redis"),),
)
_IMAGES: dict[str, _Known] = {
    "busybox": _Known(("sh",), system=BUSYBOX),
    "nonroot": _Known(("sh",), system=BUSYBOX, user=1234),
    "nonewprivs": _Known(("/nnp",), {"/nnp": "nnp"}, ALPINE),
    "busyboxplus": _Known(("/bin/sh",), _CURL, BUSYBOX),
    "alpine": _Known(("/bin/sh",), system=ALPINE),
    "debian": _Known(("bash",)),
    "ubuntu": _Known(("/bin/bash",), system=UBUNTU),
    "centos": _Known(("/bin/bash",), _CURL | PROCPS, CENTOS),
    "fedora": _Known(("/bin/bash",), _CURL, FEDORA),
    "bash": _Known(("bash",), at("/usr/local/bin", "bash"), ALPINE),
    "curl": _Known(
        ("curl", "--help"),
        _CURL,
        ALPINE,
        users=(User("curl_user", 100, "/home/curl_user"),),
        user=100,
        user_name="curl_user",
        folder="/home/curl_user",
    ),
    "agnhost": _Known(
        ("/agnhost", "pause"),
        {"/agnhost": "agnhost", "/agnhost-2": "agnhost"} | _CURL | _BIND | at("/usr/bin", "ip ss"),
        ALPINE,
    ),
    "netshoot": _Known(("zsh",), _CURL | _BIND | at("/bin", "bash") | _NET, ALPINE, folder="/root"),
    "bind-utils": _Known(("/bin/bash",), _BIND | PROCPS | _CURL | at("/usr/bin", "ping"), CENTOS),
    "dnsutils": _Known(("sleep", "3600"), _BIND | PROCPS | _NET),
    "jessie-dnsutils": _Known(("/bin/bash",), _BIND | PROCPS | _CURL | at("/usr/bin", "wget")),
    "nginx": _NGINX,
    "nginx-slim": _NGINX,
    "nginxhttps": _NGINX,
    "nginx-unprivileged": _NGINX._replace(user=101),
    "httpd": _Known(
        ("httpd-foreground",),
        at("/usr/local/apache2/bin", "httpd apachectl httpd-foreground ab"),
        environment={"HTTPD_PREFIX": "/usr/local/apache2", "PATH": f"/usr/local/apache2/bin:{PATH}"},
        folder="/usr/local/apache2",
        users=(User("www-data", 33, "/var/www"),),
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL._replace(command=("mariadbd",), system=UBUNTU, environment={"MARIADB_VERSION": "{version}"}),
    "percona": _MYSQL,
    "xtrabackup": _Known((), at("/usr/bin", "xtrabackup ncat nc mysql mysqladmin") | PROCPS),
    "redis": _REDIS,
    "valkey": _REDIS._replace(command=("valkey-server",), environment={}),
    "postgres": _Known(
        ("postgres",),
        at("/usr/local/bin", "postgres psql pg_isready pg_dump createdb dropdb"),
        environment={"PG_MAJOR": "{version}", "PGDATA": "/var/lib/postgresql/data"},
        users=(User("postgres", 999, "/var/lib/postgresql"),),
    ),
    "mongo": _Known(("mongod",), at("/usr/bin", "mongod mongosh mongo")),
    "memcached": _Known(
        ("memcached",),
        at("/usr/local/bin", "memcached"),
        users=(User("memcache", 11211, "/nonexistent"),),
        user=11211,
        user_name="memcache",
    ),
    "python": _Known(("python3",), at("/usr/local/bin", "python3 python pip") | _CURL),
    "node": _Known(("node",), at("/usr/local/bin", "node npm npx") | _CURL),
    "golang": _Known(
        ("bash",),
        at("/usr/local/go/bin", "go") | _CURL,
        environment={"GOLANG_VERSION": "{version}", "GOPATH": "/go", "PATH": f"/go/bin:/usr/local/go/bin:{PATH}"},
        folder="/go",
    ),
    "perl": _Known(("perl",)),
    "kubectl": _Known(("kubectl",), at("/usr/local/bin", "kubectl") | _CURL),
}
_EMPTY = frozenset(
    {"pause", "scratch", "coredns", "whoami", "hello-app", "http-echo", "kube-apiserver", "kube-proxy", "traefik"}
    | {"kube-scheduler", "kube-controller-manager", "prometheus", "metrics-server", "node-exporter", "etcd"}
)
"""Images with one program and nothing to run another with."""
_NONROOT = 65532
"""Whose the processes of a distroless image with that tag are."""
_USERS = {"pause": 65535, "metrics-server": 65534, "prometheus": 65534, "node-exporter": 65534, "coredns": _NONROOT}
_NAMED = {"prometheus": "nobody", "node-exporter": "nobody", "coredns": "nonroot"}
_UNKNOWN = _Known((), _CURL | PROCPS | at("/usr/bin", "wget nslookup nc ping ip"))


def is_known(image: str) -> bool:
    """Whether all its programs are."""
    called = servers.called(image)
    return called in _IMAGES or called in _EMPTY or "distroless" in image


@lru_cache(maxsize=512)
def of(image: str) -> Software:
    """What is in an image of that name."""
    called, tag = servers.called(image), images.tag(image)
    known = _IMAGES.get(called)
    if known is None and (called in _EMPTY or "distroless" in image):
        own = f"/{called}"
        own_user = _NONROOT if tag.endswith("nonroot") else _USERS.get(called, 0)
        return Software(NOTHING, {own: called}, {"PATH": PATH}, (own,), "/", own_user, (), _NAMED.get(called, ""))
    found = known or _UNKNOWN
    system = ALPINE if "alpine" in tag and found.system.flavour == "gnu" else found.system
    version = tag.split("-")[0]
    numbered = version.replace(".", "").isdigit()
    own_environment = {
        key: value.replace("{version}", version)
        for key, value in found.environment.items()
        if numbered or "{version}" not in value
    }
    command = found.command or (called,)
    return Software(
        system,
        system.programs | dict(found.programs),
        {"PATH": PATH} | own_environment,
        command,
        found.folder,
        found.user,
        found.users,
        found.user_name,
    )
