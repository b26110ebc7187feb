"""The same by hand: the kubectl command with which a person puts a question, or sends a request, from a pod as an act
does. Pure.

It names a program that the pod's own image has and that goes through the search list as the act does: BIND's nslookup
does, BusyBox's asks a name with a dot as it is. A pod without one gets a container beside its own that has them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from cluster.lessons.naming import NAMESPACE
from cluster.machinery.objects import PODS, spec
from cluster.nodes import software
from cluster.world import World

IMAGE = "slongstreet/bind-utils:latest"
"""Has BIND's tools and curl."""
_BINDS = "dig"
"""Where it is, nslookup is BIND's own."""


def question(given: Mapping[str, Any], world: World) -> str:
    """Of an act `ask`."""
    kind = [] if given["type"] == "A" else [f"-type={given['type']}"]
    words = ["nslookup", *kind, given["name"]]
    if not given["from"].endswith("/") and _BINDS in _programs(given["from"], world):
        return in_pod(given["from"], words)
    return _beside(given["from"], words)


def request(given: Mapping[str, Any], world: World) -> str:
    """Of an act `request`; whoever is outside has curl."""
    has = _programs(given["from"], world)
    outside = given["from"].endswith("/")
    client = "wget -qO-" if "wget" in has and "curl" not in has else "curl -s"
    words = [f"{client} {shlex.quote(given['to'])}"]
    if given["count"] > 1:
        words = ["sh", "-c", shlex.quote(f"for i in $(seq {given['count']}); do {words[0]}; done")]
    return in_pod(given["from"], words) if outside or has & {"curl", "wget"} else _beside(given["from"], words)


def in_pod(where: str, words: Iterable[str], container: Iterable[str] = ()) -> str:
    """kubectl's way to run them there; the words alone for somebody in no pod."""
    namespace, _, pod = where.rpartition("/")
    if not pod:
        return " ".join(words)
    return " ".join(["kubectl", "exec", *_place(namespace), pod, *container, "--", *words])


def _beside(where: str, words: Iterable[str]) -> str:
    """In a container that is put into the pod for it; for any pod of a namespace, in a pod of its own."""
    namespace, _, pod = where.rpartition("/")
    place = _place(namespace)
    start = ["debug", *place, "-it", pod] if pod else ["run", *place, "-it", "ask", "--rm", "--restart=Never"]
    return " ".join(["kubectl", *start, f"--image={IMAGE}", "--", *words])


def _place(namespace: str) -> list[str]:
    return [] if namespace == NAMESPACE else ["-n", namespace]


def _programs(where: str, world: World) -> frozenset[str]:
    """Those of the container that kubectl chooses; none of a pod that is not there."""
    namespace, _, called = where.rpartition("/")
    pod = world.find(PODS, namespace, called) if called else None
    if pod is None:
        return frozenset()
    return frozenset(software.of(str(spec(pod)["containers"][0].get("image") or "")).programs.values())
