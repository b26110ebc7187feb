"""A rehearsal finds what would let somebody down."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cluster.lessons.rehearsal import rehearse
from tests.lessons.authors import GOOD, lesson, write


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("exists: Service/web", "exists: Service/kubernetes", ["step 1: its checks hold before anything is done."]),
        ("apply: other.yaml", "apply: web.yaml", ["step 1: its checks hold after the wrong way."]),
        (
            "- apply: web.yaml",
            "- apply: other.yaml",
            ["step 1: its checks do not hold after do: There is no Service web."],
        ),
        ("- apply: web.yaml", "- delete: Pod/gone", ['step 1: what do says cannot be done: pods "gone" not found']),
    ],
)
def test_it_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: list[str]) -> None:
    assert [str(each) for each in rehearse(lesson(tmp_path, GOOD.replace(old, new)))][: len(said)] == said


AGAIN = """\
title: Again
summary: Ask again.
minutes: 5
cluster: {scenario: headless}
steps:
  - title: Wait
    text: Wait.
    checks: [{ready: {pods: app=web-stateful, count: 4}, done: there}]
    do: [{scale: {of: StatefulSet/app-stateful, replicas: 4}}, {wait: {ready: {pods: app=web-stateful, count: 4}}}]
    wrong: [{scale: {of: StatefulSet/app-stateful, replicas: 2}}]
  - title: Ask again
    text: Delete it, and ask again.
    checks:
      - fresh: Pod/app-stateful-1
        done: anew
      - asked: {name: app-stateful-1.headless-svc-stateful, addresses: [{addressesOf: [app-stateful-1]}]}
        done: asked again
    do:
      - delete: Pod/app-stateful-1
      - wait: {fresh: Pod/app-stateful-1}
      - wait: {ready: {pods: [app-stateful-1], count: 1}}
      - wait: {dns: {name: app-stateful-1.headless-svc-stateful, rcode: NOERROR}}
      - ask: {name: app-stateful-1.headless-svc-stateful, from: default/}
    wrong: [{pause: 1}]
ending: That is all.
"""


def test_a_check_that_takes_the_old_answer_for_the_new_one_is_found(tmp_path: Path) -> None:
    hasty = [str(each) for each in rehearse(lesson(tmp_path, AGAIN))]
    said = (
        'step 2: "asked again" holds of what is done before anything goes that is to go. '
        "fresh: Kind/name beside its name makes it wait for a new one."
    )
    assert hasty == [said, said]
    mended = AGAIN.replace(
        "[{addressesOf: [app-stateful-1]}]", "[{addressesOf: [app-stateful-1]}], fresh: Pod/app-stateful-1"
    )
    assert rehearse(lesson(tmp_path, mended)) == []


def test_nothing_is_wrong_with_a_good_one(tmp_path: Path) -> None:
    assert rehearse(lesson(tmp_path)) == []


def test_waiting_has_an_end(tmp_path: Path) -> None:
    text = GOOD.replace("      - apply: web.yaml\n", "      - apply: web.yaml\n      - wait: {exists: Pod/never}\n")
    assert "this did not come true within 900 s: There is no Pod never." in str(rehearse(lesson(tmp_path, text))[0])


def test_the_command_for_authors(tmp_path: Path) -> None:
    out = io.StringIO()
    call_command("lessons", "check", str(write(tmp_path)), stdout=out)
    assert out.getvalue() == "a-service: good, 1 of its steps walked right and wrong\n"
    write(tmp_path, GOOD.replace("minutes: 5", "minutes: 0"))
    err = io.StringIO()
    with pytest.raises(CommandError, match="not good"):
        call_command("lessons", "check", str(tmp_path), stderr=err)
    assert err.getvalue().startswith("a-service: lesson.yaml, line 3, minutes: ")
    with pytest.raises(CommandError, match="there is no folder"):
        call_command("lessons", "check", str(tmp_path / "nowhere"))
