"""Which start of which container is meant, in the API server's and the kubelet's words where there is none. Pure."""

from __future__ import annotations

from typing import Any, NamedTuple

from cluster.machinery import processes
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import Obj, name, seconds, spec, uid
from cluster.machinery.podspecs import container_named
from cluster.store.logs import Place


class Instance(NamedTuple):
    """One container since one of its starts."""

    pod: Obj
    container: Obj
    restart: int
    started: float
    """Cluster time, in whole seconds."""
    ended: float | None = None
    """None: it runs."""
    exit_code: int = 0

    def place(self, cluster: int) -> Place:
        return Place(cluster, uid(self.pod), str(self.container["name"]), self.restart)


def chosen(pod: Obj, wanted: str = "") -> str:
    """The container that is meant. BadRequest: there is no such one, or several."""
    if wanted:
        if template(pod, wanted) is None:
            raise BadRequest(f"container {wanted} is not valid for pod {name(pod)}")
        return wanted
    names = [str(each.get("name")) for each in spec(pod).get("containers") or ()]
    if len(names) == 1:
        return names[0]
    text = f"a container name must be specified for pod {name(pod)}, choose one of: [{' '.join(names)}]"
    if inits := [str(each.get("name")) for each in spec(pod).get("initContainers") or ()]:
        text += f" or one of the init containers: [{' '.join(inits)}]"
    raise BadRequest(text)


def template(pod: Obj, container: str) -> Obj | None:
    """The container as its pod's spec has it."""
    return container_named(spec(pod), container)


def report(pod: Obj, container: str) -> dict[str, Any] | None:
    """What its node knows of it, whatever it reports."""
    return processes.report(pod, container)


def running(pod: Obj, container: str) -> Instance | None:
    """Its present start; None while it does not run."""
    given, found = template(pod, container), report(pod, container)
    began = processes.begun(found or {})
    if given is None or found is None or began is None:
        return None
    return Instance(pod, given, int(found.get("restartCount") or 0), began)


def logged(pod: Obj, container: str, *, previous: bool = False) -> Instance:
    """The start whose log is read. BadRequest with the kubelet's words when there is nothing to read; it goes by what
    it has reported, so there is nothing of a container whose postStart hook runs."""
    given, found = template(pod, container), report(processes.told(pod), container)
    who = f'container "{container}" in pod "{name(pod)}"'
    if given is None or found is None:
        raise BadRequest(f"{who} is not available")
    state, restarts = found.get("state") or {}, int(found.get("restartCount") or 0)
    last = (found.get("lastState") or {}).get("terminated")
    if previous:
        if not last:
            raise BadRequest(f"previous terminated {who} not found")
        return _over(pod, given, restarts if "waiting" in state else restarts - 1, last)
    if "running" in state:
        return Instance(pod, given, restarts, seconds(state["running"].get("startedAt")))
    if "terminated" in state:
        return _over(pod, given, restarts, state["terminated"])
    if last:
        return _over(pod, given, restarts, last)
    raise BadRequest(f"{who} is waiting to start: {_why(state.get('waiting') or {})}")


def _over(pod: Obj, given: Obj, restart: int, record: dict[str, Any]) -> Instance:
    started, ended = seconds(record.get("startedAt")), seconds(record.get("finishedAt"))
    return Instance(pod, given, max(restart, 0), started, ended, int(record.get("exitCode") or 0))


def _why(waiting: dict[str, Any]) -> str:
    reason = str(waiting.get("reason") or "")
    words = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
    return words.get(reason, reason)
