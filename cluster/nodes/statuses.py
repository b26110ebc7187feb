"""Builds a pod's status at each stage, in the shapes a kubelet reports. Decides nothing and knows no durations."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from cluster.ipam import NEXT_ADDRESS
from cluster.machinery import processes
from cluster.machinery.objects import Obj, condition, name, spec, status, timestamp, uid
from cluster.machinery.podspecs import containers_of
from cluster.nodes import images

NOT_STARTED, NOT_STARTED_EXIT, START_FAILED = "StartError", 128, "RunContainerError"
"""How a start that failed is recorded, and what the container waits in until it is tried again."""
HOOK_FAILED = "PostStartHookError"
"""What a container waits in whose postStart hook failed, until it is tried again."""
ContainerStatus = dict[str, Any]
Status = dict[str, Any]


def container_statuses(pod: Obj) -> list[ContainerStatus]:
    return processes.actual(pod).get("containerStatuses") or []


def init_statuses(pod: Obj) -> list[ContainerStatus]:
    return processes.actual(pod).get("initContainerStatuses") or []


def ephemeral_statuses(pod: Obj) -> list[ContainerStatus]:
    return status(pod).get("ephemeralContainerStatuses") or []


def is_sidecar(container: Obj) -> bool:
    """An init container that runs as long as its pod does."""
    return container.get("restartPolicy") == "Always"


def templates(pod: Obj) -> dict[str, Obj]:
    """All containers by name, init containers too."""
    return {each["name"]: each for each in containers_of(spec(pod))}


def is_through(container: Obj, current: ContainerStatus) -> bool:
    """An init container that the next one need not wait for: done, or a sidecar that is up."""
    ended = current["state"].get("terminated")
    if is_sidecar(container):
        return bool(current.get("started")) and "running" in current["state"]
    return ended is not None and not ended["exitCode"]


def has_begun(pod: Obj) -> bool:
    """Its containers proper have been started, after its init containers."""
    return status(pod).get("phase") != "Pending" or any(
        "waiting" not in each["state"] or each["restartCount"] for each in container_statuses(pod)
    )


def was_started(current: ContainerStatus) -> bool:
    """Whether its start was ever tried: of this container, by its actual status."""
    return "waiting" not in current["state"] or bool(current.get("containerID"))


def is_changed(container: Obj, current: ContainerStatus) -> bool:
    """Whether it has another image now than it was started with, or was to be."""
    return bool(current.get("image")) and current["image"] != str(container.get("image") or "")


def waiting(
    container: Obj, reason: str, message: str = "", *, before: ContainerStatus | None = None
) -> ContainerStatus:
    """A container that does not run, and why."""
    state = {"reason": reason, "message": message} if message else {"reason": reason}
    return {
        "name": container["name"],
        "state": {"waiting": state},
        "lastState": (before or {}).get("lastState") or {},
        "ready": False,
        "restartCount": (before or {}).get("restartCount") or 0,
        "image": container.get("image") or "",
        "imageID": (before or {}).get("imageID") or "",
        **({"containerID": before["containerID"]} if before and before.get("containerID") else {}),
        "started": False,
    }


def running(pod: Obj, container: Obj, now: float, *, restarts: int = 0, last: Obj | None = None) -> ContainerStatus:
    """A container that has just been started; not yet ready."""
    image = str(container.get("image") or "")
    started: ContainerStatus = {
        "name": container["name"],
        "state": {"running": {"startedAt": timestamp(now)}},
        "lastState": {"terminated": last} if last else {},
        "ready": False,
        "restartCount": restarts,
        "image": image,
        "imageID": images.identity(image),
        "containerID": _container_id(uid(pod), container["name"], restarts),
        "started": not container.get("startupProbe"),
    }
    if mounts := container.get("volumeMounts"):
        started["volumeMounts"] = [_mount(mount) for mount in mounts]
    return started


def unstarted(pod: Obj, container: Obj, trouble: str, now: float, *, again: bool, restarts: int = 0) -> ContainerStatus:
    """A container that the runtime could not start, for that reason; whether that will be tried `again`."""
    record = {
        "exitCode": NOT_STARTED_EXIT,
        "reason": NOT_STARTED,
        "message": trouble,
        "startedAt": timestamp(0.0),
        "finishedAt": timestamp(now),
        "containerID": _container_id(uid(pod), container["name"], restarts),
    }
    report = running(pod, container, now, restarts=restarts)
    if not again:
        return {**report, "state": {"terminated": record}, "started": False}
    held = {"reason": START_FAILED, "message": trouble}
    return {**report, "state": {"waiting": held}, "lastState": {"terminated": record}, "started": False}


def ended(current: ContainerStatus, exit_code: int, now: float, message: str = "") -> ContainerStatus:
    """The same container after its process is over; `message` is what it left behind to be told."""
    return {
        **current,
        "state": {"terminated": termination(current, exit_code, now, message)},
        "ready": False,
        "started": False,
    }


def termination(current: ContainerStatus, exit_code: int, now: float, message: str = "") -> Obj:
    """The record of a process that is over, as it stands in state or lastState."""
    started = (current.get("state") or {}).get("running") or {}
    return {
        "exitCode": exit_code,
        "reason": "Error" if exit_code else "Completed",
        **({"message": message} if message else {}),
        "startedAt": started.get("startedAt") or timestamp(now),
        "finishedAt": timestamp(now),
        "containerID": current.get("containerID") or "",
    }


def killed(those: Sequence[ContainerStatus], now: float, exit_code: int = 137) -> list[ContainerStatus]:
    """The same containers, and none of them runs any more."""
    return [ended(each, exit_code, now) if "running" in each["state"] else each for each in those]


def creating(pod: Obj, node_address: str, now: float) -> Status:
    """The kubelet has the pod: addresses of the node, start time, containers waiting."""
    reason = "PodInitializing" if spec(pod).get("initContainers") else "ContainerCreating"
    base = {
        **status(pod),
        "hostIP": node_address,
        "hostIPs": [{"ip": node_address}],
        "startTime": status(pod).get("startTime") or timestamp(now),
    }
    containers = [waiting(each, reason) for each in spec(pod)["containers"]]
    if inits := spec(pod).get("initContainers"):
        base["initContainerStatuses"] = [waiting(each, "PodInitializing") for each in inits]
    return reported(pod, base, containers, now)


def placed(pod: Obj, node_address: str, now: float) -> Status:
    """The pod has its place on the node; asks for its address with the same commit."""
    base = {
        **status(pod),
        "hostIP": node_address,
        "hostIPs": [{"ip": node_address}],
        "startTime": status(pod).get("startTime") or timestamp(now),
    }
    if spec(pod).get("hostNetwork"):
        base.update(podIP=node_address, podIPs=[{"ip": node_address}])
    elif not base.get("podIP"):
        base["podIP"] = NEXT_ADDRESS
    return base


def started(pod: Obj, node_address: str, now: float, containers: Sequence[ContainerStatus], hook: str = "") -> Status:
    """Containers proper run, but those that could not be started; none is ready. `hook`: the one that is waited for
    before the next are started."""
    over = all("terminated" in each["state"] for each in containers)
    base = {**placed(pod, node_address, now), "phase": "Failed" if over else "Running"}
    base.pop(processes.HOOK, None)
    if hook:
        base[processes.HOOK] = hook
    return reported(pod, base, containers, now)


def first(pod: Obj, container: Obj, now: float, trouble: str) -> ContainerStatus:
    """A container after its first start, which failed if there was a trouble."""
    if not trouble:
        return running(pod, container, now)
    again = is_sidecar(container) or spec(pod).get("restartPolicy") != "Never"
    return unstarted(pod, container, trouble, now, again=again)


def reported(pod: Obj, base: Status, containers: Sequence[ContainerStatus], now: float) -> Status:
    """`base` with these container statuses and the five conditions that follow from them."""
    phase = base.get("phase")
    over = phase in ("Succeeded", "Failed")
    inits = spec(pod).get("initContainers") or ()
    of_init = {each["name"]: each for each in base.get("initContainerStatuses") or ()}
    sidecars = [of_init[each["name"]] for each in inits if is_sidecar(each) and each["name"] in of_init]
    unready = [each["name"] for each in (*sidecars, *containers) if not each["ready"]]
    has_run = any("waiting" not in each["state"] or each["restartCount"] for each in containers)
    undone = [
        each["name"] for each in inits if each["name"] not in of_init or not is_through(each, of_init[each["name"]])
    ]
    closed = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}.get(str(phase), "")
    reason, message = "ContainersNotReady", f"containers with unready status: [{' '.join(unready)}]"
    if closed:
        reason, message = closed, ""
    gates = [each.get("conditionType") for each in spec(pod).get("readinessGates") or ()]
    closed_gates = [gate for gate in gates if (condition(pod, str(gate)) or {}).get("status") != "True"]
    ready_reason, ready_message = reason, message
    if not unready and not over and closed_gates:
        ready_reason = "ReadinessGatesNotReady"
        ready_message = ", ".join(_gate_trouble(pod, str(gate)) for gate in closed_gates)
    initialized = bool(not undone or has_run or phase == "Succeeded")
    incomplete = "" if initialized else f"containers with incomplete status: [{' '.join(undone)}]"
    why_not = "ContainersNotInitialized" if incomplete else closed if closed == "PodCompleted" else ""
    conditions = [
        _condition(pod, "PodReadyToStartContainers", bool(base.get("podIP")) and not over, now),
        _condition(pod, "Initialized", initialized, now, reason=why_not, message=incomplete),
        _condition(pod, "Ready", not unready and not closed_gates, now, reason=ready_reason, message=ready_message),
        _condition(pod, "ContainersReady", not unready, now, reason=reason, message=message),
    ]
    ours = {each["type"] for each in conditions}
    kept = [each for each in base.get("conditions") or () if each.get("type") not in ours]
    if not any(each.get("type") == "PodScheduled" for each in kept):
        # A pod that named its node itself was never the scheduler's.
        kept.append(_condition(pod, "PodScheduled", True, now))
    last = ("conditions", "containerStatuses", "qosClass")
    result = {part: value for part, value in base.items() if part not in last}
    result.update(conditions=[*conditions, *kept], containerStatuses=list(containers))
    if "qosClass" in base:
        result["qosClass"] = base["qosClass"]
    return result


def _gate_trouble(pod: Obj, gate: str) -> str:
    found = condition(pod, gate)
    if found is None:
        return f'corresponding condition of pod readiness gate "{gate}" does not exist.'
    return f'the status of pod readiness gate "{gate}" is not "True", but {found.get("status")}'


def _condition(pod: Obj, kind: str, holds: bool, now: float, *, reason: str = "", message: str = "") -> Obj:
    value = "True" if holds else "False"
    before = condition(pod, kind)
    since = before.get("lastTransitionTime") if before is not None and before.get("status") == value else None
    result = {"type": kind, "status": value, "lastProbeTime": None, "lastTransitionTime": since or timestamp(now)}
    if reason and (not holds or kind == "Initialized"):
        result["reason"] = reason
        if message:
            result["message"] = message
    return result


def _mount(mount: Obj) -> Obj:
    reported = {"name": mount["name"], "mountPath": mount["mountPath"]}
    return {**reported, "readOnly": True, "recursiveReadOnly": "Disabled"} if mount.get("readOnly") else reported


def _container_id(pod_uid: str, container: str, restarts: int) -> str:
    return f"containerd://{hashlib.sha256(f'{pod_uid}/{container}/{restarts}'.encode()).hexdigest()}"


def described(pod: Obj) -> str:
    """name_namespace(uid), as the kubelet calls a pod in its messages."""
    return f"{name(pod)}_{pod['metadata'].get('namespace')}({uid(pod)})"
