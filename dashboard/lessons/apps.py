"""Lessons as an application of Django's: it keeps how far each person has come."""

from __future__ import annotations

from django.apps import AppConfig

from cluster import deeds


class LessonsConfig(AppConfig):
    name = "dashboard.lessons"
    label = "lessons"
    verbose_name = "Lessons"

    def ready(self) -> None:
        from dashboard.lessons import hearing

        deeds.listen(hearing.heard)
