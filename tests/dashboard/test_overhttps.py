"""DNS over HTTPS: both methods, how long a reply may be kept, and a sentence for everything that is no question."""

from __future__ import annotations

import base64

import dns.message
import dns.rcode
import pytest

from dashboard.clusters.overhttps import LONGEST, MESSAGE
from tests.dashboard.conftest import Browser

URL = "/clusters/demo/dns-query"
WEB = "web.default.svc.cluster.local"


def encoded(message: bytes) -> str:
    return base64.urlsafe_b64encode(message).decode().rstrip("=")


@pytest.mark.parametrize(
    ("name", "type_", "rcode", "kept"),
    [
        (WEB, "A", "NOERROR", 30),
        ("nope." + WEB, "A", "NXDOMAIN", 30),
        (WEB, "AAAA", "NOERROR", 30),
        ("a.org", "A", "REFUSED", 0),
    ],
)
async def test_both_methods_answer_alike(alices: Browser, name: str, type_: str, rcode: str, kept: int) -> None:
    query = dns.message.make_query(name, type_, id=0).to_wire()
    posted = await alices.post(URL, query, content_type=MESSAGE)
    got = await alices.get(f"{URL}?dns={encoded(query)}")
    for response in (posted, got):
        assert (response.status_code, response.headers["Content-Type"]) == (200, MESSAGE)
        assert response.headers["Cache-Control"] == f"private, max-age={kept}"
        assert dns.rcode.to_text(dns.message.from_wire(response.content).rcode()) == rcode
    assert posted.content == got.content


async def test_a_damaged_question_is_answered_as_over_tcp(alices: Browser) -> None:
    damaged = dns.message.make_query(WEB, "A", id=0).to_wire()[:-3]
    response = await alices.post(URL, damaged, content_type=MESSAGE)
    assert (response.status_code, response.headers["Cache-Control"]) == (200, "private, max-age=0")
    assert response.content[3] & 0xF == dns.rcode.FORMERR


@pytest.mark.parametrize(
    ("body", "kind", "status", "sentence"),
    [
        (b"no", MESSAGE, 400, "A DNS message begins with 12 octets of header. This has 2."),
        (b"{}", "application/json", 415, f"The body is a DNS message: its Content-Type is {MESSAGE}."),
        (b"x" * (LONGEST + 1), MESSAGE, 413, "A DNS message has at most 65,535 octets. This has 65,536."),
        (bytes((0, 0, 0x80)) + bytes(9), MESSAGE, 400, "This message is a reply; a question has the bit QR clear."),
    ],
)
async def test_what_is_no_question(alices: Browser, body: bytes, kind: str, status: int, sentence: str) -> None:
    response = await alices.post(URL, body, content_type=kind)
    assert (response.status_code, response.content.decode()) == (status, sentence + "\n")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 400, "A question is ?dns=MESSAGE, once, the message in base64url. Or POST it."),
        ("?dns=AA&dns=AA", 400, "A question is ?dns=MESSAGE, once, the message in base64url. Or POST it."),
        ("?dns=", 400, "A DNS message begins with 12 octets of header. This has 0."),
        ("?dns=AAA*", 400, "dns is not base64url: letters, digits, - and _, without padding."),
        ("?dns=AAAAA", 400, "dns is not base64url: letters, digits, - and _, without padding."),
        (f"?dns={'A' * 90_000}", 414, "A DNS message has at most 65,535 octets."),
    ],
)
async def test_what_is_no_message_in_the_address(alices: Browser, query: str, status: int, sentence: str) -> None:
    response = await alices.get(f"{URL}{query}")
    assert (response.status_code, response.content.decode()) == (status, sentence + "\n")


async def test_only_who_is_signed_in_may_ask(hub: object) -> None:
    query = dns.message.make_query(WEB, "A", id=0).to_wire()
    response = await Browser(accept=MESSAGE).post(URL, query, content_type=MESSAGE)
    assert (response.status_code, response.json()["message"]) == (401, "Nobody is signed in.")
