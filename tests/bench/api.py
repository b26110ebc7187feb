"""The Kubernetes API beside 10,000 objects, over TLS as kubectl speaks it: one object, a long table, idle watches.

Half of them are pods that no scheduler takes, so that nothing but the API is at work. One object is read and patched
over a connection that stays open; a watch that has nothing to tell must cost nothing. Of several rounds the quietest
counts: what else the machine was doing is not the API's.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import socket
import ssl
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import yaml

from tests.bench.pods import apply
from tests.bench.report import Measure
from tests.objects import config_map
from tests.server import Server

PODS, OTHERS = 5_000, 5_000
AT_ONCE = 2_000
ROUNDS, READS, PATCHES, TABLES, WATCHES = 5, 200, 200, 7, 50
IDLE_SECONDS = 5.0
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def measure(folder: Path) -> list[Measure]:
    with Server(folder / "data", "--no-demo", "--pace", "instant") as server:
        _fill(server)
        client = Client(server)
        path = "/api/v1/namespaces/default"
        reads = client.times(ROUNDS * READS, lambda number: ("GET", f"{path}/configmaps/c{number * 7 % OTHERS}", None))
        patches = client.times(ROUNDS * PATCHES, lambda number: _patch(path, number))
        tables = client.times(TABLES, lambda number: ("GET", f"{path}/pods?limit=0", None), TABLE)
        size = client.last / 1e6
        idle, watched = _idle(server, client, path)
    return [
        Measure(f"GET of one object of {PODS + OTHERS:,}, p99", _p99(reads), "ms", 20.0, note=_typical(reads)),
        Measure("PATCH of one, p99", _p99(patches), "ms", 20.0, note=_typical(patches)),
        Measure(f"{PODS:,} pods as a table", min(tables) * 1000, "ms", 250.0, note=f"{size:.1f} MB"),
        Measure(f"{WATCHES} idle watches, of one core", watched - idle, "%", 1.0, note=f"without them {idle:.1f} %"),
    ]


def _fill(server: Server) -> None:
    pods = [_pod(f"p{number}") for number in range(PODS)]
    others = [config_map(f"c{number}") for number in range(OTHERS)]
    objects = [*pods, *others]
    for first in range(0, len(objects), AT_ONCE):
        apply(server, objects[first : first + AT_ONCE])


def _pod(name: str) -> dict[str, Any]:
    spec = {"schedulerName": "nobody", "containers": [{"name": "c", "image": "nginx"}]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": {"app": "many"}}, "spec": spec}


def _patch(path: str, number: int) -> tuple[str, str, Any]:
    return "PATCH", f"{path}/configmaps/c{number * 11 % OTHERS}", {"data": {"value": str(number)}}


def _p99(times: list[float]) -> float:
    """Milliseconds, of the quietest round."""
    each = len(times) // ROUNDS
    rounds = [times[first : first + each] for first in range(0, len(times), each)]
    return min(statistics.quantiles(found, n=100)[98] for found in rounds) * 1000


def _typical(times: list[float]) -> str:
    whole = statistics.quantiles(times, n=100)[98] * 1000
    return f"median {statistics.median(times) * 1000:.1f} ms, p99 of all rounds {whole:.1f} ms"


def _idle(server: Server, client: Client, path: str) -> tuple[float, float]:
    """Per cent of a core that the server uses when nothing changes: with nobody watching, and with many."""
    idle = _cpu(server)
    with contextlib.ExitStack() as open_:
        for number in range(WATCHES):
            kind = ("pods", "configmaps")[number % 2]
            open_.enter_context(client.watching(f"{path}/{kind}?watch=true&resourceVersion={client.version}"))
        return idle, _cpu(server)


def _cpu(server: Server) -> float:
    def used() -> float:
        assert server.process is not None
        fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    time.sleep(1.0)
    before, began = used(), time.monotonic()
    time.sleep(IDLE_SECONDS)
    return (used() - before) / (time.monotonic() - began) * 100


class Client:
    """One connection as the kubeconfig says, kept open."""

    def __init__(self, server: Server) -> None:
        config = yaml.safe_load((server.data / "kubeconfig").read_text())
        named = {part: {each["name"]: each for each in config[part]} for part in ("contexts", "clusters", "users")}
        context = named["contexts"][config["current-context"]]["context"]
        cluster = named["clusters"][context["cluster"]]["cluster"]
        address = urlsplit(cluster["server"])
        trusted = base64.b64decode(cluster["certificate-authority-data"]).decode()
        self._tls = ssl.create_default_context(cadata=trusted)
        self._host, self._port, self._prefix = address.hostname or "", address.port, address.path
        self._headers = {"Authorization": f"Bearer {named['users'][context['user']]['user']['token']}"}
        self._connection = self._connect()
        self.version, self.last = "", 0
        """The revision and the size of the last answer."""

    def _connect(self) -> http.client.HTTPSConnection:
        made = http.client.HTTPSConnection(self._host, self._port, context=self._tls, timeout=60)
        made.connect()
        made.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def times(self, count: int, request: Any, accept: str = "application/json") -> list[float]:
        """Seconds that each of several requests took, to the last byte."""
        found = []
        for number in range(count):
            method, path, body = request(number)
            headers = {**self._headers, "Accept": accept, "Content-Type": "application/merge-patch+json"}
            began = time.perf_counter()
            self._connection.request(method, self._prefix + path, orjson.dumps(body) if body else None, headers)
            answer = self._connection.getresponse()
            text = answer.read()
            found.append(time.perf_counter() - began)
            assert answer.status == 200, text[:500]
        self.version = orjson.loads(text)["metadata"]["resourceVersion"]
        self.last = len(text)
        return found

    @contextlib.contextmanager
    def watching(self, path: str) -> Iterator[None]:
        connection = self._connect()
        connection.request("GET", self._prefix + path, headers=self._headers)
        answer = connection.getresponse()
        assert answer.status == 200
        try:
            yield
        finally:
            connection.close()
