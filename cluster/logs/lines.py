"""Lines of a container's log: how they are kept, as a node keeps them, and what of them somebody wants. PURE.

On a node a line is `<time> <stream> F <text>`; here too, with the time in whole nanoseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

Stream = Literal["stdout", "stderr"]
LONGEST = 16_384
"""Bytes of a line that are kept in one piece, as a runtime has it."""


class Line(NamedTuple):
    at: int
    """Cluster time, Unix nanoseconds."""
    text: bytes
    """Without its end of line."""
    stream: Stream = "stdout"


class Wanted(NamedTuple):
    """Which lines, and how: as the parameters of `pods/log` say it."""

    since: float | None = None
    """Cluster time, Unix seconds."""
    tail: int | None = None
    limit: int | None = None
    """Bytes."""
    timestamps: bool = False
    stream: Stream | None = None


ALL = Wanted()


def moment(seconds: float) -> int:
    """Unix seconds as nanoseconds, exact to the microsecond."""
    return round(seconds * 1_000_000) * 1000


def cut(text: bytes) -> list[bytes]:
    """The lines of a text; one that is too long in pieces."""
    pieces: list[bytes] = []
    for line in text.removesuffix(b"\n").split(b"\n"):
        pieces += [line[start : start + LONGEST] for start in range(0, len(line) or 1, LONGEST)]
    return pieces


def packed(lines: Iterable[Line]) -> bytes:
    return b"".join(b"%d %s %s\n" % (line.at, line.stream.encode(), line.text) for line in lines)


def unpacked(body: bytes) -> Iterator[Line]:
    for line in body.removesuffix(b"\n").split(b"\n") if body else ():
        at, _, rest = line.partition(b" ")
        stream, _, text = rest.partition(b" ")
        yield Line(int(at), text, "stderr" if stream == b"stderr" else "stdout")


def shown(lines: Sequence[Line], wanted: Wanted) -> bytes:
    """The lines that are wanted, as they are sent: of the last ones those that are new enough."""
    chosen: Sequence[Line] = lines
    if wanted.stream is not None:
        chosen = [line for line in chosen if line.stream == wanted.stream]
    if wanted.tail is not None:
        chosen = chosen[-wanted.tail :] if wanted.tail else ()
    if wanted.since is not None:
        first = moment(wanted.since)
        chosen = [line for line in chosen if line.at >= first]
    return b"".join(written(line, timestamps=wanted.timestamps) for line in chosen)[: wanted.limit]


def written(line: Line, *, timestamps: bool) -> bytes:
    """One line with its end."""
    return b"%s %s\n" % (stamp(line.at).encode(), line.text) if timestamps else line.text + b"\n"


def stamp(at: int) -> str:
    """RFC 3339 with as many digits of a second as there are, as Go writes it."""
    whole, rest = divmod(at, 1_000_000_000)
    digits = f".{rest:09}".rstrip("0").rstrip(".")
    return f"{datetime.fromtimestamp(whole, UTC):%Y-%m-%dT%H:%M:%S}{digits}Z"
