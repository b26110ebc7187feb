"""Lessons as cards: what each is about, and how far a person has come in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.lessons import Lesson
from dashboard.lessons.models import Attempt
from dashboard.lessons.telling import bars, progress


async def cards(user: int, listed: Iterable[Lesson]) -> list[dict[str, Any]]:
    """Each lesson with the person's progress."""
    attempts = {each.lesson: each async for each in Attempt.objects.filter(user_id=user)}
    return [_card(lesson, attempts.get(lesson.slug)) for lesson in listed]


async def taught_in() -> set[str]:
    """Names of the clusters in which anybody takes a lesson."""
    return {
        slug async for slug in Attempt.objects.filter(cluster__isnull=False).values_list("cluster__slug", flat=True)
    }


def _card(lesson: Lesson, attempt: Attempt | None) -> dict[str, Any]:
    steps = len(lesson.steps)
    here = attempt is not None and attempt.cluster_id is not None
    return {
        "lesson": lesson,
        "bars": bars(lesson, attempt),
        "progress": progress(lesson, attempt),
        "begun": here,
        "going": attempt is not None and here and attempt.step < steps,
        "done": attempt is not None and attempt.furthest >= steps,
    }


def foremost(told: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Those to show where there is little room: what one is in the middle of, then what one has not done."""
    return sorted(told, key=lambda each: (not each["going"], each["done"]))[:most]
