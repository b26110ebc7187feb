"""`manage.py lessons check FOLDER…`: read lessons as the site would, and walk each one, right and wrong."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Look whether folders are lessons, and whether their checks tell the right way from the wrong one."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("verb", choices=("check",))
        parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a lesson's folder, or one that holds several")

    def handle(self, *args: Any, **options: Any) -> None:
        folders = [each for given in options["folders"] for each in _lessons(Path(given))]
        bad = sum(not self._check(folder) for folder in folders)
        if bad:
            raise CommandError(f"{bad} of {len(folders)} not good" if len(folders) > 1 else "not good")

    def _check(self, folder: Path) -> bool:
        """Whether it is good; says what is not."""
        from cluster.lessons import Unreadable, load
        from cluster.lessons.rehearsal import rehearse

        try:
            lesson = load(folder)
        except Unreadable as wrong:
            for flaw in wrong.flaws:
                self.stderr.write(f"{folder.name}: {flaw}")
            return False
        found = rehearse(lesson)
        for each in found:
            self.stderr.write(f"{folder.name}: {each}")
        if not found:
            self.stdout.write(f"{folder.name}: good, {len(lesson.steps)} of its steps walked right and wrong")
        return not found


def _lessons(folder: Path) -> list[Path]:
    """The folder itself, or the lessons in it."""
    from cluster.lessons.loading import FILE

    folder = folder.resolve()
    if not folder.is_dir():
        raise CommandError(f"there is no folder {folder}")
    inside = sorted(each.parent for each in folder.glob(f"*/{FILE}"))
    return inside if inside and not (folder / FILE).exists() else [folder]
