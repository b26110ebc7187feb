"""A pod that is deleted: preStop hooks, the signal to stop, SIGKILL when the grace period is over. Its
sidecars end with the report of the others.

At real all of it takes its time. At brisk and instant a process that ignores the signal is killed without the wait,
but a preStop hook that was asked to take seconds takes them, within the grace period, at every pace.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cluster.config import Pace
from cluster.machinery.objects import Obj, seconds, status, uid
from cluster.nodes import hooked, hooks, pace, programs, script, statuses
from cluster.nodes.stages import Facts, Said, Step
from cluster.nodes.statuses import ContainerStatus


def stopping(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Deletion: the processes are asked to end, then they have ended, then the pod may go."""
    templates = statuses.templates(pod)
    alive = [each for each in _all(pod) if "running" in each["state"] and each["name"] in templates]
    if status(pod).get("phase") in ("Succeeded", "Failed"):
        return Step(gone=True)
    if not alive:
        # It never ran; whoever holds it by a finalizer is told that it never will.
        held = bool(pod["metadata"].get("finalizers"))
        return Step({**status(pod), "phase": "Failed"} if held else None, gone=True)
    proper = [each for each in alive if not statuses.is_sidecar(templates[each["name"]])]
    metadata = pod["metadata"]
    grace = float(metadata.get("deletionGracePeriodSeconds") or 0)
    asked_at = seconds(metadata["deletionTimestamp"]) - grace
    ending = proper or alive
    took = {each["name"]: _hook(templates[each["name"]], facts, asked_at, grace) for each in ending}
    longest_hook = max(each.seconds for each in took.values())
    runs = {each["name"]: programs.run(pod, templates[each["name"]], speed) for each in ending}
    longest = max(run.stop_seconds for run in runs.values())
    due = asked_at + _seconds(speed, pod, longest_hook, longest, grace)
    said = [] if "Killing" in facts.told else [_killing(each) for each in ending]
    if "FailedPreStopHook" not in facts.told and (longest_hook < script.FOREVER or now >= due):
        said += [_hook_failed(label) for label, each in took.items() if each.failed]
    if (speed != "instant" or longest_hook) and now < due:
        names = ", ".join(each["name"] for each in ending)
        hook = ": its preStop hook runs" if now < asked_at + min(longest_hook, grace) else ""
        left = max(round(due - now), 1)
        return Step(
            None, tuple(said), again_at=due, why=(("wait", f"Stopping {names}{hook}, {left} s left.", "stopping"),)
        )
    sidecars = [each for each in alive if each not in ending]
    beside = statuses.ephemeral_statuses(pod)
    stopped_with = (*sidecars, *(each for each in beside if "running" in each["state"]))
    said += [_killing(each) for each in stopped_with if "Killing" not in facts.told]
    over = {
        each["name"]: statuses.ended(each, _exit_code(runs.get(each["name"]), took.get(each["name"]), grace), now)
        for each in alive
    }
    containers = [over.get(each["name"], each) for each in statuses.container_statuses(pod)]
    codes = [(each["state"].get("terminated") or {}).get("exitCode", 0) for each in containers]
    base = {**status(pod), "phase": "Failed" if any(codes) else "Succeeded"}
    if inits := statuses.init_statuses(pod):
        base["initContainerStatuses"] = [over.get(each["name"], each) for each in inits]
    if beside:
        base["ephemeralContainerStatuses"] = statuses.killed(beside, now)
    return Step(statuses.reported(pod, base, containers, now), tuple(said), gone=True)


class _Took(NamedTuple):
    """What a container's preStop hook took; FOREVER: it is on its way."""

    seconds: float
    failed: bool = False


def _hook(container: Obj, facts: Facts, asked_at: float, grace: float) -> _Took:
    """What is carried out tells itself; else its words do. Where there is no grace no hook runs."""
    if not grace:
        return _Took(0.0)
    if (told := hooked.outcome(facts.view, container, "preStop")) is not None:
        return _Took(max(told.at - asked_at, 0.0), told.failed)
    hook = hooks.handler(container, "preStop")
    if pause := hook.get("sleep"):
        return _Took(float(pause.get("seconds") or 0))
    if command := hooks.command(hook):
        found = script.command(command, 0.0)
        return _Took(found.seconds, bool(found.exit_code))
    return _Took(0.0)


def _all(pod: Obj) -> Sequence[ContainerStatus]:
    return (*statuses.init_statuses(pod), *statuses.container_statuses(pod))


def _killing(current: ContainerStatus) -> Said:
    return Said("Normal", "Killing", f"Stopping container {current['name']}", current["name"])


def _hook_failed(label: str) -> Said:
    return Said("Warning", "FailedPreStopHook", "PreStopHook failed", label)


def _seconds(speed: Pace, pod: Obj, hooks: float, longest: float, grace: float) -> float:
    # The moment it was asked is known in whole seconds; more than the mean of what is lost is added, so it is seen.
    quick = 0.0 if speed == "instant" else pace.duration(speed, "stop", uid(pod)) + 0.7
    if speed == "real":
        return min(hooks + max(quick, longest), max(grace, quick))
    return min(hooks + quick, grace)


def _exit_code(run: programs.Run | None, hook: _Took | None, grace: float) -> int:
    if run is None or hook is None:
        return 0
    return programs.SIGKILL_EXIT if hook.seconds + run.stop_seconds > grace else 0
