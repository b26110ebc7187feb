"""What an editor leaves to those who have files and a screen. Pure."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Problem(Exception):
    """A command that cannot be done; the sentence is shown at the bottom, "" sounds the bell."""


class Asked(NamedTuple):
    what: Literal["write", "quit", "read", "edit", "run", "redraw"]
    path: str = ""
    """Of a file, or a command line; "": the file that is edited."""
    first: int = 0
    last: int = -1
    """Lines that are written; -1: to the end."""
    forced: bool = False
