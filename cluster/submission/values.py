"""What a submission comes to, document by document. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from cluster.machinery.objects import Obj
from cluster.submission.difference import Line

Verdict = Literal["create", "change", "unchanged", "refused", "left out"]


class Fix(NamedTuple):
    """An edit that would mend a problem: in that line, `old` becomes `new`."""

    label: str
    line: int
    old: str
    new: str


class Problem(NamedTuple):
    line: int
    """1-based, in its source."""
    field: str
    """`spec.ports[0].port`; "" when it is about the whole document."""
    message: str
    """For a person: what is wrong and what would be right."""
    api: str
    """The same as the API server says it; "" when it is our own rule."""
    fix: Fix | None = None


class Document(NamedTuple):
    source: str
    number: int
    """1-based, in its source."""
    line: int
    kind: str
    name: str
    namespace: str
    verdict: Verdict
    resource: str = ""
    """As kubectl names it in its answers, `statefulset.apps`."""
    diff: Sequence[Line] = ()
    notes: Sequence[str] = ()
    problems: Sequence[Problem] = ()
    before: Obj | None = None
    """As it is stored now; None when it is new or refused."""
    after: Obj | None = None
    """As it would be stored; None when it is refused."""
    mark: str = ""
    """Names the document by what it describes, so that lines above it may come and go; its `place` without a name."""

    @property
    def place(self) -> str:
        """Names the document within its submission."""
        return f"{self.source}#{self.number}"


_DONE = {"create": "created", "change": "configured", "unchanged": "unchanged"}


class Submission(NamedTuple):
    """`stored` tells whether it was applied; else it is what would happen."""

    revision: int
    documents: Sequence[Document] = ()
    problems: Sequence[tuple[str, Problem]] = ()
    """(source, problem) of what belongs to no document."""
    stored: bool = False
    left_out: Sequence[Document] = ()
    """Those that were taken out on request: nothing was asked about them."""

    @property
    def refused(self) -> list[Document]:
        return [each for each in self.documents if each.verdict == "refused"]

    @property
    def ok(self) -> bool:
        return not self.problems and not self.refused and bool(self.documents)

    def lines(self) -> list[str]:
        """For a terminal: kubectl's line per document, or what is wrong and that nothing is stored."""
        if self.ok:
            return [f"{each.resource}/{each.name} {_DONE[each.verdict]}" for each in self.documents]
        told = [f"{_at(source, problem)}: {_said(problem)}" for source, problem in self.problems]
        for each in self.refused:
            title = f"document {each.number}" + (f", {each.kind} {each.name}".rstrip() if each.kind else "")
            told.extend(f"{_at(each.source, problem)}: {title}: {_said(problem)}" for problem in each.problems)
        if not self.documents and not self.problems:
            return ["Nothing to apply: no document holds an object."]
        count = len(self.refused)
        if count and not self.problems:
            told.append(f"Nothing is stored: {count} of {len(self.documents)} documents {_is(count)} refused.")
        else:
            told.append("Nothing is stored.")
        return told

    def json(self) -> dict[str, Any]:
        """As the browser gets it (see the contract in dashboard.clusters.apply)."""
        return {
            "revision": self.revision,
            "ok": self.ok,
            "stored": self.stored,
            "documents": [
                {
                    "source": each.source,
                    "document": each.number,
                    "place": each.place,
                    "mark": each.mark or each.place,
                    "line": each.line,
                    "kind": each.kind,
                    "name": each.name,
                    "namespace": each.namespace,
                    "outcome": each.verdict,
                    "diff": [{"sign": line.sign, "text": line.text} for line in each.diff],
                    "notes": list(each.notes),
                    "problems": [_problem(problem) for problem in each.problems],
                }
                for each in self.documents
            ],
            "problems": [{"source": source, **_problem(problem)} for source, problem in self.problems],
            "left_out": [each.mark or each.place for each in self.left_out],
        }


def _at(source: str, problem: Problem) -> str:
    return f"{source}:{problem.line}" if problem.line else source or "the submission"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _said(problem: Problem) -> str:
    field = f"{problem.field}: " if problem.field else ""
    api = f" ({problem.api})" if problem.api and problem.api != problem.message else ""
    return f"{field}{problem.message}{api}"


def _problem(problem: Problem) -> dict[str, Any]:
    fix = problem.fix
    return {
        "line": problem.line,
        "field": problem.field,
        "message": problem.message,
        "api": problem.api,
        "fix": {"label": fix.label, "line": fix.line, "from": fix.old, "to": fix.new} if fix else None,
    }
