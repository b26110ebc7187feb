"""Going on in a lesson: the next step, an answer chosen, a step done for the person."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from asgiref.sync import sync_to_async
from django.db import transaction

from cluster import deeds
from cluster.dns import forwarder
from cluster.dns.forwarder import settled
from cluster.intents import Intent
from cluster.lessons import Act, Check, Step, before, doing, judge
from cluster.lessons.anew import Mended, Note, are_gone, called, cleared, in_the_way, mended
from cluster.lessons.judges.choices import is_right, offers
from cluster.lessons.lost import to_do
from cluster.lessons.naming import values
from cluster.lessons.running import run_in
from cluster.machinery.errors import ApiError, BadRequest, Conflict
from cluster.machinery.objects import Key, uid
from cluster.shell.machine import machines
from cluster.store import CommitRefused, commit, written
from cluster.store.dice import fresh
from cluster.watch import Ended, current_hub
from cluster.world import World
from dashboard.lessons.hearing import stir
from dashboard.lessons.models import Attempt
from dashboard.lessons.standing import Standing, left

PATIENCE = 60.0
"""Seconds that somebody who has a step done waits for the cluster."""


async def advance(standing: Standing) -> None:
    """To the next step. Conflict while a check of this one is not met."""
    verdicts = standing.verdicts()
    if standing.step is None:
        return
    if left(verdicts):
        raise Conflict("Lesson", standing.lesson.slug, " ".join(each.text for each in verdicts if not each.met))
    done, steps = standing.number + 1, standing.lesson.steps
    was = before(steps[done], standing.mirror.world) if done < len(steps) else []
    await sync_to_async(_step)(standing.attempt.pk, standing.number, done, was)
    stir(standing.cluster.slug)


def _step(attempt: int, at: int, done: int, was: list[str]) -> None:
    with transaction.atomic():
        found = Attempt.objects.select_for_update().get(pk=attempt)
        if found.step != at:
            return  # pressed twice, or in two windows
        found.step, found.before, found.furthest = done, was, max(found.furthest, done)
        found.deeds = []  # a step is told of what is done in it
        found.changed += 1
        found.save(update_fields=["step", "before", "furthest", "deeds", "changed", "updated"])


async def choose(standing: Standing, check: str, value: str) -> None:
    """An answer to a question of the present step. BadRequest for what cannot be chosen."""
    asked = next((each for each in _questions(standing.step) if each.id == check), None)
    if asked is None:
        raise BadRequest("This step does not ask that.")
    sight = standing.sight()
    if value not in offers(asked.given, sight):
        raise BadRequest(f"{value[:80]} cannot be chosen. It is one of {', '.join(offers(asked.given, sight))}.")
    await sync_to_async(_choose)(standing.attempt.pk, {check: [value, is_right(asked.given, value, sight)]})
    stir(standing.cluster.slug)


def _questions(step: Step | None) -> Iterator[Check]:
    return (each for each in (step.checks if step else ()) if each.kind == "choose")


def _choose(
    attempt: int, chosen: dict[str, list[object]], helped: int | None = None, notes: Sequence[list[str]] = ()
) -> None:
    with transaction.atomic():
        found = Attempt.objects.select_for_update().get(pk=attempt)
        found.chosen = {**found.chosen, **chosen}
        if helped is not None and helped not in found.helped:
            found.helped = [*found.helped, helped]
        if notes:
            found.notes = {**found.notes, str(helped): notes}
        found.changed += 1
        found.save(update_fields=["chosen", "helped", "notes", "changed", "updated"])


class InTheWay(Exception):
    """What a manifest would change is there already and cannot be changed so."""

    def __init__(self, file: str, where: Key, uid: str, command: str, error: ApiError) -> None:
        self.file, self.where, self.uid, self.command, self.error = file, where, uid, command, error
        super().__init__(f"{called(where)} is there already, and it cannot be changed into what {file} says.")


async def apply(standing: Standing, file: str, author: str, *, anew: bool = False) -> None:
    """One of the manifests that the present step offers. ApiError; BadRequest for another; InTheWay, unless it is to be
    made `anew` then."""
    if standing.step is None or file not in standing.step.files:
        raise BadRequest("This step offers no such file.")
    await _carry_out(doing.applying(file), standing, author, mending=anew)


async def help_out(standing: Standing, author: str) -> None:
    """Do the present step for the person, as its author said. ApiError, with a sentence, when that cannot be."""
    step = standing.step
    if step is None:
        return
    if standing.mirror.clock.paused:
        raise BadRequest("The clock of your cluster rests, so nothing would come of it. Let it go on first.")
    acts, lost = to_do(standing.lesson, standing.number, standing.sight())
    notes = [*lost, *[note for act in acts for note in await _carry_out(act, standing, author, mending=True)]]
    right = {
        check.id: [value, True]
        for check in _questions(step)
        for value in values(check.given["answer"], standing.mirror.world)[:1]
    }
    await sync_to_async(_choose)(standing.attempt.pk, right, standing.number, [list(each) for each in notes])
    stir(standing.cluster.slug)


async def _carry_out(act: Act, standing: Standing, author: str, *, mending: bool = False) -> tuple[Note, ...]:
    """What was made anew on the way, where that is wished."""
    mirror = standing.mirror
    if act.kind in doing.WRITING:
        return await _write(act, standing, author, mending)
    if act.kind == "exec":
        if status := await run_in(machines(mirror), act):
            raise BadRequest(f"The script in {act.given['in']} ended with {status}.")
    elif act.kind == "pause":
        await mirror.sleep(act.given["seconds"])
    elif act.kind == "wait":
        await _wait(act, standing)
    elif act.kind in ("ask", "request"):
        now = mirror.now()
        found = await settled(
            lambda outside: (
                doing.question(act, mirror.world, mirror.config, now, outside)
                if act.kind == "ask"
                else doing.request(act, mirror.world, mirror.config, now, fresh.pick, outside)
            ),
            forwarder.current(),
        )
        deeds.tell(standing.cluster.slug, lambda: found)
    return ()


async def _write(act: Act, standing: Standing, author: str, mending: bool) -> tuple[Note, ...]:
    mirror = standing.mirror
    plan = Mended(doing.intents(act, standing.lesson, mirror.world))
    if mending:
        plan = cleared(act, plan.intents, mirror.world)
    while True:
        try:
            outcome = await written(commit, standing.cluster.pk, plan.intents, author=author, cause=act.kind)
            break
        except CommitRefused as refused:
            found = mended(act, plan.intents, refused.index, refused.error, mirror.world)
            if found is None:
                raise refused.error from refused
            if not mending:
                _say_what_stands(act, plan.intents[refused.index], refused.error, found, mirror.world)
            plan = Mended(found.intents, plan.notes + found.notes, plan.old | found.old)
    await mirror.reached(outcome.revision)
    if plan.old:
        await _until(
            lambda: are_gone(plan.old, mirror.world), standing, lambda: "What was there before is still ending."
        )
    return plan.notes


def _say_what_stands(act: Act, intent: Intent, error: ApiError, found: Mended, world: World) -> None:
    """InTheWay, or the error itself where nothing stands there."""
    where = in_the_way(intent, error, world)
    if where is None:
        raise error
    live = world.get(where)
    raise InTheWay(act.given["files"][0], where, uid(live) if live else "", found.notes[0].command, error)


async def _wait(act: Act, standing: Standing) -> None:
    """Until a check is met. BadRequest when that takes too long."""
    check = act.given["check"]
    await _until(lambda: judge(check, standing.sight()).met, standing, lambda: judge(check, standing.sight()).text)


async def _until(holds: Callable[[], bool], standing: Standing, said: Callable[[], str]) -> None:
    """Looks after each change of the cluster; `said` is what is the case instead."""
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in count():
                subscription = await current_hub().subscribe(standing.cluster.pk)
                try:
                    while not holds():
                        await subscription.wait()
                        subscription.taken()
                    return
                except Ended:
                    continue
                finally:
                    subscription.close()
    except TimeoutError:
        raise BadRequest(f"Your cluster has not come so far within {PATIENCE:.0f} s. {said()}") from None
    except ApiError as error:
        raise BadRequest(f"Your cluster is gone meanwhile: {error.message}") from error
