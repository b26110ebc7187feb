"""~ and ~name at the beginning of a word."""

from __future__ import annotations

from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.syntax import Part, Quoted, Text


def expand_tilde(shell: Shell, parts: tuple[Part, ...], *, assignment: bool = False) -> tuple[Part, ...]:
    """The parts with home directories in place; after a colon too in an assignment."""
    if not any(isinstance(part, Text) and "~" in part.text for part in parts):
        return parts
    found: list[Part] = []
    for at, part in enumerate(parts):
        if not isinstance(part, Text) or "~" not in part.text:
            found.append(part)
            continue
        last = at == len(parts) - 1
        text = part.text
        pieces = text.split(":") if assignment else [text]
        for number, piece in enumerate(pieces):
            if number:
                found.append(Text(":"))
            home = None
            if piece.startswith("~") and (number or at == 0):
                name, slash, rest = piece[1:].partition("/")
                if slash or last or number < len(pieces) - 1:
                    home = _home(shell, name)
            if home is None:
                found.append(Text(piece))
            else:
                found += [Quoted(home), Text(slash + rest)]
    return tuple(found)


def _home(shell: Shell, name: str) -> str | None:
    if name == "":
        return shell.variables.get("HOME") or home_of(shell, shell.user)
    if name == "+":
        return shell.cwd
    if name == "-":
        return shell.variables.get("OLDPWD")
    return home_of(shell, name)


def home_of(shell: Shell, user: str | int) -> str | None:
    """Out of /etc/passwd, by name or number."""
    try:
        lines = decoded(shell.files.read("/etc/passwd")).splitlines()
    except OSError:
        return "/root" if user in ("root", 0) else None
    column = 2 if isinstance(user, int) else 0
    for line in lines:
        cells = line.split(":")
        if len(cells) > 6 and cells[column] == str(user):
            return cells[5]
    return "/" if user == 0 else None
