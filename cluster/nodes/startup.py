"""What the servers of well-known images say when they start and when they are told to stop. Pure, and kept nowhere:
it follows from the image and the moment.

The form is the programs' own. To teach another image, add a line to `_SAID`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from cluster import faults, machines
from cluster.machinery import dnsprofiles
from cluster.machinery.objects import Obj, status
from cluster.nodes import demands, images, script, servers


class Saying(NamedTuple):
    after: float
    """Seconds after the moment."""
    text: str
    error: bool = False


_NGINX, _MARIADB = "1.27.5", "11.8"
"""What images without a number are taken for."""
_Lines = Callable[[str, datetime], Iterator[tuple[str, bool]]]


def on_start(pod: Obj, container: Obj, started: float, *, refuses: bool | None = None) -> list[Saying]:
    """Of a container whose main process is the image's own. `refuses`: it was given no password that it insists on;
    None: that is read off the container."""
    if faults.is_on(pod, faults.CRASH):
        return [Saying(0.0, f"{faults.CRASH} is set: this ends at once, with exit code 1.", error=True)]
    address = str(status(pod).get("podIP") or "")
    refuses = demands.lacks_password(container) if refuses is None else refuses
    said = _said(_REFUSING if refuses else _SAID, container, started)
    return [each._replace(text=each.text.replace("{address}", address)) for each in said]


def on_stop(container: Obj, stopped: float) -> list[Saying]:
    """Once it was told to stop."""
    return _said(_PARTING, container, stopped)


def _said(known: dict[str, _Lines], container: Obj, moment: float) -> list[Saying]:
    image = str(container.get("image") or "")
    own = not container.get("command") and not servers.runs_another(image, _foreign(container))
    lines = known.get(servers.called(image)) if own else None
    if lines is None:
        return []
    tag = images.tag(image).split("-")[0]
    version = tag if tag.replace(".", "").isdigit() else ""
    said = lines(version, datetime.fromtimestamp(moment, UTC))
    return [Saying(number / 1000, text, error) for number, (text, error) in enumerate(said)]


def _foreign(container: Obj) -> list[str]:
    """Its arguments, where they do not name the image's own server."""
    words = [str(each) for each in container.get("args") or ()]
    return [] if words and script.is_server(words[0]) else words


def _nginx(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    number = _numbers(version or _NGINX)
    if number >= (1, 19):
        yield from ((line, False) for line in _nginx_entrypoint(number))
    if number < (1, 21):
        return  # its log begins with warnings
    said = ('using the "epoll" event method', f"nginx/{version or _NGINX}", "built by gcc 12.2.0 (Debian 12.2.0-14) ")
    system = (
        f"OS: Linux {machines.software()['kernelVersion']}",
        "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
        "start worker processes",
    )
    for text in (*said, *system, "start worker process 29", "start worker process 30"):
        yield f"{at:%Y/%m/%d %H:%M:%S} [notice] 1#1: {text}", True


def _nginx_entrypoint(number: tuple[int, ...]) -> Iterator[str]:
    """What the image's own script says before the server starts."""
    own, ipv6 = "/docker-entrypoint.sh:", "10-listen-on-ipv6-by-default.sh: info:"
    yield f"{own} /docker-entrypoint.d/ is not empty, will attempt to perform configuration"
    yield f"{own} Looking for shell scripts in /docker-entrypoint.d/"
    yield f"{own} Launching /docker-entrypoint.d/10-listen-on-ipv6-by-default.sh"
    yield f"{ipv6} Getting the checksum of /etc/nginx/conf.d/default.conf"
    yield f"{ipv6} Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf"
    if number >= (1, 24):
        yield f"{own} Sourcing /docker-entrypoint.d/15-local-resolvers.envsh"
    yield f"{own} Launching /docker-entrypoint.d/20-envsubst-on-templates.sh"
    if number >= (1, 20):
        yield f"{own} Launching /docker-entrypoint.d/30-tune-worker-processes.sh"
    yield f"{own} Configuration complete; ready for start up"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part)


def _nginx_parting(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%Y/%m/%d %H:%M:%S} [notice]"
    yield f"{stamp} 1#1: signal 3 (SIGQUIT) received, shutting down", True
    for worker in (29, 30):
        yield f"{stamp} {worker}#{worker}: gracefully shutting down", True
        yield f"{stamp} {worker}#{worker}: exiting", True
    yield f"{stamp} 1#1: exit", True


def _httpd(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    for _ in range(2):
        yield (
            "AH00558: httpd: Could not reliably determine the server's fully qualified domain name, using {address}."
            " Set the 'ServerName' directive globally to suppress this message",
            True,
        )
    stamp = f"[{at:%a %b %d %H:%M:%S.%f %Y}]"
    server = f"Apache/{version or '2.4.62'} (Unix)"
    yield f"{stamp} [mpm_event:notice] [pid 1:tid 1] AH00489: {server} configured -- resuming normal operations", True
    yield f"{stamp} [core:notice] [pid 1:tid 1] AH00094: Command line: 'httpd -D FOREGROUND'", True


def _httpd_parting(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    yield (
        f"[{at:%a %b %d %H:%M:%S.%f %Y}] [mpm_event:notice] [pid 1:tid 1] AH00492: caught SIGWINCH,"
        " shutting down gracefully",
        True,
    )


def _redis(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%d %b %Y %H:%M:%S}.{at.microsecond // 1000:03}"
    old = bool(version) and _numbers(version) < (7,)
    mark, transport = ("#", "") if old else ("*", " tcp")
    number = version if version.count(".") == 2 else {"5": "5.0.14", "6": "6.2.17"}.get(version[:1], "7.4.2")
    yield f"1:C {stamp} {mark} oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", False
    yield f"1:C {stamp} {mark} Redis version={number}, bits=64, commit=00000000, modified=0, pid=1, just started", False
    yield (
        f"1:C {stamp} # Warning: no config file specified, using the default config."
        " In order to specify a config file use redis-server /path/to/redis.conf",
        False,
    )
    if not old or _numbers(version) >= (6,):
        yield f"1:M {stamp} * monotonic clock: POSIX clock_gettime", False
    yield f"1:M {stamp} * Running mode=standalone, port=6379.", False
    yield f"1:M {stamp} {mark} Server initialized", False
    yield f"1:M {stamp} * Ready to accept connections{transport}", False


def _redis_parting(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%d %b %Y %H:%M:%S}.{at.microsecond // 1000:03}"
    yield f"1:signal-handler ({int(at.timestamp())}) Received SIGTERM scheduling shutdown...", False
    yield f"1:M {stamp} * User requested shutdown...", False
    yield f"1:M {stamp} # Redis is now ready to exit, bye bye...", False


def _mysql_number(version: str) -> str:
    return version if version.count(".") == 2 else {"5.7": "5.7.44", "8": "8.0.41"}.get(version, "8.0.41")


def _mysql_refusal(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    """What its entrypoint says before it gives up: first as root, then as the user it becomes."""
    number = _mysql_number(version)
    note = f"{at:%Y-%m-%d %H:%M:%S}+00:00 [Note] [Entrypoint]:"
    begun = (
        f"{note} Entrypoint script for MySQL Server {number}-1.{'el7' if number.startswith('5.') else 'el9'} started."
    )
    yield begun, False
    yield f"{note} Switching to dedicated user 'mysql'", False
    yield begun, False
    error = note.replace("[Note]", "[ERROR]")
    yield f"{error} Database is uninitialized and password option is not specified", True
    yield "    You need to specify one of the following as an environment variable:", True
    for each in demands.MYSQL:
        yield f"    - {each}", True


def _mariadb_refusal(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    number = version if version.count(".") == 2 else f"{version if '.' in version else _MARIADB}.2"
    system = "ubu2404" if _numbers(number) >= (11, 4) else "ubu2204" if _numbers(number) >= (10, 7) else "ubu2004"
    note = f"{at:%Y-%m-%d %H:%M:%S}+00:00 [Note] [Entrypoint]:"
    begun = f"{note} Entrypoint script for MariaDB Server 1:{number}+maria~{system} started."
    yield begun, False
    yield f"{note} Switching to dedicated user 'mysql'", False
    yield begun, False
    error = note.replace("[Note]", "[ERROR]")
    yield f"{error} Database is uninitialized and password option is not specified", True
    yield f"\tYou need to specify one of {', '.join(demands.MARIADB[:-1])} and {demands.MARIADB[-1]}", True


def _postgres_refusal(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    yield "Error: Database is uninitialized and superuser password is not specified.", True
    yield "       You must specify POSTGRES_PASSWORD to a non-empty value for the", True
    yield '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".', True
    yield "", True
    yield '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all', True
    yield "       connections without a password. This is *not* recommended.", True
    yield "", True
    yield '       See PostgreSQL documentation about "trust":', True
    yield "       https://www.postgresql.org/docs/current/auth-trust.html", True


def _mysql(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    number = _mysql_number(version)
    old = number.startswith("5.")
    who = f"{stamp} 0 [Note]" if old else f"{stamp} 0 [System] [MY-010116] [Server]"
    ready = f"{stamp} 0 [Note]" if old else f"{stamp} 0 [System] [MY-010931] [Server]"
    yield f"{who} /usr/sbin/mysqld (mysqld {number}) starting as process 1", True
    yield (
        f"{ready} /usr/sbin/mysqld: ready for connections. Version: '{number}'  socket: '/var/run/mysqld/mysqld.sock'"
        "  port: 3306  MySQL Community Server - GPL.",
        True,
    )


def _postgres(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%Y-%m-%d %H:%M:%S}.{at.microsecond // 1000:03} UTC"
    number = version if "." in version else f"{version or '17'}.4"
    built = f"(Debian {number}-1.pgdg120+2) on x86_64-pc-linux-gnu, compiled by gcc (Debian 12.2.0-14) 12.2.0, 64-bit"
    yield "", False
    yield "PostgreSQL Database directory appears to contain a database; Skipping initialization", False
    yield "", False
    yield f"{stamp} [1] LOG:  starting PostgreSQL {number} {built}", True
    yield f'{stamp} [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432', True
    yield f'{stamp} [1] LOG:  listening on IPv6 address "::", port 5432', True
    yield f'{stamp} [1] LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"', True
    yield f"{stamp} [29] LOG:  database system was shut down at {at:%Y-%m-%d %H:%M:%S} UTC", True
    yield f"{stamp} [1] LOG:  database system is ready to accept connections", True


def _mongo(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}+00:00"
    yield (
        f'{{"t":{{"$date":"{stamp}"}},"s":"I",  "c":"NETWORK",  "id":23016,   "ctx":"listener",'
        '"msg":"Waiting for connections","attr":{"port":27017,"ssl":"off"}}',
        False,
    )


def _coredns(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    digest = hashlib.sha512(dnsprofiles.corefile(dnsprofiles.DEFAULT, "cluster.local").encode()).hexdigest()
    yield ".:53", False
    yield f"[INFO] plugin/reload: Running configuration SHA512 = {digest}", False
    yield f"CoreDNS-{version.removeprefix('v') or '1.11.3'}", False
    yield "linux/amd64, go1.21.11, a6338e9", False


def _serve_hostname(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    yield f"{at:%Y/%m/%d %H:%M:%S} Serving on port 9376.", True


def _pause_parting(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    yield "Shutting down, got signal: Terminated", True


def _etcd(version: str, at: datetime) -> Iterator[tuple[str, bool]]:
    stamp = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    yield f'{{"level":"info","ts":"{stamp}","caller":"embed/serve.go","msg":"ready to serve client requests"}}', True


_REFUSING: dict[str, _Lines] = {"mysql": _mysql_refusal, "mariadb": _mariadb_refusal, "postgres": _postgres_refusal}
_SAID: dict[str, _Lines] = {
    "nginx": _nginx,
    "nginxdemos/hello": _nginx,
    "httpd": _httpd,
    "redis": _redis,
    "valkey": _redis,
    "mysql": _mysql,
    "postgres": _postgres,
    "mongo": _mongo,
    "coredns": _coredns,
    "serve_hostname": _serve_hostname,
    "serve-hostname": _serve_hostname,
    "etcd": _etcd,
}
_PARTING: dict[str, _Lines] = {
    "nginx": _nginx_parting,
    "nginxdemos/hello": _nginx_parting,
    "httpd": _httpd_parting,
    "redis": _redis_parting,
    "valkey": _redis_parting,
    "pause": _pause_parting,
}
