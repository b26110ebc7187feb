"""The order of records: with load balancing, addresses come in another order each time. Pure; the dice are given."""

from __future__ import annotations

from collections.abc import Callable

from cluster.dns.answer import Answer, Record

Shuffle = Callable[[list[Record]], None]

_SHUFFLED = ("A", "AAAA", "MX")


def varies(answer: Answer) -> bool:
    """There is more than one order to give this answer in."""
    if answer.rcode != "NOERROR":
        return False
    sections = (answer.answer, answer.authority, answer.additional)
    return any(len(section) > 1 and sum(each.type in _SHUFFLED for each in section) > 1 for section in sections)


def balanced(answer: Answer, shuffle: Shuffle) -> Answer:
    """Aliases first, then what keeps its order, then the addresses as `shuffle` leaves them."""
    if not varies(answer):
        return answer
    return answer._replace(
        answer=_section(answer.answer, shuffle),
        authority=_section(answer.authority, shuffle),
        additional=_section(answer.additional, shuffle),
    )


def _section(records: tuple[Record, ...], shuffle: Shuffle) -> tuple[Record, ...]:
    if len(records) < 2:
        return records
    aliases = [record for record in records if record.type == "CNAME"]
    rest = [record for record in records if record.type != "CNAME" and record.type not in _SHUFFLED]
    addresses = [record for record in records if record.type in ("A", "AAAA")]
    exchanges = [record for record in records if record.type == "MX"]
    shuffle(addresses)
    shuffle(exchanges)
    return (*aliases, *rest, *addresses, *exchanges)
