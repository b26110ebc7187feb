"""Octets as text, and back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.dns.hexdump import dump

TABLE = [
    (b"", ""),
    (b"\x00", "0000  00                                       .\n"),
    (b"\x03web\x07default", "0000  0377 6562 0764 6566 6175 6c74            .web.default\n"),
    (bytes(range(0x30, 0x41)), "0000  3031 3233 3435 3637 3839 3a3b 3c3d 3e3f  0123456789:;<=>?\n"
     "0010  40                                       @\n"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "text"), TABLE, ids=["nothing", "one", "a name", "two lines"])
def test_sixteen_octets_a_line(data: bytes, text: str) -> None:
    assert dump(data) == text


@given(st.binary(max_size=300))
def test_what_is_printed_can_be_read_back(data: bytes) -> None:
    lines = dump(data).splitlines()
    assert bytes.fromhex("".join(re.sub(r"\s", "", line[6:45]) for line in lines)) == data
    assert [int(line[:4], 16) for line in lines] == list(range(0, len(data), 16))
