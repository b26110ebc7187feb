"""Going on in a lesson: the next step, an answer chosen, a step done for the person."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

from asgiref.sync import sync_to_async
from django.db import transaction

from cluster import deeds
from cluster.dns import forwarder
from cluster.dns.forwarder import settled
from cluster.lessons import Act, Check, Step, before, doing, judge
from cluster.lessons.judges.choices import is_right, offers
from cluster.lessons.naming import values
from cluster.lessons.running import run_in
from cluster.machinery.errors import ApiError, BadRequest, Conflict
from cluster.shell.machine import machines
from cluster.store import CommitRefused, commit, written
from cluster.store.dice import fresh
from cluster.watch import Ended, current_hub
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
        found.changed += 1
        found.save(update_fields=["step", "before", "furthest", "changed", "updated"])


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


def _choose(attempt: int, chosen: dict[str, list[object]], helped: int | None = None) -> None:
    with transaction.atomic():
        found = Attempt.objects.select_for_update().get(pk=attempt)
        found.chosen = {**found.chosen, **chosen}
        if helped is not None and helped not in found.helped:
            found.helped = [*found.helped, helped]
        found.changed += 1
        found.save(update_fields=["chosen", "helped", "changed", "updated"])


async def apply(standing: Standing, file: str, author: str) -> None:
    """One of the manifests that the present step offers. ApiError; BadRequest for another."""
    if standing.step is None or file not in standing.step.files:
        raise BadRequest("This step offers no such file.")
    await _carry_out(doing.applying(file), standing, author)


async def help_out(standing: Standing, author: str) -> None:
    """Do the present step for the person, as its author said. ApiError, with a sentence, when that cannot be."""
    step = standing.step
    if step is None:
        return
    if standing.mirror.clock.paused:
        raise BadRequest("The clock of your cluster rests, so nothing would come of it. Let it go on first.")
    for act in step.do:
        await _carry_out(act, standing, author)
    right = {
        check.id: [value, True]
        for check in _questions(step)
        for value in values(check.given["answer"], standing.mirror.world)[:1]
    }
    await sync_to_async(_choose)(standing.attempt.pk, right, standing.number)
    stir(standing.cluster.slug)


async def _carry_out(act: Act, standing: Standing, author: str) -> None:
    mirror, cluster = standing.mirror, standing.cluster
    if act.kind in doing.WRITING:
        intents = doing.intents(act, standing.lesson, mirror.world)
        try:
            outcome = await written(commit, cluster.pk, intents, author=author, cause=act.kind)
        except CommitRefused as refused:
            raise refused.error from refused
        await mirror.reached(outcome.revision)
    elif act.kind == "exec":
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
        deeds.tell(cluster.slug, lambda: found)


async def _wait(act: Act, standing: Standing) -> None:
    """Until a check is met, looked at after each change. BadRequest when that takes too long."""
    check = act.given["check"]
    try:
        async with asyncio.timeout(PATIENCE):
            for _ in count():
                subscription = await current_hub().subscribe(standing.cluster.pk)
                try:
                    while not judge(check, standing.sight()).met:
                        await subscription.wait()
                        subscription.taken()
                    return
                except Ended:
                    continue
                finally:
                    subscription.close()
    except TimeoutError:
        said = judge(check, standing.sight()).text
        raise BadRequest(f"Your cluster has not come so far within {PATIENCE:.0f} s. {said}") from None
    except ApiError as error:
        raise BadRequest(f"Your cluster is gone meanwhile: {error.message}") from error
