"""`manage.py createsuperuser`: Django's own, on a data folder that nobody has started from yet too."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.management.commands import createsuperuser

from cluster.management import preparing, reach


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with preparing.alone(), reach.database(made=False):
            preparing.migrate()
        super().handle(*args, **options)
