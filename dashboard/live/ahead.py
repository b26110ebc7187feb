"""What a paused cluster's controllers would do next, for the page: looked at a slice at a time, told when it is new.

Belongs to the event loop; knows neither frames' order nor sockets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from cluster.plan import Controller
from cluster.watch import Mirror
from cluster.worker.upcoming import Next, Upcoming, look, ordered, words
from dashboard.frames import id_of

MOST = 8
"""Plans that are told; of the others how many they are."""
MOST_WORDS = 3
"""Actions and reasons of one plan that are told."""

Stand = tuple[int, float]


class Ahead:
    def __init__(self, controllers: Sequence[Controller]) -> None:
        self._controllers = controllers
        self._stand: Stand | None = None
        """(revision, cluster time) that is looked at, or was."""
        self._looking: Iterator[Next] | None = None
        self._looked: list[Next] = []
        self.told: dict[str, Any] | None = None
        """What was found last; None while the clock goes."""

    @property
    def waiting(self) -> bool:
        return self._looking is not None

    def settle(self, mirror: Mirror, go_on: Callable[[], bool]) -> bool:
        """Look on while `go_on()`; True when `told` is another now."""
        if not mirror.clock.paused:
            gone, self.told, self._stand, self._looking = self.told is not None, None, None, None
            return gone
        stand = (mirror.revision, mirror.clock.time)
        if stand != self._stand:
            # The world moved on under a look that was not finished: what it saw may be no longer so.
            self._stand, self._looked = stand, []
            self._looking = look(self._controllers, mirror.world, mirror.clock.time, mirror.config)
        if self._looking is None:
            return False
        while go_on():
            found = next(self._looking, None)
            if found is None:
                self._looking = None
                said = self._said(ordered(self._looked, mirror.clock.time))
                changed, self.told = said != self.told, said
                self._looked = []
                return changed
            self._looked.append(found)
        return False

    def _said(self, found: Upcoming) -> dict[str, Any]:
        return {
            "plans": [self._plan(each) for each in found.due[:MOST]],
            "more": max(0, len(found.due) - MOST),
            "later": found.later,
            "waits": self._named(found.waits) if found.waits else None,
            "faults": [id_of(each.key) for each in found.faults[:MOST]],
        }

    def _plan(self, each: Next) -> dict[str, Any]:
        does = [words(action.intent) for action in each.plan.actions]
        return {
            **self._named(each),
            "does": does[:MOST_WORDS],
            "more": max(0, len(does) - MOST_WORDS),
            "why": _why(each),
        }

    def _named(self, each: Next) -> dict[str, str]:
        return {
            "controller": self._controllers[each.controller].name,
            "about": id_of(each.key),
            "name": each.key.name,
        }


def _why(each: Next) -> list[str]:
    """The reasons of the plan that are about its own object, or else its first ones."""
    own: list[str] = [reason.text for reason in each.plan.reasons if reason.about == each.key]
    return (own or [reason.text for reason in each.plan.reasons])[:MOST_WORDS]
