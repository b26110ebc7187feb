"""The cluster's DNS server at the end of a pod's packet, and names as a pod's C library finds them.

The same answers as everywhere (`questions.server_of`); here they are bytes, in the order and size the asker gets.
"""

from __future__ import annotations

import random
from functools import partial

from cluster.dns import forwarder, resolver, root, settings, wire
from cluster.dns.answer import REFUSED, Answer, Outside, Question
from cluster.dns.balance import balanced
from cluster.dns.forwarder import settled
from cluster.dns.query import Malformed, read
from cluster.machinery.objects import Key
from cluster.questions import server_of
from cluster.shell.network import querylog
from cluster.shell.network.surroundings import Surroundings


async def answer(
    around: Surroundings, packet: bytes, *, tcp: bool, client: tuple[str, int], pod: Key | None
) -> bytes | None:
    """The server's reply to one message; None when none is due. `pod` is the one of its pods that got it."""
    world, config, now = around.world, around.config, around.now()
    rules = settings.of(world, config)
    somebody = forwarder.current()
    dice = random.Random(around.pick(1 << 30))

    def reply(outside: Outside | None) -> bytes:
        find = server_of(world, config, now, dns=rules, outside=outside)

        def respond(question: Question) -> Answer:
            if question.class_ != "IN" and somebody is None:
                return REFUSED
            found = find(question)
            return balanced(found, dice.shuffle) if rules.loadbalance else found

        return wire.answer_message(packet, respond, tcp=tcp)

    raw = await settled(reply, somebody) if somebody is not None else reply(partial(root.answer, now=now))
    if rules.logs and pod is not None and (server := world.get(pod)) is not None:
        query = read(packet)
        if raw and not isinstance(query, Malformed):
            await around.log(server, "coredns", querylog.line(query, packet, raw, client, tcp=tcp))
    return raw or None


async def answer_outside(around: Surroundings, packet: bytes, server: str, *, tcp: bool) -> bytes | None:
    """What a resolver that is none of the cluster's says: the nodes' own, or where the operator named somebody to ask
    any. Else nobody answers."""
    somebody = forwarder.current()
    if somebody is None and server == resolver.NODE_RESOLVER:
        return wire.answer_message(packet, partial(root.answer, now=around.now()), tcp=tcp) or None
    if somebody is None:
        return None

    def reply(outside: Outside | None) -> bytes:
        assert outside is not None, "there is somebody to ask"
        return wire.answer_message(packet, outside, tcp=tcp)

    return await settled(reply, somebody) or None
