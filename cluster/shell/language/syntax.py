"""What a script says, as data. Nothing here knows how it was read or how it is run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# --- words -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Text:
    """Unquoted characters: `*` and `{a,b}` mean something in them."""

    text: str


@dataclass(slots=True, frozen=True)
class Quoted:
    """Characters that stand for themselves."""

    text: str


@dataclass(slots=True, frozen=True)
class Double:
    """What stands between double quotes."""

    parts: tuple[Part, ...]


@dataclass(slots=True, frozen=True)
class Parameter:
    """$name or ${name…}."""

    name: str
    subscript: str | None = None
    """`@`, `*` or an expression; None without brackets."""
    operator: str = ""
    """`:-` `-` `:=` … `#` `##` `%` `%%` `/` `//` `/#` `/%` `:` `^` `^^` `,` `,,` `@`; "" for none."""
    operand: str = ""
    """The raw text after the operator: read when it is needed."""
    length: bool = False
    indirect: bool = False
    raw: str = ""
    """As it was written, for messages."""


@dataclass(slots=True, frozen=True)
class Substitution:
    """$(…) or `…`: a script whose output is meant."""

    script: str
    line: int = 0
    """Lines before it."""


@dataclass(slots=True, frozen=True)
class Arithmetic:
    """$((…))."""

    expression: str


@dataclass(slots=True, frozen=True)
class ProcessFile:
    """<(…) or >(…)."""

    direction: str
    script: str


Part = Text | Quoted | Double | Parameter | Substitution | Arithmetic | ProcessFile


@dataclass(slots=True, frozen=True)
class Word:
    raw: str
    parts: tuple[Part, ...]

    @property
    def literal(self) -> str | None:
        """The text, if no expansion can change it (but quotes are still in `raw`)."""
        if all(isinstance(part, (Text, Quoted)) for part in self.parts):
            return "".join(part.text for part in self.parts if isinstance(part, (Text, Quoted)))
        return None


# --- conditions: [[ … ]] ---------------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Unary:
    operator: str
    operand: Word


@dataclass(slots=True, frozen=True)
class Binary:
    operator: str
    left: Word
    right: Word


@dataclass(slots=True, frozen=True)
class Not:
    condition: Condition


@dataclass(slots=True, frozen=True)
class Both:
    left: Condition
    right: Condition


@dataclass(slots=True, frozen=True)
class Either:
    left: Condition
    right: Condition


Condition = Unary | Binary | Not | Both | Either

# --- commands --------------------------------------------------------------------------------------------------------


@dataclass(slots=True, frozen=True)
class Redirection:
    operator: str
    """`<` `>` `>>` `>|` `<>` `>&` `<&` `&>` `&>>` `<<` `<<<`."""
    target: Word
    descriptor: int | None = None
    body: str | None = None
    """A here-document's text, tabs already taken off."""
    verbatim: bool = False
    """The here-document's delimiter was quoted: nothing in it is expanded."""


@dataclass(slots=True, frozen=True)
class Assignment:
    name: str
    value: Word | tuple[Element, ...]
    subscript: str | None = None
    append: bool = False


@dataclass(slots=True, frozen=True)
class Element:
    """One item of a=(…)."""

    value: Word
    subscript: str | None = None
    append: bool = False


@dataclass(slots=True)
class Simple:
    assignments: list[Assignment]
    words: list[Word | Assignment]
    """Arguments of `declare` and its like may be assignments."""
    redirections: list[Redirection]
    line: int


@dataclass(slots=True)
class Pipeline:
    commands: list[Command]
    negated: bool = False
    timed: Literal["", "bash", "posix"] = ""


@dataclass(slots=True)
class AndOr:
    """`a && b || c`: each with the operator before it; "" for the first."""

    items: list[tuple[str, Command]]


@dataclass(slots=True)
class Background:
    command: Command
    text: str


@dataclass(slots=True)
class Sequence:
    commands: list[Command]


@dataclass(slots=True)
class Subshell:
    body: Sequence
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class Group:
    body: Sequence
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class If:
    branches: list[tuple[Sequence, Sequence]]
    otherwise: Sequence | None
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class While:
    condition: Sequence
    body: Sequence
    until: bool = False
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class For:
    name: str
    words: list[Word] | None
    """None: the positional parameters."""
    body: Sequence
    line: int
    select: bool = False
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class Counting:
    """for ((…; …; …))."""

    start: str
    condition: str
    step: str
    body: Sequence
    line: int
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class CaseItem:
    patterns: list[Word]
    body: Sequence
    end: str = ";;"


@dataclass(slots=True)
class Case:
    subject: Word
    items: list[CaseItem]
    line: int
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class Function:
    name: str
    body: Command
    text: str
    line: int


@dataclass(slots=True)
class Test:
    """[[ … ]]."""

    condition: Condition
    line: int
    redirections: list[Redirection] = field(default_factory=list)


@dataclass(slots=True)
class Calculation:
    """(( … ))."""

    expression: str
    line: int
    redirections: list[Redirection] = field(default_factory=list)


Compound = Subshell | Group | If | While | For | Counting | Case | Test | Calculation
Command = Simple | Pipeline | AndOr | Background | Sequence | Function | Compound
