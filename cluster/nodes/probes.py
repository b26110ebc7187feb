"""What a probe finds in a container: from its image, its ports, its command line and its pod's annotations alone.
Nothing is connected to and nothing is run. When a probe looks is not known here.

A probe of a port finds somebody where `listening` says that somebody listens, and of a path the status that
`responses` gives: what any request would find. An exec probe succeeds unless its command fails by itself or reads a
file that the container's script has taken away or not made yet.
Annotations: `kubarium.dev/never-ready: "true"` keeps a pod not ready, `kubarium.dev/slow-start: "5s"` makes its
containers answer that much later, `kubarium.dev/flap: "10s"` makes it ready and not ready in turn.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from cluster.machinery.objects import Obj, annotations_of, status
from cluster.nodes import images, listening, programs, responses, script, servers

NEVER_READY_ANNOTATION = "kubarium.dev/never-ready"
SLOW_START_ANNOTATION = "kubarium.dev/slow-start"
FLAPPING_ANNOTATION = "kubarium.dev/flap"

Kind = Literal["readiness", "liveness", "startup"]

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_READERS = frozenset({"cat", "ls", "stat", "test", "["})
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


def phases(pod: Obj, container: Obj, kind: Kind) -> list[Phase]:
    """What this probe would find, from the container's start on; at least one phase."""
    moments = {0.0, slow_start(pod)}
    probe = container.get(f"{kind}Probe") or {}
    if probe.get("exec"):
        moments.update(each.at for each in programs.run(pod, container).files)
    if _is_liveness_example(container):
        moments.add(responses.LIVENESS_EXAMPLE_SECONDS)
    return [Phase(moment, find(pod, container, kind, moment)) for moment in sorted(moments)]


def find(pod: Obj, container: Obj, kind: Kind = "readiness", elapsed: float = _FOREVER) -> Finding:
    """What the probe finds so many seconds after the container's start."""
    if kind == "readiness" and annotations_of(pod).get(NEVER_READY_ANNOTATION) == "true":
        return Finding("", f"Not Ready: {NEVER_READY_ANNOTATION} is set.", "never-ready")
    probe = container.get(f"{kind}Probe")
    if not probe:
        return _WELL
    trouble, cause = _trouble(pod, container, probe, elapsed)
    if not cause:
        return _WELL
    effect = {"readiness": "Not Ready", "liveness": "Not alive", "startup": "Not started"}[kind]
    return Finding(f"{kind.capitalize()} probe failed: {trouble}", f"{effect}: {cause}.", "probe-fails")


def slow_start(pod: Obj) -> float:
    """The seconds asked for by annotation; 0.0 when none or unreadable."""
    return _annotated(pod, SLOW_START_ANNOTATION)


def flapping(pod: Obj) -> float:
    """How many seconds readiness stays as it is, by annotation; 0.0: it does not flap."""
    return _annotated(pod, FLAPPING_ANNOTATION)


def flapped(container: Obj) -> Finding:
    """What the readiness probe finds in a pod that flaps, while it is down."""
    failure = "HTTP probe failed with statuscode: 503" if (container.get("readinessProbe") or {}).get("httpGet") else ""
    words = f"Readiness probe failed: {failure}" if failure else ""
    return Finding(words, f"Not Ready: {FLAPPING_ANNOTATION} is set.", "flapping")


def _annotated(pod: Obj, annotation: str) -> float:
    given = annotations_of(pod).get(annotation)
    return sum(float(number) * _UNITS[unit] for number, unit in _DURATION.findall(str(given))) if given else 0.0


def _trouble(pod: Obj, container: Obj, probe: Obj, elapsed: float) -> tuple[str, str]:
    """(what the kubelet says, the cause for a person); the cause is "" when the probe succeeds."""
    slow = slow_start(pod)
    if command := (probe.get("exec") or {}).get("command"):
        if elapsed < slow:
            return "", f"{container['name']} is not up yet"
        return _exec_trouble(pod, container, [str(word) for word in command], elapsed)
    target = probe.get("httpGet") or probe.get("tcpSocket") or probe.get("grpc") or {}
    port = listening.port_numbered(container, target.get("port"))
    if not port or listening.at(pod, port) is None:
        return _refused(pod, probe, target, port), f"nothing listens on port {target.get('port')}"
    if elapsed < slow:
        return _refused(pod, probe, target, port), f"{container['name']} does not listen on port {port} yet"
    if "httpGet" in probe and (code := responses.status_of(container, str(target.get("path") or "/"), elapsed)) >= 400:
        return f"HTTP probe failed with statuscode: {code}", f"{target.get('path') or '/'} answers {code}"
    return "", ""


def _exec_trouble(pod: Obj, container: Obj, command: list[str], elapsed: float) -> tuple[str, str]:
    path = next((word for word in command[1:] if word.startswith("/")), "")
    if command[0].rpartition("/")[2] in _READERS and path:
        history = [each for each in programs.run(pod, container).files if each.path == path]
        past = [each for each in history if each.at <= elapsed]
        if history and not (past and past[-1].exists):
            return _no_such_file(container, command[0], path), f"{path} is not there"
    code = script.command(command, 0.0).exit_code
    return ("", f"its command ends with exit code {code}") if code else ("", "")


def _no_such_file(container: Obj, program: str, path: str) -> str:
    if program in ("test", "["):
        return ""
    small = images.program(str(container.get("image") or "")) in ("busybox", "alpine")
    return (
        f"{program}: can't open '{path}': No such file or directory"
        if small
        else (f"{program}: {path}: No such file or directory")
    )


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
