"""From a path to what it is about. Pure: knows the resources that are served, no object and no user."""

from __future__ import annotations

from typing import NamedTuple

from cluster.api.refusals import NoSuchPath, NotServed
from cluster.api.served import Resource, Served
from cluster.machinery.objects import Key


class Target(NamedTuple):
    resource: Resource
    namespace: str = ""
    """"" where the path names none: all of them, or a kind that lives in none."""
    name: str = ""
    """"": the collection."""
    subresource: str = ""
    tail: str = ""
    """What follows a `proxy` subresource, with its slash."""
    watch: bool = False
    """Asked by the old form of path, /api/v1/watch/…."""

    @property
    def key(self) -> Key:
        kind = self.resource.kind
        return Key(kind.group, kind.resource, self.namespace, self.name)

    @property
    def group(self) -> str:
        return self.resource.api_version.rpartition("/")[0]


def find(path: str, served: Served) -> Target:
    """The resource, collection or subresource of an API path. NoSuchPath when no group has it, NotServed when one
    should."""
    steps = [step for step in path.split("/") if step] if "/proxy" not in path else path.strip("/").split("/")
    version, rest = _version(steps, served)
    watch = rest[:1] == ["watch"]
    if watch:
        rest = rest[1:]
    namespace = ""
    if rest[:1] == ["namespaces"] and len(rest) > 2 and not _of_namespace(rest):
        namespace, rest = rest[1], rest[2:]
    if not rest:
        raise NotServed
    resource = served.find(version, rest[0])
    if resource is None:
        raise NotServed
    kind = resource.kind
    name = rest[1] if len(rest) > 1 else ""
    subresource = rest[2] if len(rest) > 2 else ""
    if bool(namespace) != kind.namespaced and (namespace or name):
        raise NotServed
    target = Target(resource, namespace, name, subresource, watch=watch)
    if not subresource:
        return target
    known = next((each for each in kind.all_subresources if each.name == subresource), None)
    if known is None:
        raise NotServed
    if subresource == "proxy":
        return target._replace(tail="/" + "/".join(rest[3:]))
    if len(rest) > 3:
        raise NotServed
    return target


def _version(steps: list[str], served: Served) -> tuple[str, list[str]]:
    """The apiVersion of a path and what follows it."""
    if steps[:1] == ["api"] and len(steps) > 2:
        if steps[1] != "v1":
            raise NotServed
        return "v1", steps[2:]
    if steps[:1] == ["apis"] and len(steps) > 3:
        if steps[1] not in served.groups:
            raise NoSuchPath
        return f"{steps[1]}/{steps[2]}", steps[3:]
    raise NoSuchPath


def _of_namespace(rest: list[str]) -> bool:
    """/namespaces/NAME/status and /finalize are of the Namespace object itself."""
    return len(rest) == 3 and rest[2] in ("status", "finalize")
