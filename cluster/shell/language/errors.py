"""How a shell leaves what it is doing: jumps out of loops, functions and commands."""

from __future__ import annotations


class Leave(Exception):
    """Not an error: a way out to somewhere further up."""


class Break(Leave):
    def __init__(self, levels: int, status: int = 0) -> None:
        super().__init__(levels)
        self.levels, self.status = levels, status


class Continue(Break):
    pass


class Return(Leave):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Exit(Leave):
    """The shell ends."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Discard(Leave):
    """The whole command line is given up, its message printed; the next one is read."""

    def __init__(self, status: int = 1) -> None:
        super().__init__(status)
        self.status = status


class ExpansionProblem(Exception):
    """A word that cannot be expanded. `fatal`: a shell that is not interactive ends over it, with this status."""

    def __init__(self, message: str, *, fatal: int | None = None) -> None:
        super().__init__(message)
        self.fatal = fatal
