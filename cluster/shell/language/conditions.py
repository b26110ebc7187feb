"""The text between [[ and ]] read into a condition."""

from __future__ import annotations

from cluster.shell.language.lexing import script_end
from cluster.shell.language.scanning import Scanner
from cluster.shell.language.syntax import Binary, Both, Condition, Either, Not, Unary
from cluster.shell.language.words import read_word

UNARY = frozenset(f"-{letter}" for letter in "abcdefghknoprstuvwxzGLNOSR")
BINARY = frozenset(["=", "==", "!=", "=~", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"])


class BadCondition(Exception):
    """The condition is none; the message is bash's own, with the token it stumbled over."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


def read_condition(text: str) -> Condition:
    """The whole of [[ … ]]. BadCondition."""
    reader = _Reader(text)
    condition = reader.either()
    if reader.token is not None:
        raise BadCondition("syntax error in conditional expression", reader.token)
    return condition


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.scanner = Scanner(text, script_end)
        self.token: str | None = None
        self.advance()

    def advance(self, *, expression: bool = False) -> None:
        """To the next token; a regular expression's parentheses and bars belong to it."""
        text = self.text
        while self.at < len(text) and text[self.at] in " \t\n":
            self.at += 1
        start = self.at
        if start == len(text):
            self.token = None
        elif expression:
            self.at = self._expression_end(start)
            self.token = text[start : self.at]
        else:
            two = text[start : start + 2]
            if two in ("&&", "||"):
                self.at += 2
            elif text[start] in "()<>" and two not in ("<(", ">("):
                self.at += 1
            else:
                self.at = max(self.scanner.word(start), start + 1)
            self.token = text[start : self.at]

    def _expression_end(self, at: int) -> int:
        depth = 0
        while at < len(self.text):
            char = self.text[at]
            if char in " \t\n" and depth == 0:
                break
            if char == "(":
                depth += 1
            elif char == ")":
                if depth == 0:
                    break
                depth -= 1
            at = self.scanner.piece(at, 0) if char in "\"'$`\\" else at + 1
        return at

    def either(self) -> Condition:
        left = self.both()
        while self.token == "||":
            self.advance()
            left = Either(left, self.both())
        return left

    def both(self) -> Condition:
        left = self.primary()
        while self.token == "&&":
            self.advance()
            left = Both(left, self.primary())
        return left

    def primary(self) -> Condition:
        token = self.token
        if token is None:
            raise BadCondition("unexpected token in conditional command", "]]")
        if token == "!":
            self.advance()
            return Not(self.primary())
        if token == "(":
            self.advance()
            inner = self.either()
            if self.token != ")":
                raise BadCondition("expected `)'", self.token or "]]")
            self.advance()
            return inner
        if token in ("&&", "||", ")", "<", ">"):
            raise BadCondition("unexpected token in conditional command", token)
        self.advance()
        follows = self.token
        if token in UNARY and follows is not None and follows not in ("&&", "||", ")"):
            if follows not in BINARY:
                self.advance()
                return Unary(token, read_word(follows))
        elif follows not in BINARY:
            if follows is None or follows in ("&&", "||", ")"):
                return Unary("-n", read_word(token))
            raise BadCondition("conditional binary operator expected", follows)
        assert follows is not None
        self.advance(expression=follows == "=~")
        if self.token is None:
            raise BadCondition("unexpected argument to conditional binary operator", "]]")
        right = self.token
        self.advance()
        return Binary(follows, read_word(token), read_word(right))
