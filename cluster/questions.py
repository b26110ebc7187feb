"""A DNS question put to a simulated cluster as a pod would put it: the walk, the answer, what it leads to, and why.

This is what the page, the `resolve` command and its HTTP twin show. Reads a World and changes nothing of it; the same
question at the same revision gives the same result, but for what the server remembers where its Corefile says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.dns import apex, dig, forwarder, memory, outage, reasons, resolver, settings, wire, zone
from cluster.dns.answer import REFUSED, Answer, Outside, Question, Record
from cluster.dns.hexdump import dump
from cluster.dns.names import labels_of, locate, plain_address, reverse_name, reversed_address
from cluster.dns.packing import type_number
from cluster.machinery.errors import BadRequest, NotFound
from cluster.machinery.objects import ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES, Key, Obj, namespace, status
from cluster.network import proxy
from cluster.world import World

DNS_PORT = 53
LONGEST_LABEL = 63
LONGEST_NAME = 253
_NAME = re.compile(r"\w[\w-]*(\.\w[\w-]*)*\.?", re.ASCII)


def ask(
    world: World,
    config: ClusterConfig,
    *,
    name: str,
    type: str = "A",
    pod: str = "",
    namespace: str = "",
    now: float = 0.0,
    serial: int | None = None,
    dns: settings.DnsConfig | None = None,
    outside: Outside | None = None,
    server: tuple[str, int] | None = None,
    raw: bool = False,
) -> dict[str, Any]:
    """Ask `name` as `pod` (or, with "", as any pod of the namespace) and tell all about it, ready for JSON.

    `outside` None: the forwarder of this process, if the operator has set one, as far as it knows the answer already.
    `server` is where the commands to copy find the cluster's DNS; None: nowhere outside the cluster, so there are no
    commands, and dig prints what a pod would see. With `raw`, the octets of the deciding exchange too. BadRequest or
    NotFound, with a sentence, for a name or type that cannot be asked and for a pod or namespace that does not exist.
    """
    asker, place = _asker(world, pod, namespace or "default")
    type_ = _type(type)
    name = checked_name(name.strip(), type_)
    dns = dns or settings.of(world, config)
    if outside is None and (somebody := forwarder.current()) is not None:
        outside = somebody.known
    stub = stub_of(world, config, asker, place, now, serial=serial, dns=dns, outside=outside)
    walk = resolver.walk(name, (type_,), stub.conf, stub.put)
    asked = [(Question(step.name, type_), step.answers[0]) for step in walk.steps if step.answers]
    route, why_not = _route(world, walk.answer, asker)
    told = {
        "asker": _told_of(asker, pod, place, stub.conf, config),
        "question": {"name": name, "type": type_},
        "steps": [_step(step, type_) for step in walk.steps],
        "rcode": walk.answer.rcode,
        "records": _records(walk.answer.answer),
        "reasons": [stub.elsewhere]
        if stub.elsewhere
        else [*_reasons(world, config, asked, walk.answer, dns), *why_not],
        "targets": _targets(world, walk.answer, walk.name),
        "route": route,
        "dig": _dig(walk, type_, server or (config.dns_address, DNS_PORT), now),
        "command": _commands(walk.name, type_, server),
    }
    if raw:
        told["raw"] = _raw(walk, type_)
    return told


class Stub(NamedTuple):
    """The resolver inside a pod."""

    conf: resolver.ResolvConf
    put: Callable[[Question], Answer]
    """What whoever it asks says."""
    elsewhere: str
    """Why that is not the cluster's DNS; "": it is."""


def stub_of(
    world: World,
    config: ClusterConfig,
    pod: Obj | None,
    namespace: str,
    now: float,
    *,
    serial: int | None = None,
    dns: settings.DnsConfig | None = None,
    outside: Outside | None = None,
) -> Stub:
    """How a pod asks (None: any pod of the namespace that says nothing about DNS)."""
    conf = resolver.resolv_conf(pod, namespace, config)
    if elsewhere := resolver.elsewhere(pod, conf, config):
        return Stub(conf, _of_another(dns or settings.of(world, config), outside), elsewhere)
    return Stub(conf, server_of(world, config, now, serial=serial, dns=dns, outside=outside), "")


def server_of(
    world: World,
    config: ClusterConfig,
    now: float = 0.0,
    *,
    serial: int | None = None,
    dns: settings.DnsConfig | None = None,
    outside: Outside | None = None,
) -> Callable[[Question], Answer]:
    """What the cluster's DNS server says to a question at `now`, by its Corefile, with what it remembers; SILENT when
    nobody answers at its address."""
    if outage.outage(world, config):
        return lambda question: outage.SILENT
    rules = dns or settings.of(world, config)
    own = rules.bind or apex.own_addresses(world, config.dns_address)
    stamp = apex.newest(world) if serial is None else serial

    def find(question: Question) -> Answer:
        return zone.answer(question, world, rules, own, serial=stamp, outside=outside)

    rule = rules.cache
    if rule is None:
        return find
    return lambda question: memory.of(world, rule).answer(question, lambda: find(question), now)


def _of_another(dns: settings.DnsConfig, outside: Outside | None) -> Callable[[Question], Answer]:
    """What a resolver says that is not the cluster's: of the cluster's names that there are none."""

    def find(question: Question) -> Answer:
        if locate(question.name, dns.zones) is not None:
            return Answer("NXDOMAIN", aa=False, ra=True)
        return REFUSED if outside is None else outside(question)

    return find


def message(world: World, config: ClusterConfig, raw: bytes, *, serial: int | None = None, now: float = 0.0) -> bytes:
    """The reply to one DNS message as DNS over HTTPS (RFC 8484) carries it; b"" when none is due, or comes."""
    if outage.outage(world, config):
        return b""
    return wire.answer_message(raw, server_of(world, config, now, serial=serial), tcp=True)


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Two results of the same question say the same; when they were printed does not count."""
    return all(one[word] == other[word] for word in one if word != "dig")


# -- what was asked ------------------------------------------------------------------------------------------


def _asker(world: World, pod: str, place: str) -> tuple[Obj | None, str]:
    if not pod:
        if world.find(NAMESPACES, "", place) is None:
            raise NotFound("namespaces", place)
        return None, place
    found = world.find(PODS, place, pod)
    if found is None:
        raise NotFound("pods", pod)
    return found, place


def _type(text: str) -> str:
    wanted = text.strip().upper() or "A"
    try:
        type_number(wanted)
    except KeyError:
        raise BadRequest(f"{text} is no record type. A, AAAA, SRV, PTR, CNAME, TXT, NS and SOA are.") from None
    return wanted


def checked_name(name: str, type_: str) -> str:
    """The name as it will be walked; the address of a PTR question is turned round first."""
    if not name:
        raise BadRequest("A question needs a name, such as headless-svc-stateful.")
    address = plain_address(name)
    if address:
        if type_ != "PTR":
            raise BadRequest(f"{name} is an address. Ask for PTR to learn its name.")
        return reverse_name(address)
    _without_the_rest_of_a_url(name)
    if not name.isascii() and (plain := _in_ascii(name)):
        raise BadRequest(f"DNS knows letters of ASCII alone: {name} is written {plain} there.")
    if not name.isascii() or not name.isprintable() or " " in name or "\\" in name:
        raise BadRequest(f"{name!r} has characters that no name in a cluster has.")
    if name == ".":
        return name
    labels = labels_of(name)
    if len(name.removesuffix(".")) > LONGEST_NAME:
        raise BadRequest(f"A name has at most {LONGEST_NAME} characters. This has {len(name)}.")
    for label in labels:
        if not label:
            raise BadRequest(f"{name} has a dot with nothing before it.")
        if len(label) > LONGEST_LABEL:
            raise BadRequest(f"Between two dots stand at most {LONGEST_LABEL} characters. Here are {len(label)}.")
    return name


def _in_ascii(name: str) -> str:
    """An internationalised name as DNS has it, "" where it cannot be one."""
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return ""


def _without_the_rest_of_a_url(name: str) -> None:
    """BadRequest for `http://web`, `web:80` and `web/path`: which part is the name."""
    scheme, found, rest = name.partition("://")
    host = re.split(r"[:/?#]", rest if found else name, maxsplit=1)[0]
    if host == name:
        return
    before, after = f"{scheme}://" if found else "", name[len(scheme) + 3 if found else 0 :][len(host) :]
    if host and not _NAME.fullmatch(host):
        shown = name if len(name) <= LONGEST_LABEL else f"{name[:LONGEST_LABEL]}…"
        raise BadRequest(f"{shown} is no name: letters, digits, - and _ make one, with dots between, such as web.")
    extra = " and ".join(part for part in (before, after) if part)
    what = f" Ask for {host}." if host else " Ask for a name, such as web."
    raise BadRequest(f"DNS knows names alone: leave out {extra}.{what}")


# -- what came of it -----------------------------------------------------------------------------------------


def _step(step: resolver.Step, type_: str) -> dict[str, Any]:
    told: dict[str, Any] = {"qname": step.name, "qtype": type_, "rcode": "", "records": [], "asked": False}
    if step.answers:
        answer = step.answers[0]
        told.update(rcode=answer.rcode, records=_records(answer.answer), asked=True)
    return told


def _records(records: tuple[Record, ...]) -> list[dict[str, Any]]:
    return [{"name": each.name, "type": each.type, "ttl": each.ttl, "data": each.data} for each in records]


def _targets(world: World, answer: Answer, name: str) -> list[dict[str, Any]]:
    """Every address the answer leads to (SRV: through its glue; PTR: the one asked about) with the object it is of."""
    addresses = [each.data for each in (*answer.answer, *answer.additional) if each.type in ("A", "AAAA")]
    if any(each.type == "PTR" for each in answer.answer):
        addresses.append(reversed_address(name))
    return [{"ip": address, "id": _id(world, address)} for address in dict.fromkeys(addresses)]


def _id(world: World, address: str) -> str | None:
    for kind in (SERVICES, PODS):
        for key, found in world.by_address(kind, address).items():
            if kind == SERVICES or status(found).get("phase") not in ("Succeeded", "Failed"):
                return _object_id(key)
    for piece in world.by_address(ENDPOINT_SLICES, address).values():
        for endpoint in piece.get("endpoints") or ():
            reference = endpoint.get("targetRef") or {}
            if address in (endpoint.get("addresses") or ()) and reference.get("kind") == "Pod":
                return f"pods/{namespace(piece)}/{reference.get('name')}"
    return None


def _object_id(key: Key) -> str:
    return f"{key.resource}/{key.namespace}/{key.name}"


def _route(world: World, answer: Answer, asker: Obj | None) -> tuple[dict[str, Any] | None, list[str]]:
    """Where kube-proxy would send a connection to the first virtual address of the answer; else why nowhere."""
    node = str(((asker or {}).get("spec") or {}).get("nodeName") or "")
    for record in answer.answer:
        if record.type not in ("A", "AAAA") or not world.by_address(SERVICES, record.data):
            continue
        found = proxy.route(world, record.data, node=node)
        if found.service is None:
            continue
        backends = [
            {
                "pod": _object_id(backend.pod) if backend.pod else None,
                "ip": backend.address,
                "share": round(backend.share, 3),
            }
            for backend in found.backends
        ]
        route = {"service": _object_id(found.service), "address": record.data, "backends": backends}
        return route, [found.reason] if found.reason else []
    return None, []


def _told_of(
    pod: Obj | None, name: str, place: str, conf: resolver.ResolvConf, config: ClusterConfig
) -> dict[str, Any]:
    """Who asks, what it is called, and the resolv.conf by which it asks."""
    called = resolver.hostname(pod, config) if pod is not None else resolver.Hostname("", "")
    return {
        "pod": name,
        "namespace": place,
        "ip": str(status(pod).get("podIP") or "") if pod is not None else "",
        "hostname": called.printed,
        "fqdn": called.full,
        "policy": resolver.policy((pod or {}).get("spec") or {}),
        "resolv_conf": conf.text(),
    }


def _reasons(
    world: World,
    config: ClusterConfig,
    asked: list[tuple[Question, Answer]],
    settled: Answer,
    dns: settings.DnsConfig,
) -> list[str]:
    if settled is outage.SILENT:
        return [outage.outage(world, config)]
    return reasons.of_walk(asked, settled, world, dns)


def _dig(walk: resolver.Walk, type_: str, server: tuple[str, int], now: float) -> str:
    """The deciding step put to the server's own codec and read back, as a client would see it."""
    if walk.answer is outage.SILENT:
        host, port = server
        lines = [f";; communications error to {host}#{port}: connection refused"] * dig.TRIES
        return "\n".join((*lines, "", ";; no servers could be reached", ""))
    raw = wire.question_bytes(Question(walk.name, type_), _id_of(walk.name, type_), udp=wire.DIG_SIZE)
    message = wire.parse(wire.answer_message(raw, lambda question: walk.answer))
    return dig.render(message, *server, now)


def _id_of(name: str, type_: str) -> int:
    """A message id that is the same whenever the same is asked."""
    number = 0
    for octet in f"{name} {type_}".encode():
        number = (number * 31 + octet) % 65536
    return number


def _raw(walk: resolver.Walk, type_: str) -> dict[str, str]:
    """The octets of the deciding step as dig would put it to the server, and of the reply, if one comes."""
    asked = wire.question_bytes(Question(walk.name, type_), _id_of(walk.name, type_), udp=wire.DIG_SIZE)
    silent = walk.answer is outage.SILENT
    reply = b"" if silent else wire.answer_message(asked, lambda question: walk.answer)
    return {"question": dump(asked), "answer": dump(reply)}


def _commands(name: str, type_: str, server: tuple[str, int] | None) -> dict[str, str]:
    if server is None:
        return {"dig": "", "nslookup": ""}
    host, port = server
    return {
        "dig": f"dig @{host} -p {port} {name} {type_}",
        "nslookup": f"nslookup -port={port} -type={type_} {name} {host}",
    }
