"""Walks a lesson in a cluster in memory: do its checks fail before each step, and after the wrong way, and hold after
the right one? What `manage.py lessons check` tells an author, and what the tests ask of every lesson of ours.

Time is the cluster's own and moves in jumps, so a lesson takes a moment whatever its pods take. What `do` says is done
without a pause, as the page does it: an act that needs the cluster to have come somewhere has to wait for that.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.deeds import Deed
from cluster.intents import Apply, Create
from cluster.lessons import doing
from cluster.lessons.anew import are_gone, cleared, mended
from cluster.lessons.judges.choices import is_right
from cluster.lessons.judging import Verdict, before, judge, judge_all
from cluster.lessons.loading import FILE
from cluster.lessons.naming import values
from cluster.lessons.probed import Probes
from cluster.lessons.retyping import retype
from cluster.lessons.running import run_in
from cluster.lessons.sight import Chosen, Sight
from cluster.lessons.values import Act, Lesson, Step
from cluster.machinery.errors import ApiError
from cluster.shell.machine import Machines
from cluster.store.system import system_objects
from cluster.worker.assembly import CONTROLLERS
from cluster.worker.events import Recorder
from cluster.worker.street import Street

SETTLE = 45.0
"""Seconds of cluster time after an act."""
PATIENCE = 900.0
"""Seconds of cluster time that `wait` waits."""
_TAKING = frozenset({"delete", "deletePods", "evict"})


class Stop(Exception):
    """An act that cannot be carried out."""


class _Met(Exception):
    """What is waited for is so."""


class Found(NamedTuple):
    """What is not as it should be in a step: 0 is before the first."""

    step: int
    message: str

    def __str__(self) -> str:
        return f"step {self.step}: {self.message}" if self.step else self.message


class Asked(NamedTuple):
    name: str
    outcome: str
    addresses: tuple[str, ...]


class Stage(Street):
    """A cluster in memory with a person in it."""

    def __init__(self, lesson: Lesson, *, by_hand: bool = False) -> None:
        super().__init__(*CONTROLLERS)
        self.lesson, self.by_hand = lesson, by_hand
        self.config = ClusterConfig(slug="rehearsal", pace="brisk")
        self.cluster = 0
        self.is_forgotten = False
        self.recorder = Recorder()
        self.deeds: list[Deed] = []
        self.chosen: dict[str, Chosen] = {}
        self.before: frozenset[str] = frozenset()
        self._told = 0
        self.machines = Machines(_Mirror(self))  # type: ignore[arg-type]  # all of a mirror that they look at
        self.probes = Probes(self)

    def begin(self) -> None:
        """What every cluster holds, and what the lesson starts from."""
        for obj in system_objects(self.config, self.lesson.start.dns):
            self.do(Create(obj), "kubarium")
        for obj in doing.beginning(self.lesson):
            self.do(Apply(obj))

    def rest(self, seconds: float = 600.0, *, each: Callable[[], None] = lambda: None) -> None:
        """As a street does it, with probes whose commands are carried out."""
        end = self.now + seconds

        def planned() -> None:
            self.probes.run()
            each()

        while (due := self.probes.due) < end:
            super().rest(due - self.now, each=planned)
            self.now = max(self.now, min(due, self.probes.due))
            planned()
        super().rest(end - self.now, each=planned)

    def settle(self, seconds: float = SETTLE) -> None:
        self.rest(seconds)
        for note in self.notes[self._told :]:
            if (intent := self.recorder.intent(note, self.now)) is not None:
                self.do(intent, "kubarium")
        self._told = len(self.notes)

    def sight(self) -> Sight:
        return Sight(self.world, self.config, self.now, self.before, tuple(self.deeds), self.chosen)

    def enter(self, step: Step) -> None:
        """The step begins."""
        self.deeds = []
        self.before = frozenset(before(step, self.world))

    def act(self, act: Act, step: Step, *, mending: bool = False) -> None:
        """At once, whatever comes of it. Stop when it cannot be done. `mending`: what stands in the way is made anew,
        as the page does it for a person."""
        try:
            self._act(act, step, mending)
        except ApiError as error:
            raise Stop(error.message) from error

    def _write(self, act: Act, mending: bool) -> None:
        intents, index, old = doing.intents(act, self.lesson, self.world), 0, frozenset[str]()
        if mending:
            intents = cleared(act, intents, self.world).intents
        while index < len(intents):
            try:
                self.do(intents[index])
            except ApiError as error:
                found = mended(act, intents, index, error, self.world) if mending else None
                if found is None:
                    raise
                intents, old = found.intents, old | found.old
            else:
                index += 1
        if old:
            self.until(lambda: are_gone(old, self.world))

    def until(self, holds: Callable[[], bool]) -> bool:
        """Until the very plan with which it comes true: nothing that follows from it has happened yet."""

        def look() -> None:
            if holds():
                raise _Met

        try:
            look()
            self.rest(PATIENCE, each=look)
        except _Met:
            return True
        return False

    def _act(self, act: Act, step: Step, mending: bool) -> None:
        if act.kind in doing.WRITING:
            self._write(act, mending)
        elif act.kind in ("ask", "request"):
            self.deeds.extend(self.typed(act) if self.by_hand else self.told(act))
        elif act.kind == "exec":
            status = asyncio.run(run_in(self.machines, act))
            if status:
                raise Stop(f"the script ended with {status}")
            for controller in self.controllers:
                if controller.stirred is not None:
                    for where in controller.every(self.world):
                        self.look(where)
        elif act.kind == "choose":
            for value in values(act.given["value"], self.world):
                self.choose(value, step)
        elif act.kind == "pause":
            end = self.now + act.given["seconds"]
            self.rest(act.given["seconds"])
            self.now = max(self.now, end)
        elif act.kind == "wait":
            self._wait(act)

    def told(self, act: Act) -> tuple[Deed, ...]:
        """What is asked or sent."""
        if act.kind == "ask":
            return doing.question(act, self.world, self.config, self.now)
        return doing.request(act, self.world, self.config, self.now, lambda most: self._turn() % most)

    def typed(self, act: Act) -> tuple[Deed, ...]:
        """The same by the command that is shown for it. Stop where that comes to something else."""
        line = doing.command(act, self.world)
        if act.given["from"].endswith("/") and act.kind == "request":
            return self.told(act)  # by somebody outside, who is in no container
        try:
            found = tuple(retype(line, self))
        except ApiError as error:
            raise Stop(f"{_line(act)}the command that is shown, {line}, cannot be run: {error.message}") from error
        if act.kind == "ask" and _questions(found, act) != (wanted := _questions(self.told(act), act)):
            asked = _listed(_questions(found, act))
            said = f"asks {asked}, where the step asks {_listed(wanted)}"
            raise Stop(f"{_line(act)}the command that is shown, {line}, {said}")
        return found

    def _turn(self) -> int:
        self._numbers += 1
        return self._numbers

    def choose(self, value: str, step: Step) -> None:
        for check in step.checks:
            if check.kind == "choose":
                self.chosen[check.id] = Chosen(value, is_right(check.given, value, self.sight()))

    def answer(self, step: Step) -> None:
        """Every question of the step, rightly."""
        for check in step.checks:
            if check.kind == "choose":
                for value in values(check.given["answer"], self.world)[:1]:
                    self.chosen[check.id] = Chosen(value, True)

    def _wait(self, act: Act) -> None:
        check = act.given["check"]
        if self.until(lambda: judge(check, self.sight()).met):
            return
        said = judge(check, self.sight()).text
        raise Stop(f"this did not come true within {PATIENCE:.0f} s: {said}")


class _Mirror:
    """As much of a mirror as the machines of containers look at."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.cluster = 0
        self.is_forgotten = False

    @property
    def world(self) -> object:
        return self._stage.world

    @property
    def config(self) -> ClusterConfig:
        return self._stage.config

    def now(self) -> float:
        return self._stage.now

    async def sleep(self, seconds: float) -> None:
        self._stage.now += seconds


def rehearse(lesson: Lesson) -> list[Found]:
    """Everything by which the lesson would let somebody down; nothing for a good one.

    The right way is walked twice, once beside each wrong one: a step is to be mended from where the wrong way led.
    Where it asks or sends, it is walked once more with the commands that are shown for that."""
    found = [*_walk(lesson, astray=False), *_walk(lesson, astray=True)]
    tells = any(act.kind in ("ask", "request") for step in lesson.steps for act in step.do)
    return [*found, *_walk_by_hand(lesson)] if tells and not found else found


def _walk_by_hand(lesson: Lesson) -> Iterator[Found]:
    """What the page shows as the same by hand has to come to the same."""
    stage = Stage(lesson, by_hand=True)
    stage.begin()
    for number, step in enumerate(lesson.steps, start=1):
        stage.enter(step)
        try:
            for act in step.do:
                stage.act(act, step)
        except Stop as wrong:
            yield Found(number, f"{wrong}.")
            return
        stage.settle()
        stage.answer(step)
        for check, found in zip(step.checks, judge_all(step.checks, stage.sight()), strict=True):
            if not found.met:
                yield Found(number, f'"{check.done}" does not hold after the commands that are shown: {found.text}')
                return


def _questions(found: Sequence[Deed], act: Act) -> list[Asked]:
    """Each once, in their order: a program may ask again for another family of addresses."""
    each = (
        Asked(one.what.lower(), one.outcome, tuple(sorted(one.addresses)))
        for one in found
        if one.type == act.given["type"]
    )
    return list(dict.fromkeys(each))


def _listed(found: Sequence[Asked]) -> str:
    return ", ".join(f"{each.name} ({each.outcome})" for each in found) or "nothing"


def _line(act: Act) -> str:
    return f"{FILE}, line {act.line}: " if act.line else ""


def _walk(lesson: Lesson, *, astray: bool) -> Iterator[Found]:
    stage = Stage(lesson)
    try:
        stage.begin()
    except ApiError as error:
        yield Found(0, f"the cluster to start from is refused: {error.message}")
        return
    for number, step in enumerate(lesson.steps, start=1):
        stage.enter(step)
        if _all_met(judge_all(step.checks, stage.sight())):
            yield Found(number, "its checks hold before anything is done.")
        yield from _hasty(stage, step, number)
        if astray:
            yield from _stray(stage, step, number)
        try:
            for act in step.do:
                stage.act(act, step, mending=astray)
        except Stop as wrong:
            yield Found(number, f"what do says cannot be done{_astray(astray)}: {wrong}")
            return
        stage.settle()
        stage.answer(step)
        found = judge_all(step.checks, stage.sight())
        if not _all_met(found):
            unmet = " ".join(each.text for each in found if not each.met)
            yield Found(number, f"its checks do not hold after do{_astray(astray)}: {unmet}")
            return


def _hasty(stage: Stage, step: Step, number: int) -> Iterator[Found]:
    """Who asks or sends at once, while that is there which is to go: no check may take it for what comes after."""
    goes = next((at for at, act in enumerate(step.do) if act.kind in _TAKING), len(step.do))
    for act in step.do[goes:]:
        if act.kind in ("ask", "request"):
            with contextlib.suppress(Stop):  # who asks, or whom one asks, may only come with the step
                stage.act(act, step)
    for check in step.checks:
        if check.kind in ("asked", "sent") and judge(check, stage.sight()).met:
            said = "before anything goes that is to go. fresh: Kind/name beside its name makes it wait for a new one"
            yield Found(number, f'"{check.done}" holds of what is done {said}.')
    stage.deeds = []


def _astray(astray: bool) -> str:
    return " once the wrong way was taken" if astray else ""


def _stray(stage: Stage, step: Step, number: int) -> Iterator[Found]:
    try:
        for act in step.wrong:
            stage.act(act, step)
            stage.settle()
    except Stop:
        pass  # a wrong way may lead to a refusal
    if _all_met(judge_all(step.checks, stage.sight())):
        yield Found(number, "its checks hold after the wrong way.")


def _all_met(found: Sequence[Verdict]) -> bool:
    return all(each.met for each in found)
