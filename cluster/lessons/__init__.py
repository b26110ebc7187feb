"""Lessons: folders of data that say what to do in a cluster, and checks that look whether it is done.

    lesson = load(folder)                       Lesson, or Unreadable with every flaw and its line
    verdict = judge(check, sight)               met or not, and a sentence; pure
    rehearse(lesson)                            walks it in memory: do its checks tell right from wrong?

A lesson needs no Python: `docs/lessons.md` says what may stand in one. Knows no page and no person.
"""

from __future__ import annotations

from cluster.lessons.judging import Verdict, before, judge, judge_all
from cluster.lessons.loading import Shelf, load, shelf
from cluster.lessons.sight import Sight
from cluster.lessons.values import Act, Check, Flaw, Lesson, Step, Unreadable

__all__ = [
    "Act",
    "Check",
    "Flaw",
    "Lesson",
    "Shelf",
    "Sight",
    "Step",
    "Unreadable",
    "Verdict",
    "before",
    "judge",
    "judge_all",
    "load",
    "shelf",
]
