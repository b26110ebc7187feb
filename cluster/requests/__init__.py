"""Requests put to a simulated cluster as a client would put them: the way of the first one step by step, whom all of
them came to, what was answered, and why. What the page, its HTTP twin and the shell's curl show.

Reads a World and changes nothing of it. Dice, time and what the proxies remember of clients are arguments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from cluster.config import ClusterConfig
from cluster.dns.answer import Outside
from cluster.machinery.objects import Key
from cluster.network import iptables, proxy
from cluster.network.proxy import NO_AFFINITY, Affinity, Caught
from cluster.requests import asking, telling
from cluster.requests.arriving import LOOPBACK
from cluster.requests.asking import MOST, OUTSIDE, Asker, Target
from cluster.requests.connecting import Connections
from cluster.requests.resolving import Resolved, resolve
from cluster.requests.result import GOOD, Result
from cluster.requests.sending import Logged, Row, Sending
from cluster.worker.assembly import explain
from cluster.world import World

__all__ = ["GOOD", "MOST", "OUTSIDE", "Logged", "Sent", "send"]

MOST_BODY = 4_000
"""Characters of an answer's body that are told."""
MOST_ROWS = 100
"""Pods told one by one."""
MOST_RULES = 60


class Sent(NamedTuple):
    trace: dict[str, Any]
    """Ready for JSON."""
    affinity: Affinity
    """What the proxies remember after it."""
    logged: tuple[Logged, ...] = ()
    """What servers wrote into their logs about it."""


def send(
    world: World,
    config: ClusterConfig,
    *,
    source: str,
    to: str,
    count: str | int = 1,
    namespace: str = "default",
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    pick: Callable[[int], int],
    now: float = 0.0,
    affinity: Affinity = NO_AFFINITY,
    outside: Outside | None = None,
) -> Sent:
    """Send `count` requests from a pod (`source`: pod, namespace/pod or "outside") to a URL or host:port.

    Every request is a new connection and asks DNS anew, as `curl` does. BadRequest or NotFound, with a sentence, for
    what cannot be sent. `pick(n)` gives 0..n-1; `outside` is whoever is asked for names beyond the cluster.
    """
    goal, times, verb = asking.target(to), asking.counted(count), asking.method(method)
    asked = asking.asker(world, source, namespace)
    found = resolve(world, config, asked, goal.host, now, outside)
    opened = Connections(world, config, asked.client, asked.where, pick, now, affinity)
    sending = Sending(world, asked, goal, verb, headers, found, opened, now, outside)
    for _ in range(times):
        sending.once()
    trace = _trace(world, config, asked, goal, verb, times, found, sending, now)
    return Sent(trace, opened.affinity, tuple(sending.logged))


# -- what came of it -----------------------------------------------------------------------------------------


def _trace(
    world: World,
    config: ClusterConfig,
    asked: Asker,
    goal: Target,
    verb: str,
    times: int,
    found: Resolved,
    sending: Sending,
    now: float,
) -> dict[str, Any]:
    assert sending.first is not None, "at least one was sent"
    tried, result = sending.first
    rules = _rules(goal, found, sending)
    service = telling.service_of(world, found, rules[0] if rules else None)
    steps = (
        [
            telling.name_step(goal, found, service, [each for each, _ in tried]),
            *telling.way(world, asked, goal, found, tried, result),
        ]
        if tried
        else [telling.name_step(goal, found, None)]
    )
    spread, order = _spread(found, rules, sending)
    return {
        "from": {
            "id": telling.object_id(asked.where) if asked.where else None,
            "pod": asked.where.name if asked.where else "",
            "namespace": asked.namespace,
            "ip": asked.client.address,
            "node": asked.client.node,
        },
        "to": {"url": goal.url, "scheme": goal.scheme, "host": goal.host, "port": goal.port, "path": goal.path},
        "method": verb,
        "count": times,
        "walk": {"steps": list(found.steps), "name": found.name, "rcode": found.rcode} if found.steps else None,
        "service": telling.object_id(service) if service else None,
        "virtual": bool(rules),
        "steps": steps,
        "outcomes": dict(sending.outcomes),
        "spread": spread,
        "order": order,
        "result": result.code,
        "says": result.says,
        "response": _response(result),
        "reasons": telling.reasons(
            world,
            goal,
            found,
            service,
            list(sending.examples.values()),
            lambda where: _held_back(world, config, where, now),
        ),
        "affinity": _affinity(rules, sending),
        "rules": _printed(rules, config),
        "kubectl": asking.command(asked, goal, verb, times, bare=result.code == "connected"),
    }


def _held_back(world: World, config: ClusterConfig, service: Key, now: float) -> list[str]:
    """Why a Service has nobody to send to, as its panel says it."""
    told = explain(world, service, now, config)
    return [each.text for each in told if each.level in ("wait", "fail") and each.code not in ("count", "more")]


def _rules(goal: Target, found: Resolved, sending: Sending) -> tuple[Caught, ...]:
    """The rules that catch requests to the name's first address."""
    if not found.addresses or found.addresses[0] in LOOPBACK:
        return ()
    return sending.opened.catching(found.addresses[0], goal.port, goal.transport)


def _spread(found: Resolved, rules: tuple[Caught, ...], sending: Sending) -> tuple[list[dict[str, Any]], list[int]]:
    """Whom requests came to, and whom they could have come to, with the share each would get of very many."""
    expected: dict[Row, float] = {}
    landed = sending.landed()
    for endpoint, share in proxy.shares(rules).items():
        row = (telling.object_id(endpoint.pod) if endpoint.pod else "", endpoint.address, endpoint.port)
        # A client that is kept by its first pod gets no share of the others.
        expected[row] = expected.get(row, 0.0) + (0.0 if rules[0].rules.affinity else share)
    if sending.vain:
        expected = dict.fromkeys(landed, 1.0)
    elif not rules and found.addresses and sending.rows:
        goal = sending.goal
        arrivals = [sending.opened.land(address, goal.port, goal.transport).arrival for address in found.addresses]
        able = [each for each in arrivals if each.outcome == "open"] or arrivals
        chosen = able if found.shuffled else able[:1]
        for each in chosen:
            pod = telling.object_id(each.pod) if each.pod else ""
            expected[pod, each.address, each.port] = 1 / len(chosen)
    rows = sorted(
        {**expected, **landed},
        key=lambda row: (-landed.get(row, Counter()).total(), len(row[0]), row),
    )[:MOST_ROWS]
    rows.sort(key=lambda row: (len(row[0]), row))
    told = [
        {
            "id": row[0] or None,
            "name": row[0].rpartition("/")[2] or row[1],
            "ip": row[1],
            "port": row[2],
            "expected": round(expected.get(row, 0.0), 4),
            "count": landed.get(row, Counter()).total(),
            "outcomes": dict(landed.get(row, {})),
        }
        for row in rows
    ]
    place = {row: at for at, row in enumerate(rows)}
    seats = [place.get(row, -1) for row in sending.rows]
    return told, [seats[at] if at >= 0 else -1 for at in sending.order]


def _response(result: Result) -> dict[str, Any] | None:
    if result.response is None:
        return None
    body = result.response.text
    return {
        "status": result.response.status,
        "phrase": result.response.phrase,
        "headers": [list(each) for each in result.response.headers],
        "body": body[:MOST_BODY],
        "cut": max(len(body) - MOST_BODY, 0),
    }


def _affinity(rules: tuple[Caught, ...], sending: Sending) -> dict[str, Any] | None:
    """Where a Service keeps its clients: for how long, and whether this one had been there."""
    if not rules or not rules[0].rules.affinity:
        return None
    landing = next((each for each in sending.examples.values() if each.chosen), None)
    kept = bool(landing and landing.chosen and landing.chosen.kept)
    seconds = rules[0].rules.affinity
    client = sending.asked.client.address
    text = (
        f"sessionAffinity ClientIP: {client} stays with one pod until {seconds:,} s pass without a connection from it."
    )
    return {"seconds": seconds, "client": client, "kept": kept, "text": text}


def _printed(rules: tuple[Caught, ...], config: ClusterConfig) -> list[str]:
    if not rules:
        return []
    lines = iptables.saved(rules[0].rules, config.pod_range)
    left = len(lines) - MOST_RULES
    return [*lines[:MOST_RULES], *([f"# and {left} more"] if left > 0 else [])]
