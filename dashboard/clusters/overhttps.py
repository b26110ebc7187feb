"""DNS over HTTPS (RFC 8484): a DNS message in, a DNS message out. The cluster's own server answers, as over TCP."""

from __future__ import annotations

import base64
import re
from random import shuffle

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cluster.dns import forwarder, settings, wire
from cluster.dns.answer import Answer, Outside, Question
from cluster.dns.balance import balanced
from cluster.dns.forwarder import settled
from cluster.dns.outage import outage
from cluster.questions import server_of
from cluster.watch import Mirror
from dashboard.clusters.page import find_cluster, mirror_of

MESSAGE = "application/dns-message"
SHORTEST, LONGEST = 12, 65_535
"""Octets of a message: a header alone, and what a length of two octets can say."""
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


class _Unreadable(Exception):
    """The request carries no DNS message; status and sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@csrf_exempt  # a DNS client sends no token, and a question changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
async def over_https(request: HttpRequest, slug: str) -> HttpResponse:
    """GET ?dns=<base64url> or POST of a message. How long the reply may be kept is the least of its TTLs."""
    cluster = await find_cluster(request, slug, "get")
    try:
        message = _message(request)
    except _Unreadable as unreadable:
        return HttpResponse(f"{unreadable}\n", status=unreadable.status, content_type="text/plain; charset=utf-8")
    mirror = await mirror_of(cluster)
    if why := outage(mirror.world, mirror.config):
        return HttpResponse(f"{why}\n", status=504, content_type="text/plain; charset=utf-8")
    ttls: list[int] = []
    reply = await settled(lambda outside: _answered(mirror, message, outside, ttls), forwarder.current())
    if not reply:
        sentence = "This message is a reply; a question has the bit QR clear.\n"
        return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")
    response = HttpResponse(reply, content_type=MESSAGE)
    response["Cache-Control"] = f"private, max-age={min(ttls, default=0)}"
    return response


def _message(request: HttpRequest) -> bytes:
    if request.method == "POST":
        if request.content_type != MESSAGE:
            raise _Unreadable(415, f"The body is a DNS message: its Content-Type is {MESSAGE}.")
        message = request.body
    else:
        given = request.GET.getlist("dns")
        if len(given) != 1:
            raise _Unreadable(400, "A question is ?dns=MESSAGE, once, the message in base64url. Or POST it.")
        text = given[0].rstrip("=")
        if len(text) * 3 // 4 > LONGEST:
            raise _Unreadable(414, f"A DNS message has at most {LONGEST:,} octets.")
        if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
            raise _Unreadable(400, "dns is not base64url: letters, digits, - and _, without padding.")
        message = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(message) > LONGEST:
        raise _Unreadable(413, f"A DNS message has at most {LONGEST:,} octets. This has {len(message):,}.")
    if len(message) < SHORTEST:
        raise _Unreadable(400, f"A DNS message begins with {SHORTEST} octets of header. This has {len(message)}.")
    return message


def _answered(mirror: Mirror, message: bytes, outside: Outside | None, ttls: list[int]) -> bytes:
    """The reply; the TTLs of what it says gather in `ttls`."""
    rules = settings.of(mirror.world, mirror.config)
    put = server_of(mirror.world, mirror.config, mirror.now(), dns=rules, outside=outside)

    def respond(question: Question) -> Answer:
        found = put(question)
        ttls[:] = [record.ttl for record in (*found.answer, *found.authority)]
        return balanced(found, shuffle) if rules.loadbalance else found

    return wire.answer_message(message, respond, tcp=True)
