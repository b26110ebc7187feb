"""Carries out the kubectl command that is shown for a question or a request, as a person who copies it would, in the
cluster of a rehearsal: what does it ask and send?
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
from collections.abc import Callable
from typing import NamedTuple, NoReturn, Protocol

from cluster import deeds
from cluster.config import ClusterConfig
from cluster.deeds import Deed, Make
from cluster.intents import Create, Intent, Patch
from cluster.lessons.naming import NAMESPACE
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import PODS, Obj, key, spec, status
from cluster.shell.machine import Machines
from cluster.world import World


class Typed(NamedTuple):
    verb: str
    """exec, debug or run."""
    namespace: str
    pod: str
    container: str
    image: str
    argv: list[str]


class Place(Protocol):
    """Where it is typed."""

    config: ClusterConfig
    machines: Machines

    @property
    def world(self) -> World: ...

    def do(self, intent: Intent) -> Obj | None: ...

    def until(self, holds: Callable[[], bool]) -> bool: ...


def retype(line: str, at: Place) -> list[Deed]:
    """What comes of it. BadRequest where it cannot be run there."""
    typed = read(line)
    container = _container(typed, at)
    pod = at.world.find(PODS, typed.namespace, typed.pod)
    if pod is None:
        raise BadRequest(f'pods "{typed.pod}" not found')
    found: list[Deed] = []

    def heard(cluster: str, make: Make) -> None:
        if cluster == at.config.slug:
            found.extend(make())

    stop = deeds.listen(heard)
    try:
        ended = asyncio.run(at.machines.run(pod, container or str(spec(pod)["containers"][0]["name"]), typed.argv))
    finally:
        stop()
    if ended is None:
        raise BadRequest(f"there is no {typed.argv[0]} in {typed.pod}")
    return found


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BadRequest(f"it cannot be read as kubectl exec, debug or run: {message}")


def read(line: str) -> Typed:
    """A command as `byhand` or an author writes it: `kubectl exec client -- nslookup web`. BadRequest."""
    parser = _Parser(prog="kubectl", add_help=False, allow_abbrev=False)
    parser.add_argument("verb", choices=("exec", "debug", "run"))
    parser.add_argument("pod")
    parser.add_argument("-n", "--namespace", default=NAMESPACE)
    parser.add_argument("-c", "--container", default="")
    parser.add_argument("--image", default="")
    parser.add_argument("--restart")
    parser.add_argument("-it", "-i", "-t", action="store_true")
    parser.add_argument("--rm", action="store_true")
    try:
        words = shlex.split(line)
    except ValueError as wrong:
        raise BadRequest(f"it cannot be read: {wrong}") from wrong
    if words[:1] != ["kubectl"] or "--" not in words[:-1]:
        raise BadRequest("it has to be kubectl exec, debug or run, with a command behind --")
    end = words.index("--")
    found = parser.parse_args(words[1:end])
    argv = words[end + 1 :]
    return Typed(found.verb, found.namespace, found.pod.removeprefix("pod/"), found.container, found.image, argv)


def _container(typed: Typed, at: Place) -> str:
    """In which it runs, started where the command makes one; "" for the one that kubectl chooses."""
    if typed.verb == "exec":
        return typed.container
    where = key(PODS, typed.namespace, typed.pod)
    if typed.verb == "run":
        made = {"name": typed.pod, "image": typed.image, "command": ["sleep", "1d"]}
        metadata = {"name": typed.pod, "namespace": typed.namespace}
        if at.world.get(where) is None:
            at.do(Create({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": [made]}}))
        called, part = typed.pod, "containerStatuses"
    else:
        pod = at.world.get(where)
        if pod is None:
            raise BadRequest(f'pods "{typed.pod}" not found')
        before = spec(pod).get("ephemeralContainers") or []
        called, part = f"debugger-{len(before)}", "ephemeralContainerStatuses"
        one = {"name": called, "image": typed.image, "command": ["sleep", "1d"]}
        at.do(Patch(where, "strategic", {"spec": {"ephemeralContainers": [one]}}, "ephemeralcontainers"))

    def runs() -> bool:
        each = status(at.world.get(where) or {}).get(part) or ()
        return any(one["name"] == called and "running" in (one.get("state") or {}) for one in each)

    if not at.until(runs):
        raise BadRequest(f"the container of {typed.image} does not start")
    return called
