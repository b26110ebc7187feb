"""Prompts: what the escapes in PS1 stand for."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.expansion import expand_text
from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.special import host_name
from cluster.shell.language.tilde import home_of
from cluster.shell.language.words import read_double
from cluster.shell.terminal.screen import width

_ESCAPE = re.compile(r"\\(?:([0-7]{3})|D\{([^}]*)\}|(.))", re.S)
_INVISIBLE = re.compile("\x01[^\x02]*\x02")


async def prompt(shell: Shell, name: str) -> str:
    """PS1 or PS2 as it is shown; what takes no room is still marked."""
    text = shell.variables.get(name)
    if text is None:
        return "> " if name == "PS2" else ""
    if shell.flavour.name != "dash":
        text = _ESCAPE.sub(lambda found: _character(shell, found), text)
    try:
        return await expand_text(shell, read_double(text))
    except ExpansionProblem:
        return text


def visible(text: str) -> tuple[str, int]:
    """To be sent, and how many columns its last line takes."""
    sent = text.replace("\x01", "").replace("\x02", "")
    last = _INVISIBLE.sub("", text).rpartition("\n")[2]
    return sent, width(re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", last))


def _character(shell: Shell, found: re.Match[str]) -> str:
    octal, pattern, letter = found.groups()
    if octal:
        return chr(int(octal, 8))
    if pattern is not None:
        return _time(shell, pattern or "%X")
    made = _LETTERS.get(letter)
    return made(shell) if made else f"\\{letter}"


def _time(shell: Shell, pattern: str) -> str:
    return time.strftime(pattern, time.gmtime(shell.machine.now()))


def _folder(shell: Shell) -> str:
    home = shell.variables.get("HOME") or home_of(shell, shell.user) or ""
    if home not in ("", "/") and (shell.cwd == home or shell.cwd.startswith(home + "/")):
        return "~" + shell.cwd[len(home) :]
    return shell.cwd


def _user(shell: Shell) -> str:
    try:
        lines = decoded(shell.files.read("/etc/passwd")).splitlines()
    except OSError:
        lines = []
    for line in lines:
        cells = line.split(":")
        if len(cells) > 2 and cells[2] == str(shell.user):
            return cells[0]
    return "root" if shell.user == 0 else "I have no name!"


_LETTERS: dict[str, Callable[[Shell], str]] = {
    "u": _user,
    "h": lambda shell: host_name(shell).partition(".")[0],
    "H": host_name,
    "w": _folder,
    "W": lambda shell: _folder(shell).rstrip("/").rpartition("/")[2] or _folder(shell)[:1],
    "$": lambda shell: "#" if shell.user == 0 else "$",
    "n": lambda shell: "\n",
    "r": lambda shell: "\r",
    "a": lambda shell: "\a",
    "e": lambda shell: "\x1b",
    "s": lambda shell: shell.name.rpartition("/")[2].lstrip("-"),
    "v": lambda shell: ".".join(shell.flavour.version.split(".")[:2]),
    "V": lambda shell: shell.flavour.version.partition("(")[0],
    "t": lambda shell: _time(shell, "%H:%M:%S"),
    "T": lambda shell: _time(shell, "%I:%M:%S"),
    "@": lambda shell: _time(shell, "%I:%M %p"),
    "A": lambda shell: _time(shell, "%H:%M"),
    "d": lambda shell: _time(shell, "%a %b %d"),
    "j": lambda shell: str(len(shell.jobs.all)),
    "l": lambda shell: "0",
    "!": lambda shell: str(len(shell.history) + 1),
    "#": lambda shell: str(len(shell.history) + 1),
    "[": lambda shell: "\x01",
    "]": lambda shell: "\x02",
    "\\": lambda shell: "\\",
}
