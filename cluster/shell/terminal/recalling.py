"""History expansion: !!, !$, !3, !-2 and !name in a line that was typed. Pure."""

from __future__ import annotations

import re

_EVENT = re.compile(r"'[^']*'|\\.|!(!|\$|-?\d+|[A-Za-z_./][^\s;|&()<>\"']*)", re.S)


class Unknown(Exception):
    """No such line; the event is the argument."""


def recalled(line: str, history: list[str]) -> tuple[str, bool]:
    """The line with what was asked for in its place, and whether anything was. Unknown."""
    changed = False

    def put(found: re.Match[str]) -> str:
        nonlocal changed
        event = found[1]
        if event is None:
            return found[0]
        changed = True
        if event == "$":
            words = history[-1].split() if history else []
            return words[-1] if words else ""
        if event == "!":
            at = -1
        elif event.lstrip("-").isdigit():
            at = int(event) - 1 if not event.startswith("-") else int(event)
        else:
            matching = [line for line in history if line.startswith(event)]
            if not matching:
                raise Unknown(found[0])
            return matching[-1]
        try:
            return history[at]
        except IndexError:
            raise Unknown(found[0]) from None

    return _EVENT.sub(put, line), changed
