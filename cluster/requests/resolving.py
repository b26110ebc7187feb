"""From the host of a request to addresses, as the client in a pod finds them: the walk, its answer, and why.

The answer's order is the server's: where its Corefile says loadbalance, another one for each who asks.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.dns import forwarder, reasons, resolver, settings
from cluster.dns.answer import Answer, Outside, Question
from cluster.dns.names import plain_address
from cluster.dns.outage import outage
from cluster.machinery.objects import Obj, spec
from cluster.questions import checked_name, stub_of
from cluster.requests.asking import Asker
from cluster.world import World

_MUSL = ("alpine", "busybox")


class Resolved(NamedTuple):
    addresses: tuple[str, ...]
    """None: the name leads nowhere."""
    name: str = ""
    """The whole name that answered; "" where the host was an address."""
    alias: str = ""
    """The name it leads to, where it is one for another."""
    steps: tuple[dict[str, Any], ...] = ()
    rcode: str = ""
    reasons: tuple[str, ...] = ()
    shuffled: bool = False


def resolve(
    world: World, config: ClusterConfig, asked: Asker, host: str, now: float, outside: Outside | None = None
) -> Resolved:
    """The addresses of a host. BadRequest for a name that cannot be asked."""
    if host.rstrip(".") == "localhost":
        return Resolved(("127.0.0.1",), "localhost")
    if plain_address(host):
        return Resolved((host,))
    if asked.pod is None:
        text = f"Outside the cluster nobody knows {host}: its names are answered inside alone."
        return Resolved((), rcode="NXDOMAIN", reasons=(text,))
    rules = settings.of(world, config)
    if outside is None and (somebody := forwarder.current()) is not None:
        outside = somebody.known
    stub = stub_of(world, config, asked.pod, asked.namespace, now, dns=rules, outside=outside)
    walk = resolver.walk(checked_name(host, "A"), ("A", "AAAA"), stub.conf, stub.put, _habit(asked.pod))
    last = next(step for step in walk.steps if step.name == walk.name)
    records = tuple(dict.fromkeys(record for answer in last.answers for record in answer.answer))
    found = tuple(record.data for record in records if record.type in ("A", "AAAA"))
    alias = next((record.data.rstrip(".") for record in reversed(records) if record.type == "CNAME"), "")
    questions = [(Question(step.name, "A"), step.answers[0]) for step in walk.steps if step.answers]
    why: list[str] = []
    if not found:
        why = reasons.of_walk(questions, next(a for q, a in questions if q.name == walk.name), world, rules)
        if stub.elsewhere:
            why = [stub.elsewhere]
        elif silent := outage(world, config):
            why = [silent]
        elif alias:
            why = [f"{host} is another name for {alias}, and nobody whom this cluster asks knows that one."]
    return Resolved(
        found, walk.name, alias, tuple(_step(step) for step in walk.steps), _rcode(last), tuple(why), rules.loadbalance
    )


def _habit(pod: Obj) -> resolver.Habit:
    """Its first container's C library walks the search list."""
    image = str(((spec(pod).get("containers") or [{}])[0]).get("image") or "")
    return resolver.MUSL if any(word in image for word in _MUSL) else resolver.GLIBC


def _step(step: resolver.Step) -> dict[str, Any]:
    first: Answer | None = step.answers[0] if step.answers else None
    found = sum(len(answer.answer) for answer in step.answers)
    return {"qname": step.name, "rcode": first.rcode if first else "", "records": found, "asked": first is not None}


def _rcode(step: resolver.Step) -> str:
    return next((answer.rcode for answer in step.answers if answer.answer), step.answers[0].rcode)
