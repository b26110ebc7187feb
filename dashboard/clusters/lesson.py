"""The lesson that a cluster was made for, as its person goes through it: every page of the cluster leads back there."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib.auth.models import AnonymousUser, User

from cluster.models import Cluster
from dashboard.lessons.models import Attempt
from dashboard.lessons.shelf import lessons


class Running(NamedTuple):
    slug: str
    title: str
    place: str
    """Where in it: "step 2"; "its end" once all is done."""


async def lesson_of(user: User | AnonymousUser, cluster: Cluster) -> Running | None:
    """None where the cluster is no lesson's, or somebody else's, or the lesson is there no more."""
    if not isinstance(user, User):
        return None
    attempt = await Attempt.objects.filter(user_id=user.pk, cluster=cluster).afirst()
    lesson = (await lessons()).find(attempt.lesson) if attempt is not None else None
    if attempt is None or lesson is None:
        return None
    place = f"step {attempt.step + 1}" if attempt.step < len(lesson.steps) else "its end"
    return Running(lesson.slug, lesson.title, place)
