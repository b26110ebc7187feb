"""A lesson as its page shows it: steps, checks, hints, buttons. What templates and the live connection both use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.template.loader import render_to_string

from cluster.kinds import key_of
from cluster.lessons import Lesson, Step, Verdict, doing
from cluster.lessons.anew import Note
from cluster.lessons.doing import command
from cluster.lessons.subjects import subjects
from cluster.machinery.objects import uid
from cluster.world import World
from dashboard.lessons.models import Attempt
from dashboard.lessons.standing import Standing, left


def bars(lesson: Lesson, attempt: Attempt | None) -> list[str]:
    """A word for each step: done, now, later."""
    if attempt is None:
        return ["later"] * len(lesson.steps)
    at = attempt.step if attempt.cluster_id is not None else attempt.furthest
    here = attempt.cluster_id is not None
    return [
        "done" if number < at else "now" if number == at and here else "later" for number in range(len(lesson.steps))
    ]


def progress(lesson: Lesson, attempt: Attempt | None) -> str:
    """In words: "step 3 of 6", "done", "6 steps, 15 min"."""
    steps = len(lesson.steps)
    if attempt is None or (attempt.furthest == 0 and attempt.cluster_id is None):
        return f"{steps} steps, {lesson.minutes} min"
    if attempt.cluster_id is not None and attempt.step < steps:
        return f"step {attempt.step + 1} of {steps}"
    return "done" if attempt.furthest >= steps else f"{attempt.furthest} of {steps} steps done"


def column(standing: Standing, error: str = "") -> dict[str, Any]:
    """Context of the left column."""
    verdicts = standing.verdicts()
    lesson, number = standing.lesson, standing.number
    steps = [
        {
            "number": place + 1,
            "step": step,
            "state": "done" if place < number else "now" if place == number else "later",
            "commands": commands(step, notes(standing.attempt, place), standing.mirror.world)
            if place in standing.attempt.helped
            else [],
            "notes": [note.said for note in notes(standing.attempt, place) if note.said],
            "files": [{"name": file, "text": lesson.files[file].decode()} for file in step.files]
            if place == number
            else [],
        }
        for place, step in enumerate(lesson.steps)
    ]
    return {
        "lesson": lesson,
        "cluster": standing.cluster,
        "steps": steps,
        "number": number,
        "progress": progress(lesson, standing.attempt),
        "verdicts": verdicts,
        "about": about(standing),
        "bars": bars(lesson, standing.attempt),
        "finished": standing.step is None,
        "last": number == len(lesson.steps) - 1,
        "to_go": left(verdicts),
        "error": error,
    }


def about(standing: Standing) -> str:
    """What the present step speaks of and the cluster has, as the picture calls it."""
    found = subjects(standing.step, standing.mirror.world) if standing.step is not None else []
    return " ".join(f"{each.resource}/{each.namespace}/{each.name}" for each in found)


def notes(attempt: Attempt, step: int) -> list[Note]:
    """What was made anew when a step was done for the person."""
    return [Note(*each) for each in attempt.notes.get(str(step), [])]


def commands(step: Step, made: Sequence[Note], world: World) -> list[str]:
    """The commands that would have done the step."""
    instead = {note.instead: note.command for note in made}
    first = [note.command for note in made if not note.instead]
    return [*first, *(instead.get(said, said) for act in step.do if (said := command(act, world)))]


def questions(standing: Standing) -> list[dict[str, str]]:
    """What doing the present step asks, so that the page can show the answers."""
    acts = standing.step.do if standing.step is not None else ()
    return [
        {"name": act.given["name"], "type": act.given["type"], "namespace": place, "pod": pod}
        for act in acts
        if act.kind == "ask"
        for place, _, pod in [act.given["from"].rpartition("/")]
    ]


def frame(standing: Standing) -> dict[str, Any]:
    """What the live connection tells: each check's line, and whether one may go on."""
    verdicts = standing.verdicts()
    return {
        "step": standing.number,
        "checks": {each.id: check(standing.lesson, each) for each in verdicts},
        "met": {each.id: each.met for each in verdicts},
        "said": {each.id: each.text for each in verdicts},
        "toGo": left(verdicts),
        "there": there(standing),
        "going": render_to_string("lessons/_going.html", {"to_go": left(verdicts)}),
    }


def there(standing: Standing) -> dict[str, str]:
    """The uids of what the step's files speak of, so that a refusal about one goes with it."""
    step, world = standing.step, standing.mirror.world
    keys = [key_of(obj) for obj in doing.objects(standing.lesson, step.files)] if step and step.files else []
    return {str(each): uid(obj) for each in keys if (obj := world.get(each)) is not None}


def check(lesson: Lesson, verdict: Verdict) -> str:
    return render_to_string("lessons/_check.html", {"verdict": verdict, "lesson": lesson})
