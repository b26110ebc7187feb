"""What will be said of Services and Ingresses once a submission is stored: the world as it will stand then, and those
who give the reasons of the map asked about it. Pure.

Pods that are yet to be made are stood in for by one of each workload, `web-0` of a StatefulSet, `web-…` of any other;
whether they become Ready is the cluster's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from cluster.controllers import backends
from cluster.machinery.objects import (
    DAEMON_SETS,
    DEPLOYMENTS,
    INGRESSES,
    JOBS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    SERVICES,
    STATEFUL_SETS,
    Key,
    Obj,
    key,
    labels,
    spec,
    uid,
)
from cluster.network import ingresses
from cluster.nodes import unanswered
from cluster.plan import Reason
from cluster.world import World

MAKERS = frozenset({DEPLOYMENTS, STATEFUL_SETS, REPLICA_SETS, REPLICATION_CONTROLLERS, DAEMON_SETS, JOBS})
_TOLD = frozenset({SERVICES, INGRESSES, PODS}) | MAKERS


class Made(NamedTuple):
    """An object of the submission, and what stands in its place now."""

    where: Key
    old: Obj | None
    new: Obj


class Foresight(NamedTuple):
    """How the cluster stands now, and how it will once the submission is stored."""

    before: World
    after: World
    beyond: Mapping[Key, Sequence[str]]
    """What becomes of Services that are not in the submission, by the objects that bring it about."""

    def of(self, where: Key) -> list[str]:
        """What is wrong with the Service or Ingress then, and what becomes of others by what `where` changes."""
        return [*(each.text for each in _reasons(self.after, where)), *self.beyond.get(where, ())]


def foresee(world: World, made: Sequence[Made]) -> Foresight:
    """`world` as it is now."""
    if not any(each.where.kind in _TOLD for each in made):
        return Foresight(world, world, {})
    after = world.copy()
    for each in made:
        after.put(each.where, each.new)
        if each.where.kind in MAKERS:
            _replace_pods(after, each)
    return Foresight(world, after, _beyond(world, after, made))


def _replace_pods(after: World, made: Made) -> None:
    """Those of the workload that stay, else one that stands in for all that come."""
    where, old, new = made
    template = spec(new).get("template") or {}
    pods = list(_pods_of(after, where, old)) if old is not None else []
    wanted = spec(new).get("replicas") != 0
    if wanted and pods and old is not None and spec(old).get("template") == template:
        return
    for pod in pods:
        after.drop(pod)
    if wanted:
        start = int((spec(new).get("ordinals") or {}).get("start") or 0)
        called = f"{where.name}-{start if where.kind == STATEFUL_SETS else '…'}"
        metadata = {**(template.get("metadata") or {}), "name": called, "namespace": where.namespace}
        standing_in = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template.get("spec") or {}}
        after.put(key(PODS, where.namespace, called), standing_in)


def _pods_of(world: World, where: Key, owner: Obj) -> Iterator[Key]:
    for each, owned in world.owned_by(uid(owner)).items():
        if each.kind == PODS:
            yield each
        elif where.kind == DEPLOYMENTS:
            yield from _pods_of(world, each, owned)


def _reasons(world: World, where: Key) -> Iterator[Reason]:
    """What is not as it should be, in the words it has on the map."""
    found: Iterable[Reason] = ()
    if where.kind == INGRESSES:
        found = ingresses.reasons(world, where)
    elif where.kind == SERVICES and (service := world.get(where)) is not None:
        pods = backends.selected_pods(world, service)
        found = (*backends.reasons(world, service, pods), *unanswered.reasons(world, where))
    return (each for each in found if each.level != "ok")


def _beyond(before: World, after: World, made: Sequence[Made]) -> dict[Key, list[str]]:
    """Services of the cluster that are worse off then, by the first object that their pods come of."""
    named = {each.where for each in made}
    found: dict[Key, list[str]] = {}
    for namespace in {each.where.namespace for each in made if each.where.kind in MAKERS and each.old is not None}:
        for where, service in after.bucket(SERVICES, namespace).items():
            selector = spec(service).get("selector") or {}
            cause = next((each.where for each in made if _selected(selector, each, namespace)), None)
            if where in named or cause is None:
                continue
            known = {each.code for each in _reasons(before, where)}
            worse = [each for each in _reasons(after, where) if each.level != "info" and each.code not in known]
            found.setdefault(cause, []).extend(f"Service {where.name}: {each.text}" for each in worse)
    return found


def _selected(selector: Mapping[str, str], made: Made, namespace: str) -> bool:
    """Whether the Service selects what the workload makes, or what it made."""
    if not selector or made.where.kind not in MAKERS or made.where.namespace != namespace:
        return False
    templates = (spec(each).get("template") or {} for each in (made.old, made.new) if each is not None)
    return any(selector.items() <= labels(each).items() for each in templates)
