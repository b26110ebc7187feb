"""Recorded questions to real CoreDNS servers and what they answered: loading, asking and comparing.

Replies are read with dnspython, which shares no code with the server under test.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import yaml

from cluster.config import ClusterConfig
from cluster.controllers import endpointslice
from cluster.dns.answer import Answer, Outside, Question, Record
from cluster.dns.settings import DnsConfig, ExternalZones
from cluster.intents import Create
from cluster.machinery import selectors
from cluster.machinery.objects import ENDPOINT_SLICES, GroupResource, Obj, key
from cluster.world import World

Vector = dict[str, Any]

FLAGS = ("AA", "TC", "RD", "RA", "AD", "CD")
RESOURCES = {
    "Namespace": GroupResource("", "namespaces"),
    "Service": GroupResource("", "services"),
    "Pod": GroupResource("", "pods"),
    "EndpointSlice": GroupResource("discovery.k8s.io", "endpointslices"),
    "ServiceImport": GroupResource("multicluster.x-k8s.io", "serviceimports"),
}
UPSTREAM_SOA = Record("example.", 900, "SOA", "ns.example. admin.example. 7 3600 600 86400 60")


def folder() -> Path | None:
    """Where the vectors are: KUBARIUM_DNS_VECTORS, which must exist if given, else beside the checkout, if there."""
    named = os.environ.get("KUBARIUM_DNS_VECTORS")
    if named:
        if not Path(named).is_dir():
            raise FileNotFoundError(f"KUBARIUM_DNS_VECTORS names {named}, which is no directory")
        return Path(named)
    default = Path(__file__).resolve().parents[3] / "shared" / "dns" / "public"
    return default if default.is_dir() else None


def world_for(vector: Vector) -> World:
    """The cluster of a file; where it gives pods instead of slices, the slices are made from them."""
    world = world_of(vector["cluster"])
    return with_slices(world) if "endpoint-controller" in (vector.get("needs") or ()) else world


def load(path: Path) -> Vector:
    with path.open() as text:
        loaded: Vector = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def world_of(manifests: list[Obj]) -> World:
    """A world of these objects; kinds that DNS does not read are left out."""
    world = World(revision=1)
    for manifest in manifests:
        resource = RESOURCES.get(manifest["kind"])
        if resource is not None:
            metadata = {"uid": f"uid-{len(world)}", **manifest["metadata"]}
            world.put(
                key(resource, metadata.get("namespace", ""), metadata["name"]), {**manifest, "metadata": metadata}
            )
    return world


def with_slices(world: World) -> World:
    """The same world after the EndpointSlice controller has seen it."""
    for where in list(endpointslice.CONTROLLER.every(world)):
        for number, action in enumerate(endpointslice.CONTROLLER.plan(world, where, 0.0, ClusterConfig()).actions):
            assert isinstance(action.intent, Create), "there is nothing yet to change or delete"
            made = action.intent.obj
            metadata = {**made["metadata"], "name": f"{where.name}-{number}"}
            world.put(key(ENDPOINT_SLICES, where.namespace, metadata["name"]), {**made, "metadata": metadata})
    return world


def settings_of(config: dict[str, Any]) -> DnsConfig:
    ttl = config.get("ttl")
    return DnsConfig(
        zones=tuple(config["zones"]),
        ttl=5 if ttl is None else ttl,
        pods=config.get("pods", "disabled"),
        fallthrough=tuple(config.get("fallthrough") or ()),
        loadbalance=bool(config.get("loadbalance")),
        namespaces=frozenset(config.get("namespaces") or ()),
        labels=selectors.parse(config.get("labels") or ""),
        namespace_labels=selectors.parse(config.get("namespace_labels") or ""),
        endpoint_pod_names=bool(config.get("endpoint_pod_names")),
        noendpoints=bool(config.get("noendpoints")),
        ignore_empty_service=bool(config.get("ignore_empty_service")),
        multicluster=tuple(config.get("multicluster") or ()),
        zonal=bool(config.get("zonal")),
        external=ExternalZones((config["external_zone"],), headless=True) if config.get("external_zone") else None,
    )


def outside_of(vector: Vector) -> Outside | None:
    """The resolver that a file's forwarder asks: the records listed, NXDOMAIN for the rest, SERVFAIL for servfail.*"""
    if vector["config"].get("out_of_zone") != "forward":
        return None
    zone: dict[str, list[Record]] = {}
    for line in vector.get("upstream") or ():
        name, ttl, _, type_, data = line.split(None, 4)
        zone.setdefault(name.lower(), []).append(Record(name, int(ttl), type_, data))

    def ask(question: Question) -> Answer:
        if question.name.lower().startswith("servfail."):
            return Answer("SERVFAIL", aa=False, ra=True)
        records: list[Record] = []
        name = question.name.lower()
        while name in zone:
            step = [each for each in zone[name] if each.type in (question.type, "CNAME")]
            records += step
            name = next((each.data.lower() for each in step if each.type == "CNAME" != question.type), "")
        rcode = "NOERROR" if question.name.lower() in zone else "NXDOMAIN"
        authority = () if records else (UPSTREAM_SOA,)
        return Answer(rcode, aa=False, ra=True, answer=tuple(records), authority=authority)

    return ask


# -- asking ------------------------------------------------------------------------------------------------


def message_of(query: Vector, id_: int) -> bytes:
    """The query's bytes."""
    if "raw" in query:
        return bytes.fromhex(query["raw"])
    message = dns.message.Message(id=id_)
    message.flags = dns.flags.Flag(dns.flags.RD if query.get("rd", True) else 0)
    for flag in query.get("send_flags", ()):
        message.flags |= getattr(dns.flags, flag)
    message.set_opcode(dns.opcode.Opcode(query.get("opcode", 0)))
    type_ = query["qtype"]
    number = dns.rdatatype.from_text(type_)
    class_ = dns.rdataclass.from_text(query.get("qclass", "IN"))
    message.question.append(dns.rrset.RRset(dns.name.from_text(query["qname"]), class_, number))
    edns = query.get("edns")
    if edns is not None:
        options = [
            dns.edns.GenericOption(dns.edns.OptionType.make(int(code)), bytes.fromhex(value))
            for code, value in (edns.get("options") or {}).items()
        ]
        do = dns.flags.DO if edns.get("do") else 0
        message.use_edns(edns.get("version", 0), do, edns.get("payload", 1232), options=list(options))
    return message.to_wire()


def first_address(reply: bytes) -> str:
    """The first A or AAAA record's address, "" if there is none."""
    if not reply:
        return ""
    for rrset in dns.message.from_wire(reply, one_rr_per_rrset=True).answer:
        if rrset.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            return str(rrset[0])
    return ""


# -- comparing ---------------------------------------------------------------------------------------------


def differences(query: Vector, sent: bytes, reply: bytes, whole: bytes | None = None) -> list[str]:
    """What is wrong with a reply, in words; [] when it is what was recorded. `whole`: the reply that TCP gives."""
    if query.get("no_reply"):
        return ["a reply came, none was due"] if reply else []
    if not reply:
        return ["no reply"]
    try:
        message = dns.message.from_wire(reply, one_rr_per_rrset=True)
    except dns.exception.DNSException as error:
        return [f"the reply is no DNS message: {error!r}"]
    return [
        *_header_differences(query, sent, reply, message),
        *_edns_differences(query, message),
        *_record_differences(query, message, whole),
    ]


def _header_differences(query: Vector, sent: bytes, reply: bytes, message: dns.message.Message) -> Iterator[str]:
    if reply[:2] != sent[:2]:
        yield "another id"
    if not message.flags & dns.flags.QR or reply[3] & 0x40:
        yield "QR clear or Z set"
    rcode = dns.rcode.to_text(message.rcode())
    if rcode != query["rcode"]:
        yield f"rcode {rcode}, not {query['rcode']}"
    flags = [flag for flag in FLAGS if message.flags & getattr(dns.flags, flag)]
    if "flags" in query and sorted(flags) != sorted(query["flags"].split()):
        yield f"flags {flags}, not {query['flags']}"
    if int(message.opcode()) != query.get("reply_opcode", query.get("opcode", 0)):
        yield f"opcode {int(message.opcode())}"
    if query.get("question") == "none":
        if message.question:
            yield "a question is repeated"
    elif "raw" not in query:
        asked = len(sent) if "edns" not in query else sent.index(b"\0", 12) + 5
        if reply[12:asked] != sent[12:asked]:
            yield "the question is not repeated as it was sent"
    if "size_max" in query and len(reply) > query["size_max"]:
        yield f"{len(reply)} octets, more than {query['size_max']}"


def _edns_differences(query: Vector, message: dns.message.Message) -> Iterator[str]:
    wanted = query.get("reply_edns")
    if wanted is None:
        return
    if wanted == "none":
        if message.edns >= 0:
            yield "OPT in the reply"
        return
    if message.edns < 0:
        yield "no OPT in the reply"
        return
    has = (
        message.edns,
        message.payload,
        bool(message.ednsflags & dns.flags.DO),
        {int(option.otype): (option.to_wire() or b"").hex() for option in message.options},
    )
    should = (
        wanted.get("version", 0),
        wanted["payload"],
        bool(wanted.get("do")),
        {int(code): value for code, value in (wanted.get("options") or {}).items()},
    )
    if has != should:
        yield f"OPT {has}, not {should}"


def _record_differences(query: Vector, message: dns.message.Message, whole: bytes | None) -> Iterator[str]:
    fold = not query.get("exact_case")
    answer = _lines(message.answer, fold)
    if query.get("answer_subset"):
        if whole is not None:
            full = _lines(dns.message.from_wire(whole, one_rr_per_rrset=True).answer, fold)
            if len(full) != query["full_count"]:
                yield f"{len(full)} records over TCP, not {query['full_count']}"
            yield from (f"{line} is not in the whole answer" for line in answer if line not in full)
        if "answer_count" in query and len(answer) != query["answer_count"]:
            yield f"{len(answer)} records fit, not {query['answer_count']}"
        if len(answer) < query.get("answer_min", 0):
            yield f"{len(answer)} records, fewer than {query['answer_min']}"
        return
    sections = {"answer": message.answer, "authority": message.authority, "additional": message.additional}
    for section, found in sections.items():
        if section in query:
            wanted = sorted(_wanted(line, fold) for line in query[section])
            stars = {" ".join(line.split()[:6]) for line in wanted if "*" in line.split()}
            has = sorted(_starred(line) if _starred(line) in wanted and stars else line for line in _lines(found, fold))
            if has != wanted:
                extra, lacking = set(has) - set(wanted), set(wanted) - set(has)
                yield f"{section}: {extra or 'nothing'} too many, lacks {lacking or 'nothing'}; {len(has)} records"
    targets: set[str] = set()
    for line in answer:
        owner, _, _, type_, data = line.split(None, 4)
        if type_ == "CNAME" and data in targets:
            yield "a CNAME after the records of its target"
        targets.add(owner)


def _lines(section: list[dns.rrset.RRset], fold: bool) -> list[str]:
    found = []
    for rrset in section:
        for rdata in rrset:
            line = (
                f"{rrset.name} {rrset.ttl} {dns.rdataclass.to_text(rrset.rdclass)} "
                f"{dns.rdatatype.to_text(rrset.rdtype)} {rdata.to_text()}"
            )
            found.append(_folded(line) if fold else line)
    return found


def _wanted(line: str, fold: bool) -> str:
    name, ttl, class_, type_, data = line.split(None, 4)
    if type_ != "SOA":
        parsed = dns.rdata.from_text(class_, type_, data, origin=dns.name.root, relativize=False)
        line = f"{name} {ttl} {class_} {type_} {parsed.to_text()}"
    return _folded(line) if fold else line


def _folded(line: str) -> str:
    return line if " TXT " in line else line.replace(" IN ", " in ").lower().replace(" in ", " IN ", 1)


def _starred(line: str) -> str:
    """An SOA line with any serial."""
    words = line.split()
    if words[3].upper() == "SOA":
        words[6] = "*"
    return " ".join(words)
