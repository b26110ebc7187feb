"""What [[ and `test` ask of texts, numbers and files."""

from __future__ import annotations

import operator
from collections.abc import Callable

from cluster.shell.language.shell import Shell
from cluster.shell.process import Stat

NUMBERS: dict[str, Callable[[int, int], bool]] = {
    "-eq": operator.eq,
    "-ne": operator.ne,
    "-lt": operator.lt,
    "-le": operator.le,
    "-gt": operator.gt,
    "-ge": operator.ge,
}
STRINGS: dict[str, Callable[[str, str], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}
FILES = frozenset({"-nt", "-ot", "-ef"})


def unary(shell: Shell, name: str, operand: str) -> bool:
    """-n, -f and the others."""
    if name == "-n":
        return operand != ""
    if name == "-z":
        return operand == ""
    if name == "-v":
        base, _, rest = operand.partition("[")
        if rest:
            variable = shell.variables.find(base)
            return variable is not None and rest[:-1] in dict(variable.elements())
        return shell.variables.get(operand) is not None
    if name == "-o":
        return operand in shell.options
    if name == "-t":
        held = shell.descriptors.get(int(operand)) if operand.isdigit() else None
        return held is not None and held in shell.terminal.values()
    if name == "-R":
        return False
    stat = _stat(shell, operand, follow=name not in ("-L", "-h"))
    return stat is not None and _file(name, stat, shell)


def _file(name: str, stat: Stat, shell: Shell) -> bool:
    if name in ("-e", "-a"):
        return True
    if name in _KINDS:
        return stat.kind == _KINDS[name]
    if name == "-s":
        return stat.size > 0
    if name in _BITS:
        return bool(stat.mode & _BITS[name])
    if name in ("-O", "-G"):
        return stat.owner == shell.user
    if name == "-N":
        return False
    wanted = {"-r": 4, "-w": 2, "-x": 1}.get(name, 0)
    if shell.user == 0:
        return wanted != 1 or bool(stat.mode & 0o111)
    return bool(stat.mode & (wanted << 6 if stat.owner == shell.user else wanted))


_KINDS = {
    "-f": "file",
    "-d": "directory",
    "-L": "link",
    "-h": "link",
    "-c": "device",
    "-b": "block",
    "-p": "fifo",
    "-S": "socket",
}
_BITS = {"-u": 0o4000, "-g": 0o2000, "-k": 0o1000}


def binary(shell: Shell, name: str, left: str, right: str) -> bool:
    """Texts and files compared; numbers are the caller's."""
    if name in STRINGS:
        return STRINGS[name](left, right)
    one, other = _stat(shell, left), _stat(shell, right)
    if name == "-ef":
        try:
            return one is not None and shell.files.realpath(shell.absolute(left)) == shell.files.realpath(
                shell.absolute(right)
            )
        except OSError:
            return False
    if one is None or other is None:
        return (one if name == "-nt" else other) is not None
    return one.modified > other.modified if name == "-nt" else one.modified < other.modified


def _stat(shell: Shell, path: str, *, follow: bool = True) -> Stat | None:
    if not path:
        return None
    try:
        return (shell.files.stat if follow else shell.files.lstat)(shell.absolute(path))
    except OSError:
        return None
