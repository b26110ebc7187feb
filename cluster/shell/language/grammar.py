"""Whether tokens make whole commands, and if not, at which one bash would stop.

tree-sitter's grammar forgives (a lone `fi` is a command to it) and mends what it cannot read; a shell does neither.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from cluster.shell.language.lexing import ARRAY, ASSIGNMENT, Complaint, Token
from cluster.shell.language.scanning import TooDeep

DEEPEST = 60
"""How far commands may lie within each other."""

DECLARING = frozenset({"declare", "typeset", "local", "export", "readonly", "alias"})
"""Builtins whose arguments may be assignments, kept whole."""

_CLOSERS = frozenset({"then", "elif", "else", "fi", "do", "done", "esac", "}", "in", "]]"})
_CASE_ENDS = frozenset({";;", ";&", ";;&"})


@dataclass
class Verdict:
    complaint: Complaint | None = None
    whole: list[int] = field(default_factory=list)
    """Where lines end that complete a command: before those, all is well."""
    commands: int = 0
    """How many there are without others in them."""
    separators: set[int] = field(default_factory=set)
    """The numbers of the newlines that end a command; the others are no more than blanks."""


def judge(items: list[Token]) -> Verdict:
    """Read all tokens. TooDeep."""
    verdict = Verdict()
    checker = _Checker(items, verdict.separators)
    try:
        while True:
            checker.skip_newlines()
            if checker.ended():
                break
            checker.and_or()
            if checker.ended():
                break
            if checker.is_operator(";", "&"):
                checker.advance()
                if not checker.is_operator("\n"):
                    continue
            else:
                checker.separate()
            checker.require_operator("\n")
            verdict.whole.append(checker.items[checker.at - 1].start)
    except Complaint as complaint:
        verdict.complaint = complaint
    verdict.commands = checker.commands
    return verdict


class _Checker:
    def __init__(self, items: list[Token], separators: set[int]) -> None:
        self.items = items
        self.separators = separators
        self.at = 0
        self.depth = 0
        self.commands = 0

    @property
    def token(self) -> Token | None:
        return self.items[self.at] if self.at < len(self.items) else None

    def ended(self) -> bool:
        return self.at >= len(self.items)

    def advance(self) -> None:
        self.at += 1

    def is_operator(self, *texts: str) -> bool:
        token = self.token
        return token is not None and token.kind == "operator" and token.text in texts

    def is_word(self, *texts: str) -> bool:
        token = self.token
        return token is not None and token.kind == "word" and token.text in texts

    def separate(self) -> None:
        """Should a newline stand here, it ends a command."""
        if self.is_operator("\n"):
            self.separators.add(self.at)

    def skip_newlines(self) -> None:
        while self.is_operator("\n"):
            self.advance()

    def require_operator(self, text: str) -> None:
        if not self.is_operator(text):
            raise Complaint(self.token, text)
        self.advance()

    def require_word(self, text: str) -> None:
        if not self.is_word(text):
            raise Complaint(self.token, text)
        self.advance()

    def any_word(self) -> None:
        if self.token is None or self.token.kind != "word":
            raise Complaint(self.token, "word")
        self.advance()

    def body(self, ends: Collection[str], expected: str, *, may_be_empty: bool = False) -> None:
        """Commands up to a word or operator out of `ends`, which is left standing."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise TooDeep
        self.skip_newlines()
        empty = True
        while not self._at(ends):
            if self.token is None:
                raise Complaint(None, expected)
            self.and_or()
            empty = False
            if self.is_operator(";", "&", "\n"):
                self.separate()
                self.advance()
                self.skip_newlines()
            elif not self._at(ends):
                raise Complaint(self.token, expected)
        if empty and not may_be_empty:
            raise Complaint(self.token, expected)
        self.depth -= 1

    def _at(self, ends: Collection[str]) -> bool:
        return self.token is not None and self.token.kind in ("word", "operator") and self.token.text in ends

    def and_or(self) -> None:
        self.pipeline()
        while self.is_operator("&&", "||"):
            self.advance()
            self.skip_newlines()
            self.pipeline()

    def pipeline(self) -> None:
        alone = False
        while self.is_word("!", "time"):
            alone = True
            self.advance()
            if self.is_word("-p"):
                self.advance()
        if alone and (self.token is None or self.is_operator(";", "&", "\n")):
            return
        self.command()
        while self.is_operator("|", "|&"):
            self.advance()
            self.skip_newlines()
            self.command()

    def redirections(self) -> None:
        while self.token is not None and self.token.kind == "redirection":
            begin, end = self.token.target
            if begin == end:
                self.advance()
                raise Complaint(self.token, "word")
            self.advance()

    def command(self) -> None:
        token = self.token
        if token is None:
            raise Complaint(None)
        if token.kind == "word" and token.text in _COMPOUND:
            self.advance()
            _COMPOUND[token.text](self)
            self.redirections()
        elif token.kind == "word" and token.text in _CLOSERS:
            raise Complaint(token)
        elif token.kind in ("condition", "calculation"):
            self.commands += 1
            self.advance()
            self.redirections()
        elif token.kind == "operator":
            if token.text != "(":
                raise Complaint(token)
            self.advance()
            self.body((")",), ")")
            self.advance()
            self.redirections()
        else:
            self._simple(token)

    def _simple(self, first: Token) -> None:
        self.redirections()
        assigning, declaring = True, False
        while self.token is not None and self.token.kind == "word":
            array = ARRAY.match(self.token.text)
            if array and not assigning:
                raise Complaint(
                    replace(self.token, start=self.token.start + array.end() - 1, end=self.token.start + array.end())
                )
            declaring = declaring or self.token.text in DECLARING
            assigning = declaring or (assigning and ASSIGNMENT.match(self.token.text) is not None)
            self.advance()
            if self.is_operator("(") and self.items[self.at - 1] is first:
                self.advance()
                self.require_operator(")")
                self._function_body()
                return
            self.redirections()
        self.commands += 1

    def _function_body(self) -> None:
        self.skip_newlines()
        token = self.token
        plain = token is not None and token.kind == "word" and token.text not in _COMPOUND
        if token is None or plain or token.kind == "redirection":
            raise Complaint(token)
        self.command()

    def if_(self) -> None:
        self.body(("then",), "then")
        self.advance()
        self.body(("elif", "else", "fi"), "fi")
        if self.is_word("elif"):
            self.advance()
            self.if_()
            return
        if self.is_word("else"):
            self.advance()
            self.body(("fi",), "fi")
        self.require_word("fi")

    def while_(self) -> None:
        self.body(("do",), "do")
        self._do_group()

    def _do_group(self) -> None:
        self.require_word("do")
        self.body(("done",), "done")
        self.require_word("done")

    def for_(self) -> None:
        if self.token is not None and self.token.kind == "calculation":
            self.advance()
        else:
            self.any_word()
            named = self.at
            self.skip_newlines()
            if not self.is_word("in") and self.at > named:
                self.separators.add(named)
            if self.is_word("in"):
                self.advance()
                while self.token is not None and self.token.kind == "word":
                    self.advance()
                if not self.is_operator(";", "\n"):
                    raise Complaint(self.token, "do")
        self.separate()
        if self.is_operator(";"):
            self.advance()
        self.skip_newlines()
        if self.is_word("{"):
            self.advance()
            self.group()
        else:
            self._do_group()

    def case_(self) -> None:
        self.any_word()
        self.skip_newlines()
        self.require_word("in")
        self.skip_newlines()
        while not self.is_word("esac"):
            if self.is_operator("("):
                self.advance()
            self.any_word()
            while self.is_operator("|"):
                self.advance()
                self.any_word()
            self.require_operator(")")
            self.body(("esac", *_CASE_ENDS), ";;", may_be_empty=True)
            if self.is_word("esac"):
                break
            self.advance()
            self.skip_newlines()
        self.advance()

    def group(self) -> None:
        self.body(("}",), "}")
        self.advance()

    def function(self) -> None:
        self.any_word()
        if self.is_operator("("):
            self.advance()
            self.require_operator(")")
        self._function_body()


_COMPOUND = {
    "if": _Checker.if_,
    "while": _Checker.while_,
    "until": _Checker.while_,
    "for": _Checker.for_,
    "select": _Checker.for_,
    "case": _Checker.case_,
    "{": _Checker.group,
    "function": _Checker.function,
}
