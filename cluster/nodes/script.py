"""Reads shell scripts as far as examples go: how long, which exit code, which files come and go. Executes nothing.

Known: sleep, exit, true, false, echo and their like, touch and rm, `;` `&&` `||` `&`, for, while and until loops, if.
What a condition finds is not known, so an `exit` that hangs on one is passed over.
"""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

FOREVER = math.inf
LONGEST, LONGEST_LINE, DEEPEST = 16_384, 2_048, 20
"""Characters of a script and of one command that are read, and loops in loops: what goes beyond is anybody's guess."""

_SEPARATOR = re.compile(
    r"'[^']*'|\"(?:\\.|[^\"\\])*\"|#[^\n]*|(&&|\|\||;;|;|\n|(?<![<>&])&(?!>))|[^'\"#;&|\n]+|.", re.DOTALL
)
_PAUSE = re.compile(r"(\d{1,9}(?:\.\d+)?)([smhd]?)$")
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_ASSIGNMENT = re.compile(r"\w+=")
_SEQUENCE = re.compile(r"[$`]\(?seq\s+(\d{1,9})(?:\s+(\d{1,9}))?\)?")
_RANGE = re.compile(r"\{(\d{1,9})\.\.(\d{1,9})\}")
_SERVERS = frozenset({"nginx", "httpd", "redis-server", "mysqld", "postgres", "memcached", "mongod", "apache2"})
_ENDING = """
    true : echo printf date ls cat env hostname id uname expr seq pwd cd export mkdir cp mv touch rm chown chmod tar
    unzip grep sed awk head tail sort wc cut tr tee perl nslookup dig host getent ping wget curl nc ncat git read local
    declare source . ulimit umask trap ps df du sync ln find xargs basename dirname stat mktemp wait kill
    mysql mysqladmin psql redis-cli kubectl nnp sysctl return break continue shift bc openssl
"""
_QUICK = frozenset(_ENDING.split())
"""Programs that do their work and end."""
SHELLS = frozenset({"sh", "bash", "ash", "dash"})
_IDLE = frozenset(
    {
        "sleep",
        "tail",
        "pause",
        "false",
        "exit",
        "set",
        "test",
        "[",
        "[[",
        "if",
        "fi",
        "for",
        "while",
        "until",
        "done",
        "case",
        "esac",
    }
)
_LISTENS = re.compile(r"(^|\s)(nc|ncat)\s(.*\s)?(-[a-zA-Z]*l[a-zA-Z]*|--listen)(\s|$)")
_JUDGES = frozenset({"grep", "egrep", "fgrep", "cmp", "diff"})
_CONNECTS = frozenset({"curl", "wget", "nc", "ncat"})
"""A name that is found is not all they wait for."""
_LOOKS_UP = frozenset({"nslookup", "dig", "host", "getent", "ping", "nc", "wget", "curl"})
_PREFIXES = frozenset({"exec", "then", "else", "do", "{", "(", "!", "time", "command", "sudo"})


class FileChange(NamedTuple):
    at: float
    path: str
    exists: bool
    text: str = ""
    """What an echo has put into it: variables, `$(hostname)` and `$(date)` stand as they were written."""
    added: bool = False
    """To what was there before."""
    folder: bool = False


class End(NamedTuple):
    """After `seconds` (FOREVER: never) the script ends with `exit_code`."""

    seconds: float
    exit_code: int = 0
    files: tuple[FileChange, ...] = ()
    waits_for: tuple[str, ...] = ()
    certain: bool = True
    """False: how it ends hangs on something that only carrying it out can tell."""


class Line(NamedTuple):
    """One command of a script."""

    joined: str
    """What stands before it: "", "&&" or "||"."""
    words: tuple[str, ...]
    aside: bool
    """It runs in the background."""


class _Reader:
    def __init__(self, task: float | None, depth: int = 0) -> None:
        self.task = task
        self.depth = depth
        self.seconds = 0.0
        self.code: int | None = 0
        """None: what a condition found, which nobody knows."""
        self.over = False
        self.strict = False
        self.aside = 0.0
        self.doubts = 0
        self.files: list[FileChange] = []
        self.waits_for: list[str] = []
        self.certain = True
        self.guessed = False
        """The last status is that of a program that judges what it finds."""

    def read(self, given: Sequence[Line]) -> None:
        at = 0
        while at < len(given) and not self.over and self.seconds < FOREVER:
            line = given[at]
            at += 1
            judged = self.guessed or (self.code is None and command(line.words, self.task).seconds > 0)
            self.certain = self.certain and not (line.joined and judged)
            if line.words[0] == "{":
                # What is in braces is joined as a whole, which is not followed here.
                self.certain = self.certain and not line.joined
                line = line._replace(words=line.words[1:] or (":",))
            word = line.words[0]
            if word == "}":
                continue
            if word in ("for", "while", "until"):
                end = _matching_done(given, at)
                self._loop(line, given[at:end])
                at = end + 1
            elif word in ("if", "case"):
                self.doubts += 1
            elif word in ("fi", "esac"):
                self.doubts -= 1
            elif not self._is_skipped(line.joined):
                follows = given[at].joined if at < len(given) else ""
                self._one(line, follows)

    def _is_skipped(self, joined: str) -> bool:
        return (joined == "&&" and bool(self.code)) or (joined == "||" and self.code == 0)

    def _one(self, line: Line, follows: str) -> None:
        if line.aside:
            end = command(line.words, self.task)
            self.aside = max(self.aside, end.seconds)
            return
        words = bare(line.words)
        if not words:
            return
        if words[0] in ("[", "[[", "test"):
            self.code = None
        elif words[0] == "exit":
            self._exit(words)
        elif words[0] == "wait" and self.aside == FOREVER:
            self.seconds = FOREVER
        elif words[0] == "set":
            self.strict = self.strict or any(re.match(r"-\w*e", word) for word in words[1:])
            self.code = 0
        else:
            end = command(words, self.task)
            self.seconds += end.seconds
            self.code, self.guessed = end.exit_code, words[0].rpartition("/")[2] in _JUDGES
            self.certain = self.certain and not (self.guessed and self.strict)
            self.files += [each._replace(at=self.seconds) for each in end.files]
            if self.strict and self.code and not follows and not self.doubts:
                self.over = True
            self.over = self.over or line.words[0] == "exec"

    def _exit(self, words: Sequence[str]) -> None:
        if self.doubts or self.code is None:
            self.code, self.certain = 0, False
            return
        self.certain = self.certain and (len(words) < 2 or (words[1].isascii() and words[1].isdigit()))
        if len(words) > 1 and words[1].isascii() and words[1].isdigit():
            self.code = int(words[1][:9]) % 256
        self.over = True

    def _loop(self, head: Line, body: Sequence[Line]) -> None:
        kind, condition = head.words[0], head.words[1:]
        if self.depth >= DEEPEST:
            self.seconds = FOREVER
            return
        if kind == "for":
            within = _Reader(self.task, self.depth + 1)
            within.doubts = self.doubts
            within.read(body)
            times = _times(condition)
            self.files += [each._replace(at=self.seconds + each.at) for each in within.files]
            self.seconds += within.seconds * (1 if within.over else times) if times else 0.0
            self.code, self.over = within.code, within.over
            self.certain = self.certain and within.certain
            return
        until = kind == "until" or condition[:1] == ("!",)
        words = bare(condition)
        if until and words and words[0] in _LOOKS_UP and (host := _host(words)):
            self.waits_for.append(host)
            self.certain = self.certain and words[0] not in _CONNECTS
            return
        endless = self.task is None or (not until and words[:1] in ((":",), ("true",), ("1",)))
        if any("break" in line.words for line in body):
            endless = False
        if endless:
            within = _Reader(self.task, self.depth + 1)
            within.read(body)
            self.files += [each._replace(at=self.seconds + each.at) for each in within.files]
            if within.over and not within.doubts:
                self.seconds, self.code, self.over = self.seconds + within.seconds, within.code, True
                return
            self.certain = self.certain and within.certain
            self.seconds = FOREVER
        else:
            self.certain = False
        self.code = 0


def follow(text: str, task: float | None = None) -> End:
    """How a shell script goes. `task`: seconds of a program that is not known; None: it serves for ever."""
    reader = _Reader(task)
    reader.read(lines(text))
    certain = reader.certain and reader.code is not None and not reader.guessed
    return End(reader.seconds, reader.code or 0, tuple(reader.files), tuple(reader.waits_for), certain)


def command(words: Sequence[str], task: float | None = None) -> End:
    """How one command goes."""
    words = bare(words)
    program = words[0].rpartition("/")[2] if words else "true"
    if program == "sleep":
        return End(sum(_pause(word) for word in words[1:]))
    if program == "false":
        return End(0.0, 1)
    if program in SHELLS and "-c" in words[:-1]:
        return follow(words[words.index("-c") + 1], task)
    line = " ".join((program, *words[1:]))[:LONGEST_LINE]
    if program == "tail" and re.search(r"\s-\w*[fF]", line):
        return End(FOREVER)
    if _LISTENS.search(line) or "-m http.server" in line:
        return End(FOREVER)
    if program in _SERVERS or program == "pause":
        return End(FOREVER)
    if not words or program in _QUICK:
        return End(0.0, 0, tuple(_changes(words)))
    if program in ("python", "python3", "node", "ruby", "php") and words[1:2] in (("-c",), ("-e",), ("-r",)):
        return End(FOREVER if "while True" in line or "serve" in line else task or 0.0)
    return End(FOREVER if task is None else task)


def is_known(word: str) -> bool:
    """A program whose name says what it does, as words after an image's own starter may call it."""
    program = word.rpartition("/")[2]
    return program in SHELLS or program in _QUICK or program in _IDLE or program in _SERVERS


def is_server(program: str) -> bool:
    """A program that is known to serve for as long as it runs."""
    return program.rpartition("/")[2] in _SERVERS


def serves_nobody(words: Sequence[str]) -> bool:
    """All programs of this command are known, and none of them is a server."""
    program = words[0].rpartition("/")[2] if words else "true"
    if program in SHELLS and "-c" in words[:-1]:
        within = lines(words[words.index("-c") + 1])
        return all(serves_nobody(bare(line.words) or ("true",)) for line in within)
    return program in _IDLE or program in _QUICK or program in SHELLS


def lines(text: str) -> list[Line]:
    """The commands of a script, one after the other."""
    found: list[Line] = []
    joined, part = "", ""
    for mark in (*_SEPARATOR.finditer(text[:LONGEST]), None):
        separator = "\n" if mark is None else mark[1]
        if mark is not None and separator is None:
            part += "" if mark[0].startswith("#") and (not part or part[-1].isspace()) else mark[0]
            continue
        words = _split(part)
        while words and words[0] in ("do", "then", "else") and len(words) > 1:
            words = words[1:]
        if words and words[0] not in ("do", "then", "else"):
            found.append(Line(joined, words, separator == "&"))
            joined = ""
        part = ""
        if separator in ("&&", "||"):
            joined = str(separator)
    return found


_GLUED = re.compile(r"'[^']*'|\"(?:\\.|[^\"\\])*\"|\\.|(?:(?<=\s)|^)(>>?)(?=[^\s>&(|])", re.DOTALL)
"""Where what is printed goes, written without a blank; and what it is no part of."""


def _split(part: str) -> tuple[str, ...]:
    part = _GLUED.sub(lambda found: f"{found[1]} " if found[1] else found[0], part)
    try:
        return tuple(shlex.split(part))
    except ValueError:
        return tuple(part.split())


def bare(words: Sequence[str]) -> tuple[str, ...]:
    """Without what stands before the program itself."""
    at = 0
    while at < len(words) and (words[at] in _PREFIXES or _ASSIGNMENT.match(words[at])):
        at += 1
    return tuple(words[at:])


def _matching_done(lines: Sequence[Line], at: int) -> int:
    depth = 1
    for position in range(at, len(lines)):
        word = lines[position].words[0]
        depth += (word in ("for", "while", "until")) - (word == "done")
        if not depth:
            return position
    return len(lines)


def _times(condition: Sequence[str]) -> int:
    """How often `for x in …` goes round."""
    given = list(condition[2:]) if condition[1:2] == ("in",) else []
    line = " ".join(given)
    if found := _SEQUENCE.search(line):
        first, last = (int(found[1]), int(found[2])) if found[2] else (1, int(found[1]))
        return max(last - first + 1, 0)
    if found := _RANGE.search(line):
        return abs(int(found[2]) - int(found[1])) + 1
    return len(given)


def _pause(word: str) -> float:
    if word in ("infinity", "inf"):
        return FOREVER
    found = _PAUSE.match(word)
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def _host(words: Sequence[str]) -> str:
    for word in words[1:]:
        bare = re.sub(r"^\w+://", "", word).split("/")[0].split(":")[0].split("$")[0].rstrip(".")
        if re.fullmatch(r"[a-z][a-z0-9.-]*", bare) and word not in ("hosts", "ahosts"):
            return bare
    return ""


def _changes(words: Sequence[str]) -> list[FileChange]:
    program = words[0].rpartition("/")[2] if words else ""
    if program in ("touch", "rm", "rmdir", "mkdir"):
        named = (word for word in words[1:] if not word.startswith("-"))
        return [FileChange(0.0, word, program in ("touch", "mkdir"), folder=program == "mkdir") for word in named]
    return [
        FileChange(0.0, after, True, _printed(program, words[1:]), added=one == ">>")
        for one, after in pairwise(words)
        if one in (">", ">>")
    ]


def _printed(program: str, words: Sequence[str]) -> str:
    """What a program with a redirection puts into the file, where that can be read off its words."""
    said = list(words[: next(at for at, word in enumerate(words) if word in (">", ">>"))])
    if program == "echo":
        return " ".join(said[1:]) if said[:1] == ["-n"] else " ".join(said) + "\n"
    if program == "printf":
        return said[0].replace("\\n", "\n") if said else ""
    return f"$({program})\n" if program in ("hostname", "date") and not said else ""
