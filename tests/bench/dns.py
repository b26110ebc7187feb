"""How many DNS questions one core answers while the cluster changes, with a sample of the replies checked.

1,000 and more names, a fifth of them nonexistent, in mixed spelling, headless answers shuffled, 10 changes a second.
The server has one core and the load (dnsperf, or our own client where there is none) another.
"""

from __future__ import annotations

import asyncio
import gc
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dns.message
import dns.rcode

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.dns.server import DnsServer
from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, SERVICES, Key, Obj, key
from cluster.world import SERVICE_NAME_LABEL, World
from tests.server import Server

SERVICES_OF_EACH = 300
ENDPOINTS = 4
CHANGES_PER_SECOND = 10
SECONDS = 6
LINES = 30_000
DOMAIN = "default.svc.cluster.local."


# -- the cluster ---------------------------------------------------------------------------------------------


def world() -> World:
    """300 ClusterIP Services and 300 headless ones of four endpoints each: 1,800 names that exist."""
    made = World(revision=1)
    made.put(key(NAMESPACES, "", "default"), {"kind": "Namespace", "metadata": {"name": "default"}})
    for number in range(SERVICES_OF_EACH):
        for obj in (
            _service(f"web-{number}", f"10.96.{number // 250}.{number % 250 + 1}"),
            _service(f"db-{number}", "None"),
        ):
            made.put(key(SERVICES, "default", obj["metadata"]["name"]), obj)
        made.put(_slice_key(number), _slice(number, ENDPOINTS))
    return made


def _service(name: str, address: str) -> Obj:
    return {
        "kind": "Service",
        "metadata": {"name": name, "namespace": "default", "creationTimestamp": "2026-11-23T05:23:12Z"},
        "spec": {"clusterIP": address, "clusterIPs": [address], "ports": [{"port": 80, "name": "http"}]},
    }


def _slice_key(number: int) -> Key:
    return key(ENDPOINT_SLICES, "default", f"db-{number}-x")


def _address(number: int, ordinal: int) -> str:
    return f"10.244.{number // 50}.{number % 50 * ENDPOINTS + ordinal + 1}"


def _slice(number: int, ready: int) -> Obj:
    return {
        "kind": "EndpointSlice",
        "metadata": {
            "name": f"db-{number}-x",
            "namespace": "default",
            "labels": {SERVICE_NAME_LABEL: f"db-{number}"},
            "creationTimestamp": "2026-11-23T05:23:12Z",
        },
        "addressType": "IPv4",
        "ports": [{"port": 80, "name": "http", "protocol": "TCP"}],
        "endpoints": [
            {
                "addresses": [_address(number, each)],
                "hostname": f"db-{number}-{each}",
                "conditions": {"ready": each < ready},
            }
            for each in range(ENDPOINTS)
        ],
    }


# -- the server, in a process of its own ---------------------------------------------------------------------


class _Source:
    def __init__(self) -> None:
        self.world = world()
        self.config = ClusterConfig()


async def _serve() -> None:
    source = _Source()
    server = DnsServer(source)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as `manage.py up` does
    print(await server.start("127.0.0.1", 0), flush=True)
    dice = random.Random(7)
    ready: dict[int, int] = {}
    while True:
        await asyncio.sleep(1 / CHANGES_PER_SECOND)
        number = dice.randrange(SERVICES_OF_EACH)
        ready[number] = ENDPOINTS - 1 if ready.get(number, ENDPOINTS) == ENDPOINTS else ENDPOINTS
        where, new = _slice_key(number), _slice(number, ready[number])
        old = source.world.put(where, new)
        source.world.revision += 1
        now = time.time()
        change = Change(source.world.revision, "MODIFIED", where, new, -1, 1, "bench", "", now, now)
        server.changed([change], [old])


# -- the questions -------------------------------------------------------------------------------------------


def questions(dice: random.Random) -> list[tuple[str, str]]:
    """Names and types in the proportion that is asked, in random spelling."""
    asked = []
    for _ in range(LINES):
        number, kind = dice.randrange(SERVICES_OF_EACH), dice.random()
        if kind < 0.2:
            name = f"{dice.choice(('nope', 'web', 'cache'))}-{number + SERVICES_OF_EACH}.{DOMAIN}"
        elif kind < 0.5:
            name = f"web-{number}.{DOMAIN}"
        elif kind < 0.8:
            name = f"db-{number}.{DOMAIN}"
        else:
            name = f"db-{number}-{dice.randrange(ENDPOINTS)}.db-{number}.{DOMAIN}"
        asked.append((_spelled(name, dice), "A"))
    return asked


def _spelled(name: str, dice: random.Random) -> str:
    return "".join(letter.upper() if dice.random() < 0.5 else letter for letter in name)


def expected(name: str) -> tuple[str, set[str]]:
    """The rcode and addresses of a name when nothing has changed."""
    labels = name.lower().split(".")
    if labels[1] == "default":
        stem, _, number = labels[0].rpartition("-")
        if stem == "db" and int(number) < SERVICES_OF_EACH:
            return "NOERROR", {_address(int(number), each) for each in range(ENDPOINTS)}
        if stem == "web" and int(number) < SERVICES_OF_EACH:
            return "NOERROR", {f"10.96.{int(number) // 250}.{int(number) % 250 + 1}"}
        return "NXDOMAIN", set()
    ordinal = int(labels[0].rpartition("-")[2])
    return "NOERROR", {_address(int(labels[1].rpartition("-")[2]), ordinal)}


def _check(port: int, asked: Sequence[tuple[str, str]], seconds: float) -> tuple[int, list[str]]:
    """Ask a sample beside the load and compare: (replies, faults). The last endpoint of each set comes and goes."""
    wrong, replies, end = [], 0, time.monotonic() + seconds
    orders: dict[str, set[str]] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(1)
        client.connect(("127.0.0.1", port))
        for name, _ in asked:
            if time.monotonic() > end:
                break
            client.send(dns.message.make_query(name, "A").to_wire())
            try:
                reply = dns.message.from_wire(client.recv(4096))
            except TimeoutError:
                continue  # counted as lost by the load generator too
            replies += 1
            rcode, addresses = expected(name)
            records = [each for rrset in reply.answer for each in rrset]
            got, last = {str(each) for each in records}, {_address_of_last(name)}
            has = dns.rcode.to_text(reply.rcode())
            settled = got | last == addresses | last and got - last <= addresses
            if has != rcode and not (has == "NXDOMAIN" and addresses == last):
                wrong.append(f"{name}: {has}, not {rcode}")
            elif has == rcode and not settled:
                wrong.append(f"{name}: {got}, not {addresses}")
            elif str(reply.question[0].name) != name or any(str(rrset.name) != name for rrset in reply.answer):
                wrong.append(f"{name}: spelled otherwise in the reply")
            if len(records) > 1:
                orders.setdefault("first", set()).add(str(records[0]).rpartition(".")[2])
            time.sleep(0.002)
    if replies and len(orders.get("first", ())) < 2:
        wrong.append("headless answers always start with the same address")
    return replies, wrong


def _address_of_last(name: str) -> str:
    found = re.search(r"(?:^|\.)db-(\d+)\.default", name.lower())
    return _address(int(found[1]), ENDPOINTS - 1) if found else ""


# -- the load ------------------------------------------------------------------------------------------------


def _dnsperf(port: int, asked: Sequence[tuple[str, str]]) -> subprocess.Popen[str]:
    lines = "".join(f"{name} {type_}\n" for name, type_ in asked)
    with tempfile.NamedTemporaryFile("w", suffix=".dnsperf", delete=False) as data:
        data.write(lines)
    command = ["dnsperf", "-s", "127.0.0.1", "-p", str(port), "-d", data.name]
    return subprocess.Popen([*command, "-l", str(SECONDS), "-c", "4", "-q", "300"], stdout=subprocess.PIPE, text=True)


def _own_client(port: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.bench.dns", "load", str(port)], stdout=subprocess.PIPE, text=True
    )


def _load(port: int) -> None:
    """A window of questions always under way; prints what dnsperf prints."""
    packets = [dns.message.make_query(name, type_).to_wire() for name, type_ in questions(random.Random(1))[:10_000]]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        client.connect(("127.0.0.1", port))
        client.settimeout(0.2)
        sent = got = 0
        began = time.monotonic()
        while time.monotonic() - began < SECONDS:
            for _ in range(300 - (sent - got)):
                client.send(packets[sent % len(packets)])
                sent += 1
            try:
                for _ in range(64):
                    client.recv(4096)
                    got += 1
            except TimeoutError:
                sent = got  # what is still out is lost
        print(f"Queries per second: {got / (time.monotonic() - began)}")
        print(f"Queries completed: {got}")
        print(f"Queries lost: {sent - got}")


def _cpu_seconds(pid: int) -> float:
    """What the process has used so far: on a machine that others use too, this says what one core would do."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _loaded(pid: int, port: int, asked: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], tuple[int, list[str]]]:
    """Put a process on a core of its own and the load on another: what it answered, and the sample's outcome."""
    cores = sorted(os.sched_getaffinity(0))
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {cores[0]})
    perf = shutil.which("dnsperf") is not None
    before = _cpu_seconds(pid)
    load = _dnsperf(port, asked) if perf else _own_client(port)
    os.sched_setaffinity(load.pid, {cores[-1]})
    sample = _check(port, asked[::-1], SECONDS - 1) if asked is _ASKED else (0, [])
    printed, _ = load.communicate(timeout=SECONDS + 20)
    used = _cpu_seconds(pid) - before
    rate = re.search(r"Queries per second:\s+([\d.]+)", printed)
    lost = re.search(r"Queries lost:\s+(\d+)", printed)
    answered = re.search(r"Queries completed:\s+(\d+)", printed)
    return {
        "answers_per_second": round(float(rate[1])) if rate else 0,
        "answers_per_cpu_second": round(int(answered[1]) / used) if answered and used else 0,
        "lost": int(lost[1]) if lost else None,
        "load": "dnsperf" if perf else "own client",
    }, sample


_ASKED = questions(random.Random(1))


def measure() -> dict[str, Any]:
    """Answers a second, the sample's size and what was wrong with it, and what made the load."""
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.dns", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        found, (checked, wrong) = _loaded(server.pid, int(server.stdout.readline()), _ASKED)
    finally:
        server.kill()
        server.communicate()
    return {**found, "names": len({name.lower() for name, _ in _ASKED}), "checked": checked, "wrong": wrong[:5]}


def measure_whole(folder: Path) -> dict[str, Any]:
    """The same of a whole `manage.py up`, page, store and controllers in the one process, with the demo's names."""
    dice = random.Random(2)
    pods = [f"app-stateful-{number}.headless-svc-stateful" for number in range(9)]
    stems = ["web", "headless-svc", "headless-svc-stateful", "nope", "kubernetes", *pods]
    names = [f"{stem}.{DOMAIN}" for stem in stems]
    with Server(folder) as server:
        assert server.process is not None
        port = int(server.dns.rpartition(":")[2])
        # Who asks before the cluster's own DNS pods are Ready gets no answer, as in a real one.
        _until_it_answers(port, f"{pods[2]}.{DOMAIN}", "A")
        asked = [(_spelled(dice.choice(names), dice), "A") for _ in range(LINES)]
        return _loaded(server.process.pid, port, asked)[0]


def measure_coredns(folder: Path) -> dict[str, Any] | None:
    """A CoreDNS on the same core, if there is one on the PATH, with the same names out of a zone file."""
    binary = shutil.which("coredns")
    if binary is None:
        return None
    names = {name.lower(): expected(name)[1] for name, _ in _ASKED}
    zone = ["cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 30"]
    zone += [f"{name} 30 IN A {address}" for name, addresses in names.items() for address in sorted(addresses)]
    (folder / "zone").write_text("\n".join(zone) + "\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    block = f"bind 127.0.0.1\n file {folder / 'zone'} cluster.local\n loadbalance"
    (folder / "Corefile").write_text(f".:{port} {{\n {block}\n}}\n")
    command = [binary, "-conf", str(folder / "Corefile"), "-quiet"]
    server = subprocess.Popen(command, env={**os.environ, "GOMAXPROCS": "1"}, stdout=subprocess.DEVNULL)
    try:
        _until_it_answers(port)
        return _loaded(server.pid, port, list(_ASKED))[0]
    finally:
        server.kill()
        server.wait()


def _until_it_answers(port: int, name: str = "cluster.local", type_: str = "SOA") -> None:
    """TimeoutError when there is no record of that name after half a minute."""
    raw, end = dns.message.make_query(name, type_).to_wire(), time.monotonic() + 30
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.2)
        client.connect(("127.0.0.1", port))
        while time.monotonic() < end:
            try:
                client.send(raw)
                if dns.message.from_wire(client.recv(4096)).answer:
                    return
            except OSError:
                pass
            time.sleep(0.1)
    raise TimeoutError(f"nobody answers on port {port}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["serve"]:
            asyncio.run(_serve())
        case ["load", port]:
            _load(int(port))
        case _:
            for word, value in measure().items():
                print(f"{word}: {value}")
