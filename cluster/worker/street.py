"""A cluster without database, worker or clock: intents go through the real admission into a world, and controllers are
planned until they rest. Time moves only when a plan asks to be looked at later. For tests, and for rehearsing lessons.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cluster.change import Change, ChangeType
from cluster.config import ClusterConfig, Pace
from cluster.intents import Create, Intent
from cluster.kinds.kind import Admission, Dice
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj
from cluster.plan import Controller, Note, Plan
from cluster.store.effects import Effect, effect_of, steps_of
from cluster.world import World

if TYPE_CHECKING:
    from cluster.kinds.kind import Caller

RETRY = 30.0
"""Seconds until a plan that was refused is made again."""


class Written(NamedTuple):
    type: ChangeType
    key: Key
    object: Obj
    author: str


class Street:
    def __init__(self, *controllers: Controller, pace: Pace = "instant", now: float = 1_795_000_000.25) -> None:
        self.controllers: Sequence[Controller] = controllers
        self.world = World()
        self.now = now
        self.config = ClusterConfig(pace=pace)
        self.log: list[Written] = []
        self.notes: list[Note] = []
        self.refused: list[str] = []
        self.warned: list[str] = []
        self.caller: Caller | None = None
        self.planned = 0
        self._numbers = 0
        self._due: dict[tuple[int, Key], float] = {}

    # -- the store -----------------------------------------------------------------------------------------

    def dice(self) -> Dice:
        def number() -> int:
            self._numbers += 1
            return self._numbers

        return Dice(
            uid=lambda: f"uid-{number()}", suffix=lambda: f"x{number():04}", pick=lambda count: number() % count
        )

    def do(self, intent: Intent, author: str = "sam") -> Obj | None:
        """Admit and store one intent; returns what is stored now. Raises ApiError."""
        admission = Admission(self.world, self.now, self.dice(), self.config, memo={}, caller=self.caller)
        stored = None
        for step in steps_of(intent, admission):
            effect = effect_of(step, admission, trusted=author != "sam", judged=step is not intent)
            self.warned.extend(effect.warnings)
            stored = self._store(effect, author)
        return stored

    def _store(self, effect: Effect, author: str) -> Obj | None:
        if not effect.changed:
            return effect.old
        type_: ChangeType = "DELETED" if effect.new is None else "ADDED" if effect.old is None else "MODIFIED"
        source = effect.new if effect.new is not None else effect.old
        assert source is not None
        self.world.revision += 1
        obj = {**source, "metadata": {**source["metadata"], "resourceVersion": str(self.world.revision)}}
        if type_ == "DELETED":
            self.world.drop(effect.key)
        else:
            self.world.put(effect.key, obj)
        self.log.append(Written(type_, effect.key, obj, author))
        change = Change(self.world.revision, type_, effect.key, obj, -1, 0, author, "", self.now, self.now)
        for index, controller in enumerate(self.controllers):
            for concerned in controller.keys(change, effect.old, self.world):
                self._due[index, concerned] = self.now
        return None if type_ == "DELETED" else obj

    def create(self, *objects: Obj) -> None:
        for obj in objects:
            self.do(Create(obj))

    # -- the worker ----------------------------------------------------------------------------------------

    def look(self, where: Key) -> None:
        """Let every controller plan this key again though nothing changed, as a retry does."""
        for index, controller in enumerate(self.controllers):
            if where in set(controller.every(self.world)):
                self._due[index, where] = self.now

    def rest(self, seconds: float = 600.0, *, each: Callable[[], None] = lambda: None) -> None:
        """Plan what is due until nothing is, for at most so much cluster time; `each` is called after every plan."""
        end = self.now + seconds
        for _ in range(200_000):
            if not self._due:
                return
            (index, where), due = min(self._due.items(), key=lambda item: (item[1], self.rank(item[0][0])))
            if due > end:
                self.now = end
                return
            self.now = max(self.now, due)
            del self._due[index, where]
            self._carry_out(index, where, self.controllers[index].plan(self.world, where, self.now, self.config))
            each()
        raise AssertionError("never comes to rest")

    def rank(self, index: int) -> int:
        """Whose keys come first of those due at one moment; equal ones in the order in which they became due."""
        return 0

    def _carry_out(self, index: int, where: Key, plan: Plan) -> None:
        self.planned += 1
        self.notes.extend(plan.notes)
        for layer, path, entry in plan.writes:
            self.world.contents.put(layer, path, entry)
        if plan.again_at is not None:
            self._due.setdefault((index, where), plan.again_at)
        refused = False
        for action in plan.actions:
            if refused and not action.regardless:
                continue
            try:
                self.do(action.intent, self.controllers[index].name)
            except ApiError as error:
                told = (each._replace(message=each.message.replace("{error}", error.message)) for each in action.failed)
                self.notes.extend(told)
                if not action.may_fail:
                    refused = True
                    self._due.setdefault((index, where), self.now + RETRY)
                    self.refused.append(f"{self.controllers[index].name} {where}: {error.message}")
            else:
                self.notes.extend(action.succeeded)

    # -- looking -------------------------------------------------------------------------------------------

    def writes(self, resource: str) -> list[str]:
        """What was written of one resource: "ADDED web-0"."""
        return [f"{each.type} {each.key.name}" for each in self.log if each.key.resource == resource]
