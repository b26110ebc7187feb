"""test and [, expr, and printf as programs of their own (a shell has them built in)."""

from __future__ import annotations

import re
from collections.abc import Callable

from cluster.shell.commandline import Call, Complaint, Failed, program
from cluster.shell.expressions import BadExpression, TooCostly, compiled
from cluster.shell.process import Process
from cluster.shell.programs.telling import unescaped

_ORDER = {"=", "==", "!=", "<", ">", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"}
_NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": lambda one, other: one == other,
    "-ne": lambda one, other: one != other,
    "-lt": lambda one, other: one < other,
    "-le": lambda one, other: one <= other,
    "-gt": lambda one, other: one > other,
    "-ge": lambda one, other: one >= other,
}
_FILES = "bcdefgGhkLNOprsStuwx"


async def test(process: Process) -> int:
    call = Call(process, process.argv[0].rpartition("/")[2])
    words = process.argv[1:]
    try:
        if call.name == "[":
            if words[-1:] != ["]"]:
                raise Complaint("missing ']'", 2)
            words.pop()
        return 0 if _Judge(call, words).whole() else 1
    except Complaint as complaint:
        await process.stderr.write(f"{call.name}: {complaint.text}\n".encode(errors="replace"))
        return 2


class _Judge:
    """Reads the words of test as POSIX has it for up to four, and by precedence beyond."""

    def __init__(self, call: Call, words: list[str]) -> None:
        self.call, self.words, self.at = call, words, 0

    def whole(self) -> bool:
        if not self.words:
            return False
        found = self._or()
        if self.at < len(self.words):
            raise Complaint(f"extra argument '{self.words[self.at]}'", 2)
        return found

    def _or(self) -> bool:
        found = self._and()
        while self._next("-o"):
            other = self._and()
            found = found or other
        return found

    def _and(self) -> bool:
        found = self._not()
        while self._next("-a"):
            other = self._not()
            found = found and other
        return found

    def _next(self, word: str) -> bool:
        if self.words[self.at : self.at + 1] == [word] and self.at < len(self.words) - 1:
            self.at += 1
            return True
        return False

    def _not(self) -> bool:
        left = self.words[self.at :]
        if left[:1] == ["!"] and len(left) > 1 and not (len(left) == 3 and left[1] in _ORDER):
            self.at += 1
            return not self._not()
        return self._one(left)

    def _one(self, left: list[str]) -> bool:
        if len(left) >= 3 and left[1] in _ORDER:
            self.at += 3
            return self._compared(left[0], left[1], left[2])
        if left[:1] == ["("] and len(left) > 2:
            self.at += 1
            found = self._or()
            if not self._next_any(")"):
                raise Complaint("')' expected", 2)
            return found
        if len(left) >= 2 and re.fullmatch(f"-[{_FILES}nz]", left[0]):
            self.at += 2
            return self._unary(left[0], left[1])
        if len(left) >= 2 and re.fullmatch(r"-[a-zA-Z]", left[0]):
            raise Complaint(f"'{left[0]}': unary operator expected", 2)
        if len(left) == 3 and left[1] not in ("-a", "-o"):
            raise Complaint(f"'{left[1]}': binary operator expected", 2)
        if not left:
            raise Complaint("argument expected", 2)
        self.at += 1
        return bool(left[0])

    def _next_any(self, word: str) -> bool:
        if self.words[self.at : self.at + 1] == [word]:
            self.at += 1
            return True
        return False

    def _compared(self, one: str, order: str, other: str) -> bool:
        if order in _NUMBERS:
            return _NUMBERS[order](self._number(one), self._number(other))
        if order in ("-nt", "-ot", "-ef"):
            moments = [self._modified(one), self._modified(other)]
            if order == "-ef":
                places = [self.call.files.realpath(self.call.path(each)) for each in (one, other)]
                return None not in moments and places[0] == places[1]
            first, second = moments if order == "-nt" else moments[::-1]
            return first is not None and (second is None or first > second)
        return {"=": one == other, "==": one == other, "!=": one != other, "<": one < other}.get(order, one > other)

    def _number(self, text: str) -> int:
        if not re.fullmatch(r"\s*[-+]?\d{1,30}\s*", text):
            raise Complaint(f"invalid integer '{text}'", 2)
        return int(text)

    def _modified(self, path: str) -> float | None:
        try:
            return self.call.files.stat(self.call.path(path)).modified
        except OSError:
            return None

    def _unary(self, what: str, word: str) -> bool:
        if what in ("-n", "-z"):
            return bool(word) is (what == "-n")
        if what == "-t":
            return word in ("0", "1", "2") and self.call.process.tty is not None
        try:
            look = self.call.files.lstat if what in ("-h", "-L") else self.call.files.stat
            found = look(self.call.path(word))
        except OSError:
            return False
        match what:
            case "-f":
                return found.kind == "file"
            case "-d":
                return found.kind == "directory"
            case "-h" | "-L":
                return found.kind == "link"
            case "-c":
                return found.kind == "device"
            case "-s":
                return found.size > 0
            case "-x":
                return bool(found.mode & 0o111)
            case "-b" | "-p" | "-S":
                return False
            case "-u" | "-g" | "-k":
                return bool(found.mode & {"-u": 0o4000, "-g": 0o2000, "-k": 0o1000}[what])
        return True


# -- expr --------------------------------------------------------------------------------------------------


async def expr(process: Process) -> int:
    call = Call(process, "expr")
    try:
        if len(process.argv) < 2:
            await call.misused("missing operand", 2)
        reader = _Sum(process.argv[1:])
        found = reader.either()
        if reader.at < len(reader.words):
            raise Complaint(f"syntax error: unexpected argument '{reader.words[reader.at]}'", 2)
    except Complaint as complaint:
        await process.stderr.write(f"expr: {complaint.text}\n".encode(errors="replace"))
        return complaint.status
    except Failed as failed:
        return failed.status
    await call.say(f"{found}\n")
    return 1 if found in ("", "0") else 0


class _Sum:
    """Values are texts; arithmetic takes those that are whole numbers."""

    _LEVELS = (("<", "<=", "=", "==", "!=", ">=", ">"), ("+", "-"), ("*", "/", "%"), (":",))

    def __init__(self, words: list[str]) -> None:
        self.words, self.at = words, 0

    def _sees(self, *words: str) -> str:
        return self.words[self.at] if self.at < len(self.words) and self.words[self.at] in words else ""

    def either(self) -> str:
        found = self._both()
        while self._sees("|"):
            self.at += 1
            other = self._both()
            found = found if found not in ("", "0") else other if other else "0"
        return found

    def _both(self) -> str:
        found = self._level(0)
        while self._sees("&"):
            self.at += 1
            other = self._level(0)
            found = found if found not in ("", "0") and other not in ("", "0") else "0"
        return found

    def _level(self, level: int) -> str:
        if level == len(self._LEVELS):
            return self._value()
        found = self._level(level + 1)
        while sign := self._sees(*self._LEVELS[level]):
            self.at += 1
            other = self._level(level + 1)
            found = self._apply(found, sign, other)
        return found

    def _apply(self, one: str, sign: str, other: str) -> str:
        if sign == ":":
            return _matched(one, other)
        if sign in self._LEVELS[0]:
            numbers = _whole(one) and _whole(other)
            first, second = (int(one), int(other)) if numbers else (one, other)
            holds = {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}  # type: ignore[operator]
            return str(int(holds.get(sign, (first == second) is (sign != "!="))))
        if not (_whole(one) and _whole(other)):
            raise Complaint("non-integer argument", 2)
        first_number, second_number = int(one), int(other)
        if sign in "/%":
            if not second_number:
                raise Complaint("division by zero", 2)
            quotient = abs(first_number) // abs(second_number)
            quotient = quotient if (first_number < 0) == (second_number < 0) else -quotient
            return str(quotient if sign == "/" else first_number - quotient * second_number)
        if sign == "*":
            return str(first_number * second_number)
        return str(first_number + second_number if sign == "+" else first_number - second_number)

    def _value(self) -> str:
        if self.at >= len(self.words):
            raise Complaint(f"syntax error: missing argument after '{self.words[-1]}'", 2)
        word = self.words[self.at]
        self.at += 1
        if word == "(":
            found = self.either()
            if not self._sees(")"):
                raise Complaint(f"syntax error: expecting ')' after '{self.words[self.at - 1]}'", 2)
            self.at += 1
            return found
        if word == "length" and self.at < len(self.words):
            return str(len(self._value()))
        if word == "match" and self.at + 1 < len(self.words):
            return _matched(self._value(), self._value())
        if word == "index" and self.at + 1 < len(self.words):
            text, chars = self._value(), self._value()
            return str(next((at for at, each in enumerate(text, 1) if each in chars), 0))
        if word == "substr" and self.at + 2 < len(self.words):
            text, start, size = self._value(), self._value(), self._value()
            if not (_whole(start) and _whole(size)) or int(start) < 1 or int(size) < 1:
                return ""
            return text[int(start) - 1 : int(start) - 1 + int(size)]
        return self._value() if word == "+" and self.at < len(self.words) else word


def _whole(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,300}", text) is not None


def _matched(text: str, pattern: str) -> str:
    try:
        expression = compiled(pattern if pattern.startswith("^") else f"^{pattern}", extended=False)
        found = expression.search(text)
    except (BadExpression, TooCostly) as error:
        raise Complaint(str(error), 2) from None
    if expression.groups:
        return (found.groups[1] or "") if found else ""
    return str(found.end) if found else "0"


# -- printf ------------------------------------------------------------------------------------------------

_FORMAT = re.compile(r"%(?:(%)|([-+ #0]*)(\*|\d{0,4})(?:\.(\*|\d{0,4}))?([a-zA-Z]))")


@program(stops=True)
async def printf(call: Call) -> None:
    if not call.operands:
        await call.misused("missing operand")
    form, *values = call.operands
    while True:
        text, used, stops = await _printed(call, form, values)
        await call.say(text)
        values = values[used:]
        if stops or not used or not values:
            return


async def _printed(call: Call, form: str, values: list[str]) -> tuple[str, int, bool]:
    made, at, used = "", 0, 0

    def taken() -> str:
        nonlocal used
        used += 1
        return values[used - 1] if used <= len(values) else ""

    while found := _FORMAT.search(form, at):
        before, stop, _ = form[at : found.start()].partition("\\c")
        made += unescaped(before)
        if stop:
            return made, used, True
        at = found.end()
        if found[1]:
            made += "%"
            continue
        flags, kind = found[2], found[5]
        width = int((taken() if found[3] == "*" else found[3]) or 0)
        places = None if found[4] is None else int((taken() if found[4] == "*" else found[4]) or 0)
        if width < 0:
            flags, width = f"{flags}-", -width
        value = taken()
        if kind == "b" and "\\c" in value:
            return made + unescaped(value.partition("\\c")[0]), used, True
        text = await _converted(call, kind, flags, places, value)
        if "-" in flags:
            made += text.ljust(width)
        elif "0" in flags and kind in "diouxXfFeEgG":
            made += text.zfill(width)
        else:
            made += text.rjust(width)
    rest, stop, _ = form[at:].partition("\\c")
    return made + unescaped(rest), used, bool(stop)


async def _converted(call: Call, kind: str, flags: str, places: int | None, value: str) -> str:
    if kind in "sb":
        text = unescaped(value) if kind == "b" else value
        return text if places is None else text[:places]
    if kind == "c":
        return value[:1]
    if kind == "q":
        return value if re.fullmatch(r"[\w./:@%+=,-]+", value) else "'" + value.replace("'", "'\\''") + "'"
    number = await _number(call, value, floats=kind in "fFeEgG")
    if kind in "di":
        text = f"{int(number):{'+' if '+' in flags else ' ' if ' ' in flags else ''}d}"
        return text if places is None else text[:1].strip("0123456789") + text.lstrip("+- ").zfill(places)
    if kind in "ouxX":
        shown = {"o": "o", "u": "d", "x": "x", "X": "X"}[kind]
        lead = {"o": "0", "x": "0x", "X": "0X"}.get(kind, "") if "#" in flags else ""
        return lead + format(int(number) % (1 << 64), shown).zfill(places or 0)
    if kind in "fFeEgG":
        return f"{float(number):{'+' if '+' in flags else ''}.{min(6 if places is None else places, 60)}{kind}}"
    raise Complaint(f"%{kind}: invalid conversion specification")


async def _number(call: Call, value: str, *, floats: bool) -> float:
    text = value.strip()
    if not text:
        return 0
    if text[0] in "'\"" and len(text) > 1:
        return ord(text[1])
    found = re.match(r"[-+]?0[xX][0-9a-fA-F]{1,16}|[-+]?0[0-7]{1,22}(?![.\d])|[-+]?\d{1,300}", text)
    if floats:
        found = re.match(r"[-+]?(\d{1,300}(\.\d{0,300})?|\.\d{1,300})([eE][-+]?\d{1,3})?", text)
    if found is None or found.end() < len(text):
        said = "expected a numeric value" if found is None else "value not completely converted"
        await call.complain(f"'{value}': {said}")
    if found is None:
        return 0
    if floats:
        return float(found[0])
    bare = found[0].lstrip("+-")
    size = (
        int(bare, 16)
        if bare[:2] in ("0x", "0X")
        else int(bare, 8)
        if bare.startswith("0") and len(bare) > 1
        else int(bare)
    )
    return -size if found[0].startswith("-") else size


PROGRAMS = {"test": test, "[": test, "expr": expr, "printf": printf}
