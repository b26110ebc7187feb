"""Label selectors and field selectors: what they say, whom they match, and Kubernetes' words when they say nothing.

Knows labels as a mapping of texts, and fields as a function from a path to a text; which fields a kind offers is
said elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal, NamedTuple

from cluster.machinery import names
from cluster.machinery.errors import Cause, invalid, shown

Operator = Literal["=", "==", "!=", "in", "notin", "exists", "!", "gt", "lt"]
_OPERATORS: dict[str, Operator] = {
    "=": "=", "==": "==", "!=": "!=", "in": "in", "notin": "notin", ">": "gt", "<": "lt",
}  # fmt: skip
_BINARY = "in, notin, =, ==, !=, gt, lt"
_EXPRESSIONS: dict[str, Operator] = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!"}
_NUMBER = re.compile(r"[-+]?[0-9]+", re.ASCII).fullmatch


class SelectorError(ValueError):
    """The text is no selector; says why in Kubernetes' words."""


class Requirement(NamedTuple):
    """One condition on labels; `values` are sorted and without doubles."""

    key: str
    operator: Operator
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        operator = self.operator
        if operator == "=" or operator == "==":
            return labels.get(self.key) == self.values[0]
        if operator == "in":
            return labels.get(self.key) in self.values
        if operator == "!=" or operator == "notin":
            return labels.get(self.key) not in self.values
        if operator == "exists":
            return self.key in labels
        if operator == "!":
            return self.key not in labels
        value = labels.get(self.key)
        if value is None or not _NUMBER(value):
            return False
        return int(value) > int(self.values[0]) if operator == "gt" else int(value) < int(self.values[0])

    def __str__(self) -> str:
        match self.operator:
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case "in" | "notin":
                return f"{self.key} {self.operator} ({','.join(self.values)})"
            case "gt" | "lt":
                return f"{self.key}{'>' if self.operator == 'gt' else '<'}{self.values[0]}"
            case _:
                return f"{self.key}{self.operator}{self.values[0]}"


class Selector(NamedTuple):
    """All requirements must hold; none at all matches everything, unless `nothing` is set."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        if self.nothing:
            return False
        labels = labels or {}
        return all(requirement.matches(labels) for requirement in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(requirement) for requirement in self.requirements)


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def _selector(requirements: Iterable[Requirement]) -> Selector:
    return Selector(tuple(sorted(requirements, key=lambda requirement: requirement.key)))


def from_labels(labels: Mapping[str, str]) -> Selector:
    """The plain map that a Service or a ReplicationController selects with."""
    return _selector(Requirement(key, "=", (value,)) for key, value in labels.items())


def from_label_selector(given: Mapping[str, Any] | None) -> Selector:
    """A metav1.LabelSelector (matchLabels, matchExpressions). None selects nothing, {} everything. SelectorError."""
    if given is None:
        return NOTHING
    found = [_requirement(key, "=", (value,)) for key, value in (given.get("matchLabels") or {}).items()]
    for expression in given.get("matchExpressions") or ():
        operator = _EXPRESSIONS.get(expression.get("operator", ""))
        if operator is None:
            raise SelectorError(f"{shown(expression.get('operator', ''))} is not a valid label selector operator")
        found.append(_requirement(expression.get("key", ""), operator, expression.get("values") or ()))
    return _selector(found)


def _requirement(key: str, operator: Operator, values: Iterable[str]) -> Requirement:
    listed = tuple(sorted(set(values)))
    causes: list[Cause] = []
    if wrong := names.label_key(key):
        causes.append(invalid("key", key, "; ".join(wrong)))
    if operator in ("in", "notin") and not listed:
        causes.append(_none_given())
    if operator in ("exists", "!") and listed:
        causes.append(invalid("values", list(listed), "values set must be empty for exists and does not exist"))
    if operator in ("gt", "lt"):
        causes += [
            invalid(f"values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
            for index, value in enumerate(listed)
            if not _NUMBER(value)
        ]
    for index, value in enumerate(listed):
        if wrong := names.label_value(value):
            causes.append(invalid(f"values[{index}][{key}]", value, "; ".join(wrong)))
    if causes:
        texts = [str(cause) for cause in causes]
        raise SelectorError(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
    return Requirement(key, operator, listed)


def _none_given() -> Cause:
    detail = "for 'in', 'notin' operators, values set can't be empty"
    return Cause("values", "FieldValueInvalid", f"Invalid value: []: {detail}")


# Symbols, then anything up to the next symbol or white space. "!(" and the like are one unreadable run in
# Kubernetes too, but only ever behind a symbol that is refused anyway.
_TOKEN = re.compile(r"[ \t\r\n]*(==|!=|[=!(),<>]|[^ \t\r\n=!(),<>]+)")
_SYMBOLS = frozenset({"==", "!=", "=", "!", "(", ")", ",", "<", ">"})


class _Parser:
    """Reads label selector text by the grammar of k8s.io/apimachinery: one token of look-ahead."""

    def __init__(self, text: str) -> None:
        self.tokens = _TOKEN.findall(text)
        self.position = 0

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.position += 1
        return token

    @staticmethod
    def is_word(token: str) -> bool:
        return bool(token) and token not in _SYMBOLS

    def selector(self) -> Selector:
        found: list[Requirement] = []
        while token := self.peek():
            if token != "!" and not self.is_word(token):
                raise SelectorError(f"found '{token}', expected: !, identifier, or 'end of string'")
            try:
                found.append(self.requirement())
            except SelectorError as error:
                raise SelectorError(f"unable to parse requirement: {error}") from None
            after = self.take()
            if not after:
                break
            if after != ",":
                raise SelectorError(f"found '{after}', expected: ',' or 'end of string'")
            follows = self.peek()
            if follows != "!" and not self.is_word(follows):
                raise SelectorError(f"found '{follows}', expected: identifier after ','")
        return _selector(found)

    def requirement(self) -> Requirement:
        negated = self.peek() == "!"
        if negated:
            self.take()
        key = self.take()
        if not self.is_word(key):
            raise SelectorError(f"found '{key}', expected: identifier")
        if wrong := names.label_key(key):
            raise SelectorError(str(invalid("<nil>", key, "; ".join(wrong))))
        if negated:
            return _requirement(key, "!", ())
        if self.peek() in ("", ","):
            return _requirement(key, "exists", ())
        sign = self.take()
        operator = _OPERATORS.get(sign)
        if operator is None:
            raise SelectorError(f"found '{sign}', expected: {_BINARY}")
        values = self.values() if operator in ("in", "notin") else [self.exact_value()]
        return _requirement(key, operator, values)

    def exact_value(self) -> str:
        if self.peek() in ("", ","):
            return ""
        value = self.take()
        if not self.is_word(value):
            raise SelectorError(f"found '{value}', expected: identifier")
        return value

    def values(self) -> list[str]:
        opening = self.take()
        if opening != "(":
            raise SelectorError(f"found '{opening}' expected: '('")
        first = self.peek()
        if first == ")":
            self.take()
            return []
        if first != "," and not self.is_word(first):
            raise SelectorError(f"found '{first}', expected: ',', ')' or identifier")
        found: list[str] = []
        wanted = True  # a value is due: a comma or the end here stands for an empty one
        while True:
            token = self.take()
            if self.is_word(token) and wanted:
                found.append(token)
                wanted = False
                if self.peek() not in (",", ")"):
                    raise SelectorError(f"found '{self.peek()}', expected: ',' or ')'")
            elif token == ",":
                if wanted:
                    found.append("")
                wanted = True
            elif token == ")":
                return [*found, ""] if wanted else found
            else:
                raise SelectorError(f"found '{token}', expected: ',', or identifier")


def parse(text: str) -> Selector:
    """Selector of a query's `labelSelector=`: "app=web,tier in (a,b),!old". "" selects everything. SelectorError."""
    return _Parser(text).selector()


class FieldRequirement(NamedTuple):
    field: str
    operator: Literal["=", "!="]
    value: str

    def __str__(self) -> str:
        escaped = self.value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")
        return f"{self.field}{self.operator}{escaped}"


class FieldSelector(NamedTuple):
    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, value_of: Callable[[str], str]) -> bool:
        return all((value_of(each.field) == each.value) == (each.operator == "=") for each in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(each) for each in self.requirements)


_FIELD_TERM = re.compile(r"(?:\\.|[^,\\])+", re.DOTALL)
_FIELD_SIGN = re.compile(r"((?:\\.|[^=!\\]|!(?!=))*?)(!=|==|=)(.*)", re.DOTALL).fullmatch


def parse_field(text: str) -> FieldSelector:
    """Selector of a query's `fieldSelector=`: "metadata.name=web,spec.nodeName!=". SelectorError."""
    found: list[FieldRequirement] = []
    for term in _FIELD_TERM.findall(text):
        parts = _FIELD_SIGN(term)
        if parts is None:
            raise SelectorError(f"invalid selector: '{text}'; can't understand '{term}'")
        field, sign, value = parts.groups()
        found.append(FieldRequirement(field, "!=" if sign == "!=" else "=", _plain(value, text)))
    return FieldSelector(tuple(found))


def _plain(value: str, text: str) -> str:
    """The value without its backslashes."""
    if re.search(r"(?<!\\)(?:\\\\)*=", value):
        raise SelectorError(f"invalid field selector: unescaped character in value: {value}")
    if re.search(r"(?<!\\)(?:\\\\)*\\(?![,=\\])", value):
        raise SelectorError(f"invalid field selector: invalid escape sequence: {value}")
    return re.sub(r"\\([,=\\])", r"\1", value)
