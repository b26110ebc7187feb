"""A plan in the making: what a controller's steps add to, in order, until one of them ends the pass."""

from __future__ import annotations

from typing import Literal

from cluster.intents import Intent
from cluster.machinery.objects import Key, Obj
from cluster.plan import Action, Note, Plan, Reason


class Draft:
    """Actions, notes and reasons about one workload, and the earliest time to look again."""

    def __init__(self, about: Key, regarding: Obj, component: str) -> None:
        self.about = about
        self.regarding = regarding
        self.component = component
        self.actions: list[Action] = []
        self.reasons: list[Reason] = []
        self.notes: list[Note] = []
        self.again_at: float | None = None

    def note(self, reason: str, message: str, type_: Literal["Normal", "Warning"] = "Normal") -> Note:
        return Note(self.regarding, type_, reason, message, self.component)

    def act(self, intent: Intent, succeeded: tuple[Note, ...] = (), failed: tuple[Note, ...] = ()) -> None:
        self.actions.append(Action(intent, succeeded, failed))

    def act_regardless(self, intent: Intent) -> None:
        """Carried out though an action before it was refused: a status tells what is there, whatever could not be."""
        self.actions.append(Action(intent, regardless=True))

    def because(
        self, level: Literal["ok", "wait", "fail", "info"], code: str, text: str, seat: int | None = None
    ) -> None:
        self.reasons.append(Reason(self.about, level, text, code, seat))

    def look_again(self, moment: float) -> None:
        """A moment that lies strictly behind the deadline: deadlines here count as passed only afterwards."""
        moment += 0.001
        if self.again_at is None or moment < self.again_at:
            self.again_at = moment

    def plan(self) -> Plan:
        return Plan(tuple(self.actions), tuple(self.reasons), tuple(self.notes), self.again_at)
