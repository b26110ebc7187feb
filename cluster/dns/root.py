"""What is known of names beyond the cluster with nobody to ask: that the root has no zone of most last labels. Pure.

A resolver says NXDOMAIN to `db.` or `web.prod.`, for no such top-level domain exists, and to private addresses turned
round; a program in a pod that walked its search list in vain ends there. Names below domains that do exist may be
anybody's, and are refused.
"""

from __future__ import annotations

from datetime import UTC, datetime

from cluster.dns.answer import BEYOND, REFUSED, Answer, Question, Record
from cluster.dns.names import labels_of

_WORDS = """
    academy agency app art asia blog biz business cafe camp care cat center chat church city cloud club codes
    coffee com company computer cool coop design dev digital directory edu education email energy engineering
    events exchange expert farm finance fit fun fund global google gov group guide health help host house info int
    ink jobs law legal life link live ltd marketing media mil mobi money museum name net network news ninja one
    online org page photos plus pro pub red run sale school science services shop site social software solutions
    space store studio studies support systems tech technology tel tips today tools top tours town travel
    university video watch wiki win work works world xyz zone
"""
_DOMAINS = frozenset(_WORDS.split())
"""Top-level domains beside those of countries, which have two letters. Not all: what is missing is taken for none."""
_TTL = 30
"""CoreDNS's cache holds a denial no longer."""


def answer(question: Question, now: float) -> Answer:
    """What a resolver of the Internet says, as far as that follows from the name alone."""
    labels = labels_of(question.name)
    last = labels[-1].lower() if labels else ""
    if question.class_ != "IN" or not last or len(last) == 2 or (last in _DOMAINS and len(labels) > 1):
        return REFUSED
    day = datetime.fromtimestamp(now, UTC).strftime("%Y%m%d")
    data = f"a.root-servers.net. nstld.verisign-grs.com. {day}00 1800 900 604800 86400"
    soa = Record(".", _TTL, "SOA", data)
    rcode = "NOERROR" if last in _DOMAINS else "NXDOMAIN"
    return Answer(rcode, aa=False, authority=(soa,), ra=True, rests_on=frozenset({BEYOND}))
