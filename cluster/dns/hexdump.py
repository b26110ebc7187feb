"""The octets of a message as people read them: offset, hexadecimal, and the letters among them. Pure."""

from __future__ import annotations

_ROW = 16
_PRINTED = range(0x20, 0x7F)


def dump(data: bytes) -> str:
    """Sixteen octets a line, as xxd and tcpdump print them."""
    return "".join(_line(at, data[at : at + _ROW]) for at in range(0, len(data), _ROW))


def _line(at: int, row: bytes) -> str:
    pairs = " ".join(row[i : i + 2].hex() for i in range(0, len(row), 2))
    letters = "".join(chr(octet) if octet in _PRINTED else "." for octet in row)
    return f"{at:04x}  {pairs:<39}  {letters}\n"
