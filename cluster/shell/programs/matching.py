"""grep, egrep and fgrep."""

from __future__ import annotations

import fnmatch
from typing import NamedTuple

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.expressions import BadExpression, Expression, TooCostly, compiled

_LONG = {
    "ignore-case": "i",
    "invert-match": "v",
    "count": "c",
    "line-number": "n",
    "quiet": "q",
    "silent": "q",
    "recursive": "r",
    "extended-regexp": "E",
    "fixed-strings": "F",
    "only-matching": "o",
    "files-with-matches": "l",
    "files-without-match": "L",
    "word-regexp": "w",
    "line-regexp": "x",
    "no-messages": "s",
    "with-filename": "H",
    "no-filename": "h",
    "max-count": "m:",
    "after-context": "A:",
    "before-context": "B:",
    "context": "C:",
    "regexp": "e:",
    "file": "f:",
    "include": "I:",
    "exclude": "X:",
    "color": "K",
    "colour": "K",
    "text": "a",
    "perl-regexp": "P",
    "basic-regexp": "G",
}


class _Wanted(NamedTuple):
    expressions: tuple[Expression, ...]
    plain: tuple[str, ...]
    """With -F."""
    fold: bool
    word: bool
    line: bool

    def find(self, text: str, at: int = 0) -> tuple[int, int] | None:
        """The first match, and of those the longest."""
        best: tuple[int, int] | None = None
        for span in (*(self._plain(text, at, each) for each in self.plain), *self._spans(text, at)):
            if span is not None and (best is None or (span[0], -span[1]) < (best[0], -best[1])):
                best = span
        return best

    def _plain(self, text: str, at: int, wanted: str) -> tuple[int, int] | None:
        where = text.lower() if self.fold else text
        while (found := where.find(wanted, at)) >= 0:
            if self._fits(text, found, found + len(wanted)):
                return found, found + len(wanted)
            at = found + 1
        return None

    def _spans(self, text: str, at: int) -> list[tuple[int, int] | None]:
        found: list[tuple[int, int] | None] = []
        for each in self.expressions:
            start = at
            while start <= len(text) and (match := each.search(text, start, captures=False)) is not None:
                if self._fits(text, match.start, match.end):
                    found.append((match.start, match.end))
                    break
                start = match.start + 1
        return found

    def _fits(self, text: str, start: int, end: int) -> bool:
        if self.line:
            return start == 0 and end == len(text)
        if not self.word:
            return True
        before, after = text[start - 1 : start] if start else "", text[end : end + 1]
        return not (before.isalnum() or before == "_" or after.isalnum() or after == "_")


@program("iyvcnqrREFoolLwxsHhm:A:B:C:e:f:aPGzbUIT", _LONG, status=2)
async def grep(call: Call) -> int:
    operands = list(call.operands)
    texts = list(call.options.get("e", ()))
    for name in call.options.get("f", ()):
        body = await call.whole(name)
        if body is None:
            return 2
        texts += body.decode(errors="surrogateescape").splitlines()
    if not texts and not call.has("f"):
        if not operands:
            usage = "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n"
            await call.process.stderr.write(usage.encode())
            return 2
        texts = operands.pop(0).split("\n")
    if call.has("P"):
        raise Complaint("Perl's expressions are not known here: use -E", 2)
    wanted = _wanted(call, texts)
    recursive = call.has("r", "R")
    names = operands or (["."] if recursive else ["-"])
    named = (len(names) > 1 or recursive or call.has("H")) and not call.has("h")
    found = False
    try:
        for name in names:
            for each in await _files(call, name, recursive=recursive):
                found = await _one(call, each, wanted, named=named, already=found) or found
                if found and call.has("q"):
                    return 0
    except TooCostly as error:
        raise Complaint(str(error), 2) from None
    if call.status:
        return 2
    return 0 if found else 1


def _wanted(call: Call, texts: list[str]) -> _Wanted:
    fold = call.has("i", "y")
    extended = call.has("E") or call.name == "egrep"
    if call.has("F") or call.name == "fgrep":
        plain = tuple(text.lower() if fold else text for text in texts)
        return _Wanted((), plain, fold, call.has("w"), call.has("x"))
    try:
        made = tuple(compiled(text, extended=extended, fold=fold) for text in texts)
    except BadExpression as error:
        raise Complaint(str(error), 2) from None
    return _Wanted(made, (), fold, call.has("w"), call.has("x"))


async def _files(call: Call, name: str, *, recursive: bool) -> list[str]:
    """The operand, or with -r the files below it."""
    if name == "-":
        return [name]
    try:
        kind = call.files.stat(call.path(name)).kind
    except OSError as error:
        if not call.has("s"):
            await call.complain(f"{name}: {error.strerror}")
        call.status = 2
        return []
    if kind != "directory":
        return [name]
    if not recursive:
        said = "read error: Is a directory" if call.is_busybox else f"{name}: Is a directory"
        await call.complain(said)
        call.status = 2
        return []
    found: list[str] = []
    for each in call.files.listdir(call.path(name)):
        await call.breathe()
        path = each if name == "." and not call.operands[1:] and not call.is_busybox else f"{name.rstrip('/')}/{each}"
        if call.files.lstat(call.path(path)).kind == "directory":
            found += await _files(call, path, recursive=True)
        elif _is_included(call, each):
            found.append(path)
    return found


def _is_included(call: Call, name: str) -> bool:
    wanted, unwanted = call.options.get("I", ()), call.options.get("X", ())
    if any(fnmatch.fnmatchcase(name, each) for each in unwanted):
        return False
    return not wanted or any(fnmatch.fnmatchcase(name, each) for each in wanted)


async def _one(call: Call, name: str, wanted: _Wanted, *, named: bool, already: bool) -> bool:
    """Search one file; True when something was selected."""
    shown = "(standard input)" if name == "-" else name
    most = call.number(call.value("m")) if call.has("m") else 1 << 60
    after, before = (call.number(call.value(each, call.value("C", "0"))) for each in "AB")
    silent = call.has("c", "l", "L", "q")
    count = number = trailing = 0
    last = -1 if already else 0
    kept: list[tuple[int, str]] = []
    binary, parted = False, already
    async for raw in call.lines(name):
        number += 1
        binary = binary or (b"\0" in raw and not call.has("a"))
        text = raw.rstrip(b"\n").decode(errors="surrogateescape")
        span = wanted.find(text)
        if (span is None) is not call.has("v"):
            if trailing and not silent:
                await _print(call, shown, number, text, named, "-")
                trailing, last = trailing - 1, number
            else:
                kept = [*kept, (number, text)][-before:] if before else []
            continue
        count += 1
        if call.has("q", "l"):
            break
        if not silent:
            if binary:
                said = f"Binary file {shown} matches" if call.is_busybox else f"grep: {shown}: binary file matches"
                await call.say(f"{said}\n")
                break
            if call.has("A", "B", "C") and parted and number - len(kept) > last + 1:
                await call.say("--\n")
            for line, content in kept:
                await _print(call, shown, line, content, named, "-")
            kept = []
            if call.has("o"):
                await _matches(call, shown, number, text, wanted, named=named)
            else:
                await _print(call, shown, number, text, named, ":")
            trailing, last, parted = after, number, True
        if count >= most:
            break
    if call.has("c"):
        await call.say(f"{shown}:{count}\n" if named else f"{count}\n")
    if (call.has("l") and count) or (call.has("L") and not count):
        await call.say(f"{shown}\n")
    return not count if call.has("L") else bool(count)


async def _print(call: Call, shown: str, number: int, text: str, named: bool, mark: str) -> None:
    head = (f"{shown}{mark}" if named else "") + (f"{number}{mark}" if call.has("n") else "")
    await call.say(f"{head}{text}\n")


async def _matches(call: Call, shown: str, number: int, text: str, wanted: _Wanted, *, named: bool) -> None:
    at = 0
    while not call.has("v") and at <= len(text) and (span := wanted.find(text, at)) is not None:
        if span[1] > span[0]:
            await _print(call, shown, number, text[span[0] : span[1]], named, ":")
        at = max(span[1], span[0] + 1)


PROGRAMS = {"grep": grep, "egrep": grep, "fgrep": grep}
