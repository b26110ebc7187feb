"""Whole-number arithmetic as bash's ((…)): 64 bits that wrap, all of C's operators, variables as they go.

Variables are reached through two functions; what an expression says first goes through expansion, elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(
    r"\s*(?:(\d+#[0-9A-Za-z@_]+|\d\w*)|([A-Za-z_]\w*)"
    r"|(<<=|>>=|\*\*|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%<>=!~&|^?:(),\[\]]))",
    re.ASCII,
)
_BINARY: list[dict[str, Callable[[int, int], int]]] = [
    {"|": lambda a, b: a | b},
    {"^": lambda a, b: a ^ b},
    {"&": lambda a, b: a & b},
    {"==": lambda a, b: a == b, "!=": lambda a, b: a != b},
    {"<": lambda a, b: a < b, ">": lambda a, b: a > b, "<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b},
    {"<<": lambda a, b: a << (b & 63), ">>": lambda a, b: a >> (b & 63)},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "/": lambda a, b: _divided(a, b), "%": lambda a, b: a - b * _divided(a, b)},
]
_LEVELS = {"||": 0, "&&": 1} | {operator: level + 2 for level, each in enumerate(_BINARY) for operator in each}
_ASSIGNING = {f"{operator}=": operator for operator in ("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>")}
DEEPEST = 24
"""How far variables may name variables, and parentheses lie within each other."""


class ArithmeticProblem(Exception):
    """What is wrong, in bash's words without the place; `token` is what it says the error stands at."""

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


@dataclass(frozen=True)
class Variables:
    """How an expression reads and writes: the subscript is the raw text between brackets, or None."""

    get: Callable[[str, str | None], str]
    set: Callable[[str, str | None, str], None]


def wrapped(value: int) -> int:
    """In 64 bits with sign."""
    value &= 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


def evaluate(text: str, variables: Variables, depth: int = 0) -> int:
    """The value of an expression; "" is 0. ArithmeticProblem."""
    if not text.strip():
        return 0
    if depth > DEEPEST:
        raise ArithmeticProblem("expression recursion level exceeded", text)
    evaluation = _Evaluation(text, variables, depth)
    value = evaluation.comma(True)
    if evaluation.token is not None:
        message = (
            "attempted assignment to non-variable" if evaluation.token in _ASSIGNING or evaluation.token == "=" else ""
        )
        raise ArithmeticProblem(message or "syntax error in expression", evaluation.rest())
    return value


def number(text: str) -> int:
    """A constant: 10, 0x1f, 017, 2#101. ArithmeticProblem."""
    base, sign, digits = text.partition("#")
    if sign:
        return _based(int(base), digits, text)
    if text[:2] in ("0x", "0X"):
        return _based(16, text[2:] or "0", text)
    if text[0] == "0" and len(text) > 1:
        return _based(8, text[1:], text)
    return _based(10, text, text)


def _based(base: int, digits: str, text: str) -> int:
    if not 2 <= base <= 64:
        raise ArithmeticProblem("invalid arithmetic base", text)
    value = 0
    for digit in digits:
        worth = _worth(digit, base)
        if worth >= base:
            raise ArithmeticProblem("value too great for base", text)
        value = value * base + worth
    return wrapped(value)


def _worth(digit: str, base: int) -> int:
    if digit.isdigit():
        return int(digit)
    if digit in "@_":
        return 62 if digit == "@" else 63
    if digit.islower() or base <= 36:
        return ord(digit.lower()) - 87
    return ord(digit) - 29


def _divided(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient


class _Evaluation:
    """One pass over the text that computes as it reads; `live` is False in a branch that is not taken."""

    def __init__(self, text: str, variables: Variables, depth: int) -> None:
        self.text = text
        self.variables = variables
        self.depth = depth
        self.at = self.start = self.before = 0
        self.nested = depth
        self.token: str | None = None
        self.kind = 0
        self.advance()

    def advance(self) -> None:
        self.before = self.start
        found = _TOKEN.match(self.text, self.at)
        if found:
            self.kind = found.lastindex or 0
            self.start, self.at = found.start(self.kind), found.end()
            self.token = found[self.kind]
        elif self.text[self.at :].strip():
            self.start = self.at + len(self.text[self.at :]) - len(self.text[self.at :].lstrip())
            self.kind, self.token = 4, self.text[self.start]
        else:
            self.start = len(self.text)
            self.kind, self.token = 0, None

    def rest(self) -> str:
        return self.text[self.start :]

    def fail(self, message: str, at: int | None = None) -> ArithmeticProblem:
        return ArithmeticProblem(message, self.text[self.start if at is None else at :])

    def take(self, *tokens: str) -> str | None:
        token = self.token
        if self.kind == 3 and token in tokens:
            self.advance()
            return token
        return None

    def comma(self, live: bool) -> int:
        value = self.assignment(live)
        while self.take(","):
            value = self.assignment(live)
        return value

    def assignment(self, live: bool) -> int:
        if self.kind == 2:
            save = (self.at, self.start, self.token, self.kind)
            name = self.token or ""
            self.advance()
            subscript = self.subscript()
            operator = self.token if self.kind == 3 and (self.token == "=" or self.token in _ASSIGNING) else None
            if operator:
                self.advance()
                value = self.assignment(live)
                if not live:
                    return value
                if operator != "=":
                    value = self.apply(_ASSIGNING[operator], self.value(name, subscript), value, len(self.text))
                self.variables.set(name, subscript, str(value))
                return value
            self.at, self.start, self.token, self.kind = save
        return self.ternary(live)

    def ternary(self, live: bool) -> int:
        condition = self.binary(0, live)
        if not self.take("?"):
            return condition
        if self.token is None or self.token == ":":
            raise self.fail("expression expected")
        first = self.comma(live and bool(condition))
        if not self.take(":"):
            raise self.fail("`:' expected for conditional expression")
        if self.token is None:
            raise self.fail("expression expected")
        second = self.ternary(live and not condition)
        return first if condition else second

    def binary(self, least: int, live: bool) -> int:
        """Operators that bind at least so tightly."""
        value = self.power(live)
        while self.kind == 3 and _LEVELS.get(self.token or "", -1) >= least:
            operator = self.token or ""
            level = _LEVELS[operator]
            self.advance()
            at = self.start
            if operator == "||":
                right = self.binary(level + 1, live and not value)
                value = int(bool(value) or bool(right))
            elif operator == "&&":
                right = self.binary(level + 1, live and bool(value))
                value = int(bool(value) and bool(right))
            else:
                right = self.binary(level + 1, live)
                if live:
                    value = self.apply(operator, value, right, at)
        return value

    def apply(self, operator: str, left: int, right: int, at: int) -> int:
        if operator in "/%" and right == 0:
            raise self.fail("division by 0", at)
        level = next(level for level in _BINARY if operator in level)
        return wrapped(int(level[operator](left, right)))

    def power(self, live: bool) -> int:
        base = self.unary(live)
        if not self.take("**"):
            return base
        at = self.start
        exponent = self.power(live)
        if not live:
            return 0
        if exponent < 0:
            raise self.fail("exponent less than 0", at)
        return wrapped(pow(base, exponent, 1 << 64))

    def unary(self, live: bool) -> int:
        operator = self.take("++", "--", "-", "+", "!", "~")
        if operator is None:
            return self.postfix(live)
        if operator in ("++", "--") and self.kind == 2:
            name = self.token or ""
            self.advance()
            subscript = self.subscript()
            return self.step(name, subscript, 1 if operator == "++" else -1) if live else 0
        self.nested += 1
        if self.nested > DEEPEST:
            raise self.fail("expression recursion level exceeded")
        value = self.unary(live)
        self.nested -= 1
        if operator == "!":
            return int(not value)
        return wrapped({"-": -value, "~": ~value}.get(operator, value))

    def postfix(self, live: bool) -> int:
        if self.kind == 2:
            name = self.token or ""
            self.advance()
            subscript = self.subscript()
            operator = self.take("++", "--")
            if not live:
                return 0
            if operator:
                step = 1 if operator == "++" else -1
                return wrapped(self.step(name, subscript, step) - step)
            return self.value(name, subscript)
        if self.kind == 1:
            text = self.token or ""
            value = number(text)
            self.advance()
            return value
        if self.take("("):
            self.nested += 1
            if self.nested > DEEPEST:
                raise self.fail("expression recursion level exceeded")
            value = self.comma(live)
            self.nested -= 1
            if not self.take(")"):
                raise self.fail("missing `)'")
            return value
        if self.kind == 4 and self.token not in ("'", '"'):
            raise self.fail("syntax error: invalid arithmetic operator")
        raise self.fail("syntax error: operand expected", self.before if self.token is None else None)

    def subscript(self) -> str | None:
        if self.kind != 3 or self.token != "[":
            return None
        depth, begin = 1, self.at
        while self.at < len(self.text):
            char = self.text[self.at]
            depth += (char == "[") - (char == "]")
            self.at += 1
            if depth == 0:
                inner = self.text[begin : self.at - 1]
                self.advance()
                return inner
        raise self.fail("bad array subscript")

    def value(self, name: str, subscript: str | None) -> int:
        text = self.variables.get(name, subscript)
        try:
            return int(text) if text.isdigit() and text[0] != "0" else evaluate(text, self.variables, self.depth + 1)
        except ValueError:
            return 0

    def step(self, name: str, subscript: str | None, by: int) -> int:
        value = wrapped(self.value(name, subscript) + by)
        self.variables.set(name, subscript, str(value))
        return value
