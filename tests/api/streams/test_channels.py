"""Channel protocols, message by message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.api.streams import channels
from cluster.api.streams.channels import DIALECTS, NAMELESS, V1, V1_TEXT, V4, V4_TEXT, V5, Dialect, Piece, Unreadable

READ: list[tuple[Dialect, bytes | str, Piece | None]] = [
    (V5, b"\x00hello", Piece(0, b"hello")),
    (V5, b"\x00", Piece(0, b"")),
    (V5, b"", None),
    (V5, "\x00hello", Piece(0, b"hello")),
    (V5, b"\xff\x00", Piece(0, b"", last=True)),
    (V4, b"\xff\x00", Piece(255, b"\x00")),
    (V1, b'\x04{"Width":1}', Piece(4, b'{"Width":1}')),
    (NAMELESS, b"\x02x", Piece(2, b"x")),
    (V4_TEXT, "0aGVsbG8=", Piece(0, b"hello")),
    (V1_TEXT, b"4", Piece(4, b"")),
]
UNREADABLE: list[tuple[Dialect, bytes | str, str]] = [
    (V5, b"\xff", "in one byte, not in 0"),
    (V5, b"\xff\x00\x01", "in one byte, not in 2"),
    (V1_TEXT, "aGVsbG8=", "begins with the digit"),
    (V1_TEXT, "0hello", "is base64"),
    (V1_TEXT, "0ü", "is base64"),
]
CHOICES: list[tuple[list[str], Dialect | None]] = [
    (["v5.channel.k8s.io"], V5),
    (["v5.channel.k8s.io", "v4.channel.k8s.io"], V5),
    (["v4.channel.k8s.io", "v5.channel.k8s.io"], V4),
    (["v9.channel.k8s.io", "base64.channel.k8s.io"], V1_TEXT),
    (["mqtt"], None),
    ([], NAMELESS),
]


@pytest.mark.parametrize(("dialect", "message", "expected"), READ)
def test_what_a_client_says(dialect: Dialect, message: bytes | str, expected: Piece | None) -> None:
    assert channels.read(dialect, message) == expected


@pytest.mark.parametrize(("dialect", "message", "expected"), UNREADABLE)
def test_what_cannot_be_read(dialect: Dialect, message: bytes | str, expected: str) -> None:
    with pytest.raises(Unreadable, match=expected):
        channels.read(dialect, message)


@pytest.mark.parametrize(("offered", "expected"), CHOICES)
def test_the_first_that_both_speak(offered: list[str], expected: Dialect | None) -> None:
    assert channels.chosen(offered) == expected


@given(st.sampled_from(DIALECTS), st.integers(0, 9), st.binary(max_size=100_000))
def test_what_is_written_is_read_in_pieces_that_fit(dialect: Dialect, channel: int, data: bytes) -> None:
    messages = list(channels.written(dialect, channel, data))
    pieces = [channels.read(dialect, message) for message in messages]
    assert b"".join(piece.data for piece in pieces if piece is not None) == data
    assert {piece.channel for piece in pieces if piece is not None} == {channel}
    assert dialect.text or all(len(message) <= channels.MOST_BYTES for message in messages)


@given(st.sampled_from(DIALECTS), st.binary(max_size=40) | st.text(max_size=40))
def test_any_message_is_read_or_refused(dialect: Dialect, message: bytes | str) -> None:
    try:
        channels.read(dialect, message)
    except Unreadable as fault:
        assert str(fault)
