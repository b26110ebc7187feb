"""Every recorded DNS question gets the recorded reply: through the pure path, and over UDP and TCP from a server."""

from __future__ import annotations

import asyncio
import random
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from cluster.config import ClusterConfig
from cluster.dns import reasons, resolver, wire, zone
from cluster.dns.answer import Answer, Question
from cluster.dns.forwarder import Forwarder
from cluster.dns.server import DnsServer
from tests.dns import vectors
from tests.dns.outside import Resolver, serving
from tests.dns.renamed import Renaming
from tests.dns.vectors import Vector

FOLDER = vectors.folder()
FILES = sorted(FOLDER.glob("*.yaml")) if FOLDER is not None else []
SERIAL = 1795411824

pytestmark = pytest.mark.skipif(
    FOLDER is None, reason="NO DNS VECTORS: set KUBARIUM_DNS_VECTORS to compare with real CoreDNS"
)


def _judge(vector: Vector, faults_of: Callable[[int, Vector], list[str]]) -> None:
    wrong = []
    for number, query in enumerate(vector["queries"], 1):
        faults = faults_of(number, query)
        if faults:
            wrong.append(f"{query['id']} {query.get('qname', '')} {query.get('qtype', '')}: {'; '.join(faults)}")
    assert not wrong, "\n".join(wrong)


def _judge_the_pure_path(vector: Vector) -> None:
    world = vectors.world_for(vector)
    config = vectors.settings_of(vector["config"])
    own = tuple(vector["config"].get("server_ips") or ())
    outside = vectors.outside_of(vector)

    def respond(question: Question) -> Answer:
        return zone.answer(question, world, config, own, serial=SERIAL, outside=outside)

    def faults_of(number: int, query: Vector) -> list[str]:
        sent = vectors.message_of(query, 4660 + number)
        reply = wire.answer_message(sent, respond, tcp=query.get("transport") == "tcp")
        return vectors.differences(query, sent, reply, wire.answer_message(sent, respond, tcp=True))

    _judge(vector, faults_of)


def test_there_is_something_to_compare_with() -> None:
    assert FILES, f"{FOLDER} has no vector files"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_pure_path_answers_as_recorded(path: Path) -> None:
    _judge_the_pure_path(vectors.load(path))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_under_other_names_and_addresses_it_answers_the_same(path: Path) -> None:
    vector = vectors.load(path)
    _judge_the_pure_path(Renaming(vector).vector(vector))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_negative_answer_has_its_reason(path: Path) -> None:
    vector = vectors.load(path)
    world, config = vectors.world_for(vector), vectors.settings_of(vector["config"])
    own, outside = tuple(vector["config"].get("server_ips") or ()), vectors.outside_of(vector)
    for query in vector["queries"]:
        if "raw" in query:
            continue
        question = Question(query["qname"], query["qtype"], query.get("qclass", "IN"))
        found = zone.answer(question, world, config, own, outside=outside)
        if not found.answer:
            text = reasons.why(question, found, world, config).text
            assert text.endswith((".", "?")), (question, text)
            assert "being written" not in text, "nothing is under way in a recording"


def test_other_names_are_other_names() -> None:
    endpoint = {"addresses": ["10.9.0.255", "fd00:1::a"], "hostname": "Web-0"}
    query = {"qname": "_http._tcp.Web-0.nope.10-9-0-255.svc.cluster.local.", "answer": ["a. 5 IN PTR web-0.b.c."]}
    reverse = {"qname": "255.0.9.10.in-addr.arpa."}
    vector = {"config": {"zones": ["cluster.local."]}, "cluster": [{"endpoints": [endpoint]}]}
    renamed = Renaming({**vector, "queries": [query, reverse]}).vector({**vector, "queries": [query, reverse]})
    assert renamed["cluster"] == [{"endpoints": [{"addresses": ["17.6.7.106", "f700:6::2"], "hostname": "Jro-0"}]}]
    assert [each["qname"] for each in renamed["queries"]] == [
        "_http._tcp.Jro-0.nope.17-6-7-106.svc.cluster.local.",
        "106.7.6.17.in-addr.arpa.",
    ]
    assert renamed["queries"][0]["answer"] == ["a. 5 IN PTR jro-0.b.c."]


# -- from a server -------------------------------------------------------------------------------------------


class Client:
    """Asks one server over UDP and TCP."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.setblocking(False)
        self.datagrams.connect(("127.0.0.1", port))

    async def udp(self, sent: bytes, *, silent: bool = False) -> bytes:
        """The reply; of one that should be `silent`, b"" when it says nothing before it answers the next question."""
        loop = asyncio.get_running_loop()
        probe = wire.question_bytes(Question("probe.cluster.local.", "A"), 0xFFFF)
        await loop.sock_sendall(self.datagrams, sent)
        if silent:
            await loop.sock_sendall(self.datagrams, probe)
        reply = b""
        while True:
            async with asyncio.timeout(30):
                received = await loop.sock_recv(self.datagrams, 65535)
            if received[:2] == probe[:2]:
                return reply
            reply = received
            if not silent:
                return reply

    async def tcp(self, sent: bytes, times: int = 1) -> bytes:
        """The last of `times` replies to the same question on one connection, asked all at once."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write((len(sent).to_bytes(2, "big") + sent) * times)
        reply = b""
        for _ in range(times):
            async with asyncio.timeout(30):
                size = int.from_bytes(await reader.readexactly(2), "big")
                reply = await reader.readexactly(size)
        writer.close()
        await writer.wait_closed()
        return reply


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
async def test_a_server_answers_as_recorded(path: Path) -> None:
    """Its forwarder, where a file has one, asks a resolver on the loopback."""
    vector = vectors.load(path)
    source = SimpleNamespace(world=vectors.world_for(vector), config=ClusterConfig())
    async with serving(Resolver(vector.get("upstream") or ())) as upstream:
        server = DnsServer(
            source,
            vectors.settings_of(vector["config"]),
            tuple(vector["config"].get("server_ips") or ()),
            dice=random.Random(5),
            forwarder=Forwarder(upstream) if vector["config"].get("out_of_zone") == "forward" else None,
        )
        client = Client(await server.start("127.0.0.1", 0))
        try:
            faults = [await _faults(client, number, query) for number, query in enumerate(vector["queries"], 1)]
        finally:
            client.datagrams.close()
            await server.stop()
    _judge(vector, lambda number, query: faults[number - 1])


async def _faults(client: Client, number: int, query: Vector) -> list[str]:
    """Ask twice, the second time of what the first one left ready; one that is shuffled is asked often."""
    sent = vectors.message_of(query, 4660 + number)
    whole = None
    if query.get("answer_subset"):
        whole = await client.tcp(vectors.message_of({key: query[key] for key in query if key != "edns"}, 7))
    firsts = set()
    for _ in range(40 if query.get("shuffled") else 2):
        if query.get("transport") == "tcp":
            reply = await client.tcp(sent, query.get("times", 1))
        else:
            reply = await client.udp(sent, silent=bool(query.get("no_reply")))
        faults = vectors.differences(query, sent, reply, whole)
        if faults:
            return faults
        firsts.add(vectors.first_address(reply))
    return ["the same address came first each time"] if query.get("shuffled") and len(firsts) < 2 else []


# -- search lists --------------------------------------------------------------------------------------------

HABITS = {
    "glibc-getaddrinfo": (resolver.GLIBC, ("A", "AAAA")),
    "musl-getaddrinfo": (resolver.MUSL, ("A", "AAAA")),
    "dig-search-A": (resolver.DIG, ("A",)),
    "nslookup": (resolver.DIG, ("A",)),
}
WALKED = [path for path in FILES if "\nwalks:" in path.read_text()]


@pytest.mark.parametrize("path", WALKED, ids=lambda path: path.stem)
def test_real_clients_walk_their_search_list_as_ours_do(path: Path) -> None:
    vector = vectors.load(path)
    world, config, outside = (
        vectors.world_for(vector),
        vectors.settings_of(vector["config"]),
        vectors.outside_of(vector),
    )
    conf = resolver.ResolvConf((), tuple(vector["resolv_conf"]["search"]), vector["resolv_conf"]["ndots"])

    def put(question: Question) -> Answer:
        return zone.answer(question, world, config, outside=outside)

    for recorded in vector["walks"]:
        habit, types = HABITS[recorded["client"]]
        walk = resolver.walk(recorded["name"], types, conf, put, habit)
        steps = [
            (type_, step.name, answer)
            for step in walk.steps
            for type_, answer in zip(types, step.answers, strict=False)
        ]
        if recorded["client"] == "nslookup" and walk.answer.rcode == "NOERROR":
            steps.append(("AAAA", walk.name, put(Question(walk.name, "AAAA"))))
        asked = [f"{type_} {name} {answer.rcode}" for type_, name, answer in steps]
        found = [each.data for _, _, answer in steps for each in answer.answer if each.type in ("A", "AAAA")]
        assert (asked, found) == (recorded["asks"], recorded["result"]), recorded


# -- from the checker that came with them --------------------------------------------------------------------


@pytest.mark.skipif(FOLDER is None or not (FOLDER.parent / "check.py").exists(), reason="no checker beside the vectors")
def test_the_checker_beside_the_vectors_is_satisfied() -> None:
    """With one file; all of them take minutes. `tests/dns/stand.py` says how."""
    assert FOLDER is not None
    stand = subprocess.Popen([sys.executable, "-m", "tests.dns.stand", "serve", "0"], stdout=subprocess.PIPE, text=True)
    try:
        assert stand.stdout is not None
        port = stand.stdout.readline().strip()
        check = [sys.executable, str(FOLDER.parent / "check.py"), "--server", f"127.0.0.1:{port}", "--tier", "all"]
        told = subprocess.run(
            [*check, "--load", f"{sys.executable} -m tests.dns.stand load {port}", str(FILES[0])],
            capture_output=True,
            text=True,
        )
    finally:
        stand.terminate()
        stand.communicate()
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
