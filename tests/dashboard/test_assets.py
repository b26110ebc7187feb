"""Static files as `up` serves them: whole, compressed for who takes it, and not again to who has them."""

from __future__ import annotations

import gzip

import pytest
from django.test import Client

SCRIPT = "/static/dist/explorer.js"


@pytest.fixture
def client() -> Client:
    return Client()


def test_a_script_is_sent_compressed_to_who_takes_it(client: Client) -> None:
    plain, packed = client.get(SCRIPT), client.get(SCRIPT, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain and packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content) / 2
    assert plain["Vary"] == packed["Vary"] == "Accept-Encoding"


def test_who_has_it_is_told_so_in_either_form(client: Client) -> None:
    for encoding in ("gzip", "identity"):
        first = client.get(SCRIPT, headers={"Accept-Encoding": encoding})
        again = client.get(SCRIPT, headers={"Accept-Encoding": encoding, "If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), encoding


def test_what_is_compressed_already_or_tiny_stays_as_it_is(client: Client) -> None:
    for path in ("/static/favicon.svg", "/static/dist/fonts/ibm-plex-mono-latin-400-normal.woff2"):
        answer = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert answer.status_code == 200 and "Content-Encoding" not in answer, path


def test_the_scripts_of_the_map_keep_their_budget(client: Client) -> None:
    """150 kB before an editor or a terminal is opened."""
    scripts = [f"/static/dist/{name}.js" for name in ("site", "explorer")]
    assert sum(len(client.get(each, headers={"Accept-Encoding": "gzip"}).content) for each in scripts) < 150_000
