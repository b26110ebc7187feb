"""Links in pages that are seen through a proxy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.api.proxying import rewriting

PREFIX = "/k8s/demo/api/v1/namespaces/default/pods/web:80/proxy"
HOSTS = frozenset({"10.244.0.10:80", "api.example.org"})

ADDRESSES = [
    ("/rewriteme", f"{PREFIX}/rewriteme"),
    ("/a/?x=1#y", f"{PREFIX}/a/?x=1#y"),
    (f"{PREFIX}/there", f"{PREFIX}/there"),
    ("relative/one", "relative/one"),
    ("#here", "#here"),
    ("?x=1", "?x=1"),
    ("http://10.244.0.10:80/x", f"{PREFIX}/x"),
    ("https://api.example.org/x", f"{PREFIX}/x"),
    ("https://example.org/x", "https://example.org/x"),
    ("//example.org/x", "//example.org/x"),
    ("mailto:ann@example.org", "mailto:ann@example.org"),
    ("http://[bad/x", "http://[bad/x"),
]
PAGES = [
    ('<a href="/rewriteme">test</a>', f'<a href="{PREFIX}/rewriteme">test</a>'),
    ("<A HREF='/x'>", f"<A HREF='{PREFIX}/x'>"),
    ("<a href=/x>", f"<a href={PREFIX}/x>"),
    ('<img alt="/x" src = "/x"/>', f'<img alt="/x" src = "{PREFIX}/x"/>'),
    ('<a data-href="/x" title="a > b" href="/y">', f'<a data-href="/x" title="a > b" href="{PREFIX}/y">'),
    (
        '<form action="/go"><input formaction="/other">',
        f'<form action="{PREFIX}/go"><input formaction="{PREFIX}/other">',
    ),
    ('<p href="/x">/x <b>href="/x"</b>', '<p href="/x">/x <b>href="/x"</b>'),
    ('<a href="/x', '<a href="/x'),
    ("1 < 2 /x", "1 < 2 /x"),
]


@pytest.mark.parametrize(("link", "expected"), ADDRESSES)
def test_addresses(link: str, expected: str) -> None:
    assert rewriting.address(link, PREFIX, HOSTS) == expected


@pytest.mark.parametrize(("html", "expected"), PAGES)
def test_pages(html: str, expected: str) -> None:
    assert rewriting.page(html, PREFIX, HOSTS) == expected


@given(st.text(alphabet="<>a/ =\"'hrefximgscd", max_size=200))
def test_a_page_seen_through_its_proxy_again_stays_as_it_is(html: str) -> None:
    once = rewriting.page(html, PREFIX, HOSTS)
    assert rewriting.page(once, PREFIX, HOSTS) == once


@pytest.mark.parametrize("html", ["<a " * 40_000, "<a href=" * 30_000, "<a '" * 50_000, "<a x" + " " * 200_000])
def test_what_is_no_page_takes_no_long_time(html: str) -> None:
    rewriting.page(html, PREFIX, HOSTS)
