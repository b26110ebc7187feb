"""A reply as dig prints it, column for column. Text only; what is printed is what the bytes say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from cluster.dns.answer import Record
from cluster.dns.wire import Message

TRIES = 3
"""How often dig asks a server that is silent."""

MULTICAST = (
    ";; WARNING: .local is reserved for Multicast DNS",
    ";; You are currently testing what happens when an mDNS query is leaked to DNS",
)
NO_RECURSION = ";; WARNING: recursion requested but not available"

_TAB = 8
_TTL, _CLASS, _TYPE, _DATA = 24, 32, 40, 48


class Show(NamedTuple):
    """What is printed: +[no]comments and the like."""

    comments: bool = True
    question: bool = True
    answer: bool = True
    authority: bool = True
    additional: bool = True
    stats: bool = True
    ttl: bool = True
    class_: bool = True
    units: bool = False
    """Times to live as 1h30m."""
    multiline: bool = False


ALL = Show()


def render(message: Message, server: str, port: int, now: float, transport: str = "UDP") -> str:
    """The text from "Got answer" on. `now` (Unix seconds) is the WHEN line's."""
    return ";; Got answer:\n" + body(message) + stats(message, server, port, now, transport)


def body(message: Message, show: Show = ALL, cookie: bytes = b"") -> str:
    """Header and sections. `cookie`: the one that was sent."""
    lines: list[str] = []
    if show.comments:
        lines += header(message)
        if message.udp is not None:
            lines += _pseudosection(message, cookie)
    question = message.question
    if question is not None and show.question:
        if show.comments:
            lines.append(";; QUESTION SECTION:")
        name, type_, class_ = question
        cells = [(name, 0), (class_, _TTL if show.multiline else _CLASS)] if show.class_ else [(name, 0)]
        asked = f"{_columns(*cells)} {type_}" if show.multiline else _columns(*cells, (type_, _TYPE))
        lines.append(f";{asked}")
        if show.comments:
            lines.append("")
    shown = (
        ("ANSWER", message.answer, show.answer),
        ("AUTHORITY", message.authority, show.authority),
        ("ADDITIONAL", message.additional, show.additional),
    )
    for title, section, wanted in shown:
        if section and wanted:
            if show.comments:
                lines.append(f";; {title} SECTION:")
            lines += records(section, show)
            if show.comments:
                lines.append("")
    return "".join(f"{line}\n" for line in lines)


def header(message: Message) -> list[str]:
    """The lines about the message as a whole, and the empty one after them."""
    counts = [len(section) for section in (message.answer, message.authority, message.additional)]
    counts[2] += message.udp is not None
    lines = [
        f";; ->>HEADER<<- opcode: {message.opcode}, status: {message.rcode}, id: {message.id}",
        f";; flags: {' '.join(message.flags)}; QUERY: {int(message.question is not None)}, ANSWER: {counts[0]}, "
        f"AUTHORITY: {counts[1]}, ADDITIONAL: {counts[2]}",
    ]
    if message.question is not None and message.question.name.lower().endswith(".local."):
        lines[:0] = MULTICAST
    if "qr" in message.flags and "rd" in message.flags and "ra" not in message.flags:
        lines.append(NO_RECURSION)
    return [*lines, ""]


def _pseudosection(message: Message, sent: bytes) -> list[str]:
    do = " do" if message.do else ""
    lines = [";; OPT PSEUDOSECTION:", f"; EDNS: version: 0, flags:{do}; udp: {message.udp}"]
    if message.cookie:
        # A server that knows cookies adds its own half; one that does not sends back what it got.
        fate = " (echoed)" if message.cookie == sent else " (good)" if "qr" in message.flags else ""
        lines.append(f"; COOKIE: {message.cookie.hex()}{fate}")
    return lines


def records(section: Sequence[Record], show: Show = ALL) -> list[str]:
    """A line for each, where none is spread over several."""
    return [_record(each, show) for each in section]


def _record(each: Record, show: Show) -> str:
    cells = [(each.name, 0)]
    if show.ttl:
        cells.append((units(each.ttl) if show.units else str(each.ttl), _TTL))
    if not show.ttl or not show.class_:
        rest = [*(["IN"] if show.class_ else []), each.type, each.data]
        return " ".join([_columns(*cells), *rest])
    if show.multiline:
        data = _soa(each.data) if each.type == "SOA" else each.data
        return f"{_columns(*cells)} IN {each.type} {data}"
    cells.append(("IN", _CLASS))
    return _columns(*cells, (each.type, _TYPE), (each.data, _DATA))


def _soa(data: str) -> str:
    mname, rname, *numbers = data.split(" ")
    words = ("serial", "refresh", "retry", "expire", "minimum")
    lines = [f"{mname} {rname} ("]
    for number, word in zip(numbers, words, strict=True):
        meant = "" if word == "serial" else f" ({_in_words(int(number))})"
        lines.append(f"\t\t\t\t{number:<10} ; {word}{meant}")
    return "\n".join([*lines, "\t\t\t\t)"])


def _in_words(seconds: int) -> str:
    found: list[str] = []
    for size, word in ((604800, "week"), (86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, seconds = divmod(seconds, size)
        if count or (size == 1 and not found):
            found.append(f"{count} {word}{'' if count == 1 else 's'}")
    return " ".join(found)


def units(seconds: int) -> str:
    """ "1h30m", as +ttlunits has it."""
    found = ""
    for size, letter in ((604800, "w"), (86400, "d"), (3600, "h"), (60, "m"), (1, "s")):
        count, seconds = divmod(seconds, size)
        if count or (size == 1 and not found):
            found += f"{count}{letter}"
    return found


def stats(message: Message, server: str, port: int, now: float, transport: str = "UDP", milliseconds: int = 0) -> str:
    """The lines about the exchange."""
    when = datetime.fromtimestamp(now, UTC).strftime("%a %b %d %H:%M:%S UTC %Y")
    return (
        f";; Query time: {milliseconds} msec\n"
        f";; SERVER: {server}#{port}({server}) ({transport})\n"
        f";; WHEN: {when}\n"
        f";; MSG SIZE  rcvd: {message.size}\n"
    )


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
