"""What a lesson is, once it has been read: values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """What is wrong in a lesson's folder, where, and what would be right."""

    file: str
    line: int
    """0: it is about no one line."""
    field: str
    message: str

    def __str__(self) -> str:
        places = [self.file, f"line {self.line}" if self.line else "", self.field]
        return f"{', '.join(each for each in places if each)}: {self.message}"


class Unreadable(Exception):
    """A folder that is no lesson; `flaws` has at least one."""

    def __init__(self, flaws: Sequence[Flaw]) -> None:
        self.flaws = list(flaws)
        super().__init__("\n".join(str(flaw) for flaw in self.flaws))


class Check(NamedTuple):
    """Something that is to be so. `id` is its place in the lesson: "2.1" is the second check of the third step."""

    id: str
    kind: str
    given: Mapping[str, Any]
    done: str
    """Said once it is so."""
    missing: str
    """Said until then, before what is the case instead; "" leaves it at that."""

    @property
    def anew(self) -> Any:
        """The object, by its name, that has to be made since the step began; None where there is none."""
        return self.given.get("of" if self.kind == "fresh" else "fresh")


class Act(NamedTuple):
    """Something that is done in the cluster for a person."""

    kind: str
    given: Mapping[str, Any]
    kubectl: str
    """The author's own words for the command; "": those that follow from the act."""
    line: int = 0
    """Where it stands in the lesson's file; 0 for one that does not."""


class Step(NamedTuple):
    title: str
    text: str
    """Markdown."""
    checks: tuple[Check, ...]
    files: tuple[str, ...]
    """Manifests that are offered to be read, copied and applied."""
    hints: tuple[str, ...]
    do: tuple[Act, ...]
    wrong: tuple[Act, ...]
    """A plausible way that is not the one: no check may take it for the step."""


class Start(NamedTuple):
    """What the lesson's cluster holds before the first step."""

    scenario: str = ""
    manifests: tuple[str, ...] = ()
    dns: str = "kubeadm"
    pace: str = "brisk"


class Shell(NamedTuple):
    """Where the terminal beside the lesson opens; an empty image means the pod's own container."""

    pod: str
    image: str = ""


class Lesson(NamedTuple):
    slug: str
    title: str
    summary: str
    minutes: int
    order: int
    start: Start
    shell: Shell | None
    steps: tuple[Step, ...]
    ending: str
    """Markdown: what to take along."""
    files: Mapping[str, bytes]
    """The manifests of the folder by name."""
