"""What a pod is doing, in the picture's words. Pure: the pod alone decides, with what its probes find."""

from __future__ import annotations

import re
from typing import NamedTuple

from cluster.machinery import processes
from cluster.machinery.objects import (
    Obj,
    condition,
    controller_of,
    is_pod_ready,
    is_terminating,
    meta,
    seconds,
    spec,
    status,
)
from cluster.nodes import probes

_ORDINAL = re.compile(r"-(\d{1,10})\Z", re.ASCII)
_BROKEN = re.compile(r"BackOff|^Err|Error$|^Invalid|^Create.*Error")


class PodState(NamedTuple):
    state: str
    """ready, notready, creating, pending, terminating, failed, unknown or completed."""
    word: str
    why: str
    """The cause, lower case, to stand after the word; may be empty."""
    progress: float
    """How far creation is, 0..1."""
    since: float
    """Cluster time at which the pod came into this state."""


def pod_state(pod: Obj) -> PodState:
    """What a pod is doing, in the picture's nine words."""
    created = seconds(meta(pod).get("creationTimestamp"))
    if _is_unheard(pod):
        word = "Terminating" if is_terminating(pod) else "Unknown"
        return PodState("unknown", word, "its node is silent", 1.0, _moved(pod, "Ready") or created)
    if is_terminating(pod):
        return PodState("terminating", "Terminating", "", 1.0, seconds(meta(pod)["deletionTimestamp"]) - _grace(pod))
    phase = status(pod).get("phase") or "Pending"
    reason = str(status(pod).get("reason") or "")
    if phase == "Succeeded":
        return PodState("completed", "Completed", "", 1.0, _finished(pod) or created)
    if phase == "Failed":
        return PodState("failed", "Failed", reason or _ending(pod), 1.0, _finished(pod) or created)
    if phase == "Unknown" or reason == "NodeLost":
        return PodState("unknown", "Unknown", "its node does not report", 1.0, _moved(pod, "Ready") or created)
    if broken := _broken(pod):
        return PodState("failed", "Failed", broken, 1.0, _moved(pod, "Ready") or created)
    if phase == "Pending":
        return _coming(pod, created)
    if is_pod_ready(pod):
        ready_since = _moved(pod, "Ready") or created
        return PodState("ready", "Ready", "", 1.0, ready_since)
    return PodState("notready", "Not ready", _why_not_ready(pod), 1.0, _moved(pod, "Ready") or created)


def runs(pod: Obj) -> bool:
    """Whether a container of it runs: somebody who can ask, send and be talked to."""
    parts = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
    every = (each for part in parts for each in status(pod).get(part) or ())
    return any("running" in (each.get("state") or {}) for each in every)


def _is_unheard(pod: Obj) -> bool:
    """Its containers were ready when its node was heard of last; that it is not ready is the node controller's word,
    who gives no reason as a kubelet does."""
    ready, containers = condition(pod, "Ready") or {}, condition(pod, "ContainersReady") or {}
    return (ready.get("status"), containers.get("status"), ready.get("reason")) == ("False", "True", None)


def _coming(pod: Obj, created: float) -> PodState:
    if not spec(pod).get("nodeName"):
        scheduled = condition(pod, "PodScheduled") or {}
        refused = scheduled.get("status") == "False"
        claims = refused and "ersistentvolumeclaim" in str(scheduled.get("message")).lower()
        why = "a claim is not bound" if claims else "no node fits" if refused else "waits for a node"
        return PodState("pending", "Pending", why, 0.0, created)
    since = _moved(pod, "PodScheduled") or created
    if hook := processes.actual(pod).get(processes.HOOK):
        return PodState("creating", "Creating", f"{hook} runs its postStart hook", 0.85, since)
    for container in status(pod).get("initContainerStatuses") or ():
        if not (container.get("state") or {}).get("terminated"):
            return PodState("creating", "Creating", f"runs {container.get('name')} first", 0.6, since)
    for container in status(pod).get("containerStatuses") or ():
        if "running" in (container.get("state") or {}):
            return PodState("creating", "Creating", "starting", 0.85, since)
    started = condition(pod, "PodReadyToStartContainers") or {}
    if started.get("status") == "True":
        return PodState("creating", "Creating", "pulling image", 0.6, since)
    return PodState("creating", "Creating", "being set up on its node", 0.15, since)


def _broken(pod: Obj) -> str:
    """Why a container does not come up, as its waiting reason says; "" while all is on its way."""
    for group in ("initContainerStatuses", "containerStatuses"):
        for container in status(pod).get(group) or ():
            waiting = str(((container.get("state") or {}).get("waiting") or {}).get("reason") or "")
            if _BROKEN.search(waiting):
                return waiting
    return ""


def _ending(pod: Obj) -> str:
    for container in status(pod).get("containerStatuses") or ():
        if ended := (container.get("state") or {}).get("terminated"):
            return f"{container.get('name')} ended with {ended.get('exitCode', 0)}"
    return ""


def _why_not_ready(pod: Obj) -> str:
    for container in status(pod).get("containerStatuses") or ():
        state = container.get("state") or {}
        if ended := state.get("terminated"):
            return f"{container.get('name')} ended with {ended.get('exitCode', 0)}"
        if not container.get("ready") and "running" in state:
            named = {each.get("name"): each for each in spec(pod).get("containers") or ()}
            return _probed(pod, named.get(container.get("name")) or {})
    ready = condition(pod, "Ready") or {}
    return "a readiness gate is open" if ready.get("reason") == "ReadinessGatesNotReady" else ""


def _probed(pod: Obj, container: Obj) -> str:
    """What keeps a running container from being ready, in the words of its probe where that will not pass."""
    finding = probes.flapped(container) if _flapped(pod, container) else probes.find(pod, container)
    _, _, cause = finding.text.partition(": ")
    return cause.removesuffix(".") or (
        "readiness probe has not passed" if container.get("readinessProbe") else "starting"
    )


def _flapped(pod: Obj, container: Obj) -> bool:
    """It was ready since its container runs, and flapping took that away; before the first time it is only starting."""
    if not probes.flapping(pod):
        return False
    states = {each.get("name"): each.get("state") or {} for each in status(pod).get("containerStatuses") or ()}
    running = (states.get(container.get("name")) or {}).get("running") or {}
    return _moved(pod, "ContainersReady") > seconds(running.get("startedAt"))


def _grace(pod: Obj) -> float:
    return float(meta(pod).get("deletionGracePeriodSeconds") or 0)


def _moved(pod: Obj, type_: str) -> float:
    return seconds((condition(pod, type_) or {}).get("lastTransitionTime"))


def _finished(pod: Obj) -> float:
    ends = [
        seconds(((each.get("state") or {}).get("terminated") or {}).get("finishedAt"))
        for each in status(pod).get("containerStatuses") or ()
    ]
    return max(ends, default=0.0)


def ordinal_of(pod: Obj) -> int | None:
    """The ordinal of a StatefulSet's pod."""
    owner = controller_of(pod)
    if owner is None or owner.get("kind") != "StatefulSet":
        return None
    found = _ORDINAL.search(str(meta(pod).get("name")))
    return number if found and (number := int(found[1])) < 1 << 32 else None
