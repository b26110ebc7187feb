"""/metrics: what this process has answered of a cluster, and how much the cluster holds, as Prometheus reads it.

A small set, and all of it true: requests by what they were about, objects by resource, the process' own time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cluster.api.request import Request
from cluster.api.response import Response, text
from cluster.api.routing import Target
from cluster.config import KUBERNETES_VERSION
from cluster.kinds import custom

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BEGAN = time.time()
_CONNECTING = frozenset({"attach", "exec", "portforward", "proxy"})
_VERBS = {"create": "POST", "update": "PUT"}


class About(NamedTuple):
    """What a request is counted under, by the labels of `apiserver_request_total`."""

    verb: str
    group: str = ""
    version: str = ""
    resource: str = ""
    subresource: str = ""
    scope: str = ""


_answered: Counter[tuple[int, About, int]] = Counter()
"""By cluster, what it was about and the code of the answer."""


def about(verb: str, target: Target, media: str) -> About:
    """A request for objects."""
    called = "CONNECT" if target.subresource in _CONNECTING else _VERBS.get(verb, verb.upper())
    if verb == "patch" and media.startswith("application/apply-patch"):
        called = "APPLY"
    scope = "resource" if target.name or verb == "create" else "namespace" if target.namespace else "cluster"
    version = target.resource.api_version.rpartition("/")[2]
    return About(called, target.group, version, target.resource.kind.resource, target.subresource, scope)


def count(request: Request, code: int) -> None:
    """It was answered. What is about no object is counted by its method alone."""
    _answered[request.cluster, request.about or About(request.method), code] += 1


async def answer(request: Request) -> Response | None:
    """None for every other path."""
    if request.path.rstrip("/") != "/metrics" or request.method not in ("GET", "HEAD"):
        return None
    return text("\n".join((*_lines(request), "")), content_type=CONTENT_TYPE)


def _lines(request: Request) -> Iterator[str]:
    yield from _told("apiserver_request_total", "counter", "Requests that were answered, by what they were about.")
    for (cluster, what, code), times in sorted(_answered.items()):
        if cluster == request.cluster:
            labels = {"code": str(code), "component": "apiserver", **what._asdict()}
            yield f"apiserver_request_total{_braced(labels)} {times}"
    yield from _told("apiserver_storage_objects", "gauge", "Objects that are stored, by resource.")
    for resource in sorted(kind.group_resource for kind in custom.of(request.world).kinds if kind.stored):
        called = f"{resource.resource}.{resource.group}" if resource.group else resource.resource
        yield f"apiserver_storage_objects{_braced({'resource': called})} {request.world.count(resource)}"
    yield from _told("kubernetes_build_info", "gauge", "The version of Kubernetes that is simulated.")
    yield f"kubernetes_build_info{_braced({'git_version': KUBERNETES_VERSION})} 1"
    yield from _told("process_cpu_seconds_total", "counter", "Seconds of a processor that the process has used.")
    yield f"process_cpu_seconds_total {time.process_time():.2f}"
    yield from _told("process_start_time_seconds", "gauge", "When the process began, in Unix seconds.")
    yield f"process_start_time_seconds {_BEGAN:.2f}"


def _told(name: str, sort: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} {sort}"


def _braced(labels: dict[str, str]) -> str:
    escaped = (
        (name, each.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n"))
        for name, each in sorted(labels.items())
    )
    return "{" + ",".join(f'{name}="{each}"' for name, each in escaped) + "}"
