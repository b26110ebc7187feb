"""What commands were found to say of a container, by whoever carries them out: a history for each question, and the
questions that nobody has answered yet."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from typing import NamedTuple

KEPT = 64
"""Answers that are remembered of one question; of earlier ones, that they were like the first that is kept."""


class Question(NamedTuple):
    """Whose command: a pod by namespace, name and uid, one of its containers since one of its starts, and which."""

    namespace: str
    pod: str
    uid: str
    container: str
    restart: int
    kind: str


class Answer(NamedTuple):
    """From `since` on, in cluster time."""

    since: float
    code: int
    says: str = ""


class Judged:
    """`on_question` is called once for each question that nobody has asked before; None: nobody answers any."""

    def __init__(self) -> None:
        self.on_question: Callable[[Question], None] | None = None
        self._answers: dict[Question, list[Answer]] = {}

    def ask(self, question: Question) -> list[Answer] | None:
        """All answers, in order of time; none yet: it will be answered. None: it never will."""
        found = self._answers.get(question)
        if found is None and self.on_question is not None:
            found = self._answers[question] = []
            self.on_question(question)
        return found

    def known(self, question: Question) -> list[Answer]:
        """The answers so far, without asking."""
        return self._answers.get(question) or []

    def tell(self, question: Question, answer: Answer) -> bool:
        """Whether that is something new."""
        known = self._answers.setdefault(question, [])
        if known and known[-1][1:] == answer[1:]:
            return False
        bisect.insort(known, answer)
        del known[: max(len(known) - KEPT, 0)]
        return True

    def forget(self, question: Question) -> None:
        self._answers.pop(question, None)


def at(answers: list[Answer], moment: float) -> Answer:
    """The one that counted then; before the first one, the first."""
    return answers[max(bisect.bisect_right(answers, moment, key=lambda each: each.since) - 1, 0)]
