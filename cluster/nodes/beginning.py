"""A container whose postStart hook runs. Its node waits for that: it starts no other container of the pod meanwhile,
asks no probe, and reports nothing (for which see `machinery.processes`). Once it is over the rest is started.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from cluster.config import Pace
from cluster.machinery import processes
from cluster.machinery.objects import Obj, status
from cluster.machinery.processes import HOOK
from cluster.nodes import hooked, restarts, starting, statuses
from cluster.nodes.script import FOREVER
from cluster.nodes.stages import Facts, Said, Step, Why
from cluster.nodes.statuses import ContainerStatus


def hooking(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Of a pod one of whose containers is waited for."""
    label = str(status(pod)[HOOK])
    template, current = statuses.templates(pod).get(label), processes.report(pod, label)
    if template is None or current is None or "running" not in current["state"]:
        return _resumed(pod, None, (), facts, now, speed)
    hook = hooked.of_start(pod, facts.view, template, current)
    end = restarts.ending(pod, template, current, now, speed, facts.view)
    if end is not None and now >= end.at:
        policy = "Always" if statuses.is_sidecar(template) else restarts.policy_of(pod)
        said: list[Said] = []
        report = restarts.after(pod, template, current, end, policy, now, said, facts.view)
        return _resumed(pod, hooked.held(template, current, report), said, facts, now, speed)
    moments = [hook.at] if end is None else [hook.at, end.at]
    again_at = min((each for each in moments if now < each < FOREVER), default=None)
    if hook.at > now:
        why: Why = ("wait", f"{label} has not started: its postStart hook runs.", "hook-runs")
        return Step(again_at=again_at, why=(why,))
    if hook.failed:
        untold = facts.told_at.get("FailedPostStartHook", -1.0) < math.floor(hook.at)
        told = restarts.told_hook_failed(label) if untold else ()
        stops: Why = ("fail", f"Stopping {label}: its postStart hook failed.", "hook-failed")
        return Step(None, told, again_at=again_at, why=(stops,))
    report = {**current, "started": not template.get("startupProbe")}
    if statuses.is_sidecar(template) and not template.get("readinessProbe"):
        report["ready"] = report["started"]
    return _resumed(pod, report, (), facts, now, speed)


def _resumed(
    pod: Obj, report: ContainerStatus | None, said: Sequence[Said], facts: Facts, now: float, speed: Pace
) -> Step:
    """Its hook is over, or its process: what is reported of that, and the start of what has waited for it."""
    before = statuses.init_statuses(pod), statuses.container_statuses(pod)
    inits, containers = ([_newer(report, each) for each in those] for those in before)
    base = {part: value for part, value in status(pod).items() if part != HOOK}
    if inits:
        base["initContainerStatuses"] = inits
    template = statuses.templates(pod)[report["name"]] if report is not None else {}
    again = next((each for each in (*before[0], *before[1]) if report and each["name"] == report["name"]), None)
    if report is not None and again is not None and hooked.begins(template, again, report):
        base[HOOK] = report["name"]  # its process ended meanwhile, and it was started again
        return Step(statuses.reported(pod, base, containers, now), tuple(said))
    resumed = {**pod, "status": {**base, "containerStatuses": containers}}
    if statuses.has_begun(resumed) and not all(map(statuses.was_started, containers)):
        step = starting.started(resumed, facts, now, speed)
        return step._replace(said=(*said, *step.said))
    through = next((place for place, each in enumerate(inits) if each is report), None)
    if through is not None and not statuses.has_begun(resumed) and statuses.is_through(template, inits[through]):
        said = (*said, *starting.after(pod, through, facts, speed))
    return Step(statuses.reported(pod, base, containers, now), tuple(said))


def _newer(report: ContainerStatus | None, each: ContainerStatus) -> ContainerStatus:
    return report if report is not None and each["name"] == report["name"] else each
