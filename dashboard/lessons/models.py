"""How far a person has come in a lesson, in which cluster, and what was asked and sent there."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from cluster.deeds import Deed
from cluster.lessons.sight import Chosen
from cluster.models import Cluster


class Attempt(models.Model):
    """One person at one lesson. Starting over keeps the row."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="attempts")
    lesson = models.CharField(max_length=40)
    cluster = models.ForeignKey(Cluster, null=True, blank=True, on_delete=models.SET_NULL, related_name="attempts")
    step = models.PositiveSmallIntegerField(default=0, help_text="Steps that are done")
    furthest = models.PositiveSmallIntegerField(default=0, help_text="Steps that were done in any go")
    before = models.JSONField(default=list, blank=True, help_text="Uids of what the present step wants to be made anew")
    chosen = models.JSONField(default=dict, blank=True, help_text="Answers by the id of their check")
    helped = models.JSONField(default=list, blank=True, help_text="Steps that were done for the person")
    notes = models.JSONField(default=dict, blank=True, help_text="What was made anew for the person, by step")
    deeds = models.JSONField(default=list, blank=True, help_text="What was asked and sent, the newest last")
    changed = models.PositiveBigIntegerField(default=0, help_text="How often this row was written")
    updated = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "lesson"], name="one_attempt_a_lesson"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson}, step {self.step + 1}"

    @property
    def told(self) -> tuple[Deed, ...]:
        return tuple(
            Deed(kind, by, what, type_, outcome, tuple(addresses), times, at)
            for kind, by, what, type_, outcome, addresses, times, at in self.deeds
        )

    @property
    def answers(self) -> dict[str, Chosen]:
        return {check: Chosen(value, right) for check, (value, right) in self.chosen.items()}
