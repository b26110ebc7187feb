"""Four configurations of a real CoreDNS over one cluster: what each answered, and dig's print of it."""

from __future__ import annotations

import functools
import re
from typing import Any

import pytest

from cluster.dns import dig, wire, zone
from cluster.dns.answer import Answer, Question, Record
from cluster.dns.settings import REVERSE_ZONES, DnsConfig
from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES, key
from cluster.world import World
from tests.fidelity import golden


@functools.cache
def recorded() -> dict[str, Any]:
    if reason := golden.absent("dns/answers.json"):
        pytest.skip(reason)
    loaded: dict[str, Any] = golden.load("dns/answers.json")
    return loaded


KUBEADM = DnsConfig(
    zones=("cluster.local.", *REVERSE_ZONES), ttl=30, pods="insecure", fallthrough=REVERSE_ZONES, loadbalance=True
)
PLUGIN = DnsConfig(zones=("cluster.local.", *REVERSE_ZONES), pods="verified", fallthrough=REVERSE_ZONES)
CONFIGS = {
    "default": KUBEADM,
    "nocache": KUBEADM._replace(loadbalance=False),
    "verified": PLUGIN,
    "podnames": PLUGIN._replace(pods="disabled", endpoint_pod_names=True),
}
ELSEWHERE = {
    "www.example.com.": Record("www.example.com.", 60, "A", "93.184.215.14"),
    "db.example.org.": Record("db.example.org.", 60, "A", "198.51.100.7"),
}
ROOT = Record(".", 86400, "SOA", "a.root-servers.net. nstld.verisign-grs.com. 2026112300 1800 900 604800 86400")


def outside(question: Question) -> Answer:
    """What stood behind the recorded servers: a few names, and a root that knows nothing else."""
    if question.class_ != "IN":
        return Answer("REFUSED", aa=False)
    found = ELSEWHERE.get(question.name.lower())
    if found is not None and question.type == "A":
        return Answer("NOERROR", answer=(found,))
    return Answer("NXDOMAIN", authority=(ROOT,))


def world() -> World:
    """The recorded objects, with those of other namespaces that some questions were about."""
    made = World()
    kinds = {"Service": SERVICES, "EndpointSlice": ENDPOINT_SLICES, "Pod": PODS}
    for obj in recorded()["objects"]["items"]:
        if obj["kind"] in kinds:
            metadata = obj["metadata"]
            made.put(key(kinds[obj["kind"]], metadata["namespace"], metadata["name"]), obj)
    for name in ("default", "kube-system", "dns-a", "dns-b"):
        made.put(key(NAMESPACES, "", name), {"kind": "Namespace", "metadata": {"name": name}})
    for namespace, name, address, port in (
        ("default", "kubernetes", "10.96.0.1", {"name": "https", "port": 443, "protocol": "TCP"}),
        ("kube-system", "kube-dns", "10.96.0.10", {"name": "dns", "port": 53, "protocol": "UDP"}),
        ("dns-b", "web", "10.96.50.11", {"port": 80, "protocol": "TCP"}),
    ):
        spec = {"clusterIP": address, "clusterIPs": [address], "ports": [port]}
        made.put(key(SERVICES, namespace, name), {"metadata": {"name": name, "namespace": namespace}, "spec": spec})
    return made


def told(raw: bytes, *, ttls: bool) -> tuple[object, ...]:
    """A reply without what varies: order of records, serials, and (for a server with a cache) TTLs and spelling."""
    message = wire.parse(raw)
    sections = []
    for section in (message.answer, message.authority, message.additional):
        lines = [str(each if ttls else each._replace(ttl=0)).lower() for each in section]
        sections.append(sorted(re.sub(r"( soa \S+ \S+) \d+", r"\1", line) for line in lines))
    return message.id, message.rcode, message.flags, message.question, message.udp, message.do, sections


@pytest.mark.parametrize("name", CONFIGS)
def test_each_configuration_answers_as_recorded(name: str) -> None:
    cluster, cached = world(), name == "default"

    def respond(question: Question) -> Answer:
        return zone.answer(question, cluster, CONFIGS[name], serial=1795411824, outside=outside)

    compared = 0
    for entry in recorded()["answers"][name]:
        wanted = bytes.fromhex(entry["response_hex"])
        reply = wire.answer_message(bytes.fromhex(entry["request_hex"]), respond, tcp=entry["transport"] == "tcp")
        if "TC" in entry["flags"].split():
            # Which records fit depends on their order, which the recorded server shuffles: their number does not.
            ours, theirs = wire.parse(reply), wire.parse(wanted)
            assert (ours.flags, len(ours.answer), len(reply)) == (theirs.flags, len(theirs.answer), len(wanted)), entry
        else:
            assert told(reply, ttls=not cached) == told(wanted, ttls=not cached), entry["label"]
            assert cached or len(reply) == len(wanted), f"{entry['label']}: compressed otherwise"
        compared += 1
    assert compared > 90


def test_odd_packets_are_answered_to_the_octet() -> None:
    cluster = world()
    for entry in recorded()["odd"]:
        reply = wire.answer_message(
            bytes.fromhex(entry["request_hex"]), lambda question: zone.answer(question, cluster, KUBEADM)
        )
        assert reply.hex() == (entry["response_hex"] or ""), entry["label"]


def test_a_reply_is_printed_as_dig_printed_it() -> None:
    """Its text, less the banner above it and what differs between two askings of one question."""

    def lines(text: str) -> list[str]:
        text = text[text.index(";; Got answer") :]
        text = re.sub(r"(?m)^;; (WHEN|Query time).*$|, id: \d+|\((TCP|UDP)\)$|(SOA\t\S+ \S+) \d+", r"\3", text)
        return sorted(re.sub(r"([ \t])\d+\tIN", r"\1n\tIN", line) for line in text.strip().splitlines())

    compared = 0
    for name, port in (("default", 15353), ("nocache", 15354)):
        for entry in recorded()["answers"][name]:
            if entry.get("dig") and "TC" not in entry["flags"].split():
                message = wire.parse(bytes.fromhex(entry["response_hex"]))
                assert lines(dig.render(message, "127.0.0.1", port, 0)) == lines(entry["dig"]), entry["label"]
                compared += 1
    assert compared > 100
