"""How a container that runs is stopped, whoever decides it: its preStop hook, the signal, SIGKILL once its grace is
used up. What is left of the grace is never less than two seconds. Pure.

At real pace all of it takes its time. At brisk and instant a process that ignores the signal is killed without the
wait, but a hook that was asked to take seconds takes them, within the grace, at every pace.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.config import Pace
from cluster.machinery.objects import Obj, spec
from cluster.nodes import hooked, hooks, programs, script
from cluster.nodes.stages import Said
from cluster.nodes.view import View

LEAST = 2.0
"""Seconds that a kubelet gives a process after the signal, whatever its hook has left of the grace."""


class Took(NamedTuple):
    """What a preStop hook took; FOREVER: it is on its way."""

    seconds: float
    failed: bool = False


class Stop(NamedTuple):
    """`hook` and `signal`: seconds until the process is told to stop, and from then on until it has."""

    hook: float
    signal: float
    exit_code: int
    hook_failed: bool = False

    @property
    def seconds(self) -> float:
        return self.hook + self.signal


def grace_of(pod: Obj) -> float:
    """What the pod grants by itself."""
    return float(spec(pod).get("terminationGracePeriodSeconds") or 0)


def hook(container: Obj, view: View | None, asked_at: float, grace: float) -> Took:
    """What is carried out tells itself, and to ask is to begin; else its words do. Without grace none runs."""
    if not grace:
        return Took(0.0)
    if (told := hooked.outcome(view, container, "preStop")) is not None:
        return Took(max(told.at - asked_at, 0.0), told.failed)
    given = hooks.handler(container, "preStop")
    if pause := given.get("sleep"):
        return Took(float(pause.get("seconds") or 0))
    if command := hooks.command(given):
        found = script.command(command, 0.0)
        return Took(found.seconds, bool(found.exit_code))
    return Took(0.0)


def left(grace: float, hooked_for: float) -> float:
    """Seconds between the signal and SIGKILL."""
    return max(grace - hooked_for, LEAST)


def exit_code(run: programs.Run, took: Took, grace: float) -> int:
    """Of a process that is told to stop: it heeds that, or is killed."""
    return run.stopped_within(left(grace, min(took.seconds, grace)))


def stop(container: Obj, run: programs.Run, view: View | None, asked_at: float, grace: float, speed: Pace) -> Stop:
    """Of a container that is killed from `asked_at` on. To ask is to have its hook begin."""
    took = hook(container, view, asked_at, grace)
    waited = min(took.seconds, grace)
    signal = min(run.stop_seconds, left(grace, waited)) if speed == "real" else 0.0
    return Stop(waited, signal, exit_code(run, took, grace), took.failed and took.seconds <= grace)


def hook_failed(label: str) -> Said:
    return Said("Warning", "FailedPreStopHook", "PreStopHook failed", label)
