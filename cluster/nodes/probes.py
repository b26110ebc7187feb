"""What a probe finds in a container: from its image, its ports, its command line, its files and its pod's annotations.
Nothing is connected to and nothing is run here. When a probe looks is not known here.

A probe of a port finds somebody where `listening` says that somebody listens, and of a path the status that
`responses` gives: what any request would find. An exec probe's command is read, where it is simple (`execprobe`); what
others say is what carrying them out was found to say. Both look into the files as they were at that moment.
Faults on purpose count too: a pod that is never ready, that starts slowly, that flaps.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal, NamedTuple

from cluster import faults
from cluster.contents import judged
from cluster.machinery.objects import Obj, status, timestamp
from cluster.nodes import execprobe, listening, responses, servers
from cluster.nodes.execprobe import Looker
from cluster.nodes.view import Mounts, Served, View
from cluster.world import World

Kind = Literal["readiness", "liveness", "startup"]

_FOREVER = float("inf")


class Finding(NamedTuple):
    """What a probe finds: `failure` is "" when it succeeds, else the kubelet's words; `text` says it to a person."""

    failure: str = ""
    text: str = ""
    code: str = ""


class Phase(NamedTuple):
    """From `begin` seconds after the container's start on a probe finds this, until the next phase begins."""

    begin: float
    finding: Finding


_WELL = Finding()
_UNANSWERED = Finding("", "Its probe's command is being carried out.", "unanswered")
_MOST_PHASES = 64
_LAST = 253_402_300_799.0


def phases(pod: Obj, container: Obj, kind: Kind, view: View | None = None) -> list[Phase]:
    """What this probe would find, from the container's start on; at least one phase. `view`: the pod's files."""
    if view is None:
        return _phases(pod, container, kind, None)
    asked = str(container.get("name")), kind
    known: list[Phase] | None = view.memo.get(asked)
    if known is None:
        known = view.memo[asked] = _phases(pod, container, kind, view)
    return known


def _phases(pod: Obj, container: Obj, kind: Kind, view: View | None) -> list[Phase]:
    pending = {0.0, slow_start(pod)}
    probe = container.get(f"{kind}Probe") or {}
    if _is_liveness_example(container):
        pending.add(responses.LIVENESS_EXAMPLE_SECONDS)
    view = _view(pod, container, probe, view)
    began = view.began(container) if view is not None else 0.0
    found: dict[float, Finding] = {}
    seen: set[float] = set()
    while pending and len(found) < _MOST_PHASES:
        for moment in sorted(pending)[:_MOST_PHASES]:
            found[moment] = find(pod, container, kind, moment, view, seen)
        pending = {moment - began for moment in seen if moment > began} - found.keys()
    merged: list[Phase] = []
    for moment in sorted(found):
        if not merged or not probe or found[moment] != merged[-1].finding:
            merged.append(Phase(moment, found[moment]))
    return merged


def find(
    pod: Obj,
    container: Obj,
    kind: Kind = "readiness",
    elapsed: float = _FOREVER,
    view: View | None = None,
    seen: set[float] | None = None,
) -> Finding:
    """What the probe finds so many seconds after the container's start. Into `seen` go the moments (cluster time) at
    which what it looks at changed."""
    if kind == "readiness" and faults.is_on(pod, faults.NEVER_READY):
        return Finding("", f"Not Ready: {faults.NEVER_READY} is set.", "never-ready")
    probe = container.get(f"{kind}Probe")
    if not probe:
        return _WELL
    view = _view(pod, container, probe, view)
    if (carried := _carried_out(pod, container, kind, probe, elapsed, view, seen)) is not None:
        return carried
    trouble, cause = _trouble(pod, container, probe, elapsed, view, set() if seen is None else seen)
    if not cause:
        return _WELL
    return _failed(kind, trouble, cause)


def _failed(kind: Kind, trouble: str, cause: str) -> Finding:
    effect = {"readiness": "Not Ready", "liveness": "Not alive", "startup": "Not started"}[kind]
    return Finding(f"{kind.capitalize()} probe failed: {trouble}", f"{effect}: {cause}.", "probe-fails")


def _carried_out(
    pod: Obj, container: Obj, kind: Kind, probe: Obj, elapsed: float, view: View | None, seen: set[float] | None
) -> Finding | None:
    """What a command says that is carried out; None where it is read, or nobody carries it out."""
    command = tuple(str(word) for word in (probe.get("exec") or {}).get("command") or ())
    if view is None or not command or execprobe.is_read(command) or elapsed < slow_start(pod):
        return None
    answers = view.answers(container, kind)
    if answers is None:
        return None
    if not answers:
        return _WELL if _reported(pod, container, kind) else _UNANSWERED
    if seen is not None:
        seen.update(each.since for each in answers)
    found = judged.at(answers, _moment(view, container, elapsed))
    return _failed(kind, found.says, f"its command ends with exit code {found.code}") if found.code else _WELL


def _reported(pod: Obj, container: Obj, kind: Kind) -> bool:
    """It was found to be well before, by whom nobody remembers."""
    field = {"readiness": "ready", "startup": "started"}.get(kind)
    found = (each for each in status(pod).get("containerStatuses") or () if each.get("name") == container.get("name"))
    return field is None or any(each.get(field) for each in found)


def slow_start(pod: Obj) -> float:
    """The seconds that its containers were asked to take."""
    return faults.seconds(pod, faults.SLOW_START)


def flapping(pod: Obj) -> float:
    """How many seconds readiness stays as it is; 0.0: it does not flap."""
    return faults.seconds(pod, faults.FLAP)


def flapped(container: Obj) -> Finding:
    """What the readiness probe finds in a pod that flaps, while it is down."""
    failure = "HTTP probe failed with statuscode: 503" if (container.get("readinessProbe") or {}).get("httpGet") else ""
    words = f"Readiness probe failed: {failure}" if failure else ""
    return Finding(words, f"Not Ready: {faults.FLAP} is set.", "flapping")


def _trouble(
    pod: Obj, container: Obj, probe: Obj, elapsed: float, view: View | None, seen: set[float]
) -> tuple[str, str]:
    """(what the kubelet says, the cause for a person); the cause is "" when the probe succeeds."""
    slow = slow_start(pod)
    if (command := (probe.get("exec") or {}).get("command")) and view is not None:
        if elapsed < slow:
            return "", f"{container['name']} is not up yet"
        return _exec_trouble(container, [str(word) for word in command], elapsed, view, seen)
    target = probe.get("httpGet") or probe.get("tcpSocket") or probe.get("grpc") or {}
    port = listening.port_numbered(container, target.get("port"))
    if not port or listening.at(pod, port) is None:
        return _refused(pod, probe, target, port), f"nothing listens on port {target.get('port')}"
    if elapsed < slow:
        return _refused(pod, probe, target, port), f"{container['name']} does not listen on port {port} yet"
    if "httpGet" not in probe:
        return "", ""
    path = str(target.get("path") or "/")
    if (code := _status(container, path, elapsed, view, seen)) >= 400:
        return f"HTTP probe failed with statuscode: {code}", f"{target.get('path') or '/'} answers {code}"
    return "", ""


def _status(container: Obj, path: str, elapsed: float, view: View | None, seen: set[float]) -> int:
    """What its server answers."""
    if view is None:
        return responses.status_of(container, path, elapsed)
    if (mounts := view.untouched(container)) is not None:
        words = (tuple(container.get("command") or ()), tuple(container.get("args") or ()))
        return _first_status(str(container.get("image") or ""), *words, mounts, path)
    files = Served(view.at(container, _moment(view, container, elapsed), seen))
    return responses.status_of(container, path, elapsed, files)


@lru_cache(maxsize=1024)
def _first_status(image: str, command: tuple[str, ...], args: tuple[str, ...], mounts: Mounts, path: str) -> int:
    """The same for all containers into whose files nobody has written: a thousand pods ask once."""
    container: Obj = {"name": "c", "image": image, "command": list(command), "args": list(args)}
    container["volumeMounts"] = [{"name": str(at), "mountPath": point} for at, point in enumerate(mounts)]
    volumes = [{"name": str(at), "emptyDir": {}} for at in range(len(mounts))]
    pod = {"metadata": {"name": "p"}, "spec": {"volumes": volumes, "containers": [container]}}
    return responses.status_of(container, path, _LAST, Served(View(World(), pod).at(container, _LAST)))


def _moment(view: View, container: Obj, elapsed: float) -> float:
    return min(view.began(container) + elapsed, _LAST)


def _view(pod: Obj, container: Obj, probe: Obj, view: View | None) -> View | None:
    """The files, where the probe looks into any: of a pod that nobody has started yet as if it was started now."""
    reads = probe.get("exec") or (probe.get("httpGet") and responses.reads_files(container))
    if not reads or view is not None:
        return view if reads else None
    running = {"name": container.get("name"), "state": {"running": {"startedAt": timestamp(1.0)}}}
    return View(World(), {**pod, "status": {**status(pod), "containerStatuses": [running]}})


def _exec_trouble(container: Obj, command: list[str], elapsed: float, view: View, seen: set[float]) -> tuple[str, str]:
    touched: set[float] = set()
    moment = _moment(view, container, elapsed)
    found = Looker(container, view.at(container, moment, touched), touched).look(command)
    seen |= touched
    return (found.says, found.why) if found.code else ("", "")


def _is_liveness_example(container: Obj) -> bool:
    name = servers.called(str(container.get("image") or ""))
    return name == "liveness" or (name == "agnhost" and (container.get("args") or [""])[0] == "liveness")


def _refused(pod: Obj, probe: Obj, target: Obj, port: int) -> str:
    host = target.get("host") or status(pod).get("podIP") or ""
    if "grpc" in probe:
        patience = int(probe.get("timeoutSeconds") or 1)
        return f'timeout: failed to connect service "{host}:{port}" within {patience}s: context deadline exceeded'
    refused = f"dial tcp {host}:{port}: connect: connection refused"
    if "httpGet" not in probe:
        return refused
    scheme, path = str(target.get("scheme") or "HTTP").lower(), str(target.get("path") or "/")
    return f'Get "{scheme}://{host}:{port}{path}": {refused}'
