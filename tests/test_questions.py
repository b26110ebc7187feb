"""A question as the page asks it: the whole result once, then every reason there can be."""

from __future__ import annotations

from typing import Any

import pytest

from cluster import questions
from cluster.config import ClusterConfig
from cluster.dns import wire
from cluster.dns.answer import Question
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from tests.dns import made

CONFIG = ClusterConfig()
SERVER = ("127.0.0.1", 15353)
RESOLV_CONF = """\
nameserver 10.96.0.10
search default.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
"""
D = "default.svc.cluster.local."


def ask(name: str, type_: str = "A", *, pod: str = "db-0", more: tuple[Obj, ...] = ()) -> dict[str, Any]:
    world = made.put(made.world(), *more)
    return questions.ask(world, CONFIG, name=name, type=type_, pod=pod, now=1795411824, serial=7, server=SERVER)


def test_a_headless_name_leads_to_its_pods() -> None:
    found = ask("db")
    records = [{"name": f"db.{D}", "type": "A", "ttl": 30, "data": f"10.244.0.{n}"} for n in (10, 11)]
    dig = found.pop("dig")
    assert found == {
        "asker": {
            "pod": "db-0",
            "namespace": "default",
            "ip": "10.244.0.10",
            "hostname": "db-0",
            "fqdn": f"db-0.db.{D.removesuffix('.')}",
            "policy": "ClusterFirst",
            "resolv_conf": RESOLV_CONF,
        },
        "question": {"name": "db", "type": "A"},
        "steps": [
            {"qname": f"db.{D}", "qtype": "A", "rcode": "NOERROR", "records": records, "asked": True},
            *(
                {"qname": f"db.{domain}", "qtype": "A", "rcode": "", "records": [], "asked": False}
                for domain in ("svc.cluster.local.", "cluster.local.", "")
            ),
        ],
        "rcode": "NOERROR",
        "records": records,
        "reasons": ["db-2 is left out: it is not Ready."],
        "targets": [{"ip": f"10.244.0.{n}", "id": f"pods/default/db-{n - 10}"} for n in (10, 11)],
        "route": None,
        "command": {
            "dig": f"dig @127.0.0.1 -p 15353 db.{D} A",
            "nslookup": f"nslookup -port=15353 -type=A db.{D} 127.0.0.1",
        },
    }
    assert f"db.{D} 30 IN\tA\t10.244.0.11\n" in dig
    assert ";; flags: qr aa rd; QUERY: 1, ANSWER: 2, AUTHORITY: 0, ADDITIONAL: 1\n" in dig


def test_a_virtual_address_leads_to_where_the_proxy_sends() -> None:
    found = ask("web")
    backends = [{"pod": f"pods/default/db-{n}", "ip": f"10.244.0.{10 + n}", "share": 0.5} for n in (0, 1)]
    assert found["targets"] == [{"ip": "10.96.1.2", "id": "services/default/web"}]
    assert found["route"] == {"service": "services/default/web", "address": "10.96.1.2", "backends": backends}


def test_an_address_is_turned_round() -> None:
    found = ask("10.244.0.10", "PTR")
    assert [record["data"] for record in found["records"]] == [f"db-0.db.{D}", f"10-244-0-10.web.{D}"]
    assert found["targets"] == [{"ip": "10.244.0.10", "id": "pods/default/db-0"}]


NO_HOSTNAME = made.pod("plain", "10.244.0.20")
OTHER = made.pod("lone", "10.244.0.21", hostname="lone", subdomain="elsewhere")
OWNED = made.pod(
    "app-0",
    "10.244.0.22",
    hostname="app-0",
    subdomain="app",
    metadata={"ownerReferences": [{"kind": "StatefulSet", "name": "app", "controller": True}]},
)


@pytest.mark.parametrize(
    ("name", "type_", "more", "rcode", "reason"),
    [
        ("empty", "A", (), "NXDOMAIN", "empty selects nothing: no pod has app=web."),
        (
            "empty",
            "A",
            (
                made.pod("w-0", "10.244.0.30", app="web", ready=False),
                made.pod("w-1", "10.244.0.31", app="web", ready=False),
            ),
            "NXDOMAIN",
            "empty has no name to give: its 2 pods are not Ready, and publishNotReadyAddresses is off.",
        ),
        ("empty", "A", (made.pod("w-0", app="web"),), "NXDOMAIN", "empty has no name to give: w-0 has no address yet."),
        (
            "empty",
            "A",
            (made.pod("w-0", "10.244.0.30", app="web"),),
            "NXDOMAIN",
            "empty has no endpoint yet: its EndpointSlice is being written.",
        ),
        (
            "bare",
            "A",
            (made.service("bare"),),
            "NXDOMAIN",
            "bare selects nothing: it has no selector and no published endpoint.",
        ),
        ("wbe", "A", (), "NXDOMAIN", "No Service wbe in default. Did you mean web?"),
        ("till", "A", (), "NXDOMAIN", "No Service till in default; shop has one: ask for till.shop."),
        ("nothing", "A", (), "NXDOMAIN", "No Service nothing in default."),
        ("db-1", "A", (), "NXDOMAIN", "db-1 is a pod: its name is db-1.db."),
        (
            "db-2.db",
            "A",
            (),
            "NXDOMAIN",
            "No name until the pod is Ready: db-2 is not, and publishNotReadyAddresses of db is off.",
        ),
        ("db-7.db", "A", (), "NXDOMAIN", "No pod db-7: db has 3 replicas."),
        ("web-0.db", "A", (), "NXDOMAIN", "db has no endpoint web-0. Did you mean db-0?"),
        ("db-0.web", "A", (), "NXDOMAIN", "db-0 has no name in web: its subdomain is db."),
        ("plain.db", "A", (NO_HOSTNAME,), "NXDOMAIN", "plain has no hostname: its name here is 10-244-0-20.db."),
        ("lone.db", "A", (OTHER,), "NXDOMAIN", "lone has no name in db: its subdomain is elsewhere."),
        ("app-0.db", "A", (OWNED,), "NXDOMAIN", "app-0 has no name in db: serviceName of StatefulSet app is app."),
        ("db-0.empty", "A", (), "NXDOMAIN", "db-0 is not in empty: it selects app=web."),
        ("_x._tcp.web", "SRV", (), "NXDOMAIN", "web has no port _x._tcp: it has _http._tcp."),
        ("web", "AAAA", (), "NOERROR", "web has no AAAA record: its address is 10.96.1.2."),
        ("db", "AAAA", (), "NOERROR", "db has no AAAA record: none of its endpoints has an IPv6 address."),
        ("default.svc", "A", (), "NOERROR", "default is a namespace: only Services in it have records."),
        ("10.9.9.9", "PTR", (), "NXDOMAIN", "No Service and no published endpoint has the address 10.9.9.9."),
        (
            "out",
            "AAAA",
            (made.alias("out", f"web.{D}"),),
            "NOERROR",
            f"out leads to web.{D}, which has no AAAA record here.",
        ),
        (
            "a.b.c.d.example.org",
            "A",
            (),
            "REFUSED",
            "a.b.c.d.example.org lies outside cluster.local, and this cluster asks nobody outside.",
        ),
        (
            "google.com",
            "A",
            (),
            "REFUSED",
            "google.com lies outside cluster.local, and this cluster asks nobody outside.",
        ),
        (
            "www.example.com.",
            "A",
            (),
            "REFUSED",
            "www.example.com lies outside cluster.local, and this cluster asks nobody outside.",
        ),
        (
            ".",
            "A",
            (),
            "REFUSED",
            "The root of all names lies outside cluster.local, and this cluster asks nobody outside.",
        ),
        ("cluster.local.", "AXFR", (), "REFUSED", "Refused: nobody may copy the whole zone."),
    ],
)
def test_the_reason_is_told(name: str, type_: str, more: tuple[Obj, ...], rcode: str, reason: str) -> None:
    found = ask(name, type_, more=more)
    assert (found["rcode"], found["reasons"]) == (rcode, [reason])


def test_a_name_of_the_internet_is_told_as_one_alone() -> None:
    told = ask("example.com")["reasons"]
    assert told == ["example.com lies outside cluster.local, and this cluster asks nobody outside."]


def test_an_address_without_backends_says_so() -> None:
    found = ask("idle", more=(made.service("idle", "10.96.1.9"),))
    assert (found["route"], found["reasons"]) == (
        {"service": "services/default/idle", "address": "10.96.1.9", "backends": []},
        ["idle has no ready endpoint: a connection is refused."],
    )


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ({"name": ""}, 400, "A question needs a name, such as headless-svc-stateful."),
        ({"name": "a..b"}, 400, "a..b has a dot with nothing before it."),
        ({"name": ".a"}, 400, ".a has a dot with nothing before it."),
        ({"name": "a" * 64}, 400, "Between two dots stand at most 63 characters. Here are 64."),
        ({"name": ".".join(["a" * 60] * 5)}, 400, "A name has at most 253 characters. This has 304."),
        (
            {"name": "bücher.shop"},
            400,
            "DNS knows letters of ASCII alone: bücher.shop is written xn--bcher-kva.shop there.",
        ),
        ({"name": "a\u2028x"}, 400, "'a\\u2028x' has characters that no name in a cluster has."),
        ({"name": "10.0.0.1"}, 400, "10.0.0.1 is an address. Ask for PTR to learn its name."),
        ({"name": "http://web"}, 400, "DNS knows names alone: leave out http://. Ask for web."),
        *(
            (
                {"name": odd},
                400,
                f"{odd} is no name: letters, digits, - and _ make one, with dots between, such as web.",
            )
            for odd in ("../../etc", "<b>x</b>", "..:80", "-/x")
        ),
        ({"name": "web:80"}, 400, "DNS knows names alone: leave out :80. Ask for web."),
        (
            {"name": "https://web.shop:8/x"},
            400,
            "DNS knows names alone: leave out https:// and :8/x. Ask for web.shop.",
        ),
        ({"name": "web", "type": "X"}, 400, "X is no record type. A, AAAA, SRV, PTR, CNAME, TXT, NS and SOA are."),
        ({"name": "web", "pod": "ghost"}, 404, 'pods "ghost" not found'),
        ({"name": "web", "namespace": "nope"}, 404, 'namespaces "nope" not found'),
    ],
)
def test_what_cannot_be_asked_is_refused(asked: dict[str, Any], code: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        questions.ask(made.world(), CONFIG, **asked)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_the_same_answer_at_another_time_is_the_same() -> None:
    one, later = (questions.ask(made.world(), CONFIG, name="db", now=now) for now in (1.0, 100.0))
    assert one["dig"] != later["dig"]
    assert questions.same(one, later)
    assert not questions.same(one, ask("web"))


def test_a_message_over_https_is_answered_as_over_tcp() -> None:
    raw = wire.question_bytes(Question(f"db.{D}", "A"), 5)
    reply = wire.parse(questions.message(made.world(), CONFIG, raw, serial=7))
    assert (reply.id, [record.data for record in reply.answer]) == (5, ["10.244.0.10", "10.244.0.11"])


def test_where_no_port_serves_the_cluster_there_is_no_command_and_dig_prints_what_a_pod_sees() -> None:
    found = questions.ask(made.world(), CONFIG, name="db", pod="db-0", now=1795411824, serial=7)
    assert found["command"] == {"dig": "", "nslookup": ""}
    assert ";; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)\n" in found["dig"]


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"dnsPolicy": "Default"}, "its dnsPolicy is Default, so it asks whom its node asks."),
        (
            {"dnsPolicy": "ClusterFirst", "hostNetwork": True},
            "it is on its node's network, and only dnsPolicy ClusterFirstWithHostNet would make it.",
        ),
        (
            {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["192.0.2.1"], "searches": [D[:-1]]}},
            "the first nameserver of its dnsConfig is 192.0.2.1.",
        ),
    ],
)
def test_a_pod_that_asks_somebody_else_finds_nothing_here(spec: Obj, reason: str) -> None:
    found = ask("web.default.svc.cluster.local", pod="other", more=(made.pod("other", "10.244.0.40", **spec),))
    assert (found["rcode"], found["records"]) == ("NXDOMAIN", [])
    assert found["reasons"] == [f"other does not ask the cluster's DNS: {reason}"]
    assert {step["rcode"] for step in found["steps"]} <= {"NXDOMAIN", "REFUSED"}


@pytest.mark.parametrize(
    "spec",
    [
        {"dnsPolicy": "ClusterFirstWithHostNet", "hostNetwork": True},
        {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.96.0.10"], "searches": [D[:-1]]}},
    ],
)
def test_a_pod_may_come_to_the_clusters_dns_by_other_ways(spec: Obj) -> None:
    found = ask("web", pod="other", more=(made.pod("other", "10.244.0.40", **spec),))
    assert (found["rcode"], found["reasons"]) == ("NOERROR", [])
