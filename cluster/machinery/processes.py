"""What runs in a pod's containers, beside what its node reports of them. Pure.

A kubelet starts a pod's containers one after another and waits for the postStart hook of each; meanwhile it reports
nothing, so the API still shows a container as waiting whose process has long begun. What the node knows then is kept
in the pod's status under a name of its own, which no reader of the API is shown (`told`). Whoever needs a process asks
here (`actual`, `report`, `begun`); whoever tells of the pod takes the status as it is.

Refuses to know what a hook is, and when it is over.
"""

from __future__ import annotations

from cluster.machinery.objects import Obj, seconds, status

KEPT = "actual"
"""In a stored status: the parts of it that are otherwise than what is reported."""
HOOK = "hook"
"""In an actual status: the container whose postStart hook runs. No other is started meanwhile."""
PULLING = "pulling"
"""In an actual status: since when each ephemeral container that is not started waits for its image."""
PARTS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_OVER = ("Succeeded", "Failed")


def actual(pod: Obj) -> Obj:
    """The pod's status as its node knows it."""
    found = status(pod)
    kept = found.get(KEPT)
    if kept is None:
        return found
    shown = _without(found, KEPT)
    return shown if found.get("phase") in _OVER else {**shown, **kept}


def real(pod: Obj) -> Obj:
    """The pod with that status; itself where it is the one that is reported."""
    return pod if KEPT not in status(pod) else {**pod, "status": actual(pod)}


def told(pod: Obj) -> Obj:
    """The pod as readers of the API see it; itself where there is nothing to keep from them."""
    return pod if KEPT not in status(pod) else {**pod, "status": _without(status(pod), KEPT)}


def begun(current: Obj) -> float | None:
    """When the process of a container began, by its actual status; None: none runs."""
    state = (current.get("state") or {}).get("running")
    return None if state is None else seconds(state.get("startedAt"))


def report(pod: Obj, container: str) -> Obj | None:
    """The actual status of one container, of whatever sort; None while there is none."""
    found = actual(pod)
    return next((each for part in PARTS for each in found.get(part) or () if each.get("name") == container), None)


def reported(before: Obj, after: Obj) -> Obj:
    """The status to store of a pod that was stored as `before` and whose actual status is `after`: the same, or what is
    reported, with what only its node knows beside it. While a hook runs, that is what was reported before."""
    kept: Obj = {part: after[part] for part in (HOOK, PULLING) if part in after}
    if not kept:
        return after
    shown = _without(after, HOOK, PULLING)
    if after.get("phase") in _OVER:
        return shown
    if HOOK not in kept:
        return {**shown, KEPT: kept}
    shown["phase"], kept["phase"] = status(before).get("phase"), after.get("phase")
    for part in PARTS[:2]:
        if part in after:
            known = {each["name"]: each for each in status(before).get(part) or ()}
            shown[part] = [_still(known.get(each["name"]), each) for each in after[part]]
            kept[part] = after[part]
    return {**shown, KEPT: kept}


def _still(before: Obj | None, now: Obj) -> Obj:
    """What is reported of a container while nothing new is: that it waits, or how its last process ended."""
    if before is None or before.get("containerID") == now.get("containerID"):
        return now if before is None or "running" in before["state"] else before
    if "running" not in before["state"]:
        return before
    ended = (now.get("lastState") or {}).get("terminated")
    return {**before, "state": {"terminated": ended}, "ready": False, "started": False} if ended else now


def _without(given: Obj, *parts: str) -> Obj:
    return {part: value for part, value in given.items() if part not in parts}
