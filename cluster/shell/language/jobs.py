"""What a shell has started in the background."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from cluster.shell.language.flavours import Flavour
from cluster.shell.language.gates import FROM_TERMINAL, INPUT, STOP, Gate

SIGNALS = {
    "HUP": 1,
    "INT": 2,
    "QUIT": 3,
    "ILL": 4,
    "TRAP": 5,
    "ABRT": 6,
    "BUS": 7,
    "FPE": 8,
    "KILL": 9,
    "USR1": 10,
    "SEGV": 11,
    "USR2": 12,
    "PIPE": 13,
    "ALRM": 14,
    "TERM": 15,
    "CHLD": 17,
    "CONT": 18,
    "STOP": 19,
    "TSTP": 20,
    "TTIN": 21,
    "TTOU": 22,
    "WINCH": 28,
}
"""Those that anybody sends."""

SAID = {
    1: "Hangup",
    2: "Interrupt",
    3: "Quit",
    6: "Aborted",
    9: "Killed",
    13: "Broken pipe",
    14: "Alarm clock",
    15: "Terminated",
}
IGNORED = frozenset({17, 18, 28})
"""Signals that do nothing by default."""


@dataclass(eq=False)
class Child:
    """A process that a shell started and did not wait for."""

    pid: int = 0
    task: asyncio.Task[int] | None = None
    signals: list[int] = field(default_factory=list)
    gate: Gate = field(default_factory=lambda: Gate(foreground=False))

    def send(self, signal: int) -> None:
        """What a signal does by default: it ends the process, or stops it, or has it go on."""
        if self.gate.heed(signal) or signal in IGNORED:
            return
        if self.task is not None and not self.task.done():
            self.signals.append(signal)
            self.task.cancel()


@dataclass(eq=False)
class Job:
    number: int
    process: Child
    text: str
    status: int | None = None
    told: bool = False
    """That it is stopped."""

    @property
    def stopped(self) -> bool:
        return self.status is None and bool(self.process.gate.stopped)

    @property
    def state(self) -> str:
        """As `jobs` shows it."""
        if self.status is None:
            return "Stopped" if self.process.gate.stopped else "Running"
        signal = self.process.signals[-1] if self.process.signals else self.process.gate.ended_by
        if signal:
            return SAID.get(signal, f"Signal {signal}")
        return "Done" if self.status == 0 else f"Exit {self.status}"


@dataclass
class Jobs:
    all: list[Job] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    """How those ended that are no longer listed, by process."""
    _current: Job | None = None
    _previous: Job | None = None

    def fresh(self) -> Jobs:
        """A subshell's: it has none, but knows what its parent's were."""
        return Jobs()

    def add(self, process: Child, text: str) -> Job:
        number = max((job.number for job in self.all), default=0) + 1
        job = Job(number, process, text)
        self.all.append(job)
        self.settle()
        return job

    def find(self, name: str) -> Job | None:
        """By %1, %+, %-, %name, %?name, or a process's number."""
        if not name.startswith("%"):
            return next((job for job in self.all if name.isdigit() and job.process.pid == int(name)), None)
        rest = name[1:]
        if rest in ("", "+", "%"):
            return self._current
        if rest == "-":
            return self._previous
        if rest.isdigit():
            return next((job for job in self.all if job.number == int(rest)), None)
        if rest.startswith("?"):
            return next((job for job in self.all if rest[1:] in job.text), None)
        return next((job for job in self.all if job.text.startswith(rest)), None)

    def forget(self, job: Job) -> None:
        if job in self.all:
            self.all.remove(job)
        if job.status is not None:
            self.statuses[job.process.pid] = job.status
        self.settle()

    def choose(self, job: Job) -> None:
        """Make it the present one; the one before is the present one of until now, if that is stopped, else the last
        one that is, else the last that runs."""
        if job is not self._current:
            self._previous, self._current = self._current, job
        before = self._previous
        if before is not None and before is not job and before in self.all and before.stopped:
            return
        older = [each for each in self.all if each.number < job.number]
        stopped = _last(older, stopped=True) if job.stopped else None
        self._previous = stopped or _last(self.all if job.stopped else older, stopped=False) or job

    def settle(self) -> None:
        """Some job is otherwise now: which is the present one? A stopped one, the last of them, or the last that
        runs."""
        for each in (self._current, self._previous):
            if each is not None and each in self.all and each.stopped:
                self.choose(each)
                return
        chosen = _last(self.all, stopped=True) or _last(self.all, stopped=False) or (self.all[-1] if self.all else None)
        if chosen is None:
            self._current = self._previous = None
        else:
            self.choose(chosen)

    def mark(self, job: Job) -> str:
        """`+` for the present job, `-` for the one before."""
        return "+" if job is self._current else "-" if job is self._previous else " "

    def latest_first(self) -> list[Job]:
        return sorted(self.all, key=lambda job: (" -+".index(self.mark(job)), job.number), reverse=True)

    def line(self, job: Job, flavour: Flavour, *, numbered: bool = False) -> str:
        """One of `jobs`, with the process' number where that is wanted."""
        state = job.state
        if flavour.is_bash:
            running = " &" if state == "Running" else ""
            own = f"{job.process.pid} " if numbered else " "
            return f"[{job.number}]{self.mark(job)} {own}{state:<24}{job.text}{running}"
        if job.stopped and job.process.gate.stopped != FROM_TERMINAL:
            state = {STOP: "Stopped (signal)", INPUT: "Stopped (tty input)"}.get(job.process.gate.stopped, state)
        head = f"[{job.number}] {self.mark(job)} " if flavour.name == "dash" else f"[{job.number}]{self.mark(job)}  "
        own = f"{job.process.pid} " if numbered else ""
        return f"{head + own + state:<32} {job.text}"


def _last(jobs: list[Job], *, stopped: bool) -> Job | None:
    return next((job for job in reversed(jobs) if job.status is None and job.stopped is stopped), None)
