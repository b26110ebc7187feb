"""When a kubelet's probes look and what follows: started, ready, not ready any more, to be killed. Arithmetic only:
all moments are seconds since the container's start, and nothing is remembered from one look to the next.

Success is quick where the cluster's pace is (no initial delay, no period is waited for); failure takes its periods and
thresholds at every pace, so that a container that is slow, or stops answering, is treated as on a real node.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cluster.machinery.objects import Obj, annotations_of
from cluster.nodes import probes
from cluster.nodes.probes import Finding, Kind, Phase
from cluster.nodes.view import View

NEVER = math.inf
_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_CLOSE = 1e-5
"""Moments this near are the same: Unix seconds as floating numbers are no finer."""


class Rhythm(NamedTuple):
    """A probe's numbers, with their defaults."""

    delay: float
    period: float
    successes: int
    failures: int

    def tick(self, at: float) -> float:
        """The first look at `at` or after it."""
        if at <= self.delay:
            return self.delay
        return self.delay + math.ceil((at - self.delay - _CLOSE) / self.period) * self.period

    def last_tick(self, at: float) -> float:
        """The last look before or at `at`; below the delay when there was none."""
        return self.delay + math.floor((at - self.delay + _CLOSE) / self.period) * self.period


class Death(NamedTuple):
    at: float
    """NEVER: no probe kills it."""
    kind: Kind = "liveness"
    grace: float | None = None
    """The probe's own grace period."""
    failure: str = ""
    """What the last look found, in the kubelet's words."""


class Failure(NamedTuple):
    at: float
    finding: Finding


class Verdict(NamedTuple):
    started: bool
    ready: bool
    finding: Finding
    """Why it is not ready, when something is found wrong."""
    changes_at: float
    """When started or ready will be otherwise; NEVER."""
    failures: tuple[Failure, ...] = ()
    """The last look of each probe, where it failed."""
    looks_at: float = NEVER
    """The next look that will fail."""


def rhythm(probe: Obj) -> Rhythm:
    return Rhythm(
        float(probe.get("initialDelaySeconds") or 0),
        float(probe.get("periodSeconds") or 10),
        int(probe.get("successThreshold") or 1),
        int(probe.get("failureThreshold") or 3),
    )


def death(pod: Obj, container: Obj, view: View | None = None) -> Death:
    """When a failing startup or liveness probe has the container killed."""
    if not container.get("startupProbe") and not container.get("livenessProbe"):
        return Death(NEVER)
    started = _started_at(pod, container, view, patient=True)
    if probe := container.get("startupProbe"):
        phases = probes.phases(pod, container, "startup", view)
        killed = _threshold(phases, rhythm(probe), 0.0)
        if killed < started:
            said = _at(phases, killed).finding.failure
            return Death(killed, "startup", probe.get("terminationGracePeriodSeconds"), said)
    if probe := container.get("livenessProbe"):
        phases = probes.phases(pod, container, "liveness", view)
        at = _threshold(phases, rhythm(probe), started)
        said = _at(phases, at).finding.failure if at < NEVER else ""
        return Death(at, "liveness", probe.get("terminationGracePeriodSeconds"), said)
    return Death(NEVER)


def verdict(
    pod: Obj, container: Obj, elapsed: float, view: View | None = None, *, lag: float = 0.0, patient: bool = False
) -> Verdict:
    """How a running container stands. `lag`: seconds every container takes at least; `patient`: success, too, waits
    for the probe's delay and period, as on a real node."""
    elapsed = max(elapsed, 0.0) + _CLOSE  # its start is known in whole seconds only: it may seem to lie ahead
    if not any(container.get(each) for each in _PROBES) and not annotations_of(pod):
        return Verdict(True, True, _WELL, NEVER) if elapsed >= lag else Verdict(True, False, _WELL, lag)
    started = _started_at(pod, container, view, patient=patient)
    if container.get("startupProbe"):
        started += lag if not patient else 0.0
    failures, looks_at = _failures(pod, container, elapsed, started, view, patient=patient)
    if elapsed < started:
        finding = _at(probes.phases(pod, container, "startup", view), elapsed).finding
        return Verdict(False, False, finding, started, failures, looks_at)
    ready, finding, changes_at = False, _WELL, NEVER
    for moment, now_ready, found in _readiness(pod, container, started, lag, view, patient=patient):
        if moment > elapsed:
            changes_at = moment
            break
        ready, finding = now_ready, found
    if ready and (span := probes.flapping(pod)):
        since = _readiness_since(pod, container, elapsed, started, lag, view, patient=patient)
        turns = math.floor((elapsed - since) / span)
        changes_at = min(changes_at, since + (turns + 1) * span)
        if turns % 2:
            ready, finding = False, probes.flapped(container)
            failures = (*failures, Failure(since + turns * span, finding)) if finding.failure else failures
    if not ready and not finding.code:
        finding = _at(probes.phases(pod, container, "readiness", view), elapsed).finding
    return Verdict(True, ready, finding, changes_at, failures, looks_at)


_WELL = Finding()


def _at(phases: Sequence[Phase], elapsed: float) -> Phase:
    return [phase for phase in phases if phase.begin <= elapsed][-1]


def _spans(phases: Sequence[Phase], start: float) -> Iterator[tuple[float, float, Finding]]:
    """(begin, end, finding) of the phases after `start`."""
    for number, phase in enumerate(phases):
        end = phases[number + 1].begin if number + 1 < len(phases) else NEVER
        if end > start:
            yield max(phase.begin, start), end, phase.finding


def _started_at(pod: Obj, container: Obj, view: View | None, *, patient: bool) -> float:
    """When the startup probe has succeeded; 0.0 without one."""
    probe = container.get("startupProbe")
    if not probe:
        return 0.0
    ticks = rhythm(probe)
    for begin, end, finding in _spans(probes.phases(pod, container, "startup", view), 0.0):
        at = ticks.tick(begin) if patient else begin
        if not finding.code and at < end:
            return at
    return NEVER


def _threshold(phases: Sequence[Phase], ticks: Rhythm, start: float) -> float:
    """The look with which the failures in a row are enough; NEVER."""
    failed = 0
    for begin, end, finding in _spans(phases, start):
        first = ticks.tick(begin)
        if first >= end:
            continue
        if not finding.code:
            failed = 0
            continue
        at = first + (ticks.failures - failed - 1) * ticks.period
        if at < end:
            return at
        failed += math.ceil((end - first) / ticks.period)
    return NEVER


def _readiness(
    pod: Obj, container: Obj, start: float, lag: float, view: View | None, *, patient: bool
) -> Iterator[tuple[float, bool, Finding]]:
    """(moment, ready from then on, what was found) of every change, in order of time."""
    probe = container.get("readinessProbe") or {}
    ticks = rhythm(probe)
    ready = False
    first = True
    failed = 0
    for begin, end, finding in _spans(probes.phases(pod, container, "readiness", view), start):
        if finding.code == "never-ready":
            return
        if not probe and begin < probes.slow_start(pod):
            continue
        if bool(finding.code) != ready:
            first = first and bool(finding.code)
            failed = 0
            continue
        if ready:
            looked = ticks.tick(begin)
            at = looked + (ticks.failures - failed - 1) * ticks.period
            failed = failed + math.ceil((end - looked) / ticks.period) if looked < end <= at else 0
        else:
            looked = ticks.tick(begin) + (ticks.successes - 1) * ticks.period if patient and probe else begin
            at = looked + (lag if first and not container.get("startupProbe") else 0.0)
            first = False
        if at < end:
            ready = not ready
            yield at, ready, finding


def _readiness_since(
    pod: Obj, container: Obj, elapsed: float, start: float, lag: float, view: View | None, *, patient: bool
) -> float:
    moments = [
        at for at, ready, _ in _readiness(pod, container, start, lag, view, patient=patient) if at <= elapsed and ready
    ]
    return moments[-1]


def _failures(
    pod: Obj, container: Obj, elapsed: float, started: float, view: View | None, *, patient: bool
) -> tuple[tuple[Failure, ...], float]:
    """The last failed look of each probe that looks at this time, and when the next one fails."""
    kinds: tuple[Kind, ...] = ("startup",) if elapsed < started else ("liveness", "readiness")
    found: list[Failure] = []
    next_look = NEVER
    for kind in kinds:
        probe = container.get(f"{kind}Probe")
        if not probe:
            continue
        ticks = rhythm(probe)
        if kind == "readiness" and not patient:
            ticks = ticks._replace(delay=0.0)
        begins = 0.0 if kind == "startup" else started
        phases = probes.phases(pod, container, kind, view)
        last = ticks.last_tick(elapsed)
        if last >= max(ticks.delay, begins) and (finding := _at(phases, last).finding).failure:
            found.append(Failure(last, finding))
        for begin, end, finding in _spans(phases, max(elapsed + 2 * _CLOSE, begins)):
            at = ticks.tick(begin)
            if finding.failure and at < end:
                next_look = min(next_look, at)
                break
    return tuple(found), next_look
