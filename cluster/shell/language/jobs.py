"""What a shell has started in the background."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

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

    def send(self, signal: int) -> None:
        """What a signal does by default: it ends the process."""
        if signal not in IGNORED and self.task is not None and not self.task.done():
            self.signals.append(signal)
            self.task.cancel()


@dataclass(eq=False)
class Job:
    number: int
    process: Child
    text: str
    status: int | None = None
    told: bool = False

    @property
    def state(self) -> str:
        """As `jobs` shows it."""
        if self.status is None:
            return "Running"
        if self.process.signals:
            return SAID.get(self.process.signals[-1], f"Signal {self.process.signals[-1]}")
        return "Done" if self.status == 0 else f"Exit {self.status}"


@dataclass
class Jobs:
    all: list[Job] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    """How those ended that are no longer listed, by process."""

    def fresh(self) -> Jobs:
        """A subshell's: it has none, but knows what its parent's were."""
        return Jobs()

    def add(self, process: Child, text: str) -> Job:
        number = max((job.number for job in self.all), default=0) + 1
        job = Job(number, process, text)
        self.all.append(job)
        return job

    def find(self, name: str) -> Job | None:
        """By %1, %+, %-, %name, or a process's number."""
        if not name.startswith("%"):
            return next((job for job in self.all if name.isdigit() and job.process.pid == int(name)), None)
        rest = name[1:]
        if rest in ("", "+", "%"):
            return self.all[-1] if self.all else None
        if rest == "-":
            return self.all[-2] if len(self.all) > 1 else (self.all[-1] if self.all else None)
        if rest.isdigit():
            return next((job for job in self.all if job.number == int(rest)), None)
        return next((job for job in self.all if job.text.startswith(rest)), None)

    def forget(self, job: Job) -> None:
        if job in self.all:
            self.all.remove(job)
        if job.status is not None:
            self.statuses[job.process.pid] = job.status

    def mark(self, job: Job) -> str:
        """`+` for the present job, `-` for the one before."""
        if self.all and job is self.all[-1]:
            return "+"
        return "-" if len(self.all) > 1 and job is self.all[-2] else " "
