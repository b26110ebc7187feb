"""A pod that runs: each container's readiness beside what its probes find now, with the events of failed looks."""

from __future__ import annotations

import math

from cluster.config import Pace
from cluster.machinery.objects import Obj, condition, seconds, spec, status, uid
from cluster.nodes import hooked, pace, probing, restarts, statuses
from cluster.nodes.stages import Facts, Said, Step, Why
from cluster.nodes.starting import look, running_since
from cluster.nodes.statuses import ContainerStatus


class _Round:
    """What one look at a pod's containers brings together."""

    def __init__(self, pod: Obj, facts: Facts, now: float, speed: Pace) -> None:
        self.pod, self.facts, self.now, self.speed = pod, facts, now, speed
        self.said: list[Said] = []
        self.why: list[Why] = []
        end = restarts.next_moment(pod, now, speed, facts.view)
        self.again: list[float] = [] if end is None else [end]

    def look(self, template: Obj, current: ContainerStatus) -> ContainerStatus:
        since = running_since(self.pod, current, self.facts, self.speed)
        lag = pace.duration(self.speed, "ready", uid(self.pod))
        elapsed, view = self.now - since, self.facts.view
        template = hooked.probed(view, template, current)
        verdict = probing.verdict(self.pod, template, elapsed, view, lag=lag, patient=self.speed == "real")
        for failure in verdict.failures:
            self._unhealthy(since + failure.at, failure.finding.failure, current)
        self._death(template, current)
        if verdict.changes_at < probing.NEVER:
            moment = since + verdict.changes_at
            self.again.append(moment if current["ready"] else look(self.pod, self.facts, moment, self.now))
        if verdict.looks_at < probing.NEVER:
            self.again.append(since + verdict.looks_at)
        if not verdict.ready:
            self._why(template, verdict, since)
        if current["ready"] == verdict.ready and bool(current.get("started")) == verdict.started:
            return current
        return {**current, "ready": verdict.ready, "started": verdict.started}

    def _why(self, template: Obj, verdict: probing.Verdict, since: float) -> None:
        finding = verdict.finding
        if finding.code:
            self.why.append(("fail" if finding.failure else "wait", finding.text, finding.code))
        elif verdict.changes_at < probing.NEVER:
            self.why.append(("wait", _wait_text(template, since + verdict.changes_at, self.now), "waits-for-probe"))

    def _unhealthy(self, moment: float, words: str, current: ContainerStatus) -> None:
        whole = math.floor(moment)
        if self.facts.told_at.get("Unhealthy", -1.0) >= whole:
            return
        # The report that a container is not ready any more goes with its event: whoever sees it has told.
        fell = seconds((condition(self.pod, "ContainersReady") or {}).get("lastTransitionTime"))
        began = seconds(current["state"]["running"].get("startedAt"))
        if not current["ready"] and fell > began and fell >= whole:
            return
        self.said.append(Said("Warning", "Unhealthy", words, current["name"]))

    def _death(self, template: Obj, current: ContainerStatus) -> None:
        end = restarts.ending(self.pod, template, current, self.now, self.speed, self.facts.view)
        if end is None or not end.kind:
            return
        label = current["name"]
        if self.now < end.killed_at:
            left = max(round(end.killed_at - self.now), 0)
            if self.now >= end.killed_at - _span(template, end.kind):
                text = f"{label} is restarted in {left} s: its {end.kind} probe fails."
                self.why.append(("fail", text, f"{end.kind}-fails"))
            self.again.append(end.killed_at)
            return
        if self._untold("Killing", end.killed_at):
            self.said.append(restarts.told_killed(label, end.kind))
        self.why.append(("fail", f"Stopping {label}: its {end.kind} probe failed.", f"{end.kind}-failed"))

    def _untold(self, reason: str, since: float) -> bool:
        return since <= self.now and self.facts.told_at.get(reason, -1.0) < math.floor(since)


def readiness(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """The report due because a container has become ready, or is not any more."""
    templates = statuses.templates(pod)
    these = _Round(pod, facts, now, speed)

    def looked(current: ContainerStatus) -> ContainerStatus:
        template = templates.get(current["name"])
        return current if template is None or "running" not in current["state"] else these.look(template, current)

    containers = [looked(each) for each in statuses.container_statuses(pod)]
    inits = [looked(each) for each in statuses.init_statuses(pod)]
    these.why.extend(restarts.reasons(pod))
    again_at = min(these.again, default=None)
    said, why = tuple(these.said), tuple(these.why)
    before = status(pod)
    both = zip((*inits, *containers), (*statuses.init_statuses(pod), *before["containerStatuses"]), strict=True)
    if all(one is other for one, other in both) and not spec(pod).get("readinessGates") and _is_told(pod, containers):
        return Step(None, said, again_at=again_at, why=why)
    base = {**before, "initContainerStatuses": inits} if inits else before
    reported = statuses.reported(pod, base, containers, now)
    return Step(None if reported == before else reported, said, again_at=again_at, why=why)


def _is_told(pod: Obj, containers: list[ContainerStatus]) -> bool:
    """Its condition says what its containers are. Of a node that was lost another has said that nothing is ready."""
    ready = condition(pod, "Ready")
    return ready is None or ready.get("status") == "True" or not all(each["ready"] for each in containers)


def _span(template: Obj, kind: str) -> float:
    """Seconds from a probe's first failed look to the one that is too many."""
    ticks = probing.rhythm(template.get(f"{kind}Probe") or {})
    return (ticks.failures - 1) * ticks.period


def _wait_text(template: Obj, due: float, now: float) -> str:
    left = max(round(due - now), 0)
    soon = f"in {left} s" if left else "at once"
    if template.get("readinessProbe"):
        return f"Not Ready: the readiness probe of {template['name']} answers {soon}."
    return f"Not Ready: {template['name']} is up {soon}."
