"""A lesson that is none says where: file, line, field, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cluster.lessons import Unreadable, load, shelf
from tests.lessons.authors import GOOD, lesson, write

FLAWS = yaml.safe_load((Path(__file__).parent.parent / "data" / "lessons" / "flaws.yaml").read_text(encoding="utf-8"))


def flaws(folder: Path, text: str, **files: str) -> list[str]:
    with pytest.raises(Unreadable) as wrong:
        lesson(folder, text, **files)
    return [str(flaw) for flaw in wrong.value.flaws]


def test_a_good_one_is_read(tmp_path: Path) -> None:
    found = lesson(tmp_path)
    assert (found.slug, found.title, found.minutes, found.order) == ("a-service", "A Service", 5, 1000)
    assert [check.id for check in found.steps[0].checks] == ["1.1"]
    assert found.steps[0].do[0].given == {"files": ("web.yaml",)}


def test_texts_may_stand_in_files_of_their_own(tmp_path: Path) -> None:
    found = lesson(tmp_path, GOOD.replace("That is all.", "ending.md"), **{"ending.md": "# Well done\n"})
    assert found.ending == "# Well done"


@pytest.mark.parametrize("row", FLAWS, ids=lambda row: row["written"] or f"no {row['instead of'].split()[0]}")
def test_a_flaw_is_said_with_its_place(tmp_path: Path, row: dict[str, str]) -> None:
    assert row["instead of"] in GOOD
    assert row["said"] in flaws(tmp_path, GOOD.replace(row["instead of"], row["written"]))


def test_all_flaws_are_said_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("minutes: 5", "minutes: 0").replace("Service/web", "Pod/")
    assert [each.partition(":")[0] for each in flaws(tmp_path, text)] == [
        "lesson.yaml, line 3, minutes",
        "lesson.yaml, line 8, steps[0].checks[0].exists",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title: [", "lesson.yaml, line 1"),
        ("- a\n", "lesson.yaml, line 1: a lesson is a mapping of"),
        ("a: 1\n---\nb: 2\n", "lesson.yaml: a lesson is one YAML document. This has 2."),
        ("", "lesson.yaml: a lesson is one YAML document. This has 0."),
    ],
)
def test_what_is_no_lesson_at_all(tmp_path: Path, text: str, said: str) -> None:
    assert flaws(tmp_path, text)[0].startswith(said)


def test_a_manifest_beside_it_is_looked_into(tmp_path: Path) -> None:
    found = flaws(tmp_path, GOOD, **{"web.yaml": "apiVersion: v1\nkind: Servise\nmetadata: {name: web}\n"})
    assert found == ["web.yaml, line 1, kind: there is no kind Servise in v1."]


def test_a_folder_that_is_not_named_so_or_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, said in (("empty", "there is no lesson.yaml in it."), ("Gone", "a lesson's folder is named in")):
        with pytest.raises(Unreadable, match=said):
            load(tmp_path / name)


def test_a_shelf_shows_the_good_ones_and_says_what_is_wrong_with_the_others(tmp_path: Path) -> None:
    write(tmp_path)
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "lesson.yaml").write_text("title: 7\n", encoding="utf-8")
    found = shelf(tmp_path, tmp_path / "nowhere")
    assert [each.slug for each in found.lessons] == ["a-service"]
    assert found.find("a-service") is not None and found.find("bad") is None
    assert str(found.flaws[0]).startswith("bad/lesson.yaml, line 1")
    assert "cannot be read: No such file or directory" in str(found.flaws[-1])


def test_a_change_of_the_folder_is_seen(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert shelf(tmp_path).lessons[0].title == "A Service"
    (folder / "lesson.yaml").write_text(GOOD.replace("A Service", "Another one"), encoding="utf-8")
    assert shelf(tmp_path).lessons[0].title == "Another one"
