"""Every lesson of ours, walked from its data: before a step its checks fail, after a plausible wrong way they fail,
and after the right one they hold."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cluster.lessons import load, shelf
from cluster.lessons.doing import command
from cluster.lessons.loading import OURS
from cluster.lessons.rehearsal import rehearse
from cluster.world import World

FOLDERS = sorted(path.parent for path in OURS.glob("*/lesson.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_tells_the_right_way_from_the_wrong_one(folder: Path) -> None:
    assert [str(each) for each in rehearse(load(folder))] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_act_has_its_command(folder: Path) -> None:
    for step in load(folder).steps:
        for act in step.do:
            assert command(act, World()) or act.kind in ("wait", "pause", "choose"), act


def test_all_stand_on_the_shelf_in_their_order() -> None:
    found = shelf(OURS)
    assert found.flaws == ()
    assert [lesson.slug for lesson in found.lessons] == [
        lesson.slug for lesson in sorted(found.lessons, key=lambda lesson: lesson.order)
    ]
    assert len({lesson.order for lesson in found.lessons}) == len(found.lessons) == len(FOLDERS)


def test_they_are_listed_without_the_library_of_their_rules(tmp_path: Path) -> None:
    """It takes 18 MB, and the front page lists them to whoever never asks a rule."""
    script = """
import sys, django
django.setup()
from cluster.lessons import shelf
from cluster.lessons.loading import OURS
print(len(shelf(OURS).lessons), "cel_expr_python" in sys.modules)
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "dashboard.settings", "DATA_DIR": str(tmp_path)}
    told = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=OURS.parent, capture_output=True, text=True
    )
    assert told.stdout == f"{len(FOLDERS)} False\n", told.stderr
