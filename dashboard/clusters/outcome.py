"""A submission as the page shows it: refused first, counts, and what the buttons say. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cluster.kinds import by_kind
from cluster.submission import Document, Submission
from cluster.submission.difference import changed_fields
from dashboard.clusters.joining import Places
from dashboard.frames import id_of

_ORDER = {"refused": 0, "change": 1, "create": 2, "unchanged": 3, "left out": 4}
_BADGES = (
    ("unchanged", "same", "b-plain"),
    ("change", "change", "b-wait"),
    ("create", "new", "b-ready"),
    ("refused", "refused", "b-fail"),
    ("left out", "left out", "b-plain"),
)
_DONE = {
    "create": "created",
    "change": "changed",
    "unchanged": "nothing to do",
    "refused": "refused",
    "left out": "left out",
}
_WILL = {"create": "will be created", "change": "", "unchanged": "nothing to do", "refused": "", "left out": "left out"}
_WOULD = {**_WILL, "create": "would be created"}
"""For whoever may only look."""
FOLD = 12
"""A difference longer than this is folded."""
MOST_LISTED, MOST_LINES, MOST_LINES_OF_ALL = 200, 400, 4000
"""Documents that are listed, lines of one's difference and of all together: what a browser takes at once. The counts
above the list are of all."""


class Outcome:
    """Read by clusters/_outcome.html."""

    def __init__(self, submission: Submission, *, tried: bool = False, text: str = "", may: bool = True) -> None:
        self.revision = submission.revision
        self.stored = submission.stored
        self.ok = submission.ok
        self.tried = tried
        self._words = _DONE if submission.stored else _WILL if may else _WOULD
        self.text = text
        self.left_out = [_mark(each) for each in submission.left_out]
        self._places = Places(text)
        self.problems = [
            {"line": problem.line, "message": problem.message, "place": self._places.of(problem.line)}
            for _, problem in submission.problems
        ]
        every = [*submission.documents, *submission.left_out]
        ordered = sorted(every, key=lambda each: _ORDER[each.verdict])
        self._lines_left = MOST_LINES_OF_ALL
        self.documents = [self._document(each) for each in ordered[:MOST_LISTED]]
        self.unlisted = _counted(ordered[MOST_LISTED:])
        refused = submission.refused
        rest = [each for each in submission.documents if each.verdict in ("create", "change")]
        self.badges = [
            {"count": count, "word": word, "look": look}
            for verdict, word, look in _BADGES
            if (count := sum(each.verdict == verdict for each in every))
        ]
        self.refused_marks = [_mark(each) for each in refused]
        self.unlisted_left_out = [_mark(each) for each in ordered[MOST_LISTED:] if each.verdict == "left out"]
        self.first_line = refused[0].problems[0].line if refused and refused[0].problems else 0
        self.can_apply_rest = bool(refused) and not submission.problems and bool(rest)
        self.rest_words = f"Apply {len(submission.documents) - len(refused)}, leave out {_names(refused)}"
        self.apply_words = f"Apply {len(submission.documents)}" if len(submission.documents) != 1 else "Apply it"
        self.nothing_to_do = submission.ok and not rest
        self.headline = _headline(submission, tried=tried)

    def _document(self, document: Document) -> dict[str, Any]:
        words = self._words[document.verdict]
        if document.verdict == "change" and not self.stored:
            lines = changed_fields(list(document.diff))
            words = {0: "nothing that shows", 1: "1 line"}.get(lines, f"{lines} lines")
            words += (
                ""
                if not lines
                else " would change"
                if self._words is _WOULD
                else " changes"
                if lines == 1
                else " change"
            )
        kind = document.kind or "no kind"
        place = f" in {document.namespace}" if document.namespace not in ("", "default") else ""
        line = document.problems[0].line if document.problems else document.line
        taken = document.diff[: min(MOST_LINES, self._lines_left)]
        self._lines_left -= len(taken)
        return {
            "verdict": document.verdict,
            "name": document.name or f"document {document.number}",
            "about": f"{kind}{place}" + (f", {words}" if words else ""),
            "line": line,
            "place": self._places.of(line),
            "number": document.number,
            "mark": _mark(document),
            "id": _map_id(document) if self.stored and document.verdict != "left out" else "",
            "diff": taken,
            "lines": len(document.diff),
            "cut": len(document.diff) - len(taken),
            "folded": len(document.diff) > FOLD or document.verdict == "create",
            "notes": document.notes,
            "problems": document.problems,
        }


def _counted(documents: Sequence[Document]) -> str:
    """Of those that are not listed: "1,800 more: 900 new, 900 same"; "" when there are none."""
    if not documents:
        return ""
    counts = [
        f"{count:,} {word}"
        for verdict, word, _ in _BADGES
        if (count := sum(each.verdict == verdict for each in documents))
    ]
    return f"{len(documents):,} more: {', '.join(counts)}."


def _mark(document: Document) -> str:
    return document.mark or document.place


def _map_id(document: Document) -> str:
    """As the map names what it shows: "services/default/web"."""
    after = document.after or {}
    kind = by_kind(str(after.get("apiVersion")), document.kind)
    return id_of(kind.key(after)) if kind else ""


def _names(refused: list[Document]) -> str:
    if len(refused) > 2:
        return f"{len(refused)} refused"
    return " and ".join(each.name or f"document {each.number}" for each in refused)


def _headline(submission: Submission, *, tried: bool) -> str:
    count = len(submission.documents)
    if submission.stored:
        return f"Stored at r{submission.revision}."
    bad = len(submission.refused)
    if not tried:
        return _refused(submission, bad, count) if bad else ""
    if submission.problems or not count:
        return "Nothing is stored."
    return f"Nothing is stored: {_of(bad, count)} refused."


def _refused(submission: Submission, bad: int, count: int) -> str:
    """Of all together: what is left without the refused has a button of its own."""
    them = "it is" if bad == 1 else "they are"
    if bad == count:
        said = "This document is" if count == 1 else f"All {count} documents are"
        return f"{said} refused. Nothing is stored until {them} mended."
    return f"{_of(bad, count)} refused, so not all can go together. Nothing is stored until {them} mended or left out."


def _of(bad: int, count: int) -> str:
    return f"{bad} of {count} documents {'is' if bad == 1 else 'are'}"
