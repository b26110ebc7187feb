"""Regular expressions, basic and extended, read into a tree. Pure; what matches is `expressions`' affair."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r" \t\n\r\f\v",
    "blank": r" \t",
    "punct": r"!-/:-@\[-`{-~",
    "print": r"\x20-\x7e",
    "graph": r"\x21-\x7e",
    "cntrl": r"\x00-\x1f\x7f",
    "xdigit": "0-9A-Fa-f",
}
_SHORT = {"w": r"[A-Za-z0-9_]", "W": r"[^A-Za-z0-9_]", "s": r"[ \t\n\r\f\v]", "S": r"[^ \t\n\r\f\v]"}
_ASSERTED = {"<": r"\b(?=\w)", ">": r"\b(?<=\w)", "b": r"\b", "B": r"\B", "`": r"\A", "'": r"\Z"}


class BadExpression(ValueError):
    """It is none; the message is the C library's."""


@dataclass
class Node:
    kind: str
    """char, assert, group, all, any, repeat, back."""
    text: str = ""
    parts: list[Node] = field(default_factory=list)
    least: int = 0
    most: int | None = None
    number: int = 0


class Reader:
    """Reads one expression; `alternatives(0)` gives its tree, and `groups` how many it has."""

    def __init__(self, text: str, extended: bool, *, strict: bool = False) -> None:
        self.text, self.extended, self.strict = text, extended, strict
        self.at = self.groups = 0

    def alternatives(self, depth: int) -> Node:
        """What stands between here and the end, or the closing parenthesis."""
        if depth > 40:
            raise BadExpression("Regular expression too big")
        parts = [self._branch(depth)]
        while self._takes("|"):
            parts.append(self._branch(depth))
        return parts[0] if len(parts) == 1 else Node("any", parts=parts)

    def _sees(self, mark: str) -> bool:
        """An operator, which in a basic expression has a backslash before it."""
        return self.text.startswith(mark if self.extended else f"\\{mark}", self.at)

    def _takes(self, mark: str) -> bool:
        if not self._sees(mark):
            return False
        self.at += len(mark) + (not self.extended)
        return True

    def _branch(self, depth: int) -> Node:
        parts: list[Node] = []
        while (
            self.at < len(self.text) and not self._sees("|") and not (self._sees(")") and (depth or not self.extended))
        ):
            parts.append(self._piece(depth, first=not parts))
        return Node("all", parts=parts)

    def _piece(self, depth: int, *, first: bool) -> Node:
        node = self._atom(depth, first=first)
        if self.strict and node.kind == "assert" and any(map(self._sees, "*+?{")):
            raise BadExpression("Invalid preceding regular expression")
        while True:
            if self.text.startswith("*", self.at) and not (first and node.text == "^" and not self.extended):
                self.at += 1
                node = Node("repeat", parts=[node])
            elif self._takes("+"):
                node = Node("repeat", parts=[node], least=1)
            elif self._takes("?"):
                node = Node("repeat", parts=[node], most=1)
            elif self._sees("{") and (counted := self._count()) is not None:
                node = Node("repeat", parts=[node], least=counted[0], most=counted[1])
            else:
                return node

    def _count(self) -> tuple[int, int | None] | None:
        close = "}" if self.extended else "\\}"
        found = re.compile(r"(\d{0,4})(,?)(\d{0,4})" + re.escape(close)).match(
            self.text, self.at + (1 if self.extended else 2)
        )
        if not found or not (found[1] or found[3] or (self.strict and found[2])):
            if self.extended and not self.strict:
                return None
            raise BadExpression("Invalid content of \\{\\}")
        self.at = found.end()
        least = int(found[1] or 0)
        most = (int(found[3]) if found[3] else None) if found[2] else least
        if most is not None and most < least:
            raise BadExpression("Invalid content of \\{\\}")
        if max(least, most or 0) > 1000:
            raise BadExpression("Regular expression too big")
        return least, most

    def _atom(self, depth: int, *, first: bool) -> Node:
        if self._takes("("):
            self.groups += 1
            number = self.groups
            inner = self.alternatives(depth + 1)
            if not self._takes(")"):
                raise BadExpression("Unmatched ( or \\(")
            return Node("group", parts=[inner], number=number)
        char = self.text[self.at]
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == ".":
            return Node("char", "(?s:.)")
        if char == "[":
            return Node("char", self._bracket())
        if char == "^" and (self.extended or first):
            return Node("assert", "^")
        if char == "$" and (self.extended or self.at == len(self.text) or self._sees(")") or self._sees("|")):
            return Node("assert", r"\Z")
        if self.extended and first and char in "*+?{":
            if self.strict:
                raise BadExpression("Invalid preceding regular expression")
            return Node("char", re.escape(char))
        return Node("char", re.escape(char))

    def _escape(self) -> Node:
        if self.at >= len(self.text):
            raise BadExpression("Trailing backslash")
        char = self.text[self.at]
        self.at += 1
        if char in _SHORT:
            return Node("char", _SHORT[char])
        if char in _ASSERTED:
            return Node("assert", _ASSERTED[char])
        if char in "123456789":
            if int(char) > self.groups:
                raise BadExpression("Invalid back reference")
            return Node("back", number=int(char))
        if char in "ntr":
            return Node("char", f"\\{char}")
        return Node("char", re.escape(char))

    def _bracket(self) -> str:
        """A set as Python writes it."""
        text, at = self.text, self.at
        negated = text.startswith("^", at)
        at += negated
        parts: list[str] = []
        begin = at
        while True:
            if at >= len(text):
                raise BadExpression("Unmatched [, [^, [:, [., or [=")
            char = text[at]
            if char == "]" and at > begin:
                break
            if named := re.compile(r"\[:(\w*):\]").match(text, at):
                if named[1] not in _CLASSES:
                    raise BadExpression("Invalid character class name")
                parts.append(_CLASSES[named[1]])
                at = named.end()
                continue
            if same := re.compile(r"\[([.=])(.)\1\]").match(text, at):
                parts.append(re.escape(same[2]))
                at = same.end()
                continue
            if at + 2 < len(text) and text[at + 1] == "-" and text[at + 2] != "]":
                if char > text[at + 2]:
                    raise BadExpression("Invalid range end")
                parts.append(f"{_literal(char)}-{_literal(text[at + 2])}")
                at += 3
                continue
            parts.append(_literal(char))
            at += 1
        self.at = at + 1
        return f"[{'^' if negated else ''}{''.join(parts)}]"


def _literal(char: str) -> str:
    return f"\\{char}" if char in r"\]^-[&~|" else char


def as_python(node: Node) -> str:
    """The same as Python writes it."""
    match node.kind:
        case "char":
            return node.text
        case "assert":
            return f"(?:{node.text})"
        case "back":
            return f"(?:\\{node.number})"
        case "group":
            return f"({as_python(node.parts[0])})"
        case "all":
            return "".join(as_python(each) for each in node.parts)
        case "any":
            return "(?:" + "|".join(as_python(each) for each in node.parts) + ")"
    most = "" if node.most is None else str(node.most)
    return f"(?:{as_python(node.parts[0])}){{{node.least},{most}}}"
