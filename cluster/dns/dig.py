"""A reply as dig prints it, column for column. Text only; what is printed is what the bytes say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cluster.dns.answer import Record
from cluster.dns.wire import Message

TRIES = 3
"""How often dig asks a server that is silent."""

_TAB = 8
_TTL, _CLASS, _TYPE, _DATA = 24, 32, 40, 48


def render(message: Message, server: str, port: int, now: float) -> str:
    """The text from "Got answer" on. `now` (Unix seconds) is the WHEN line's."""
    sections = (message.answer, message.authority, message.additional)
    counts = [len(section) for section in sections]
    counts[2] += message.udp is not None
    lines = [
        ";; Got answer:",
        f";; ->>HEADER<<- opcode: {message.opcode}, status: {message.rcode}, id: {message.id}",
        f";; flags: {' '.join(message.flags)}; QUERY: {int(message.question is not None)}, ANSWER: {counts[0]}, "
        f"AUTHORITY: {counts[1]}, ADDITIONAL: {counts[2]}",
    ]
    if message.question is not None and message.question.name.lower().endswith(".local."):
        lines[1:1] = [
            ";; WARNING: .local is reserved for Multicast DNS",
            ";; You are currently testing what happens when an mDNS query is leaked to DNS",
        ]
    if "rd" in message.flags and "ra" not in message.flags:
        lines.append(";; WARNING: recursion requested but not available")
    lines.append("")
    if message.udp is not None:
        do = " do" if message.do else ""
        lines += [";; OPT PSEUDOSECTION:", f"; EDNS: version: 0, flags:{do}; udp: {message.udp}"]
    if message.question is not None:
        name, type_, class_ = message.question
        asked = _columns((name, 0), (class_, _CLASS), (type_, _TYPE))
        lines += [";; QUESTION SECTION:", f";{asked}", ""]
    for title, section in zip(("ANSWER", "AUTHORITY", "ADDITIONAL"), sections, strict=True):
        if section:
            lines += [f";; {title} SECTION:", *_section(section), ""]
    when = datetime.fromtimestamp(now, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    lines += [
        ";; Query time: 0 msec",
        f";; SERVER: {server}#{port}({server}) (UDP)",
        f";; WHEN: {when}",
        f";; MSG SIZE  rcvd: {message.size}",
    ]
    return "\n".join(lines) + "\n"


def _section(records: Sequence[Record]) -> list[str]:
    return [
        _columns((each.name, 0), (str(each.ttl), _TTL), ("IN", _CLASS), (each.type, _TYPE), (each.data, _DATA))
        for each in records
    ]


def _columns(*cells: tuple[str, int]) -> str:
    """Each text at its column, or one column further than the text before it ends; tabs wherever one fits."""
    line, at = "", 0
    for text, wanted in cells:
        column = max(wanted, at + 1) if line else 0
        tabs = column // _TAB - at // _TAB
        if tabs > 0:
            line += "\t" * tabs
            at = column // _TAB * _TAB
        line += " " * (column - at) + text
        at = column + len(text)
    return line
