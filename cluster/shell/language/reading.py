"""A script's text read into commands: tokens, judged, nested by tree-sitter's tree, each word read."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from cluster.shell.language.conditions import BadCondition, read_condition
from cluster.shell.language.grammar import judge
from cluster.shell.language.lexing import Token, Tokens, tokenize
from cluster.shell.language.remembering import remembered
from cluster.shell.language.scanning import TooDeep
from cluster.shell.language.simple import read_redirection, read_simple
from cluster.shell.language.syntax import (
    AndOr,
    Background,
    Calculation,
    Case,
    CaseItem,
    Command,
    Counting,
    For,
    Function,
    Group,
    If,
    Pipeline,
    Redirection,
    Sequence,
    Simple,
    Subshell,
    Test,
    While,
)
from cluster.shell.language.tree import Node, Unread, span, structure
from cluster.shell.language.words import read_word

LONGEST = 262_144
"""Characters of a script."""


@dataclass(frozen=True)
class Problem:
    """Why a text, or the rest of it, is not run."""

    token: str | None
    """The one that cannot stand there; None: the end of the text came first."""
    line: int
    """From 1."""
    expected: str = ""
    unclosed: str = ""
    """The closing quote or bracket that is looked for."""
    opened: int = 0
    incomplete: bool = False
    """More lines could make it whole."""
    text: str = ""
    """The line at fault."""
    sentence: str = ""
    """What is wrong where it is none of the language's errors."""


@dataclass
class Script:
    commands: list[Command] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    """For each command the number of the line, or lines, it shares with others: an error gives up a whole group."""
    problem: Problem | None = None
    warnings: list[tuple[int, int, str]] = field(default_factory=list)
    """Here-documents cut off by the end: the line of the end, the line they began on, the delimiter."""


@remembered(512, 4096)
def read_script(text: str) -> Script:
    """Everything up to the first error, by whole lines: what stands before it is run all the same."""
    if len(text) > LONGEST:
        return Script(problem=Problem(None, 1, sentence=f"script longer than {LONGEST} characters"))
    try:
        tokens = tokenize(text.replace("\0", ""))
        verdict = judge(tokens.items)
        if tokens.complaint is not None:
            verdict.complaint = tokens.complaint
    except TooDeep:
        return Script(problem=Problem(None, 1, sentence="commands nested too deep"))
    problem = _problem(tokens, (verdict.complaint.token, verdict.complaint.expected) if verdict.complaint else None)
    if problem:
        upto = verdict.whole[-1] + 1 if verdict.whole else 0
        before = read_script(text[:upto]) if 0 < upto < len(text) else Script()
        return Script(before.commands, before.groups, before.problem or problem, before.warnings)
    try:
        builder = _Builder(tokens)
        commands = builder.statements(structure(tokens, verdict.separators).children)
    except BadCondition as bad:
        return Script(problem=Problem(bad.token, 1, text=str(bad), sentence="condition"))
    except Unread as unread:
        token = tokens.items[min(unread.token, len(tokens.items) - 1)]
        line = tokens.line(token.start)
        return Script(problem=Problem(tokens.text[token.start : token.end], line + 1, text=_line(text, line)))
    groups = [bisect_left(verdict.whole, start) for start in builder.starts]
    return Script(commands, groups, warnings=_warnings(tokens))


def _problem(tokens: Tokens, complaint: tuple[Token | None, str] | None) -> Problem | None:
    last = tokens.text.count("\n", 0, len(tokens.text.rstrip("\n"))) + 1
    if complaint is not None and complaint[0] is not None:
        token, expected = complaint
        assert token is not None
        line = tokens.line(token.start)
        shown = "newline" if token.text == "\n" else tokens.text[token.start : token.end]
        return Problem(shown, line + 1, expected, text=_line(tokens.text, line))
    if tokens.unclosed:
        opened = tokens.line(tokens.unclosed.position) + 1
        return Problem(None, last, unclosed=tokens.unclosed.opener, opened=opened, incomplete=True)
    if complaint:
        if _dangling_redirection(tokens):
            return Problem("newline", last, text=_line(tokens.text, last - 1))
        return Problem(None, last + 1, complaint[1], incomplete=True)
    return None


def _dangling_redirection(tokens: Tokens) -> bool:
    """A redirection to nothing, at the end of the text: as if the line ended there."""
    last = tokens.items[-1] if tokens.items else None
    return last is not None and last.kind == "redirection" and last.target[0] == last.target[1]


def _line(text: str, line: int) -> str:
    return text.split("\n")[line]


def _warnings(tokens: Tokens) -> list[tuple[int, int, str]]:
    last = tokens.text.count("\n") + (not tokens.text.endswith("\n"))
    return [(last, tokens.line(token.start) + 1, token.delimiter) for token in tokens.items if not token.closed]


class _Builder:
    """Makes commands out of the tree's nodes, and what they say out of the tokens in them."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.text = tokens.text
        self.starts: list[int] = []
        """Where the commands of the list finished last begin: in the end, the outermost ones."""

    def written(self, first: int, end: int) -> str:
        """The text of some tokens."""
        return self.text[self.tokens.items[first].start : self.tokens.items[end - 1].end]

    def line(self, node: Node) -> int:
        return self.tokens.line(self.tokens.items[span(node)[0]].start) + 1

    def sequence(self, nodes: list[Node]) -> Sequence:
        return Sequence(self.statements(nodes))

    def statements(self, nodes: list[Node]) -> list[Command]:
        """Commands with what separates them."""
        found: list[Command] = []
        starts: list[int] = []
        start = 0
        for node in nodes:
            if node.type == "&":
                found[-1] = Background(found[-1], self.written(start, span(node)[0]))
            elif node.is_named and node.type not in ("comment", "heredoc_body"):
                start = span(node)[0]
                starts.append(self.tokens.items[start].start)
                found.append(self.and_or(node))
        self.starts = starts
        return found

    def and_or(self, node: Node) -> Command:
        """The tree nests && and | as it likes; here they bind as the shell's."""
        items: list[tuple[str, Command]] = []
        operator, stage = "", _Stage()
        for kind, leaf in self._flat(node):
            if kind in ("&&", "||"):
                items.append((operator, stage.pipeline()))
                operator, stage = kind, _Stage()
            elif kind == "!":
                timed = self.tokens.items[span(leaf)[0]].text == "time"
                stage.mark(timed)
            elif kind == "|&":
                _redirect(stage.commands[-1], [Redirection(">&", read_word("1"), 2)])
            elif kind == "redirections":
                _redirect(stage.commands[-1], self.redirections(*span(leaf)))
            elif kind == "command":
                stage.commands.append(self.command(leaf))
        items.append((operator, stage.pipeline()))
        return items[0][1] if len(items) == 1 else AndOr(items)

    def _flat(self, node: Node) -> list[tuple[str, Node]]:
        flat: list[tuple[str, Node]] = []
        pending = [node]
        while pending:
            at = pending.pop()
            if at.type in ("list", "pipeline", "negated_command", "redirected_statement"):
                pending.extend(reversed(at.children))
            elif at.type == "file_redirect":
                flat.append(("redirections", at))
            elif at.is_named and at.type != "comment":
                flat.append(("command", at))
            else:
                flat.append((at.type, at))
        return flat

    def redirections(self, first: int, end: int) -> list[Redirection]:
        tokens = self.tokens.items[first:end]
        return [read_redirection(self.text, token) for token in tokens if token.kind == "redirection"]

    def command(self, node: Node) -> Command:
        made = _MAKERS.get(node.type)
        return made(self, node) if made else self.simple(node)

    def simple(self, node: Node) -> Command:
        first, end = span(node)
        tokens = self.tokens.items[first:end]
        line = self.line(node)
        special = next((token for token in tokens if token.kind in ("condition", "calculation")), None)
        if special is None:
            return read_simple(self.text, tokens, line)
        redirections = self.redirections(first, end)
        if special.kind == "calculation":
            return Calculation(self.text[special.start + 2 : special.end - 2], line, redirections)
        return Test(read_condition(self.text[special.start + 2 : special.end - 2]), line, redirections)

    def if_(self, node: Node) -> Command:
        branches: list[tuple[Sequence, Sequence]] = []
        otherwise: Sequence | None = None
        condition: list[Node] = []
        part: list[Node] = []
        for child in node.children:
            if child.type == "then":
                condition, part = part, []
            elif child.type in ("elif_clause", "else_clause", "fi"):
                if not branches:
                    branches.append((self.sequence(condition), self.sequence(part)))
                if child.type == "elif_clause":
                    then = next(at for at, inner in enumerate(child.children) if inner.type == "then")
                    inner = child.children
                    branches.append((self.sequence(inner[1:then]), self.sequence(inner[then + 1 :])))
                elif child.type == "else_clause":
                    otherwise = self.sequence(child.children[1:])
            elif child.type != "if":
                part.append(child)
        return If(branches, otherwise)

    def while_(self, node: Node) -> Command:
        *condition, body = node.children[1:]
        return While(self.sequence(condition), self.do_group(body), until=node.children[0].type == "until")

    def do_group(self, node: Node) -> Sequence:
        return self.sequence(node.children[1:-1])

    def for_(self, node: Node) -> Command:
        body = self.do_group(node.children[-1])
        head = [token for token in self.tokens.items[span(node)[0] : span(node.children[-1])[0]] if token.text != "\n"]
        line = self.line(node)
        if head[1].kind == "calculation":
            return self._counting(self.text[head[1].start + 2 : head[1].end - 2], body, line)
        words = None
        if len(head) > 2 and head[2].text == "in":
            words = [read_word(self.text[token.start : token.end]) for token in head[3:] if token.kind == "word"]
        return For(head[1].text, words, body, line, select=head[0].text == "select")

    def _counting(self, head: str, body: Sequence, line: int) -> Command:
        start, condition, step = (*head.split(";"), "", "")[:3]
        return Counting(start, condition, step, body, line)

    def case(self, node: Node) -> Command:
        items: list[CaseItem] = []
        for child in node.children:
            if child.type != "case_item":
                continue
            close = next(at for at, inner in enumerate(child.children) if inner.type == ")")
            patterns = self.tokens.items[span(child)[0] : span(child.children[close])[0]]
            last = self.tokens.items[span(child)[1] - 1].text
            items.append(
                CaseItem(
                    [read_word(token.text) for token in patterns if token.kind == "word"],
                    self.sequence([inner for inner in child.children[close + 1 :] if inner.type not in _CASE_ENDS]),
                    last if last in _CASE_ENDS else ";;",
                )
            )
        subject = self.tokens.items[span(node)[0] + 1]
        return Case(read_word(subject.text), items, self.line(node))

    def function(self, node: Node) -> Command:
        first, end = span(node)
        head = self.tokens.items[first : first + 2]
        name = head[1].text if head[0].text == "function" else head[0].text
        body = next(child for child in node.children if child.type in _MAKERS or child.type == "command")
        made = self.command(body)
        _redirect(made, self.redirections(span(body)[1], end))
        text = self.written(span(body)[0], end)
        return Function(name, made, text, self.line(node))

    def group(self, node: Node) -> Command:
        return Group(self.sequence(node.children[1:-1]))

    def subshell(self, node: Node) -> Command:
        return Subshell(self.sequence(node.children[1:-1]))


_CASE_ENDS = frozenset({";;", ";&", ";;&"})
_MAKERS = {
    "if_statement": _Builder.if_,
    "while_statement": _Builder.while_,
    "for_statement": _Builder.for_,
    "case_statement": _Builder.case,
    "function_definition": _Builder.function,
    "compound_statement": _Builder.group,
    "subshell": _Builder.subshell,
}


def _redirect(command: Command, redirections: list[Redirection]) -> None:
    if not isinstance(command, (Pipeline, AndOr, Background, Sequence, Function)):
        command.redirections.extend(redirections)
    elif isinstance(command, Function):
        _redirect(command.body, redirections)


class _Stage:
    """A pipeline as it is gathered."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self._negated = False
        self._timed = False

    def mark(self, timed: bool) -> None:
        if timed:
            self._timed = True
        else:
            self._negated = not self._negated

    def pipeline(self) -> Command:
        timed: bool = self._timed
        if timed and self.commands and isinstance(self.commands[0], Simple):
            words = self.commands[0].words
            if words and getattr(words[0], "raw", "") == "-p":
                del words[0]
                return Pipeline(self.commands, self._negated, "posix")
        if len(self.commands) == 1 and not self._negated and not timed:
            return self.commands[0]
        return Pipeline(self.commands, self._negated, "bash" if timed else "")
