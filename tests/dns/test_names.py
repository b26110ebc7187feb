from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.dns import names
from cluster.dns.names import Request

ZONES = ("cluster.local.", "lab.cluster.local.", "in-addr.arpa.")


@pytest.mark.parametrize(
    ("name", "zone", "spelled", "labels"),
    [
        ("web.default.svc.cluster.local.", "cluster.local.", "cluster.local.", ("web", "default", "svc")),
        ("WEB.svc.Cluster.LOCAL.", "cluster.local.", "Cluster.LOCAL.", ("web", "svc")),
        ("x.lab.cluster.local.", "lab.cluster.local.", "lab.cluster.local.", ("x",)),
        ("cluster.local.", "cluster.local.", "cluster.local.", ()),
        ("1.0.10.in-addr.arpa.", "in-addr.arpa.", "in-addr.arpa.", ("1", "0", "10")),
        (r"a\.b.cluster.local.", "cluster.local.", "cluster.local.", (r"a\.b",)),
    ],
)
def test_a_name_is_cut_at_its_longest_zone(name: str, zone: str, spelled: str, labels: tuple[str, ...]) -> None:
    assert names.locate(name, ZONES) == (zone, spelled, labels)


@pytest.mark.parametrize("name", ["example.com.", "local.", ".", "xcluster.local.", r"x\.cluster.local.", "web."])
def test_other_names_are_in_no_zone(name: str) -> None:
    assert names.locate(name, ("cluster.local.",)) is None


@pytest.mark.parametrize(
    ("text", "request_"),
    [
        ("", Request("")),
        ("svc", Request("svc")),
        ("default.svc", Request("svc", "default")),
        ("web.default.svc", Request("svc", "default", "web")),
        ("web-0.web.default.svc", Request("svc", "default", "web", "web-0")),
        ("_http._tcp.web.default.svc", Request("svc", "default", "web", "", "http", "tcp")),
        ("http.tcp.web.default.svc", Request("svc", "default", "web", "", "http", "tcp")),
        ("_._tcp.web.default.svc", Request("svc", "default", "web", "", "", "tcp")),
        ("10-1-2-3.default.pod", Request("pod", "default", "10-1-2-3")),
        ("a.b.c.web.default.svc", None),
        ("web.default.foo", None),
        ("dns-version", None),
    ],
)
def test_the_labels_say_what_is_asked_for(text: str, request_: Request | None) -> None:
    assert names.parse(tuple(text.split(".")) if text else ()) == request_


@pytest.mark.parametrize(
    ("address", "hostname", "pod", "label"),
    [
        ("10.1.2.3", "web-0", None, "web-0"),
        ("10.1.2.3", None, "web-x7", "web-x7"),
        ("10.1.2.3", None, "p" * 64, "10-1-2-3"),
        ("10.1.2.3", "", None, "10-1-2-3"),
        ("fd00:1::2", None, None, "fd00-1--2"),
        ("fd00:1::", None, None, "fd00-1--0"),
    ],
)
def test_an_endpoint_has_one_label(address: str, hostname: str | None, pod: str | None, label: str) -> None:
    assert names.endpoint_name(address, hostname, pod) == label


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.2.3", "10.1.2.3"),
        ("fd00:0:0::1", "fd00::1"),
        ("::ffff:10.1.2.3", "10.1.2.3"),
        ("010.1.2.3", ""),
        ("10.1.2.300", ""),
        ("fe80::1%eth0", ""),
        ("web", ""),
    ],
)
def test_an_address_has_one_spelling(text: str, address: str) -> None:
    assert names.plain_address(text) == address


@given(st.ip_addresses())
def test_a_reverse_name_leads_back_to_its_address(address: object) -> None:
    plain = names.plain_address(str(address))
    assert names.reversed_address(names.reverse_name(plain).upper()) == plain


@pytest.mark.parametrize(
    "name", ["in-addr.arpa.", "3.2.10.in-addr.arpa.", "5.4.3.2.10.in-addr.arpa.", "x.3.2.10.in-addr.arpa.", "a.com."]
)
def test_half_an_address_is_none(name: str) -> None:
    assert names.reversed_address(name) == ""


@given(st.lists(st.binary(min_size=1, max_size=12), max_size=6))
def test_labels_survive_as_text(raw: list[bytes]) -> None:
    from cluster.dns.packing import label_bytes, label_text

    text = "".join(f"{label_text(label)}." for label in raw)
    assert [label_bytes(label) for label in names.labels_of(text)] == raw
