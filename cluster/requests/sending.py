"""The requests of one call, one after the other, counted as they go; only the first of each sort is kept whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cluster.dns.answer import Outside
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key
from cluster.nodes.accesslog import Line
from cluster.nodes.messages import Header
from cluster.requests import asking, connecting, telling
from cluster.requests.asking import Asker, Target
from cluster.requests.connecting import Connections, Landing
from cluster.requests.exchanging import exchange, failure
from cluster.requests.onward import Onwards
from cluster.requests.resolving import Resolved, resolve
from cluster.requests.result import Result
from cluster.world import World

DEEPEST = 5
"""Servers that ask each other for one answer."""
Row = tuple[str, str, int]
"""(object id or "", address, port): whom requests came to."""


class Logged(NamedTuple):
    """A line that a server wrote about a request."""

    pod: Key
    container: str
    line: Line


class Sending:
    def __init__(
        self,
        world: World,
        asked: Asker,
        goal: Target,
        verb: str,
        headers: tuple[tuple[str, str], ...],
        found: Resolved,
        opened: Connections,
        now: float,
        outside: Outside | None = None,
        depth: int = 0,
    ) -> None:
        self.world, self.asked, self.goal, self.verb, self.headers = world, asked, goal, verb, headers
        self.found, self.opened, self.now = found, opened, now
        self._outside, self._depth = outside, depth
        self.first: tuple[list[tuple[str, Landing]], Result] | None = None
        """The addresses it tried, and what came of it."""
        self.outcomes: Counter[str] = Counter()
        self.rows: dict[Row, Counter[str]] = {}
        self.order: list[int] = []
        """For each request the place of its row in `rows`; -1: it came to nobody. Empty where all tried all in vain."""
        self.examples: dict[str, Landing] = {}
        """The first landing of each outcome."""
        self.logged: list[Logged] = []
        self.vain: list[Landing] = []
        """All addresses, where none of several takes a connection and no rule is between: every request tries all."""
        self._places: dict[Row, int] = {}
        self._results: dict[tuple[str, int], Result] = {}

    def once(self) -> None:
        if self.vain:  # any of them may be the last one, and its error is what the client tells
            last = self.vain[self.opened.pick(len(self.vain))] if self.found.shuffled else self.vain[-1]
            self._refused(last)
            return
        tried = list(self._tries())
        if len(tried) > 1 and all(each.caught is None and each.arrival.outcome != "open" for _, each in tried):
            self.vain = [landing for _, landing in tried]
            result = self._refused(tried[-1][1])
        elif tried:
            result = self._result(tried[-1][1])
            self._count(tried[-1][1], result)
            self._log(tried[-1][1], result)
        else:
            why = self.found.reasons[0] if self.found.reasons else ""
            result = Result("no-name", why, failure(self.goal, "no-name"))
            self.outcomes[result.code] += 1
            self.order.append(-1)
        if self.first is None:
            self.first = tried, result

    def _tries(self) -> Iterator[tuple[str, Landing]]:
        """Address after address until one takes the connection, as curl and nc go through them."""
        left = list(self.found.addresses)
        for at in range(len(left)):
            if self.found.shuffled and len(left) - at > 1:
                other = at + self.opened.pick(len(left) - at)
                left[at], left[other] = left[other], left[at]
            landing = self.opened.land(left[at], self.goal.port, self.goal.transport)
            yield left[at], landing
            if landing.arrival.outcome == "open":
                return

    def _refused(self, last: Landing) -> Result:
        """One more request that tried all in vain."""
        result = self._result(last)
        self.outcomes[result.code] += 1
        self.examples.setdefault(result.code, last)
        return result

    def landed(self) -> dict[Row, Counter[str]]:
        """The requests by whom they came to. What is tried all in vain comes to everybody, one after the other."""
        if not self.vain:
            return self.rows
        times = self.outcomes.total()
        met = [(each.arrival, pod) for each in self.vain if (pod := each.arrival.pod) is not None]
        return {(telling.object_id(pod), at.address, at.port): Counter({at.outcome: times}) for at, pod in met}

    def _result(self, landing: Landing) -> Result:
        arrival = landing.arrival
        place = (arrival.address, arrival.port)
        if place not in self._results:
            port = connecting.port(self.opened.pick)
            sender = f"{self.opened.sender(landing)}:{port}"
            self._results[place] = exchange(
                self.world, self.goal, self.verb, self.headers, arrival, sender, self.now, self._onward
            )
        return self._results[place]

    def _onward(self, pod: Key, goal: Target, verb: str, headers: tuple[Header, ...]) -> Onwards:
        """What a pod is told that asks another one before it answers."""
        if self._depth >= DEEPEST:
            return Onwards(Result("refused", "There the chain of those who ask each other is given up."))
        opened = self.opened
        try:
            asked = asking.asker(self.world, f"{pod.namespace}/{pod.name}", pod.namespace)
            found = resolve(self.world, opened.config, asked, goal.host, self.now, self._outside)
        except ApiError as error:
            return Onwards(Result("no-name", error.message))
        own = Connections(self.world, opened.config, asked.client, pod, opened.pick, self.now, opened.affinity)
        inner = Sending(self.world, asked, goal, verb, headers, found, own, self.now, self._outside, self._depth + 1)
        inner.once()
        self.logged += inner.logged
        assert inner.first is not None, "one was sent"
        tried, result = inner.first
        if not tried or (landed := tried[-1][1].arrival.pod) is None:
            return Onwards(result)
        sender = f"{own.sender(tried[-1][1])}:{connecting.port(own.pick)}"
        return Onwards(result, landed.name, sender)

    def _log(self, landing: Landing, result: Result) -> None:
        arrival = landing.arrival
        if arrival.pod is not None and arrival.listener is not None:
            called = str(arrival.listener.container.get("name") or "")
            self.logged += [Logged(arrival.pod, called, line) for line in result.lines]

    def _count(self, landing: Landing, result: Result) -> None:
        self.outcomes[result.code] += 1
        self.examples.setdefault(result.code, landing)
        arrival = landing.arrival
        pod = (landing.chosen.endpoint.pod if landing.chosen else None) or arrival.pod
        if landing.chosen is None and pod is None:
            self.order.append(-1)
            return
        row = (telling.object_id(pod) if pod else "", arrival.address, arrival.port)
        self.order.append(self._places.setdefault(row, len(self._places)))
        self.rows.setdefault(row, Counter())[result.code] += 1
