"""Answers as zone-file lines. The recorded servers are compared in tests/fidelity; here each rule stands alone."""

from __future__ import annotations

import pytest

from cluster.dns import zone
from cluster.dns.answer import BEYOND, Answer, Question, Record
from cluster.dns.settings import DnsConfig
from tests.dns import made

CONFIG = DnsConfig(zones=("cluster.local.", "in-addr.arpa.", "ip6.arpa."), ttl=30, pods="insecure")
SOA = "cluster.local. 30 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. 7 7200 1800 86400 30"


def ask(name: str, type_: str = "A", config: DnsConfig = CONFIG, **more: object) -> Answer:
    world = made.put(
        made.world(), made.alias("out", "www.example.org"), made.alias("near", "web.default.svc.cluster.local")
    )
    outside = more.get("outside")
    assert outside is None or callable(outside)
    return zone.answer(Question(name, type_), world, config, ("10.244.9.9",), serial=7, outside=outside)


def lines(answer: Answer) -> list[str]:
    return [str(record) for record in answer.answer]


D = "default.svc.cluster.local."


@pytest.mark.parametrize(
    ("name", "type_", "expected"),
    [
        (f"web.{D}", "A", [f"web.{D} 30 IN A 10.96.1.2"]),
        (f"db.{D}", "A", [f"db.{D} 30 IN A 10.244.0.10", f"db.{D} 30 IN A 10.244.0.11"]),
        (f"db-1.db.{D}", "A", [f"db-1.db.{D} 30 IN A 10.244.0.11"]),
        (f"10-244-0-10.web.{D}", "A", [f"10-244-0-10.web.{D} 30 IN A 10.244.0.10"]),
        (f"_http._tcp.web.{D}", "SRV", [f"_http._tcp.web.{D} 30 IN SRV 0 100 80 web.{D}"]),
        (f"db.{D}", "SRV", [f"db.{D} 30 IN SRV 0 50 80 db-0.db.{D}", f"db.{D} 30 IN SRV 0 50 80 db-1.db.{D}"]),
        (f"web.{D}", "AAAA", []),
        (f"out.{D}", "CNAME", [f"out.{D} 30 IN CNAME www.example.org."]),
        (f"out.{D}", "A", [f"out.{D} 30 IN CNAME www.example.org."]),
        (f"near.{D}", "A", [f"near.{D} 30 IN CNAME web.{D}", f"web.{D} 30 IN A 10.96.1.2"]),
        ("2.1.96.10.in-addr.arpa.", "PTR", [f"2.1.96.10.in-addr.arpa. 30 IN PTR web.{D}"]),
        (
            "10.0.244.10.in-addr.arpa.",
            "PTR",
            [
                f"10.0.244.10.in-addr.arpa. 30 IN PTR db-0.db.{D}",
                f"10.0.244.10.in-addr.arpa. 30 IN PTR 10-244-0-10.web.{D}",
            ],
        ),
        ("10-1-2-3.default.pod.cluster.local.", "A", ["10-1-2-3.default.pod.cluster.local. 30 IN A 10.1.2.3"]),
        ("dns-version.cluster.local.", "TXT", ['dns-version.cluster.local. 28800 IN TXT "1.1.0"']),
        ("cluster.local.", "NS", ["cluster.local. 30 IN NS ns.dns.cluster.local."]),
        ("cluster.local.", "SOA", [SOA]),
        ("default.svc.cluster.local.", "A", []),
    ],
)
def test_names_that_exist(name: str, type_: str, expected: list[str]) -> None:
    answer = ask(name, type_)
    assert (answer.rcode, answer.aa, lines(answer)) == ("NOERROR", True, expected)
    assert [str(record) for record in answer.authority] == ([] if expected else [SOA])


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        (f"nope.{D}", "A"),
        (f"empty.{D}", "A"),
        (f"db-2.db.{D}", "A"),
        (f"_http._udp.web.{D}", "SRV"),
        (f"_tcp.web.{D}", "SRV"),
        ("web.nope.svc.cluster.local.", "A"),
        ("foo.cluster.local.", "A"),
        ("10-1-2-3.nope.pod.cluster.local.", "A"),
        ("default.svc.cluster.local.", "TXT"),
        (f"*.{D}", "A"),
        (f"x.out.{D}", "A"),
    ],
)
def test_names_that_do_not(name: str, type_: str) -> None:
    answer = ask(name, type_)
    assert (answer.rcode, lines(answer), [str(record) for record in answer.authority]) == ("NXDOMAIN", [], [SOA])


def test_srv_targets_come_with_their_addresses() -> None:
    glue = [str(record) for record in ask(f"db.{D}", "SRV").additional]
    assert glue == [f"db-0.db.{D} 30 IN A 10.244.0.10", f"db-1.db.{D} 30 IN A 10.244.0.11"]


@pytest.mark.parametrize("type_", ["AXFR", "IXFR"])
def test_nobody_copies_the_zone(type_: str) -> None:
    assert ask("cluster.local.", type_) == Answer("REFUSED", aa=False)


def test_beyond_the_zones_everything_is_refused_or_asked_elsewhere() -> None:
    found = Answer("NOERROR", aa=False, ra=True, answer=(Record("a.com.", 60, "A", "192.0.2.1"),))
    assert ask("a.com.").rcode == "REFUSED"
    assert ask("a.com.", outside=lambda question: found) == found._replace(rests_on=frozenset({BEYOND}))


def test_an_unknown_address_falls_through_if_there_is_somebody_to_ask() -> None:
    falling = CONFIG._replace(fallthrough=("in-addr.arpa.",))
    elsewhere = Answer("NOERROR", aa=False, ra=True)
    name = "1.1.168.192.in-addr.arpa."
    assert ask(name, "PTR", falling).rcode == "NXDOMAIN"
    assert ask(name, "PTR", falling, outside=lambda question: elsewhere).aa is False
    assert ask(name, "PTR", CONFIG, outside=lambda question: elsewhere).rcode == "NXDOMAIN"


def test_aliases_that_go_round_lead_nowhere() -> None:
    world = made.put(made.world(), made.alias("a", f"b.{D}"), made.alias("b", f"a.{D}"))
    answer = zone.answer(Question(f"a.{D}", "A"), world, CONFIG)
    assert (answer.rcode, answer.answer) == ("NOERROR", ())


def test_an_answer_notes_all_it_rests_on() -> None:
    rests_on = ask(f"db-9.db.{D}").rests_on
    assert {("slices", "default", "db")} <= rests_on
    assert {getattr(each, "name", "") for each in rests_on} >= {"default", "db", "db-x"}


def test_large_numbers_of_endpoints_weigh_at_least_one() -> None:
    many = [made.endpoint(f"10.244.{n // 250}.{n % 250 + 1}", f"many-{n}") for n in range(150)]
    world = made.put(made.world(), made.service("many"), made.slice_of("many", *many))
    answer = zone.answer(Question(f"many.{D}", "SRV"), world, CONFIG)
    assert {record.data.split()[1] for record in answer.answer} == {"1"}
    assert len(answer.answer) == 150
