"""What Tab offers: programs, builtins and functions where a command stands, variables after $, else file names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cluster.shell.builtins import BUILTINS
from cluster.shell.language.launching import DEFAULT_PATH
from cluster.shell.language.lexing import RESERVED
from cluster.shell.language.shell import Shell
from cluster.shell.language.tilde import home_of

_WORD = re.compile(r"(?:[^\s;&|<>()='\"`\\]|\\.)*\Z")
_COMMAND = re.compile(
    r"(?:^|[;&|({`]|\b(?:then|do|else|elif|if|while|until|exec|sudo|time)\s)\s*(?:\w+=\S*\s+)*\Z|\A\s*\Z"
)


@dataclass(frozen=True)
class Offer:
    start: int
    """Where the word that is completed begins."""
    names: list[str]
    """Whole words, sorted; directories end in a slash."""
    shown: list[str]
    """As they are listed."""

    @property
    def common(self) -> str:
        """How far all of them agree."""
        first, last = min(self.names), max(self.names)
        size = next(
            (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
        )
        return first[:size]


def complete(shell: Shell, line: str, cursor: int) -> Offer:
    """For the word before the cursor."""
    before = line[:cursor]
    found = _WORD.search(before)
    start = found.start() if found else cursor
    word = before[start:]
    dollar = word.rfind("$")
    if dollar >= 0 and re.fullmatch(r"\$\{?\w*", word[dollar:]):
        return _variables(shell, start + dollar, word[dollar:])
    if "/" not in word and not word.startswith("~") and _COMMAND.search(before[:start]):
        names = sorted(name for name in _commands(shell) if name.startswith(word))
        if names:
            return Offer(start, names, names)
    return _files(shell, start, word)


def _variables(shell: Shell, start: int, word: str) -> Offer:
    brace = "{" if word.startswith("${") else ""
    prefix = word[1 + len(brace) :]
    names = [name for name in shell.variables.names() if name.startswith(prefix)]
    return Offer(start, [f"${brace}{name}{'}' if brace else ''}" for name in names], names)


def _commands(shell: Shell) -> set[str]:
    found = {*BUILTINS, *shell.functions, *shell.aliases, *RESERVED}
    for folder in (shell.variables.get("PATH") or DEFAULT_PATH).split(":"):
        try:
            found.update(shell.files.listdir(folder))
        except OSError:
            continue
    return found


def _files(shell: Shell, start: int, word: str) -> Offer:
    folder, slash, prefix = word.rpartition("/")
    plain = re.sub(r"\\(.)", r"\1", folder)
    place = plain + slash
    if plain == "~" or plain.startswith("~/"):
        place = (shell.variables.get("HOME") or home_of(shell, shell.user) or "/") + plain[1:] + "/"
    prefix = re.sub(r"\\(.)", r"\1", prefix)
    path = shell.absolute(place or ".")
    try:
        names = sorted(shell.files.listdir(path))
    except OSError:
        return Offer(start, [], [])
    names = [name for name in names if name.startswith(prefix) and (prefix.startswith(".") or not name.startswith("."))]
    marked = [name + "/" if _is_directory(shell, f"{path}/{name}") else name for name in names]
    return Offer(start, [folder + slash + _escaped(name) for name in marked], marked)


def _escaped(name: str) -> str:
    return re.sub(r"([\s;&|<>()'\"`\\$*?\[\]!#])", r"\\\1", name)


def _is_directory(shell: Shell, path: str) -> bool:
    try:
        return shell.files.stat(path).kind == "directory"
    except OSError:
        return False
