"""What keeps a pod from serving, read off its status, in few words. Pure. Refuses to know whom it would serve."""

from __future__ import annotations

from cluster.machinery.objects import Obj, condition, spec, status

LONGEST = 120
"""Characters of what somebody else's sentence may add."""

_SAY_MORE = frozenset({"CreateContainerConfigError", "CreateContainerError", "RunContainerError"})
"""Reasons whose message names the cause, such as the ConfigMap that is not there."""


def why(pod: Obj) -> str:
    """ "main is in CrashLoopBackOff: it ended with 1", "no node takes it: 0/1 nodes are available: …", "" when nothing
    is known."""
    placed = condition(pod, "PodScheduled") or {}
    if placed.get("status") == "False":
        return f"no node takes it: {_short(str(placed.get('message') or placed.get('reason') or 'it waits'))}"
    found = status(pod)
    for each in (*(found.get("initContainerStatuses") or ()), *(found.get("containerStatuses") or ())):
        if (said := _container(pod, each)) is not None:
            return said
    for gate in spec(pod).get("readinessGates") or ():
        kind = str(gate.get("conditionType"))
        if (condition(pod, kind) or {}).get("status") != "True":
            return f"its readiness gate {kind} is not True"
    return ""


def _container(pod: Obj, found: Obj) -> str | None:
    """Of one container's status; None when it is as it should be."""
    called, state = str(found.get("name")), found.get("state") or {}
    if waiting := state.get("waiting"):
        reason = str(waiting.get("reason") or "")
        if reason in ("ContainerCreating", "PodInitializing", ""):
            return None
        ended = ((found.get("lastState") or {}).get("terminated") or {}).get("exitCode")
        after = f": it ended with {ended}" if reason == "CrashLoopBackOff" and ended is not None else ""
        image = f": {found.get('image')}" if reason in ("ErrImagePull", "ImagePullBackOff", "InvalidImageName") else ""
        told = f": {_short(said)}" if reason in _SAY_MORE and (said := str(waiting.get("message") or "")) else ""
        return f"{called} is in {reason}{after}{image}{told}"
    if (terminated := state.get("terminated")) and terminated.get("exitCode"):
        return f"{called} ended with {terminated['exitCode']}"
    if "running" in state and not found.get("ready"):
        if not found.get("started") and _has(pod, called, "startupProbe"):
            return f"the startup probe of {called} has not succeeded"
        if _has(pod, called, "readinessProbe"):
            return f"the readiness probe of {called} has not succeeded"
    return None


def _has(pod: Obj, called: str, probe: str) -> bool:
    return any(each.get("name") == called and each.get(probe) for each in spec(pod).get("containers") or ())


def _short(text: str) -> str:
    first = text.split(". ")[0].rstrip(".")
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
