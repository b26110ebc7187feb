"""How a pod is shown in a table: how many containers are ready, and the one word for how it is."""

from __future__ import annotations

from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE, duration, wide
from cluster.kinds.kind import Column
from cluster.machinery.objects import Obj, condition, is_terminating, seconds, spec, status

_COMPLETED = {"Succeeded": "The pod has completed successfully.", "Failed": "The pod failed."}


def completed(pod: Obj) -> list[dict[str, str]]:
    """The condition of a row whose pod has come to its end."""
    phase = str(status(pod).get("phase"))
    if phase not in _COMPLETED:
        return []
    return [{"type": "Completed", "status": "True", "reason": phase, "message": _COMPLETED[phase]}]


def _statuses(pod: Obj, field: str = "containerStatuses") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = status(pod).get(field) or []
    return found


def _sidecars(pod: Obj) -> set[str]:
    return {
        str(each.get("name")) for each in spec(pod).get("initContainers") or () if each.get("restartPolicy") == "Always"
    }


def _ready(pod: Obj, now: float) -> str:
    sidecars = _sidecars(pod)
    total = len(spec(pod).get("containers") or ()) + len(sidecars)
    ready = sum(
        1 for each in _statuses(pod) if each.get("ready") and (each.get("state") or {}).get("running") is not None
    )
    started = _statuses(pod, "initContainerStatuses")
    ready += sum(1 for each in started if each.get("name") in sidecars and each.get("started") and each.get("ready"))
    return f"{ready}/{total}"


def status_word(pod: Obj) -> str:
    """The STATUS of `kubectl get pods`: the phase, unless something says more."""
    word = str(status(pod).get("reason") or status(pod).get("phase") or "")
    scheduled = condition(pod, "PodScheduled")
    if scheduled is not None and scheduled.get("reason") == "SchedulingGated":
        word = "SchedulingGated"
    starting = _starting(pod)
    initialized = (condition(pod, "Initialized") or {}).get("status") == "True"
    word = starting if starting and not initialized else _containers_word(pod, word)
    if is_terminating(pod) and status(pod).get("reason") == "NodeLost":
        return "Unknown"
    if is_terminating(pod) and status(pod).get("phase") not in ("Failed", "Succeeded"):
        return "Terminating"
    return word


def _starting(pod: Obj) -> str:
    """Where the init containers stand, "" once they are through."""
    containers = spec(pod).get("initContainers") or ()
    sidecars = _sidecars(pod)
    for index, each in enumerate(_statuses(pod, "initContainerStatuses")):
        state = each.get("state") or {}
        ended, waiting = state.get("terminated"), state.get("waiting")
        if ended is not None and ended.get("exitCode") == 0:
            continue
        if each.get("name") in sidecars and each.get("started"):
            continue
        if ended is not None:
            return f"Init:{_ended(ended)}"
        if waiting is not None and waiting.get("reason") not in (None, "", "PodInitializing"):
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(containers)}"
    return ""


def _ended(ended: dict[str, Any]) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{ended.get('exitCode', 0)}"


def _containers_word(pod: Obj, word: str) -> str:
    """The first container that waits or has ended gives the word."""
    runs = False
    for each in reversed(_statuses(pod)):
        state = each.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated")
        if waiting.get("reason"):
            word = str(waiting["reason"])
        elif ended is not None:
            word = _ended(ended)
        elif each.get("ready") and state.get("running") is not None:
            runs = True
    if word == "Completed" and runs:
        return "Running" if (condition(pod, "Ready") or {}).get("status") == "True" else "NotReady"
    return word


def _restarts(pod: Obj, now: float) -> str:
    sidecars = _sidecars(pod)
    counted = [*_statuses(pod)]
    counted += [each for each in _statuses(pod, "initContainerStatuses") if each.get("name") in sidecars]
    if _starting(pod):
        counted = _statuses(pod, "initContainerStatuses")
    total = sum(int(each.get("restartCount") or 0) for each in counted)
    ends = [((each.get("lastState") or {}).get("terminated") or {}).get("finishedAt") for each in counted]
    last = max((seconds(end) for end in ends if end), default=0.0)
    return f"{total} ({duration(now - last)} ago)" if total and last else str(total)


def _address(pod: Obj, now: float) -> str:
    addresses = status(pod).get("podIPs") or ()
    return str((addresses[0].get("ip") if addresses else status(pod).get("podIP")) or NONE)


def _gates(pod: Obj, now: float) -> str:
    gates = spec(pod).get("readinessGates") or ()
    if not gates:
        return NONE
    passed = sum(1 for gate in gates if (condition(pod, gate.get("conditionType", "")) or {}).get("status") == "True")
    return f"{passed}/{len(gates)}"


COLUMNS = (
    NAME,
    Column("Ready", _ready),
    Column("Status", lambda pod, now: status_word(pod)),
    Column("Restarts", _restarts),
    AGE,
    wide("IP", _address),
    wide("Node", lambda pod, now: spec(pod).get("nodeName") or NONE),
    wide("Nominated Node", lambda pod, now: status(pod).get("nominatedNodeName") or NONE),
    wide("Readiness Gates", _gates),
)
