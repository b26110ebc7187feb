from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.dns import resolver
from cluster.dns.answer import Answer, Question, Record
from cluster.dns.resolver import DIG, GLIBC, Habit, ResolvConf

SEARCH = ("shop.svc.cluster.local", "svc.cluster.local", "cluster.local")
CONF = ResolvConf(("10.96.0.10",), SEARCH, 5)


@pytest.mark.parametrize(
    ("name", "habit", "expected"),
    [
        ("web", DIG, ["web.shop.svc.cluster.local.", "web.svc.cluster.local.", "web.cluster.local.", "web."]),
        ("web.", DIG, ["web."]),
        ("a.b.c.d.e.f", DIG, ["a.b.c.d.e.f."]),
        ("a.b.c.d.e.f", GLIBC, ["a.b.c.d.e.f.", *(f"a.b.c.d.e.f.{domain}." for domain in SEARCH)]),
    ],
)
def test_candidates(name: str, habit: Habit, expected: list[str]) -> None:
    assert resolver.candidates(name, CONF, habit) == expected


def test_a_candidate_that_would_be_too_long_is_left_out() -> None:
    name = ".".join(["a" * 60] * 4)
    assert resolver.candidates(name, CONF) == [f"{name}."]


def _zone(**rcodes: str) -> Any:
    """Answers by the first label's key: "found", "nodata", else that rcode; REFUSED for names nobody has."""

    def ask(question: Question) -> Answer:
        word = rcodes.get(question.name.replace(".", "_").rstrip("_"), "REFUSED")
        if word == "found":
            return Answer("NOERROR", answer=(Record(question.name, 30, question.type, "10.0.0.1"),))
        return Answer("NOERROR" if word == "nodata" else word)

    return ask


@pytest.mark.parametrize(
    ("rcodes", "habit", "asked", "rcode"),
    [
        ({"w_s": "found"}, DIG, 1, "NOERROR"),
        ({"w_s": "NXDOMAIN", "w_t": "found"}, DIG, 2, "NOERROR"),
        ({"w_s": "nodata", "w_t": "found"}, DIG, 1, "NOERROR"),
        ({"w_s": "nodata", "w_t": "found"}, GLIBC, 2, "NOERROR"),
        ({"w_s": "NXDOMAIN", "w_t": "NXDOMAIN"}, DIG, 3, "NXDOMAIN"),
        ({}, DIG, 3, "REFUSED"),
    ],
)
def test_a_walk_ends_where_the_client_ends_it(rcodes: dict[str, str], habit: Habit, asked: int, rcode: str) -> None:
    walk = resolver.walk("w", ("A",), ResolvConf((), ("s", "t"), 5), _zone(**rcodes), habit)
    assert [bool(step.answers) for step in walk.steps] == [number < asked for number in range(3)]
    assert walk.answer.rcode == rcode


CLUSTER = ClusterConfig()


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, CONF),
        ({"dnsPolicy": "Default"}, ResolvConf()),
        ({"hostNetwork": True}, ResolvConf()),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, CONF),
        (
            {"dnsPolicy": "None", "dnsConfig": {"nameservers": ["192.0.2.1"], "searches": ["x.y"]}},
            ResolvConf(("192.0.2.1",), ("x.y",), 1),
        ),
        (
            {"dnsConfig": {"searches": ["x.y", "cluster.local"], "options": [{"name": "ndots", "value": "2"}]}},
            ResolvConf(("10.96.0.10",), (*SEARCH, "x.y"), 2),
        ),
        (
            {"dnsConfig": {"nameservers": ["1.1.1.1", "2.2.2.2", "3.3.3.3"]}},
            CONF._replace(nameservers=("10.96.0.10", "1.1.1.1", "2.2.2.2")),
        ),
        (
            {"dnsConfig": {"searches": [f"s{n}.{'x' * 200}" for n in range(20)]}},
            CONF._replace(search=(*SEARCH, *(f"s{n}.{'x' * 200}" for n in range(9)))),
        ),
    ],
)
def test_the_kubelet_writes_resolv_conf(spec: dict[str, Any], expected: ResolvConf) -> None:
    assert resolver.resolv_conf({"spec": spec}, "shop", CLUSTER) == expected


def test_its_file_is_printed_as_it_stands() -> None:
    wanted = [{"name": "ndots", "value": "2"}, {"name": "edns0"}, {"name": "timeout", "value": "3"}]
    spec = {"dnsConfig": {"nameservers": ["192.0.2.1"], "options": wanted}}
    assert resolver.resolv_conf({"spec": spec}, "shop", CLUSTER).text() == (
        "nameserver 10.96.0.10\nnameserver 192.0.2.1\n"
        "search shop.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:2 edns0 timeout:3\n"
    )
    assert resolver.resolv_conf({"spec": {"dnsPolicy": "Default"}}, "shop", CLUSTER).text() == ""


@pytest.mark.parametrize("value", ["", "²", "many", "-1", "9" * 5000])
def test_an_ndots_that_is_no_number_changes_nothing(value: str) -> None:
    spec = {"dnsConfig": {"options": [{"name": "ndots", "value": value}]}}
    assert resolver.resolv_conf({"spec": spec}, "shop", CLUSTER) == CONF


NAMED = "web-0.web.shop.svc.cluster.local"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, ("lone", "")),
        ({"hostname": "web-0"}, ("web-0", "")),
        ({"hostname": "web-0", "subdomain": "web"}, ("web-0", NAMED)),
        ({"hostname": "web-0", "subdomain": "web", "setHostnameAsFQDN": True}, (NAMED, NAMED)),
        ({"subdomain": "web"}, ("lone", "lone.web.shop.svc.cluster.local")),
        ({"setHostnameAsFQDN": True}, ("lone", "")),
        ({"hostNetwork": True, "hostname": "web-0", "subdomain": "web", "nodeName": "node-1"}, ("node-1", "")),
    ],
)
def test_what_a_pod_is_called(spec: dict[str, Any], expected: tuple[str, str]) -> None:
    pod = {"metadata": {"name": "lone", "namespace": "shop"}, "spec": spec}
    assert resolver.hostname(pod, CLUSTER) == expected


def test_a_long_pod_name_is_cut_to_a_hostname() -> None:
    pod = {"metadata": {"name": f"{'a' * 62}-b", "namespace": "shop"}, "spec": {}}
    assert resolver.hostname(pod, CLUSTER).printed == "a" * 62
