"""awk's statements and expressions carried out. Where lines come from and output goes is `programs.awk`'s affair."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from cluster.shell.awkscript import BadProgram, Node
from cluster.shell.awkvalues import Read, Value, compared, formatted, number, shown, truth
from cluster.shell.commandline import MOST_INPUT, Call, Complaint
from cluster.shell.expressions import Expression, compiled

_REPLACED = re.compile(r"\\\\|\\&|&")
_MOST_STEPS = 2_000_000


class Next(Exception):
    """On with the next line."""


class Exit(Exception):
    """At the end of the program; `status` of it."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Leave(Exception):
    """Out of a loop, or on with it."""

    def __init__(self, *, goes_on: bool) -> None:
        super().__init__(goes_on)
        self.goes_on = goes_on


class Carrying:
    """What a program holds, and what its statements do to it."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.names: dict[str, Value] = {"FS": " ", "OFS": " ", "ORS": "\n", "RS": "\n", "SUBSEP": "\x1c"}
        self.names |= {"NR": 0.0, "FNR": 0.0, "FILENAME": "", "CONVFMT": "%.6g", "OFMT": "%.6g"}
        self.names |= {"RSTART": 0.0, "RLENGTH": -1.0}
        self.arrays: dict[str, dict[str, Value]] = {"ENVIRON": {k: Read(v) for k, v in call.process.env.items()}}
        self.line: str = ""
        self.fields: list[str] | None = []
        self.open: set[int] = set()
        self.out: list[str] = []
        self.steps = self.held = 0

    def print(self, texts: list[str]) -> None:
        """A line of output."""
        self.put(self.text(self.names["OFS"]).join(texts) + self.text(self.names["ORS"]))

    def put(self, text: str) -> None:
        """Output as it is."""
        self.out.append(text)
        self.held += len(text)
        if self.held > MOST_INPUT:
            raise Complaint("more output than is kept here", 2)

    def text(self, value: Value, form: str = "CONVFMT") -> str:
        """A value as text."""
        return value if isinstance(value, str) else shown(value, str(self.names[form]))

    # -- fields --------------------------------------------------------------------------------------------

    def split(self, text: str, mark: str) -> list[str]:
        """A text's fields."""
        if mark == " ":
            return text.split()
        if not text:
            return []
        if len(mark) == 1 and mark not in "\\[]().*+?^$|{}":
            return text.split(mark)
        if not mark:
            return list(text)
        if len(mark) == 1:
            return text.split(mark) if mark != "\\" else text.split("\\")
        expression, parts, at = self._compiled(mark), [], 0
        while (found := expression.search(text, at, captures=False)) is not None and found.end > found.start:
            parts.append(text[at : found.start])
            at = found.end
        return [*parts, text[at:]]

    def _split_line(self) -> list[str]:
        if self.fields is None:
            self.fields = self.split(self.line, self.text(self.names["FS"]))
        return self.fields

    def field(self, place: float) -> Value:
        """$place"""
        at = self._place(place)
        if not at:
            return Read(self.line)
        fields = self._split_line()
        return Read(fields[at - 1]) if at <= len(fields) else Read("")

    def _place(self, place: float) -> int:
        if not 0 <= place <= 32_767:
            raise BadProgram(f"trying to access out of range field {place:.0f}")
        return int(place)

    def set_field(self, place: float, value: str) -> None:
        """$place = value"""
        at = self._place(place)
        if not at:
            self.line, self.fields = value, None
            return
        fields = self._split_line()
        fields += [""] * (at - len(fields))
        fields[at - 1] = value
        self.line = self.text(self.names["OFS"]).join(fields)

    # -- statements ----------------------------------------------------------------------------------------

    def do(self, node: Node) -> None:
        """Carry out a statement."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            raise Complaint(f"stopped after {_MOST_STEPS:,} steps on one line", 2)
        parts = node.parts
        match node.kind:
            case "block":
                for each in parts:
                    self.do(each)
            case "do":
                self.value(parts[0])
            case "print":
                self.print([self.text(self.value(each), "OFMT") for each in parts] if parts else [self.line])
            case "printf":
                form, *values = (self.value(each) for each in parts)
                self.put(formatted(self.text(form), values))
            case "if":
                if truth(self.value(parts[0])):
                    self.do(parts[1])
                elif len(parts) > 2:
                    self.do(parts[2])
            case "while":
                self._loop(lambda: truth(self.value(parts[0])), parts[1], None)
            case "for":
                self.do(parts[0])
                self._loop(lambda: truth(self.value(parts[1])), parts[3], parts[2])
            case "each":
                self._each(node)
            case "next":
                raise Next
            case "exit":
                raise Exit(int(number(self.value(parts[0]))) % 256 if parts else 0)
            case "break" | "continue":
                raise _Leave(goes_on=node.kind == "continue")
            case "delete":
                array = self.arrays.setdefault(node.text, {})
                if parts:
                    array.pop(self._key(parts), None)
                else:
                    array.clear()

    def _loop(self, test: Callable[[], bool], body: Node, step: Node | None) -> None:
        while test():
            try:
                self.do(body)
            except _Leave as leaving:
                if not leaving.goes_on:
                    return
            if step is not None:
                self.do(step)
            self.steps += 1
            if self.steps > _MOST_STEPS:
                raise Complaint(f"stopped after {_MOST_STEPS:,} steps on one line", 2)

    def _each(self, node: Node) -> None:
        name, array = node.text.split()
        for each in list(self.arrays.get(array, {})):
            self.names[name] = Read(each)
            try:
                self.do(node.parts[0])
            except _Leave as leaving:
                if not leaving.goes_on:
                    return

    # -- expressions ---------------------------------------------------------------------------------------

    def value(self, node: Node) -> Value:
        """What an expression comes to."""
        parts = node.parts
        match node.kind:
            case "number":
                return float(node.text)
            case "string":
                return node.text
            case "regex":
                return float(self._compiled(node.text).search(self.line, captures=False) is not None)
            case "grouped":
                return self.value(parts[0])
            case "grouping":
                raise BadProgram("syntax error: a list stands where one value is wanted")
            case "name":
                return self._name(node.text)
            case "field":
                return self.field(number(self.value(parts[0])))
            case "item":
                array, key = self.arrays.setdefault(node.text, {}), self._key(parts)
                return array.setdefault(key, Read(""))
            case "in":
                return float(self._key(parts) in self.arrays.get(node.text, {}))
            case "assign":
                return self._assign(node)
            case "before" | "after":
                old = number(self.value(parts[0]))
                new = old + (1 if node.text == "++" else -1)
                self._set(parts[0], new)
                return new if node.kind == "before" else old
            case "choose":
                return self.value(parts[1] if truth(self.value(parts[0])) else parts[2])
            case "or":
                return float(truth(self.value(parts[0])) or truth(self.value(parts[1])))
            case "and":
                return float(truth(self.value(parts[0])) and truth(self.value(parts[1])))
            case "not":
                return float(not truth(self.value(parts[0])))
            case "sign":
                amount = number(self.value(parts[0]))
                return -amount if node.text == "-" else amount
            case "match":
                found = self._regex(parts[1]).search(self.text(self.value(parts[0])), captures=False) is not None
                return float(found is (node.text == "~"))
            case "compare":
                one, other = (self.value(each) for each in parts)
                return float(compared(one, node.text, other, str(self.names["CONVFMT"])))
            case "join":
                joined = self.text(self.value(parts[0])) + self.text(self.value(parts[1]))
                if len(joined) > MOST_INPUT:
                    raise Complaint("memory exhausted", 2)
                return joined
            case "sum":
                return self._sum(node.text, number(self.value(parts[0])), number(self.value(parts[1])))
        return self._call(node)

    def _name(self, name: str) -> Value:
        if name == "NF":
            return float(len(self._split_line()))
        return self.names.get(name, Read(""))

    def _key(self, parts: list[Node]) -> str:
        return self.text(self.names["SUBSEP"]).join(self.text(self.value(each)) for each in parts)

    def _set(self, target: Node, value: Value) -> None:
        if target.kind == "field":
            self.set_field(number(self.value(target.parts[0])), self.text(value))
        elif target.kind == "item":
            self.arrays.setdefault(target.text, {})[self._key(target.parts)] = value
        elif target.text == "NF":
            fields = self._split_line()
            count = self._place(number(value))
            self.fields = (fields + [""] * count)[:count]
            self.line = self.text(self.names["OFS"]).join(self.fields)
        else:
            self.names[target.text] = value

    def _assign(self, node: Node) -> Value:
        target, source = node.parts
        value = self.value(source)
        if node.text != "=":
            value = self._sum(node.text[:-1], number(self.value(target)), number(value))
        self._set(target, value)
        return value

    def _sum(self, sign: str, one: float, other: float) -> float:
        try:
            match sign:
                case "+":
                    return one + other
                case "-":
                    return one - other
                case "*":
                    return one * other
                case "/":
                    return one / other
                case "%":
                    return math.fmod(one, other)
            return float(one**other)
        except (ZeroDivisionError, ValueError):
            raise BadProgram("division by zero" + (" in %" if sign == "%" else "")) from None
        except (OverflowError, TypeError):
            return math.inf

    def _compiled(self, text: str) -> Expression:
        return compiled(text, extended=True)

    def _regex(self, node: Node) -> Expression:
        return self._compiled(node.text if node.kind == "regex" else self.text(self.value(node)))

    def _call(self, node: Node) -> Value:
        parts = node.parts
        name = node.text
        if name in ("sub", "gsub"):
            return self._substitute(node)
        if name == "split":
            mark = self.text(self.names["FS"])
            if len(parts) > 2:
                mark = parts[2].text if parts[2].kind == "regex" else self.text(self.value(parts[2]))
            found = self.split(self.text(self.value(parts[0])), mark)
            self.arrays[parts[1].text] = {str(at): Read(each) for at, each in enumerate(found, 1)}
            return float(len(found))
        if name == "length" and parts and parts[0].kind == "name" and parts[0].text in self.arrays:
            return float(len(self.arrays[parts[0].text]))
        if name == "match":
            match = self._regex(parts[1]).search(self.text(self.value(parts[0])), captures=False)
            self.names["RSTART"] = float(match.start + 1) if match else 0.0
            self.names["RLENGTH"] = float(match.end - match.start) if match else -1.0
            return self.names["RSTART"]
        return self._simple(name, [self.value(each) for each in parts])

    def _simple(self, name: str, values: list[Value]) -> Value:
        texts = [self.text(each) for each in values]
        numbers = [number(each) for each in values]
        try:
            match name:
                case "length":
                    return float(len(texts[0] if texts else self.line))
                case "tolower":
                    return texts[0].lower()
                case "toupper":
                    return texts[0].upper()
                case "index":
                    return float(texts[0].find(texts[1]) + 1)
                case "substr":
                    start = round(numbers[1])
                    end = len(texts[0]) + 1 if len(numbers) < 3 else start + round(min(numbers[2], 1e9))
                    return texts[0][max(start, 1) - 1 : max(end, 1) - 1]
                case "sprintf":
                    return formatted(texts[0], values[1:])
                case "int":
                    return float(math.trunc(numbers[0]))
                case "sqrt" | "exp" | "log" | "sin" | "cos":
                    return _mathematical(name, numbers[0])
                case "atan2":
                    return math.atan2(numbers[0], numbers[1])
                case "rand":
                    return self.call.machine.pick(1_000_000) / 1_000_000
                case "systime":
                    return float(int(self.call.machine.now()))
            return 0.0
        except IndexError:
            raise BadProgram(f"{name}: too few arguments") from None

    def _substitute(self, node: Node) -> Value:
        if len(node.parts) < 2:
            raise BadProgram(f"{node.text}: too few arguments")
        expression = self._regex(node.parts[0])
        replacement = self.text(self.value(node.parts[1]))
        target = node.parts[2] if len(node.parts) > 2 else Node("field", parts=[Node("number", "0")])
        text, made = self.text(self.value(target)), ""
        at = done = count = 0
        ended = -1
        while at <= len(text) and (found := expression.search(text, at, captures=False)) is not None:
            empty = found.start == found.end
            at = found.end + empty
            if empty and found.start == ended:
                continue
            whole = text[found.start : found.end]
            known = {"&": whole, "\\&": "&", "\\\\": "\\"}
            made += text[done : found.start] + _REPLACED.sub(lambda each: known[each[0]], replacement)  # noqa: B023
            done = ended = found.end
            count += 1
            if node.text == "sub":
                break
        if count:
            self._set(target, made + text[done:])
        return float(count)


def _mathematical(name: str, amount: float) -> float:
    try:
        return float(getattr(math, name)(amount))
    except ValueError:
        return math.nan
    except OverflowError:
        return math.inf
