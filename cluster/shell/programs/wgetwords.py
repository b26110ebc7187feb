"""wget's command line, GNU's and BusyBox's, and how each of them draws what has come. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

_BUSYBOX_USAGE = """\
BusyBox multi-call binary.

Usage: wget [-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]
	[--post-data STR | --post-file FILE] [-Y on/off]
	[--no-check-certificate] [-P DIR] [-U AGENT] [-T SEC] URL...
"""
_GNU_USAGE = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n"


class Wrong(Exception):
    """The command line cannot be followed: what is printed of it."""


@dataclass
class Given:
    urls: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    quiet: bool = False
    brief: bool = False
    server: bool = False
    spider: bool = False
    unchecked: bool = False
    output: str = ""
    folder: str = ""
    agent: str = ""
    method: str = ""
    body: str | None = None
    body_file: str = ""
    wait: float | None = None
    tries: int = 20


_FLAGS = {"q": "quiet", "quiet": "quiet", "nv": "brief", "no-verbose": "brief", "S": "server",
          "server-response": "server", "spider": "spider", "no-check-certificate": "unchecked"}  # fmt: skip
_VALUES = {"O": "output", "output-document": "output", "P": "folder", "directory-prefix": "folder", "U": "agent",
           "user-agent": "agent", "post-data": "body", "body-data": "body", "post-file": "body_file",
           "method": "method", "T": "wait", "timeout": "wait", "connect-timeout": "wait", "read-timeout": "wait",
           "t": "tries", "tries": "tries", "header": "headers", "Y": "", "o": "", "proxy": "", "user": "",
           "password": "", "w": "", "wait": "", "max-redirect": "", "waitretry": ""}  # fmt: skip
_PASSED = {"c", "continue", "no-cache", "no-proxy", "N", "r", "nc", "no-clobber", "nd", "content-on-error", "4", "6",
           "inet4-only", "show-progress", "no-hsts", "retry-connrefused"}  # fmt: skip
_GNU_ONLY = {"nv", "no-verbose", "timeout", "connect-timeout", "read-timeout", "t", "tries", "method", "body-data"}


def parse(argv: list[str], *, busybox: bool) -> Given:
    """What a command line asks for. Wrong when it cannot be followed."""
    given, words = Given(), list(argv)
    while words:
        word = words.pop(0)
        if not word.startswith("-") or word == "-":
            given.urls.append(word)
        elif word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            known = name in _FLAGS or name in _VALUES or name in _PASSED
            if not known or (busybox and name in _GNU_ONLY):
                usage = _BUSYBOX_USAGE if busybox else _GNU_USAGE
                raise Wrong(f"wget: unrecognized option '{word}'\n{usage}")
            _apply(name, value if equals else None, words, given)
        elif word[1:] in ("nv", "nc", "nd"):
            _apply(word[1:], None, words, given)
        else:
            letters = word[1:]
            while letters:
                letter, letters = letters[0], letters[1:]
                if letter not in _FLAGS and letter not in _VALUES and letter not in _PASSED:
                    usage = _BUSYBOX_USAGE if busybox else _GNU_USAGE
                    raise Wrong(f"wget: invalid option -- '{letter}'\n{usage}")
                if letter in _VALUES:
                    _apply(letter, letters or None, words, given)
                    break
                _apply(letter, None, words, given)
    if not given.urls:
        raise Wrong(_BUSYBOX_USAGE if busybox else f"wget: missing URL\n{_GNU_USAGE}")
    return given


def _apply(name: str, value: str | None, words: list[str], given: Given) -> None:
    if name in _FLAGS:
        setattr(given, _FLAGS[name], True)
    elif name in _VALUES:
        if value is None:
            if not words:
                raise Wrong(f"wget: option requires an argument -- '{name}'\n")
            value = words.pop(0)
        target = _VALUES[name]
        if target == "headers":
            given.headers.append(value)
        elif target in ("wait", "tries"):
            if not value.replace(".", "", 1).isdecimal() or len(value) > 9:
                raise Wrong(f"wget: invalid number '{value}'\n")
            setattr(given, target, float(value) or None if target == "wait" else int(float(value)))
        elif target:
            setattr(given, target, value)


def short(size: int) -> str:
    """At most five characters, as BusyBox has it."""
    for unit, letter in ((1 << 20, "M"), (1 << 10, "k")):
        if size >= unit * 10 or (size >= 100_000 and letter == "k"):
            return f"{size // unit}{letter}"
    return str(size)


def human(size: int) -> str:
    """Beside a length: what it comes to in K or M."""
    for unit, letter in ((1 << 20, "M"), (1 << 10, "K")):
        if size >= unit:
            return f" ({size / unit:.1f}{letter})" if size < 10 * unit else f" ({round(size / unit)}{letter})"
    return ""


def dots(size: int) -> str:
    """The progress of what is written to no terminal: a dot for each KiB, fifty to a line."""
    lines, left, start = [], size, 0
    while True:
        dots = min(left // 1024 + (1 if left % 1024 > 512 else 0), 50) if left >= 1024 else int(left == 1024)
        groups = " ".join(
            "".join("." if each < dots else " " for each in range(at, at + 10)) for at in range(0, 50, 10)
        )
        done = min(round((start * 1024 + 51200) / size * 100), 100) if size > 51200 else 100
        lines.append(f"{start:>6}K {groups}{done:>3}% {'1.28M=0s' if done == 100 else '1.28M 0s'}\n")
        left -= 51200
        start += 50
        if left <= 0:
            return "".join(lines) + "\n"
