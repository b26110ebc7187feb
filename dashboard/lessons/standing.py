"""How somebody stands in a lesson: the attempt, its cluster as it is now, and what the checks say of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cluster.lessons import Lesson, Sight, Step, Verdict, judge_all
from cluster.machinery.errors import Gone
from cluster.models import Cluster
from cluster.watch import Mirror, current_hub
from dashboard.lessons.models import Attempt


class Standing(NamedTuple):
    lesson: Lesson
    attempt: Attempt
    cluster: Cluster
    mirror: Mirror

    @property
    def number(self) -> int:
        """Of the present step, from 0; as many as there are steps once all are done."""
        return min(self.attempt.step, len(self.lesson.steps))

    @property
    def step(self) -> Step | None:
        return self.lesson.steps[self.number] if self.number < len(self.lesson.steps) else None

    def sight(self) -> Sight:
        mirror, attempt = self.mirror, self.attempt
        return Sight(
            mirror.world, mirror.config, mirror.now(), frozenset(attempt.before), attempt.told, attempt.answers
        )

    def verdicts(self) -> list[Verdict]:
        """What the present step's checks say."""
        return judge_all(self.step.checks, self.sight()) if self.step is not None else []


async def attempt_of(user: int, lesson: str) -> Attempt | None:
    return await Attempt.objects.select_related("cluster").filter(user_id=user, lesson=lesson).afirst()


async def standing_of(user: int, lesson: Lesson) -> Standing | None:
    """None where the person has not begun, or the cluster is gone."""
    attempt = await attempt_of(user, lesson.slug)
    if attempt is None or attempt.cluster is None:
        return None
    try:
        mirror = await current_hub().mirror(attempt.cluster.pk)
    except Gone:
        return None
    return Standing(lesson, attempt, attempt.cluster, mirror)


def left(verdicts: Sequence[Verdict]) -> int:
    """Checks that are not met."""
    return sum(not each.met for each in verdicts)
