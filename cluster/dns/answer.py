"""The words of DNS: question, record, answer. Text only, as a zone file prints it; bytes are the business of others.

Names are absolute ("web.default.svc.cluster.local."), spelled as the asker spelled them, with the zone file's
backslash escapes for odd octets. Types are their mnemonics, "TYPE65280" where there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple


class Question(NamedTuple):
    name: str
    type: str
    class_: str = "IN"


class Record(NamedTuple):
    """One resource record of class IN; `data` is its zone-file text ("0 100 80 web.default.svc.cluster.local.")."""

    name: str
    ttl: int
    type: str
    data: str

    def __str__(self) -> str:
        return f"{self.name} {self.ttl} IN {self.type} {self.data}"


class Kept(NamedTuple):
    """Whole seconds since an answer was found, and how many more the server repeats it."""

    age: int
    left: int


class Answer(NamedTuple):
    """What a server says to a question. NODATA is NOERROR with no answer record and the zone's SOA as authority."""

    rcode: str
    aa: bool = True
    answer: tuple[Record, ...] = ()
    authority: tuple[Record, ...] = ()
    additional: tuple[Record, ...] = ()
    ra: bool = False
    tc: bool = False
    """The answer was cut short before it came here (an upstream's truncated reply)."""
    rests_on: frozenset[Hashable] = frozenset()
    """What was looked at to find it: while none of these changes, the answer stands (see touched.py)."""
    kept: Kept | None = None
    """It comes from the server's memory, whatever has changed since (see memory.py)."""


REFUSED = Answer("REFUSED", aa=False)

BEYOND = "beyond the zones"
"""In `rests_on`: somebody outside was asked, so no change of the cluster tells when the answer ends."""


class Unsettled(Exception):
    """Somebody outside must be asked first; until then there is no answer."""

    def __init__(self, question: Question) -> None:
        super().__init__(question.name)
        self.question = question


Outside = Callable[[Question], Answer]
"""Whoever is asked about names beyond the cluster's zones; None stands for nobody."""
