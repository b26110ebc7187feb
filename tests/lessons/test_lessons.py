"""Every lesson of ours, walked from its data: before a step its checks fail, after a plausible wrong way they fail,
and after the right one they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.lessons import load, shelf
from cluster.lessons.doing import command
from cluster.lessons.loading import OURS
from cluster.lessons.rehearsal import rehearse

FOLDERS = sorted(path.parent for path in OURS.glob("*/lesson.yaml"))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_it_tells_the_right_way_from_the_wrong_one(folder: Path) -> None:
    assert [str(each) for each in rehearse(load(folder))] == []


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_act_has_its_command(folder: Path) -> None:
    for step in load(folder).steps:
        for act in step.do:
            assert command(act) or act.kind in ("wait", "pause", "choose"), act


def test_all_stand_on_the_shelf_in_their_order() -> None:
    found = shelf(OURS)
    assert found.flaws == ()
    assert [lesson.slug for lesson in found.lessons] == [
        lesson.slug for lesson in sorted(found.lessons, key=lambda lesson: lesson.order)
    ]
    assert len({lesson.order for lesson in found.lessons}) == len(found.lessons) == len(FOLDERS)
