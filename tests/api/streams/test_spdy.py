"""SPDY/3.1: streams in one byte stream, cut anywhere, and what is broken."""

from __future__ import annotations

import hashlib
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.api.streams.spdy import BadFrame, Data, Ended, Event, Opened, Session
from cluster.api.streams.spdy.frames import LONGEST_CONTROL
from cluster.api.streams.spdy.headers import DICTIONARY, MOST_BYTES
from cluster.api.streams.spdy.session import MOST_STREAMS
from tests.api.streams.spdyclient import SpdyClient, control, data, ping, rst

PORT = {"streamtype": "data", "port": "80", "requestid": "0"}


def test_the_dictionary_is_the_one_that_every_client_has() -> None:
    assert len(DICTIONARY) == 1423
    assert zlib.adler32(DICTIONARY) == 0xE3C6A7C2, "what SPDY/3 streams name it by"
    assert hashlib.sha256(DICTIONARY).hexdigest() == "51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02"


def joined(events: list[Event | bytes]) -> list[Event | bytes]:
    """Data of a stream may come in any pieces: those that follow each other are put together."""
    found: list[Event | bytes] = []
    for event in events:
        last = found[-1] if found else None
        if isinstance(event, Data) and isinstance(last, Data) and last.stream == event.stream and not last.last:
            found[-1] = Data(event.stream, last.data + event.data, event.last)
        else:
            found.append(event)
    return found


def conversation() -> tuple[bytes, list[Event | bytes]]:
    client = SpdyClient()
    sent = (
        control(4, struct.pack(">I", 0))  # SETTINGS
        + client.pair(80, 0)
        + data(3, b"GET / HTTP/1.0\r\n")
        + ping(1)
        + data(3, b"\r\n", fin=True)
        + client.syn({**PORT, "requestid": "1"}, fin=True)
        + ping(2)
        + control(9, struct.pack(">II", 3, 100))  # WINDOW_UPDATE
        + control(77, b"who knows")
        + rst(3)
        + rst(3)
        + data(3, b"too late")
        + control(7, struct.pack(">II", 0, 0))  # GOAWAY
    )
    return sent, [
        Opened(1, {"streamtype": "error", "port": "80", "requestid": "0"}, False),
        Data(1, b"", True),
        Opened(3, PORT, False),
        Data(3, b"GET / HTTP/1.0\r\n", False),
        ping(1),
        Data(3, b"\r\n", True),
        Opened(5, {**PORT, "requestid": "1"}, True),
        Ended(3),
    ]


def test_what_a_client_sends_is_what_happens() -> None:
    sent, expected = conversation()
    assert list(Session().feed(sent)) == expected


@given(st.lists(st.integers(1, 60), min_size=1))
def test_wherever_it_is_cut(lengths: list[int]) -> None:
    sent, expected = conversation()
    session, happened, at = Session(), [], 0
    for length in [*lengths, len(sent)]:
        happened += list(session.feed(sent[at : at + length]))
        at += length
    assert joined(happened) == expected


def test_the_answers_a_client_reads() -> None:
    client, session = SpdyClient(), Session()
    list(session.feed(client.syn(PORT) + client.syn(PORT)))
    said = session.accept(1) + session.send(1, b"hello") + session.accept(3) + session.send(1, b"", last=True)
    said += (
        session.send(1, b"over") + session.reset(3) + session.reset(3) + session.send(3, b"over") + session.goodbye()
    )
    assert client.read(said) == [
        ("reply", 1, b"\x00\x00\x00\x00"),
        ("data", 1, b"hello"),
        ("reply", 3, b"\x00\x00\x00\x00"),
        ("fin", 1, b""),
        ("reset", 3, 5),
        ("goaway", 3, 0),
    ]


def test_data_for_a_stream_that_never_was_is_refused() -> None:
    assert list(Session().feed(data(9, b"x"))) == [control(3, struct.pack(">II", 9, 2))]


def test_streams_end_somewhere() -> None:
    client, session = SpdyClient(), Session()
    for _ in range(MOST_STREAMS):
        list(session.feed(client.syn(PORT)))
    refused = 2 * MOST_STREAMS + 1
    assert list(session.feed(client.syn(PORT))) == [control(3, struct.pack(">II", refused, 3))]
    list(session.feed(rst(1)))
    assert isinstance(next(iter(session.feed(client.syn(PORT)))), Opened)


def syn(block: bytes, stream: int = 1) -> bytes:
    return control(1, struct.pack(">IIH", stream, 0, 0) + block)


def packed(plain: bytes) -> bytes:
    packing = zlib.compressobj(zdict=DICTIONARY)
    return packing.compress(plain) + packing.flush(zlib.Z_SYNC_FLUSH)


def words(count: int, *texts: bytes) -> bytes:
    return struct.pack(">I", count) + b"".join(struct.pack(">I", len(text)) + text for text in texts)


BROKEN = [
    (control(6, b"\x00\x00\x00\x01", version=2), "a frame is of version 2, not 3"),
    (struct.pack(">HHI", 0x8003, 1, LONGEST_CONTROL + 1), "a control frame of 65537 bytes is too long"),
    (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"\x80" * 9_000_000, "a frame is of version 128, not 3"),
    (control(6, b""), "a control frame of 0 bytes lacks what it must say"),
    (control(3, b"\x00\x00\x00"), "a control frame of 3 bytes lacks what it must say"),
    (control(1, b"\x00\x00\x00\x01"), "a control frame of 4 bytes lacks what it must say"),
    (syn(b""), "its headers end too early"),
    (syn(b"nonsense"), "its headers cannot be unpacked"),
    (syn(zlib.compress(words(0))), "its headers end the compression of all that follow"),
    (syn(packed(words(2, b"a", b"b"))), "its headers end too early"),
    (syn(packed(words(1, b"a", b"b", b"c"))), "something follows the last header"),
    (syn(packed(struct.pack(">II", 1, 2**31) + b"a")), "a header is longer than the block it is in"),
    (syn(packed(words(2, b"a", b"b", b"a", b"c"))), "a header is there twice"),
    (syn(packed(words(2**32 - 1))), "its headers end too early"),
    (syn(packed(bytes(30_000_000))), f"its headers are more than {MOST_BYTES} bytes"),
    (SpdyClient().syn(PORT, stream=2), "the client opens stream 2 after 0: its numbers are odd and ascend"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "fault"), BROKEN)
def test_what_is_broken_is_said(sent: bytes, fault: str) -> None:
    with pytest.raises(BadFrame, match=fault):
        list(Session().feed(sent))


_FRAMES = st.one_of(
    st.binary(max_size=40),
    st.builds(control, st.integers(0, 12), st.binary(max_size=30), flags=st.integers(0, 255)),
    st.builds(data, st.integers(0, 9), st.binary(max_size=30), fin=st.booleans()),
    st.builds(syn, st.binary(max_size=60).map(packed), st.integers(0, 2**32 - 1)),
)


@given(st.lists(_FRAMES, max_size=12), st.booleans())
def test_any_bytes_end_in_events_or_in_words(pieces: list[bytes], well_begun: bool) -> None:
    session = Session()
    if well_begun:
        list(session.feed(SpdyClient().syn(PORT)))
    try:
        for piece in pieces:
            list(session.feed(piece))
    except BadFrame as fault:
        assert str(fault)
