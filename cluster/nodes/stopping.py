"""A pod that is deleted: preStop hooks, the signal to stop, SIGKILL when the grace period is over. Its
sidecars end with the report of the others. How long each of that takes is known to `killing`.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.config import Pace
from cluster.machinery.objects import Obj, seconds, status, uid
from cluster.machinery.processes import HOOK
from cluster.nodes import killing, pace, programs, script, statuses
from cluster.nodes.stages import Facts, Said, Step
from cluster.nodes.statuses import ContainerStatus


def stopping(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Deletion: the processes are asked to end, then they have ended, then the pod may go."""
    if HOOK in status(pod):
        # Nobody waits for a postStart hook any more: what runs is reported.
        return Step({part: value for part, value in status(pod).items() if part != HOOK})
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
    # All hooks begin at once, those of sidecars too; only the signal waits until the others have ended.
    took = {each["name"]: killing.hook(templates[each["name"]], facts.view, asked_at, grace) for each in alive}
    longest_hook = max(each.seconds for each in took.values())
    runs = {each["name"]: programs.run(pod, templates[each["name"]], speed) for each in ending}
    longest = max(run.stop_seconds for run in runs.values())
    due = asked_at + _seconds(speed, pod, longest_hook, longest, grace)
    beside = statuses.ephemeral_statuses(pod)
    stopped = (*ending, *(each for each in (*alive, *beside) if each not in ending and "running" in each["state"]))
    said = [] if "Killing" in facts.told else [_killing(each) for each in stopped]
    if "FailedPreStopHook" not in facts.told and (longest_hook < script.FOREVER or now >= due):
        said += [killing.hook_failed(label) for label, each in took.items() if each.failed]
    if (speed != "instant" or longest_hook) and now < due:
        names = ", ".join(each["name"] for each in ending)
        hook = ": its preStop hook runs" if now < asked_at + min(longest_hook, grace) else ""
        left = max(round(due - now), 1)
        return Step(
            None, tuple(said), again_at=due, why=(("wait", f"Stopping {names}{hook}, {left} s left.", "stopping"),)
        )
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


def _all(pod: Obj) -> Sequence[ContainerStatus]:
    return (*statuses.init_statuses(pod), *statuses.container_statuses(pod))


def _killing(current: ContainerStatus) -> Said:
    return Said("Normal", "Killing", f"Stopping container {current['name']}", current["name"])


def _seconds(speed: Pace, pod: Obj, hooks: float, longest: float, grace: float) -> float:
    # The moment it was asked is known in whole seconds; more than the mean of what is lost is added, so it is seen.
    quick = 0.0 if speed == "instant" else pace.duration(speed, "stop", uid(pod)) + 0.7
    hooked_for = min(hooks, grace)
    if speed == "real":
        return hooked_for + max(quick, min(longest, killing.left(grace, hooked_for)))
    return hooked_for + (min(quick, killing.left(grace, hooked_for)) if grace else 0.0)


def _exit_code(run: programs.Run | None, hook: killing.Took | None, grace: float) -> int:
    return 0 if run is None or hook is None else killing.exit_code(run, hook, grace)
