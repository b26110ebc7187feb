"""The processes of one container, as ps and kill see them. Process 1 and its children are what the image starts.

Whoever runs a program says so with `begin` and `end`; nothing in here runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

Signal = Callable[[int], None]
"""What becomes of a process that is sent a signal of this number."""
SIGHUP, SIGINT, SIGKILL, SIGTERM = 1, 2, 9, 15


class Running(NamedTuple):
    pid: int
    parent: int
    argv: tuple[str, ...]
    since: float
    """Cluster time."""
    user: int = 0
    terminal: bool = False
    signal: Signal | None = None


class Processes:
    """`main`: what process 1 is now, with when it began. `now`: cluster time."""

    def __init__(
        self, main: Callable[[], tuple[Sequence[tuple[str, ...]], float, int]], now: Callable[[], float]
    ) -> None:
        self._main, self._now = main, now
        self._running: dict[int, Running] = {}
        self._last = 7
        self.on_main: Signal | None = None
        """Who ends the container's main process when it is sent a signal; None: nobody can."""

    def begin(
        self,
        argv: Sequence[str],
        *,
        parent: int = 0,
        user: int = 0,
        terminal: bool = False,
        signal: Signal | None = None,
    ) -> int:
        """Its process id."""
        self._last = self._last + 1 if self._last < 32_000 else 8
        while self._last in self._running:
            self._last += 1
        self._running[self._last] = Running(self._last, parent, tuple(argv), self._now(), user, terminal, signal)
        return self._last

    def end(self, pid: int) -> None:
        self._running.pop(pid, None)

    def list(self) -> list[Running]:
        lines, since, user = self._main()
        own = [Running(1 + 6 * number, min(number, 1), line, since, user) for number, line in enumerate(lines)]
        taken = {each.pid for each in self._running.values()}
        return [*(each for each in own if each.pid == 1 or each.pid not in taken), *self._running.values()]

    def kill(self, pid: int, number: int) -> None:
        """ProcessLookupError: there is none. PermissionError: it is not for anybody in here to end."""
        found = next((each for each in self.list() if each.pid == pid), None)
        if found is None:
            raise ProcessLookupError(3, "No such process")
        if number == 0:
            return
        if pid == 1:
            # Of process 1 a kernel drops what it has no handler for; SIGKILL from inside never reaches it.
            if self.on_main is not None and number != SIGKILL:
                self.on_main(number)
        elif found.signal is not None:
            found.signal(number)
