"""The lessons there are: ours, and those of a folder of the operator's own (LESSONS_DIR)."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404

from cluster.lessons import Lesson, Shelf, shelf
from cluster.lessons.loading import OURS
from dashboard.aside import aside


async def lessons() -> Shelf:
    """All, in their order, and what is wrong with those that cannot be read."""
    folders = [OURS, *([settings.LESSONS_DIR] if settings.LESSONS_DIR else [])]
    return await aside(shelf, *folders)


async def lesson_named(slug: str) -> Lesson:
    """Http404 when there is none."""
    found = (await lessons()).find(slug)
    if found is None:
        raise Http404(f"There is no lesson {slug}.")
    return found
