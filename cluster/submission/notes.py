"""What an apply will lead to, in a sentence or two: what to expect once the document is stored. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from cluster import faults
from cluster.config import ClusterConfig
from cluster.controllers.daemonset.nodes import tolerating, verdict
from cluster.controllers.statefulset.governing import nameless
from cluster.kinds.node import NOT_READY_TAINT
from cluster.machinery.objects import (
    NODES,
    PODS,
    RESOURCE_QUOTAS,
    SERVICES,
    Key,
    Obj,
    is_pod_ready,
    labels,
    namespace,
    spec,
)
from cluster.machinery.objects import key as make_key
from cluster.network import policies
from cluster.submission.difference import shown
from cluster.submission.foresight import Foresight, Made, foresee
from cluster.submission.room import too_tight
from cluster.world import World

_WORDS = {2: "Two", 3: "Three", 4: "Four", 5: "Five", 6: "Six", 7: "Seven", 8: "Eight", 9: "Nine", 10: "Ten"}


OWNERS_NAMED = 5
_NOTHING: Mapping[Key, Obj] = MappingProxyType({})


class Coming(NamedTuple):
    """Pods that the same submission will bring about: whose they are, and their labels."""

    namespace: str
    owner: str
    labels: Mapping[str, str]


def coming(key: Key, obj: Obj) -> Coming | None:
    """The pods a document brings about, if it does."""
    if key.resource == "pods":
        return Coming(key.namespace, key.name, labels(obj))
    template = spec(obj).get("template")
    return Coming(key.namespace, key.name, labels(template)) if isinstance(template, dict) else None


def notes(
    key: Key,
    old: Obj | None,
    new: Obj,
    world: World,
    config: ClusterConfig,
    others: Sequence[Coming] = (),
    beside: Mapping[Key, Obj] = _NOTHING,
    foresight: Foresight | None = None,
) -> list[str]:
    """`world` as it is now; the document itself is not in it yet, nor what `others` of the submission bring, nor the
    objects `beside` it. `foresight`: how it will stand with all of them."""
    if old is not None and shown(old) == shown(new):
        return ["Only the remembered manifest differs, with which the next apply compares."]
    foresight = foresight or foresee(world, [Made(key, old, new)])
    match key.resource:
        case "services":
            return [*_service(key, old, new, world, config, others), *foresight.of(key)]
        case "networkpolicies":
            return [policies.IDLE]
        case "statefulsets":
            said = [*_stateful_set(key, old, new), *_nameless(new, world, beside), *_tight(old, new, world, beside)]
        case "deployments" | "replicasets" | "replicationcontrollers":
            said = [*_replicas(key, old, new), *_tight(old, new, world, beside)]
        case "daemonsets":
            said = list(_daemon_set(old, new, world, beside))
        case "jobs":
            said = list(_job(old, new))
        case "cronjobs":
            said = list(_cron_job(new))
        case _:
            said = []
    return [*said, *foresight.of(key), *(each.said for each in faults.idle(key.kind, new))]


def _service(
    key: Key, old: Obj | None, new: Obj, world: World, config: ClusterConfig, others: Sequence[Coming]
) -> Iterator[str]:
    wanted = spec(new)
    kind = wanted.get("type", "ClusterIP")
    if kind == "ExternalName":
        yield f"Its name is an alias of {wanted.get('externalName')}."
        return
    if old is None:
        if wanted.get("clusterIP") == "None":
            yield "Headless: it gets no address; its name answers with the addresses of its pods."
        else:
            yield f"Gets a virtual address from {config.service_range}."
    selector = wanted.get("selector") or {}
    if old is not None and selector == (spec(old).get("selector") or {}):
        return
    if not selector:
        yield "Has no selector: its endpoints are to be given by hand."
        return
    pods = world.selected(PODS, key.namespace, selector)
    if pods:
        ready = sum(is_pod_ready(pod) for pod in pods)
        said = ", ".join(f"{name}={value}" for name, value in selector.items())
        yield f"Selects {_count(len(pods), 'pod')} with {said}, {ready} ready."
    elif owners := [each.owner for each in others if each.namespace == key.namespace and _holds(each, selector)]:
        more = f" and {len(owners) - OWNERS_NAMED} more" if len(owners) > OWNERS_NAMED else ""
        yield f"Will select the pods of {', '.join(owners[:OWNERS_NAMED])}{more}."


def _holds(pods: Coming, selector: Mapping[str, str]) -> bool:
    return all(pods.labels.get(name) == value for name, value in selector.items())


def _stateful_set(key: Key, old: Obj | None, new: Obj) -> Iterator[str]:
    wanted = _wanted(new)
    had = _wanted(old) if old else 0
    start = int((spec(new).get("ordinals") or {}).get("start") or 0)
    ordered = spec(new).get("podManagementPolicy", "OrderedReady") == "OrderedReady"
    first = f"{key.name}-{start + had}"
    if wanted > had:
        rest = wanted - had - 1
        if not ordered:
            yield f"{_count(wanted - had, 'pod')} created at once, from {first} on."
        elif rest == 0:
            yield f"{first} is created."
        elif rest == 1:
            yield f"{first} is created first, {key.name}-{start + had + 1} when {start + had} is Ready."
        else:
            yield f"{first} is created first, each of the {rest} others when the one before it is Ready."
        kept = spec(old).get("template") == spec(new).get("template") if old else False
        if had and kept:
            between = "and" if had == 2 else "to"
            several = f"Pods {start} {between} {start + had - 1} stay as they are."
            staying = several if had > 1 else f"Pod {start} stays as it is."
            governing = spec(new).get("serviceName")
            names = "One name appears" if rest == 0 else f"{_WORDS.get(rest + 1, rest + 1)} names appear"
            yield f"{staying} {names} under {governing}." if governing else staying
    elif wanted < had:
        last = f"{key.name}-{start + had - 1}"
        yield f"{last} ends first; {_count(had - wanted, 'pod')} in all, from the highest number down."
    if old and spec(old).get("template") != spec(new).get("template"):
        if (spec(new).get("updateStrategy") or {}).get("type") == "OnDelete":
            yield "The template changes: a pod takes it when somebody deletes the pod."
        else:
            yield "The template changes: pods are replaced one by one, from the highest number down."


def _nameless(new: Obj, world: World, beside: Mapping[Key, Obj]) -> list[str]:
    """That its pods' names will not resolve; a Service that comes with it counts."""
    where = make_key(SERVICES, namespace(new), str(spec(new).get("serviceName") or ""))
    said = nameless(new, beside.get(where) or world.get(where))
    return [f"{said}."] if said else []


def defaults(written: Obj, stored: Obj) -> list[str]:
    """What the API fills into a Service that the manifest leaves open, in one sentence or none."""
    if stored.get("kind") != "Service":
        return []
    wanted, made = spec(written), spec(stored)
    filled = [] if "type" in wanted else [f"type {made.get('type')}"]
    for given, port in zip(wanted.get("ports") or (), made.get("ports") or (), strict=False):
        said = [word for word in ("protocol", "targetPort") if word not in given and word in port]
        several = f" of port {port.get('port')}" if said and len(made["ports"]) > 1 else ""
        filled += [f"{word} {port[word]}{several}" for word in said]
    return [f"Filled in: {', '.join(filled)}."] if filled else []


def _replicas(key: Key, old: Obj | None, new: Obj) -> Iterator[str]:
    wanted, had = _wanted(new), _wanted(old) if old else 0
    if old is None:
        yield f"Makes {_count(wanted, 'pod')}."
    elif wanted != had:
        yield f"{had} pods become {wanted}."
    if old and spec(old).get("template") != spec(new).get("template") and key.resource == "deployments":
        yield "The template changes: a new ReplicaSet takes over, pod by pod."


def _tight(old: Obj | None, new: Obj, world: World, beside: Mapping[Key, Obj]) -> list[str]:
    """That quotas, of the cluster or of the same submission, let not all of its pods in."""
    more = _wanted(new) - (_wanted(old) if old else 0)
    place = namespace(new)
    said = {key: obj for key, obj in beside.items() if key.kind == RESOURCE_QUOTAS and key.namespace == place}
    quotas = {**world.bucket(RESOURCE_QUOTAS, place), **said}
    found = too_tight(new, more, quotas.values(), world) if more > 0 and quotas else ""
    return [found] if found else []


def _daemon_set(old: Obj | None, new: Obj, world: World, beside: Mapping[Key, Obj]) -> Iterator[str]:
    template = spec(new).get("template") or {}
    pod = {**(template.get("spec") or {}), "tolerations": tolerating(template.get("spec") or {})}
    said = {key: _once_ready(obj) for key, obj in beside.items() if key.kind == NODES}
    nodes = {**world.bucket(NODES), **said}
    fit = sum(verdict(pod, node).run for node in nodes.values())
    yield f"One pod on each node it may stand on: {fit} of {len(nodes)}."
    if old and spec(old).get("template") != spec(new).get("template"):
        if (spec(new).get("updateStrategy") or {}).get("type") == "OnDelete":
            yield "The template changes: a pod takes it when somebody deletes the pod."
        else:
            yield "The template changes: pods are replaced node by node."


def _once_ready(node: Obj) -> Obj:
    """A node that is yet to be made is tainted until it has said that it is ready."""
    taints = [each for each in spec(node).get("taints") or () if each.get("key") != NOT_READY_TAINT]
    return {**node, "spec": {**spec(node), "taints": taints}}


def _job(old: Obj | None, new: Obj) -> Iterator[str]:
    if old is not None:
        return
    wanted = spec(new)
    completions, parallelism = wanted.get("completions"), int(wanted.get("parallelism") or 0)
    if wanted.get("suspend"):
        yield "Suspended: makes no pods until it is resumed."
    elif completions is None:
        yield f"Runs {_count(parallelism, 'pod')} until one has ended well and all are through."
    elif completions == 1:
        yield "Runs one pod to its end."
    else:
        yield f"Runs pods until {completions} have ended well, {min(parallelism, completions)} at a time."


def _cron_job(new: Obj) -> Iterator[str]:
    zone = spec(new).get("timeZone") or "UTC"
    if spec(new).get("suspend"):
        yield "Suspended: starts no jobs until it is resumed."
    else:
        yield f"Starts a job at each time of {spec(new).get('schedule')}, {zone}."


def _wanted(obj: Obj) -> int:
    replicas = spec(obj).get("replicas")
    return 1 if replicas is None else int(replicas)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
