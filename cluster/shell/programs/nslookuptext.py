"""Records and failures as nslookup prints them: BIND's, and BusyBox's before and after it had one of its own. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from cluster.dns.answer import Record
from cluster.dns.packing import type_number
from cluster.dns.wire import Message

_WORDS = {
    "CNAME": "canonical name =",
    "NS": "nameserver =",
    "PTR": "name =",
    "MX": "mail exchanger =",
    "TXT": "text =",
    "SRV": "service =",
}
_SOA = ("origin", "mail addr", "serial", "refresh", "retry", "expire", "minimum")


def bare(name: str) -> str:
    """Without its last dot; the root keeps it."""
    return name.removesuffix(".") or "."


def server(called: str, address: str, port: int, mark: str = "#") -> str:
    """The block above every answer. BIND has `#` before a port, BusyBox `:`."""
    return f"Server:\t\t{called}\nAddress:\t{address}{mark}{port}\n\n"


def record(each: Record, *, dots: bool = True) -> str:
    """One record's lines. `dots`: names in the data keep their last one."""
    owner = bare(each.name)
    if each.type in ("A", "AAAA"):
        return f"Name:\t{owner}\nAddress: {each.data}\n"
    if each.type == "SOA":
        return f"{owner}\n{_soa(each.data)}"
    data = each.data if dots else bare(each.data)
    if word := _WORDS.get(each.type):
        return f"{owner}\t{word} {data}\n"
    return f"{owner}\trdata_{type_number(each.type)} = {each.data}\n"


def _soa(data: str) -> str:
    values = data.split(" ")
    values[:2] = [bare(value) for value in values[:2]]
    return "".join(f"\t{word} = {value}\n" for word, value in zip(_SOA, values, strict=True))


def records(section: Iterable[Record], *, dots: bool = True) -> str:
    return "".join(record(each, dots=dots) for each in section)


def cannot_find(name: str, rcode: str) -> str:
    return f"** server can't find {bare(name)}: {rcode}\n"


def no_answer(name: str) -> str:
    return f"*** Can't find {name}: No answer\n"


def debugged(message: Message) -> str:
    """All of a message, as `set debug` has it."""
    asked = message.question
    lines = ["------------", "    QUESTIONS:"]
    if asked is not None:
        lines.append(f"\t{bare(asked.name)}, type = {asked.type}, class = {asked.class_}")
    sections = (
        ("ANSWERS", message.answer),
        ("AUTHORITY RECORDS", message.authority),
        ("ADDITIONAL RECORDS", message.additional),
    )
    for title, section in sections:
        lines.append(f"    {title}:")
        for each in section:
            lines += [f"    ->  {bare(each.name)}", *_detailed(each), f"\tttl = {each.ttl}"]
    return "".join(f"{line}\n" for line in (*lines, "------------"))


def _detailed(each: Record) -> list[str]:
    if each.type == "SOA":
        return _soa(each.data).splitlines()
    words = {"A": "internet address =", "AAAA": "has AAAA address", **_WORDS}
    return [f"\t{words.get(each.type, f'rdata_{type_number(each.type)} =')} {each.data}"]


# -- BusyBox before 1.29: the C library's answers, each address with the name it leads back to ------------------


def addresses(header: str, called: str, found: Iterable[tuple[str, str]]) -> str:
    """A host and (address, name) of each of its addresses."""
    lines = [f"{header:<10} {called}"]
    for at, (address, name) in enumerate(found, 1):
        lines.append(f"Address {at}: {address} {name}" if name else f"Address {at}: {address}")
    return "".join(f"{line}\n" for line in lines)


def unresolved(name: str) -> str:
    return f"nslookup: can't resolve '{name}'\n"
