"""Names and labels: what is taken, and Kubernetes' words for what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cluster.machinery import names
from tests.kinds.recorded import recording

_CASES = {case["name"]: case for case in recording("errors.json")["cases"]}

RECORDED: list[tuple[str, Callable[[str], list[str]], str]] = [
    ("svc-name-uppercase", names.dns1035_label, "Web"),
    ("svc-name-digit", names.dns1035_label, "1web"),
    ("svc-name-64", names.dns1035_label, "a" * 64),
    ("svc-name-dot", names.dns1035_label, "a.b"),
    ("sts-name-underscore", names.dns_label, "web_1"),
    ("pod-name-254", names.dns_subdomain, "a" * 254),
    ("label-value-bad", names.label_value, "bad value!"),
    ("label-key-bad", names.label_key, "bad key"),
    ("svc-port-name-bad", names.dns_label, "Bad_Name"),
    ("pod-portname-bad", names.port_name, "this-name-is-too-long"),
    ("pod-env-bad", names.environment_name, "1=2"),
    ("svc-clusterip-garbage", names.ip_address, "garbage"),
    ("dep-maxsurge-bad", names.percent, "abc"),
]


@pytest.mark.parametrize(("case", "rule", "text"), RECORDED, ids=[case for case, *_ in RECORDED])
def test_says_what_the_recording_says(case: str, rule: Callable[[str], list[str]], text: str) -> None:
    (message,) = rule(text)
    assert message in _CASES[case]["response"]["message"]


RIGHT: list[tuple[Callable[[str], list[str]], list[str]]] = [
    (names.dns_label, ["a", "0", "a-b", "1a", "a" * 63]),
    (names.dns_subdomain, ["a", "a.b", "0.1", "a-b.c", "a" * 253]),
    (names.dns1035_label, ["a", "a-1", "a" * 63]),
    (names.wildcard_subdomain, ["*.example.com", "*.a"]),
    (names.label_key, ["app", "App_1.x", "a.b/c", "kubernetes.io/name", "a" * 63]),
    (names.label_value, ["", "a", "A_b.c-1", "1", "a" * 63]),
    (names.port_name, ["http", "h2c", "a-1", "1a", "abcdefghijklmno"]),
    (names.environment_name, ["A", "my.env-name", "1", "a b"]),
    (names.config_key, ["a", ".a", "web.conf", "_", "...a"[1:] + "b"][:4]),
    (names.path_segment, ["a", "a:b", "system:x"]),
    (names.header_name, ["X-A", "a"]),
    (names.percent, ["0%", "100%"]),
    (names.ip_address, ["10.0.0.1", "fd00::1", "::"]),
]


@pytest.mark.parametrize(("rule", "texts"), RIGHT, ids=lambda value: getattr(value, "__name__", ""))
def test_takes(rule: Callable[[str], list[str]], texts: list[str]) -> None:
    assert {text: rule(text) for text in texts} == {text: [] for text in texts}


WRONG: list[tuple[Callable[[str], list[str]], list[str]]] = [
    (names.dns_label, ["", "a.b", "-a", "a-", "A", "a_b", "a" * 64, "a\n", "ä"]),
    (names.dns_subdomain, ["", ".a", "a.", "a..b", "A", "a/b", "a" * 254, "a\n"]),
    (names.dns1035_label, ["", "1a", "a.b", "-a", "a" * 64]),
    (names.wildcard_subdomain, ["*", "*.", "a.b", "*.*.a"]),
    (names.label_key, ["", "/a", "a/", "a/b/c", "A/b", "-a", "a b", "a" * 64]),
    (names.label_value, ["-a", "a-", "a b", "a/b", "a" * 64, "a\n"]),
    (names.port_name, ["", "1", "A", "a--b", "-a", "a-", "abcdefghijklmnop"]),
    (names.environment_name, ["", "a=b", "a\tb", "ä"]),
    (names.config_key, ["", ".", "..", "..a", "a/b", "a" * 254]),
    (names.path_segment, [".", "..", "a/b", "a%"]),
    (names.header_name, ["", "a b", "a_b"]),
    (names.percent, ["", "1", "%", "-1%", "1.5%"]),
    (names.ip_address, ["", "10.0.0", "10.0.0.256", "010.0.0.1", "10.0.0.1/8", "fe80::1%eth0", "a"]),
]


@pytest.mark.parametrize(("rule", "texts"), WRONG, ids=lambda value: getattr(value, "__name__", ""))
def test_refuses(rule: Callable[[str], list[str]], texts: list[str]) -> None:
    assert [text for text in texts if not rule(text)] == []


def test_length_is_counted_in_bytes() -> None:
    assert names.dns_label("ä" * 32)[0] == "must be no more than 63 characters"


def test_a_label_with_dots_is_told_just_that() -> None:
    assert names.dns_label("a.b") == ["must not contain dots"]


@pytest.mark.parametrize(("number", "fine"), [(1, True), (65535, True), (0, False), (65536, False), (-1, False)])
def test_port_numbers(number: int, fine: bool) -> None:
    assert names.port_number(number) == ([] if fine else ["must be between 1 and 65535, inclusive"])
