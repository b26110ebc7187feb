"""How a lesson names things: `StatefulSet/web`, `Pod/kube-system/coredns-x`, `app=web`, `{addressOf: web-0}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, NamedTuple

from cluster.kinds import KINDS, Kind
from cluster.lessons.reading import Field, Spot, fields, kind_of, list_of, scalar, text
from cluster.machinery import jsonpath
from cluster.machinery.jsonpath import PathError
from cluster.machinery.objects import PODS, Key, Obj, name, spec, status
from cluster.world import World

NAMESPACE = "default"
_BY_NAME: Mapping[str, Kind] = {kind.kind: kind for kind in KINDS if kind.stored}
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_PAIR = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_./]*)=([A-Za-z0-9][-A-Za-z0-9_.]*)?")


class Named(NamedTuple):
    """An object that a lesson speaks of, whether it is there or not."""

    kind: str
    key: Key

    def __str__(self) -> str:
        return self.key.name


class Pods(NamedTuple):
    """Those with these labels, or those of these names."""

    namespace: str
    selector: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()

    def find(self, world: World) -> list[Obj]:
        """Those of them that are there, by name."""
        if self.names:
            found = (world.find(PODS, self.namespace, each) for each in self.names)
            return [pod for pod in found if pod is not None]
        return world.selected(PODS, self.namespace, dict(self.selector))

    def __str__(self) -> str:
        return " and ".join(self.names) or ",".join(f"{label}={value}" for label, value in self.selector)


class Source(NamedTuple):
    """Where a value comes from: written down, the addresses of pods, of a Service, or a field."""

    kind: str
    of: Any
    path: str = ""


def named(spot: Spot) -> Named:
    """`Kind/name`, or `Kind/namespace/name`."""
    nothing = Named("Pod", Key(*PODS, NAMESPACE, ""))
    parts = spot.value.split("/") if isinstance(spot.value, str) else []
    if not 2 <= len(parts) <= 3 or not all(parts):
        spot.wrong(f"an object is named as Kind/name or Kind/namespace/name. This is {kind_of(spot.value)}.")
        return nothing
    kind = _BY_NAME.get(parts[0])
    if kind is None:
        near = get_close_matches(parts[0], _BY_NAME, n=1)
        said = f"Did you mean {near[0]}?" if near else "Kinds are written as in a manifest: StatefulSet."
        spot.wrong(f"there is no kind {parts[0]}. {said}")
        return nothing
    called = parts[-1].lower() if kind.kind.endswith(("Role", "RoleBinding")) else parts[-1]
    if not _NAME.fullmatch(called):
        spot.wrong(f"{parts[-1]} is no name: lower-case letters, digits, hyphens and dots.")
        return nothing
    place = "" if not kind.namespaced else parts[1] if len(parts) == 3 else NAMESPACE
    return Named(kind.kind, Key(kind.group, kind.resource, place, parts[-1]))


def pods(spot: Spot) -> Pods:
    """`app=web,tier=db`, or a list of names, each `name` or `namespace/name` of one namespace."""
    value = spot.value
    if isinstance(value, str) and "=" in value:
        place, slash, labels = value.rpartition("//")
        pairs = [_PAIR.fullmatch(each.strip()) for each in labels.split(",")]
        if all(pairs):
            return Pods(place if slash else NAMESPACE, tuple((each[1], each[2] or "") for each in pairs if each))
    elif isinstance(value, str | list) and value:
        listed = [value] if isinstance(value, str) else value
        if all(isinstance(each, str) and _NAME.fullmatch(each.rpartition("/")[2]) for each in listed):
            places = {each.rpartition("/")[0] or NAMESPACE for each in listed}
            if len(places) == 1:
                return Pods(places.pop(), (), tuple(each.rpartition("/")[2] for each in listed))
    spot.wrong(f"pods are a selector, app=web, or a list of names, [web-0, web-1]. This is {kind_of(value)}.")
    return Pods(NAMESPACE)


def asker(spot: Spot) -> str:
    """`pod` or `namespace/pod`; `namespace/` stands for any pod of it."""
    found = text(spot)
    place, slash, pod = found.rpartition("/")
    if (slash and not _NAME.fullmatch(place)) or (pod and not _NAME.fullmatch(pod)) or not (slash or pod):
        spot.wrong(f"who asks is a pod, web-0 or shop/web-0, or any of a namespace, shop/. This is {kind_of(found)}.")
        return f"{NAMESPACE}/"
    return found if slash else f"{NAMESPACE}/{pod}"


def path(spot: Spot) -> str:
    found = text(spot)
    try:
        jsonpath.compile(found)
    except PathError as wrong:
        spot.wrong(f"{wrong}. A path is written as .spec.ports[0].port.")
    return found


def source(spot: Spot) -> Source:
    """A text as it is, or one of `addressesOf`, `namesOf`, `clusterIPOf`, `fieldOf`."""
    if not isinstance(spot.value, dict):
        return Source("text", shown(scalar(spot)))
    known = ("addressesOf", "namesOf", "clusterIPOf", "fieldOf")
    if len(spot.value) != 1 or next(iter(spot.value)) not in known:
        spot.wrong(f"a value is a text, or a mapping with one of {', '.join(known)}.")
        return Source("text", "")
    kind, inner = next(iter(spot.value.items()))
    below = spot.at(kind, inner)
    if kind == "fieldOf":
        shape = {"of": Field(named, required=True), "path": Field(path, required=True)}
        found = fields(below, shape, what="fieldOf")
        return Source(kind, found["of"], found["path"] or "")
    return Source(kind, named(below) if kind == "clusterIPOf" else pods(below))


sources = list_of(source, least=1)


def values(source: Source, world: World) -> list[str]:
    """What the source says now; nothing while what it speaks of is not there."""
    match source.kind:
        case "text":
            return [source.of]
        case "addressesOf":
            return [str(status(pod)["podIP"]) for pod in source.of.find(world) if status(pod).get("podIP")]
        case "namesOf":
            return [name(pod) for pod in source.of.find(world)]
        case "clusterIPOf":
            service = world.get(source.of.key)
            return [str(spec(service).get("clusterIP"))] if service is not None else []
        case _:
            obj = world.get(source.of.key)
            return [shown(each) for each in jsonpath.compile(source.path)(obj)] if obj is not None else []


def all_values(sources: Sequence[Source], world: World) -> list[str]:
    """Those of all, each once."""
    return list(dict.fromkeys(value for each in sources for value in values(each, world)))


def shown(value: Any) -> str:
    """A value as kubectl prints it in a path."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)
