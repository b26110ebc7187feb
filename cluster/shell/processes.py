"""Processes that see each other, as ps and kill see them: those of one container, or of several that share them. The
first process of each container, and its children, are what its image starts.

Whoever runs a program says so with `begin` and `end`; nothing in here runs.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

Signal = Callable[[int], None]
"""What becomes of a process that is sent a signal of this number."""
SIGHUP, SIGINT, SIGKILL, SIGTERM = 1, 2, 9, 15
_CHILD = 6
"""How far from process 1 its first child is: an image's entry point makes a few that are over soon."""


class Main(NamedTuple):
    """What a container was started with, and its children."""

    container: Hashable
    """Which start of which container."""
    lines: Sequence[tuple[str, ...]]
    since: float
    """Cluster time."""
    user: int = 0
    signal: Callable[..., None] | None = None
    """(its number, first: it is sent to process 1) -> what becomes of it; None: nothing."""
    terminal: bool = False
    """Whether it has one, `tty: true`."""


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
    """`mains`: of the containers that run now, the one whose main process is process 1 first. `now`: cluster time."""

    def __init__(self, mains: Callable[[], Sequence[Main]], now: Callable[[], float]) -> None:
        self._mains, self._now = mains, now
        self._running: dict[int, Running] = {}
        self._firsts: dict[Hashable, int] = {}
        self._last = 1 + _CHILD

    def begin(
        self,
        argv: Sequence[str],
        *,
        parent: int = 0,
        user: int = 0,
        terminal: bool = False,
        signal: Signal | None = None,
    ) -> int:
        """Its process id. It has the terminal of who started it."""
        pid, starter = self._next(), self._running.get(parent)
        terminal = terminal or (starter is not None and starter.terminal)
        self._running[pid] = Running(pid, parent, tuple(argv), self._now(), user, terminal, signal)
        return pid

    def end(self, pid: int) -> None:
        self._running.pop(pid, None)

    def first(self, container: Hashable) -> int:
        """The process id of a container's main process; 1 for one that is not among these."""
        self.list()
        return self._firsts.get(container, 1)

    def list(self) -> list[Running]:
        mains, firsts = self._mains(), self._firsts
        self._firsts = {}
        for number, each in enumerate(mains):
            self._firsts[each.container] = (firsts.get(each.container) or self._room(each)) if number else 1
        own = [process for each in mains for process in self._of(each)]
        taken = {each.pid for each in self._running.values()}
        return [*(each for each in own if each.parent == 0 or each.pid not in taken), *self._running.values()]

    def kill(self, pid: int, number: int) -> None:
        """ProcessLookupError: there is none. PermissionError: it is not for anybody in here to end."""
        found = next((each for each in self.list() if each.pid == pid), None)
        if found is None:
            raise ProcessLookupError(3, "No such process")
        # SIGKILL from inside never reaches process 1.
        if number and found.signal is not None and (pid, number) != (1, SIGKILL):
            found.signal(number)

    def _of(self, main: Main) -> Iterator[Running]:
        first = self._firsts[main.container]
        step = _CHILD if first == 1 else 1
        for number, line in enumerate(main.lines):
            told = partial(main.signal, first=first == 1) if main.signal is not None and not number else None
            yield Running(
                first + step * number, first if number else 0, line, main.since, main.user, main.terminal, told
            )

    def _room(self, main: Main) -> int:
        first = self._next()
        self._last = first + max(len(main.lines) - 1, 0)
        return first

    def _next(self) -> int:
        self._last = self._last + 1 if self._last < 32_000 else 2 + _CHILD
        while self._last in self._running:
            self._last += 1
        return self._last
