"""Permissions as chmod takes them: 644, u+x, go-w, a=rX. Pure."""

from __future__ import annotations

import re

_CLAUSE = re.compile(r"([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)")
_SHIFTS = {"u": 6, "g": 3, "o": 0}
_BITS = {"r": 4, "w": 2, "x": 1}


def changed(text: str, before: int, *, directory: bool = False) -> int:
    """The mode after it. ValueError when it is none."""
    if re.fullmatch(r"[0-7]{1,4}", text):
        return int(text, 8)
    mode = before
    for clause in text.split(","):
        found = _CLAUSE.fullmatch(clause)
        if not found:
            raise ValueError(text)
        who = found[1] or "a"
        for sign, what in re.findall(r"([-+=])([rwxXst]*|[ugo])", found[2]):
            mode = _applied(mode, "ugo" if "a" in who else who, sign, what, directory=directory)
    return mode


def _applied(mode: int, who: str, sign: str, what: str, *, directory: bool) -> int:
    for each in who:
        shift = _SHIFTS[each]
        bits = _wanted(mode, what, directory=directory) << shift
        special = (0o4000 if each == "u" else 0o2000 if each == "g" else 0) if "s" in what else 0
        if sign == "=":
            mode &= ~(7 << shift)
        mode = mode & ~(bits | special) if sign == "-" else mode | bits | special
    if "t" in what and "o" in who:
        mode = mode & ~0o1000 if sign == "-" else mode | 0o1000
    return mode


def _wanted(mode: int, what: str, *, directory: bool) -> int:
    if what in _SHIFTS:
        return mode >> _SHIFTS[what] & 7
    bits = sum(_BITS[each] for each in set(what) if each in _BITS)
    return bits | 1 if "X" in what and (directory or mode & 0o111) else bits
