"""Whether a container is ready: what its readiness probe would find, from the pod alone. Nothing is connected to.

A probe of a port finds somebody when a container of the pod declares the port or an image's own program is known to
listen on it. An exec probe succeeds unless its command is one that fails by itself.
Annotations of the pod: `kubarium.dev/never-ready: "true"` keeps it not ready, `kubarium.dev/slow-start: "5s"` makes its
containers ready that much later, at any pace.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from cluster.machinery.objects import Obj, meta, spec, status
from cluster.nodes import images

NEVER_READY_ANNOTATION = "kubarium.dev/never-ready"
SLOW_START_ANNOTATION = "kubarium.dev/slow-start"

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class Finding(NamedTuple):
    """What a probe finds: `failure` is "" when it succeeds, else the kubelet's words; `text` says it to a person."""

    failure: str = ""
    text: str = ""
    code: str = ""


def find(pod: Obj, container: Obj) -> Finding:
    """The readiness of a started container once it has had its time."""
    if (meta(pod).get("annotations") or {}).get(NEVER_READY_ANNOTATION) == "true":
        return Finding("", f"Not Ready: {NEVER_READY_ANNOTATION} is set.", "never-ready")
    probe = container.get("readinessProbe") or {}
    if command := (probe.get("exec") or {}).get("command"):
        words = [str(word) for word in command]
        if words[-1] == "false" or re.search(r"\bexit\s+[1-9]", " ".join(words)):
            failure = "Readiness probe failed: command exited with status 1"
            return Finding(failure, f"Not Ready: the probe of {container['name']} fails.", "probe-fails")
        return Finding()
    target = probe.get("tcpSocket") or probe.get("httpGet") or probe.get("grpc")
    if target is None:
        return Finding()
    port = _number(container, target.get("port"))
    if port and port in _open_ports(pod):
        return Finding()
    text = f"Not Ready: nothing listens on port {target.get('port')}."
    return Finding(_failure(pod, probe, target, port), text, "probe-fails")


def delay(pod: Obj, container: Obj, *, with_probe: bool) -> float:
    """Seconds from a container's start until it can be ready; with_probe: wait for the probe as a real node does."""
    extra = slow_start(pod)
    probe = container.get("readinessProbe") or {}
    if with_probe and probe:
        repeats = max(int(probe.get("successThreshold") or 1) - 1, 0)
        extra += float(probe.get("initialDelaySeconds") or 0) + repeats * float(probe.get("periodSeconds") or 10)
    return extra


def slow_start(pod: Obj) -> float:
    """The seconds asked for by annotation; 0.0 when none or unreadable."""
    text = str((meta(pod).get("annotations") or {}).get(SLOW_START_ANNOTATION) or "")
    parts = _DURATION.findall(text)
    return sum(float(number) * _UNITS[unit] for number, unit in parts)


def _number(container: Obj, port: Any) -> int:
    if isinstance(port, int):
        return port
    for declared in container.get("ports") or ():
        if declared.get("name") == port:
            return int(declared.get("containerPort") or 0)
    return int(port) if isinstance(port, str) and port.isdigit() else 0


def _open_ports(pod: Obj) -> set[int]:
    found: set[int] = set()
    for container in spec(pod).get("containers") or ():
        found.update(images.listens(str(container.get("image") or "")))
        found.update(int(port.get("containerPort") or 0) for port in container.get("ports") or ())
    return found


def _failure(pod: Obj, probe: Obj, target: Obj, port: int) -> str:
    host = target.get("host") or status(pod).get("podIP") or ""
    refused = f"dial tcp {host}:{port}: connect: connection refused"
    if "httpGet" not in probe:
        return f"Readiness probe failed: {refused}"
    scheme = str(target.get("scheme") or "HTTP").lower()
    path = str(target.get("path") or "/")
    return f'Readiness probe failed: Get "{scheme}://{host}:{port}{path}": {refused}'
