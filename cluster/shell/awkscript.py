"""awk's programs read into trees: the part of the language that people type at a prompt. Pure.

Left out, with a message that says so: functions of one's own, getline, output into files and commands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.shell.awktokens import WORDS, BadProgram, Token, tokens, unquoted

__all__ = ["BadProgram", "Node", "Rule", "parsed", "unquoted"]

FUNCTIONS = frozenset(
    {
        "length",
        "substr",
        "index",
        "split",
        "sub",
        "gsub",
        "match",
        "tolower",
        "toupper",
        "sprintf",
        "int",
        "sqrt",
        "exp",
    }
    | {"log", "sin", "cos", "atan2", "rand", "srand", "systime"}
)
_DEEPEST = 80


@dataclass
class Node:
    kind: str
    text: str = ""
    parts: list[Node] = field(default_factory=list)


@dataclass
class Rule:
    """`pattern` None: every line; `until`: of a range. `body` None: print."""

    when: str
    """BEGIN, END or ""."""
    pattern: Node | None = None
    until: Node | None = None
    body: Node | None = None


def parsed(text: str) -> list[Rule]:
    """BadProgram when it is none, or more than is known here."""
    return _Parser(tokens(text)).rules()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.at, self.depth = tokens, 0, 0
        self.bare_in = self.bare_greater = False
        """`in`, or `>`, is no operator here: in the head of a for, in what is printed."""

    @property
    def now(self) -> Token:
        return self.tokens[self.at]

    def sees(self, *texts: str) -> bool:
        return self.now.kind in ("mark", "name", "newline") and self.now.text in texts

    def takes(self, *texts: str) -> str:
        if not self.sees(*texts):
            return ""
        self.at += 1
        return self.tokens[self.at - 1].text

    def must(self, text: str) -> None:
        if not self.takes(text):
            shown = self.now.text if self.now.kind != "newline" else "newline"
            raise BadProgram(f"syntax error: expected {text} before {shown or 'the end'}")

    def skip(self, *, marks: str = "\n;") -> None:
        while self.now.kind in ("newline", "mark") and self.now.text in marks:
            self.at += 1

    # -- rules and statements ------------------------------------------------------------------------------

    def rules(self) -> list[Rule]:
        found: list[Rule] = []
        self.skip()
        while self.now.kind != "end":
            if self.sees("function", "func"):
                raise BadProgram("functions of one's own are not known here")
            when = self.takes("BEGIN", "END")
            rule = Rule(when)
            if not when and not self.sees("{"):
                rule.pattern = self.expression()
                if self.takes(","):
                    self.skip(marks="\n")
                    rule.until = self.expression()
            if self.sees("{"):
                rule.body = self.block()
            elif when:
                raise BadProgram(f"syntax error: {when} needs a block")
            found.append(rule)
            self.skip()
        return found

    def block(self) -> Node:
        self.must("{")
        self.skip()
        parts: list[Node] = []
        while not self.takes("}"):
            if self.now.kind == "end":
                raise BadProgram("syntax error: expected } before the end")
            parts.append(self.statement())
            self.skip()
        return Node("block", parts=parts)

    def statement(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BadProgram("the program is nested too deeply")
        try:
            return self._statement()
        finally:
            self.depth -= 1

    def _statement(self) -> Node:
        if self.sees("{"):
            return self.block()
        if self.takes(";"):
            return Node("block")
        word = self.takes("if", "while", "for", "do")
        if word == "if":
            return self._if()
        if word == "while":
            self.must("(")
            test = self.expression()
            self.must(")")
            return Node("while", parts=[test, self._body()])
        if word == "do":
            body = self._body()
            self.skip()
            self.must("while")
            self.must("(")
            test = self.expression()
            self.must(")")
            return Node("block", parts=[body, Node("while", parts=[test, body])])
        if word == "for":
            return self._for()
        return self.simple()

    def _body(self) -> Node:
        self.skip(marks="\n")
        return self.statement()

    def _if(self) -> Node:
        self.must("(")
        test = self.expression()
        self.must(")")
        parts = [test, self._body()]
        before = self.at
        self.skip()
        if self.takes("else"):
            parts.append(self._body())
        else:
            self.at = before
        return Node("if", parts=parts)

    def _for(self) -> Node:
        self.must("(")
        if self.now.kind == "name" and self.tokens[self.at + 1].text == "in":
            name = self.takes(self.now.text)
            self.must("in")
            array = self.now.text
            self.at += 1
            self.must(")")
            return Node("each", f"{name} {array}", [self._body()])
        begin = Node("block") if self.sees(";") else self.simple()
        self.must(";")
        test = Node("number", "1") if self.sees(";") else self.expression()
        self.must(";")
        step = Node("block") if self.sees(")") else self.simple()
        self.must(")")
        return Node("for", parts=[begin, test, step, self._body()])

    def simple(self) -> Node:
        if word := self.takes("print", "printf"):
            return self._print(word)
        if word := self.takes("next", "break", "continue"):
            return Node(word)
        if self.takes("exit"):
            ends = self.now.kind in ("newline", "end") or self.sees(";", "}")
            return Node("exit", parts=[] if ends else [self.expression()])
        if self.takes("delete"):
            name = self.now.text
            self.at += 1
            return Node("delete", name, self._subscript() if self.sees("[") else [])
        if self.sees("getline", "return"):
            raise BadProgram(f"{self.now.text} is not known here")
        return Node("do", parts=[self.expression()])

    def _print(self, word: str) -> Node:
        self.bare_greater = True
        try:
            parts: list[Node] = []
            if not (self.now.kind in ("newline", "end") or self.sees(";", "}", ">", ">>", "|")):
                parts = self._listed()
        finally:
            self.bare_greater = False
        if self.sees(">", ">>", "|"):
            raise BadProgram("print writes to standard output here: let the shell redirect it")
        if word == "printf" and not parts:
            raise BadProgram("printf: no format")
        return Node(word, parts=parts)

    def _listed(self) -> list[Node]:
        first = self.expression()
        parts = first.parts if first.kind == "grouping" else [first]
        while self.takes(","):
            self.skip(marks="\n")
            parts.append(self.expression())
        return parts

    # -- expressions ---------------------------------------------------------------------------------------

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise BadProgram("the program is nested too deeply")
        try:
            return self._assigned()
        finally:
            self.depth -= 1

    def _assigned(self) -> Node:
        left = self._chosen()
        if left.kind in ("name", "field", "item") and (
            sign := self.takes("=", "+=", "-=", "*=", "/=", "%=", "^=", "**=")
        ):
            return Node("assign", sign.replace("**", "^"), [left, self._assigned()])
        return left

    def _chosen(self) -> Node:
        test = self._or()
        if not self.takes("?"):
            return test
        self.skip(marks="\n")
        one = self._assigned()
        self.must(":")
        self.skip(marks="\n")
        return Node("choose", parts=[test, one, self._assigned()])

    def _or(self) -> Node:
        left = self._and()
        while self.takes("||"):
            self.skip(marks="\n")
            left = Node("or", parts=[left, self._and()])
        return left

    def _and(self) -> Node:
        left = self._in()
        while self.takes("&&"):
            self.skip(marks="\n")
            left = Node("and", parts=[left, self._in()])
        return left

    def _in(self) -> Node:
        left = self._matched()
        while not self.bare_in and self.takes("in"):
            name = self.now.text
            self.at += 1
            left = Node("in", name, left.parts if left.kind == "grouping" else [left])
        return left

    def _matched(self) -> Node:
        left = self._compared()
        while sign := self.takes("~", "!~"):
            left = Node("match", sign, [left, self._compared()])
        return left

    def _compared(self) -> Node:
        left = self._joined()
        signs = ("<", "<=", "==", "!=", ">=") if self.bare_greater else ("<", "<=", "==", "!=", ">", ">=")
        if sign := self.takes(*signs):
            return Node("compare", sign, [left, self._joined()])
        return left

    def _joined(self) -> Node:
        left = self._sum()
        while (self.now.kind in ("number", "string", "name", "regex") and self.now.text not in WORDS) or self.sees(
            "$", "!", "(", "-", "+", "++", "--"
        ):
            left = Node("join", parts=[left, self._sum()])
        return left

    def _sum(self) -> Node:
        left = self._product()
        while sign := self.takes("+", "-"):
            left = Node("sum", sign, [left, self._product()])
        return left

    def _product(self) -> Node:
        left = self._signed()
        while sign := self.takes("*", "/", "%"):
            left = Node("sum", sign, [left, self._signed()])
        return left

    def _signed(self) -> Node:
        if sign := self.takes("!", "-", "+"):
            return Node("not" if sign == "!" else "sign", sign, [self._signed()])
        return self._power()

    def _power(self) -> Node:
        left = self._stepped()
        if self.takes("^", "**"):
            return Node("sum", "^", [left, self._signed()])
        return left

    def _stepped(self) -> Node:
        if sign := self.takes("++", "--"):
            return Node("before", sign, [self._value()])
        found = self._value()
        if found.kind in ("name", "field", "item") and (sign := self.takes("++", "--")):
            return Node("after", sign, [found])
        return found

    def _value(self) -> Node:
        token = self.now
        self.at += 1
        if token.kind in ("number", "regex"):
            return Node(token.kind, token.text)
        if token.kind == "string":
            return Node("string", unquoted(token.text[1:-1]))
        if token.text == "$":
            return Node("field", parts=[self._stepped()])
        if token.text == "(":
            outer, self.bare_greater = self.bare_greater, False
            parts = [self.expression()]
            while self.takes(","):
                self.skip(marks="\n")
                parts.append(self.expression())
            self.must(")")
            self.bare_greater = outer
            return Node("grouping", parts=parts) if len(parts) > 1 else Node("grouped", parts=parts)
        if token.text == "getline":
            raise BadProgram("getline is not known here")
        if token.kind == "name" and token.text not in WORDS:
            return self._named(token.text)
        shown = token.text if token.kind != "newline" else "newline"
        raise BadProgram(f"syntax error near {shown or 'the end'}")

    def _named(self, name: str) -> Node:
        if name in FUNCTIONS:
            if not self.takes("("):
                return Node("call", name)
            parts: list[Node] = []
            while not self.takes(")"):
                parts.append(self.expression())
                if not self.sees(")"):
                    self.must(",")
                    self.skip(marks="\n")
            return Node("call", name, parts)
        if self.sees("(") and self.now.touches:
            raise BadProgram(f"function {name} never defined")
        return Node("item", name, self._subscript()) if self.sees("[") else Node("name", name)

    def _subscript(self) -> list[Node]:
        self.must("[")
        parts = [self.expression()]
        while self.takes(","):
            parts.append(self.expression())
        self.must("]")
        return parts
