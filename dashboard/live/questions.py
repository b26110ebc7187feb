"""The open DNS questions of a stage: equal ones are answered once for all who ask, again after changes, and never for
longer at a time than the loop can spare. Belongs to the event loop; knows neither frames' order nor sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import orjson
import structlog

from cluster import deeds
from cluster.config import ClusterConfig
from cluster.lessons import doing
from cluster.machinery.errors import ApiError, BadRequest, NotFound
from cluster.watch import Mirror
from cluster.world import World
from dashboard.live.seat import Asked, Seat

PERSONS = "q"
"""How the ids of questions begin that a person asks; the page asks some by itself."""

log = structlog.get_logger()

Ask = Callable[[World, ClusterConfig, Asked, float], dict[str, Any]]


class Questions:
    """`seat.asks` is what a seat wants to know, `seat.told` what it was told last."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._askers: dict[Asked, dict[tuple[Seat, str], None]] = {}
        self._fresh: dict[Asked, None] = {}
        """Never answered to somebody: these come first."""
        self._doubtful: dict[Asked, None] = {}

    @property
    def waiting(self) -> bool:
        return bool(self._fresh or self._doubtful)

    def open(self, seat: Seat, number: str, asked: Asked) -> None:
        self.close(seat, number)
        seat.asks[number] = asked
        self._askers.setdefault(asked, {})[seat, number] = None
        self._fresh[asked] = None

    def close(self, seat: Seat, number: str) -> None:
        asked = seat.asks.pop(number, None)
        seat.told.pop(number, None)
        if asked is None:
            return
        askers = self._askers.get(asked, {})
        askers.pop((seat, number), None)
        if not askers:
            for held in (self._askers, self._fresh, self._doubtful):
                held.pop(asked, None)

    def leave(self, seat: Seat) -> None:
        for number in tuple(seat.asks):
            self.close(seat, number)

    def doubt(self) -> None:
        """Something changed: all are to be answered again, those that wait longest first."""
        self._doubtful.update(dict.fromkeys(self._askers))

    def settle(self, mirror: Mirror, go_on: Callable[[], bool]) -> None:
        """Answer what waits while `go_on()`."""
        while self.waiting and go_on():
            asked = next(iter(self._fresh or self._doubtful))
            self._fresh.pop(asked, None)
            self._doubtful.pop(asked, None)
            self._tell(mirror, self._answered(mirror, asked), tuple(self._askers[asked]))

    def _answered(self, mirror: Mirror, asked: Asked) -> tuple[bytes, orjson.Fragment] | ApiError:
        """(what makes the answer another one, the answer). The time in dig's text does not."""
        try:
            answer = self._ask(mirror.world, mirror.config, asked, mirror.now())
        except ApiError as error:
            return error
        except Exception:  # one question's fault is not the others': they all share this stage
            log.exception("not_answered", question=asked._asdict())
            return BadRequest("This question cannot be answered: the server met a fault of its own.")
        lasting = {name: value for name, value in answer.items() if name != "dig"}
        return orjson.dumps(lasting), orjson.Fragment(orjson.dumps(answer))

    def _tell(
        self, mirror: Mirror, found: tuple[bytes, orjson.Fragment] | ApiError, askers: Iterable[tuple[Seat, str]]
    ) -> None:
        for seat, number in askers:
            if isinstance(found, ApiError):
                self._refuse(seat, number, found)
            elif seat.told.get(number) != found[0]:
                seat.told[number] = found[0]
                frame = {"t": "answer", "id": number, "revision": mirror.revision, "answer": found[1]}
                seat.push(orjson.dumps(frame).decode())
                if number.startswith(PERSONS):
                    self._say(mirror, found[1], seat.asks.get(number))

    def _say(self, mirror: Mirror, answer: orjson.Fragment, asked: Asked | None) -> None:
        """To whoever follows what people do here: somebody asked, and this is the answer on his page."""
        if asked is not None:
            by, now = f"{asked.namespace}/{asked.pod}", mirror.now()
            deeds.tell(mirror.config.slug, lambda: doing.asked(orjson.loads(orjson.dumps(answer)), by, now))

    def _refuse(self, seat: Seat, number: str, error: ApiError) -> None:
        """Said once. A question whose asker is gone stays open: a pod of a StatefulSet comes back under its name."""
        said = error.message.encode()
        if seat.told.get(number) == said:
            return
        seat.push(orjson.dumps({"t": "refused", "id": number, "message": error.message}).decode())
        if isinstance(error, NotFound):
            seat.told[number] = said
        else:
            self.close(seat, number)
