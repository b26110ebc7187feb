"""Why a name has no answer under a Corefile that is not kubeadm's, and about names of odd forms."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.dns import reasons, settings, zone
from cluster.dns.answer import BEYOND, Answer, Question
from cluster.dns.settings import DnsConfig
from cluster.machinery import selectors
from cluster.machinery.objects import Obj
from tests.dns import made

Z = "svc.cluster.local."
D = f"default.{Z}"
OPEN = selectors.parse("tier in (open)")
RUNNING = DnsConfig(zones=("cluster.local.", *settings.REVERSE_ZONES), pods="insecure")
CIRCLE = (made.alias("ping", f"pong.{D}"), made.alias("pong", f"ping.{D}"))
UNREADY = made.slice_of("bare", made.endpoint("10.244.0.9", "b-0", ready=False))


@pytest.mark.parametrize(
    ("name", "type_", "options", "more", "reason"),
    [
        (f"db.{D}", "A", {"namespaces": frozenset({"shop"})}, (), "default is hidden: the Corefile's namespaces are"),
        (
            f"db.{D}",
            "A",
            {"namespace_labels": OPEN},
            (),
            "default is hidden: it is not as namespace_labels tier in (open) in the Corefile wants.",
        ),
        (f"web.{D}", "A", {"labels": OPEN}, (), "web is hidden: it is not as labels tier in (open) in the Core"),
        (f"db.{D}", "A", {"noendpoints": True}, (), "db shows no endpoints: noendpoints stands in the Corefile."),
        (
            f"idle.{D}",
            "A",
            {"ignore_empty_service": True},
            (made.service("idle", "10.96.1.9"),),
            "idle has no ready endpoint, and ignore empty_service in the Corefile hides it until it has.",
        ),
        (
            f"db-0.db.{D}",
            "AAAA",
            {},
            (),
            "db-0 of db has no AAAA record: it has no IPv6 address.",
        ),
        (
            f"10-244-0-10.web.{D}",
            "A",
            {"endpoint_pod_names": True},
            (),
            "10-244-0-10 is called db-0.web: endpoint_pod_names stands in the Corefile.",
        ),
        (
            f"b-0.bare.{D}",
            "A",
            {},
            (made.service("bare"), UNREADY),
            "b-0 of bare has no name: its endpoint is not ready.",
        ),
        (
            f"_http._tcp.empty.{D}",
            "SRV",
            {},
            (),
            "empty selects nothing: no pod has app=web.",
        ),
        (
            "10-9-9-9.default.pod.cluster.local.",
            "A",
            {"pods": "verified"},
            (),
            "No running pod of default has the address 10.9.9.9, and the Corefile says pods verified.",
        ),
        ("10-9-9-9.default.pod.cluster.local.", "A", {"pods": "disabled"}, (), "Names under pod are switched off"),
        ("10-9-9-9.default.pod.cluster.local.", "AAAA", {}, (), "10-9-9-9 stands for an IPv4 address: it has no AAAA"),
        ("10-9-9.default.pod.cluster.local.", "A", {}, (), "10-9-9 is no dashed address of a pod, as 10-244-0-7 is."),
        (f"a.b.c.web.{D}", "A", {}, (), f"a.b.c.web.{D[:-1]} has too many labels: before a Service stands an endpoint"),
        (f"web.{D}", "SOA", {}, (), f"web.{D[:-1]} is no zone: the SOA record is cluster.local's."),
        ("svc.cluster.local.", "TXT", {}, (), "svc.cluster.local holds nothing: of type TXT CoreDNS"),
        ("web.cluster.local.", "A", {}, (), "web.cluster.local is no name of a cluster: svc or pod stands before"),
        (
            f"ping.{D}",
            "A",
            {},
            CIRCLE,
            f"ping leads to pong.{D}, and from there in a circle.",
        ),
        (f"east.pin._zone.db.{D}", "A", {"zonal": True}, (), "db has no published endpoint in zone east"),
        (f"east.pin._zone.web.{D}", "A", {"zonal": True}, (), "web has a virtual address: only a headless Service has"),
        (f"east.any._zone.db.{D}", "A", {"zonal": True}, (), f"east.any._zone.db.{D[:-1]} is no name of a zone: pin"),
        ("9.9.9.10.in-addr.arpa.", "PTR", {"noendpoints": True}, (), "No Service has the address 10.9.9.9, and noend"),
    ],
)
def test_the_cause_is_named(name: str, type_: str, options: dict[str, Any], more: tuple[Obj, ...], reason: str) -> None:
    world = made.put(made.world(), *more)
    config = RUNNING._replace(**options)
    question = Question(name, type_)
    answer = zone.answer(question, world, config)
    assert answer.answer == ()
    assert reasons.why(question, answer, world, config).text.startswith(reason)


def test_a_name_that_fits_nowhere_is_told_of_as_it_was_typed() -> None:
    world = made.world()
    typed = "web.default.scv.cluster.local"
    names = [f"{typed}.{each}" for each in (D, "svc.cluster.local.", "cluster.local.", "")]
    asked = [(Question(name, "A"), zone.answer(Question(name, "A"), world, RUNNING)) for name in names]
    assert reasons.of_walk(asked, asked[-1][1], world, RUNNING) == [
        f"{typed} is no name of a cluster: svc or pod stands before cluster.local. Did you mean svc?"
    ]


def test_a_domain_that_is_misspelt_is_recognised() -> None:
    question = Question("web.default.svc.cluster.locl.", "A")
    told = reasons.why(question, zone.answer(question, made.world(), RUNNING), made.world(), RUNNING).text
    assert told.endswith("asks nobody outside. Did you mean cluster.local?")


@pytest.mark.parametrize("host", ["example.com", "www.kubernetes.io"])
def test_a_name_of_the_internet_is_not_explained_as_a_service(host: str) -> None:
    world = made.world()
    asked = []
    for name in (f"{host}.{D}", f"{host}.svc.cluster.local.", f"{host}.cluster.local.", f"{host}."):
        question = Question(name, "A")
        asked.append((question, zone.answer(question, world, RUNNING)))
    asked[-1] = (asked[-1][0], Answer("NXDOMAIN", aa=False, ra=True, rests_on=frozenset({BEYOND})))
    assert reasons.of_walk(asked, asked[-1][1], world, RUNNING) == [
        f"{host} lies outside cluster.local: whoever the operator lets it ask says NXDOMAIN."
    ]
