"""What of a log is sent: the last lines, those that are new enough, with their times, so many bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.logs.lines import LONGEST, Line, Wanted, cut, moment, packed, shown, stamp, unpacked

START = 1_795_000_000.0
LINES = [Line(moment(START + n), b"line %d" % n, "stderr" if n % 2 else "stdout") for n in range(4)]

SHOWN: list[tuple[Wanted, bytes]] = [
    (Wanted(), b"line 0\nline 1\nline 2\nline 3\n"),
    (Wanted(tail=2), b"line 2\nline 3\n"),
    (Wanted(tail=0), b""),
    (Wanted(tail=9), b"line 0\nline 1\nline 2\nline 3\n"),
    (Wanted(since=START + 2), b"line 2\nline 3\n"),
    (Wanted(since=START + 1, tail=1), b"line 3\n"),
    (Wanted(since=START + 9), b""),
    (Wanted(limit=9), b"line 0\nli"),
    (Wanted(tail=1, timestamps=True), b"2026-11-18T11:06:43Z line 3\n"),
    (Wanted(stream="stderr"), b"line 1\nline 3\n"),
]


@pytest.mark.parametrize(("wanted", "text"), SHOWN)
def test_what_is_wanted(wanted: Wanted, text: bytes) -> None:
    assert shown(LINES, wanted) == text


STAMPS = [(0.0, "2026-11-18T11:06:40Z"), (0.25, "2026-11-18T11:06:40.25Z"), (0.000123, "2026-11-18T11:06:40.000123Z")]


@pytest.mark.parametrize(("more", "text"), STAMPS)
def test_times_as_go_writes_them(more: float, text: str) -> None:
    assert stamp(moment(START + more)) == text


CUTS = [
    (b"one\ntwo\n", [b"one", b"two"]),
    (b"no end", [b"no end"]),
    (b"\n", [b""]),
    (b"a\n\nb\n", [b"a", b"", b"b"]),
    (b"x" * (LONGEST + 1), [b"x" * LONGEST, b"x"]),
]


@pytest.mark.parametrize(("text", "lines"), CUTS)
def test_texts_are_cut_into_lines(text: bytes, lines: list[bytes]) -> None:
    assert cut(text) == lines


_texts = st.binary(max_size=40).map(lambda text: text.replace(b"\n", b""))


@given(st.lists(st.builds(Line, st.integers(0, 2**62), _texts, st.sampled_from(["stdout", "stderr"]))))
def test_what_is_kept_comes_back(lines: list[Line]) -> None:
    assert list(unpacked(packed(lines))) == lines
