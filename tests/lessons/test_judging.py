"""What every kind of check says of one and the same cluster."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster import deeds
from cluster.deeds import Make
from cluster.lessons import judge
from cluster.lessons.rehearsal import Stage
from cluster.lessons.sight import Chosen
from cluster.yamltext import dump
from tests.lessons.authors import GOOD, lesson

ROWS = yaml.safe_load((Path(__file__).parent.parent / "data" / "lessons" / "judged.yaml").read_text(encoding="utf-8"))


NOTHING = {"wait": {"absent": "Pod/x"}}
FIRST = {"title": "t", "text": "t", "checks": [{"exists": "Pod/x", "done": "d"}], "do": [NOTHING], "wrong": [NOTHING]}


def taught(tmp_path: Path, check: dict[str, Any], *after: dict[str, Any]) -> Stage:
    """A stage at the second step of a lesson, which has that check, and does that."""
    step = {**FIRST, "checks": [{**check, "done": "{now}"}], "do": after or [NOTHING]}
    text = f"{GOOD[: GOOD.index('steps:')]}cluster: {{scenario: headless}}\n{dump({'steps': [FIRST, step]})}"
    made = Stage(lesson(tmp_path, f"{text}ending: e\n"))
    made.begin()
    made.settle()
    made.enter(made.lesson.steps[1])
    return made


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(next(iter(row["check"]))))
def test_a_check_says_what_is(tmp_path: Path, row: dict[str, Any]) -> None:
    stage = taught(tmp_path, row["check"], *row.get("after", ()))
    step = stage.lesson.steps[1]

    def heard(cluster: str, make: Make) -> None:
        if cluster == "rehearsal":
            stage.deeds.extend(make())

    stop = deeds.listen(heard)
    for act in step.do if "after" in row else ():
        stage.act(act, step)
        stage.settle()
    stop()
    check = step.checks[0]._replace(done="")
    verdict = judge(check, stage.sight())
    assert re.sub(r"10(\.\d+){3}", "<address>", verdict.text) == row.get("met", row.get("open"))
    assert verdict.met is ("met" in row)


def test_its_own_words_come_before_what_is_or_around_it(tmp_path: Path) -> None:
    stage = taught(tmp_path, {"exists": "Service/nothing"})
    check = stage.lesson.steps[1].checks[0]
    assert judge(check._replace(missing="Make it."), stage.sight()).text == "Make it. There is no Service nothing."
    assert (
        judge(check._replace(missing="There is no Service nothing."), stage.sight()).text
        == "There is no Service nothing."
    )
    assert (
        judge(check._replace(missing="Not so ({now})"), stage.sight()).text == "Not so (There is no Service nothing.)"
    )


def test_a_question_offers_what_is_there_and_stays_answered(tmp_path: Path) -> None:
    given = {"answer": {"addressesOf": ["app-stateful-1"]}, "among": [{"addressesOf": "app=web-stateful"}]}
    stage = taught(tmp_path, {"choose": given, "missing": "Which?"})
    check = stage.lesson.steps[1].checks[0]
    first = judge(check, stage.sight())
    assert (first.met, first.text, len(first.choices)) == (False, "Which?", 3)
    stage.chosen["2.1"] = Chosen("10.9.9.9", right=False)
    assert judge(check, stage.sight()).text == "Which? 10.9.9.9 is not it."
    stage.chosen["2.1"] = Chosen("10.9.9.9", right=True)
    assert judge(check, stage.sight())[1:] == (True, "{now}", ())
