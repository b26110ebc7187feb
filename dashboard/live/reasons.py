"""The reasons of a cluster's objects, kept up to date: which to recompute after a change, and whose text is new.

Pure but for the `explain` it is given. Reasons of one object may come from several keys' plans (a StatefulSet's plan
speaks of its pods), so they are kept by both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.kinds import poddisruptionbudget
from cluster.machinery.objects import (
    AUTOSCALERS,
    CLAIMS,
    CRON_JOBS,
    DAEMON_SETS,
    DEPLOYMENTS,
    DISRUPTION_BUDGETS,
    ENDPOINT_SLICES,
    INGRESSES,
    JOBS,
    NAMESPACES,
    NETWORK_POLICIES,
    NODES,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    SERVICES,
    STATEFUL_SETS,
    Key,
    Obj,
    annotations_of,
    condition,
    key,
    labels,
    spec,
)
from cluster.network.ingresses import services_of
from cluster.plan import Reason
from cluster.world import SERVICE_NAME_LABEL, World
from dashboard.frames import OWNER_RESOURCES, id_of, owners_of

Explain = Callable[[World, Key, float, ClusterConfig], list[Reason]]

_WORKLOADS = frozenset({STATEFUL_SETS, DEPLOYMENTS, REPLICA_SETS, REPLICATION_CONTROLLERS, DAEMON_SETS})
_OTHERS = frozenset(
    {PODS, SERVICES, CLAIMS, NAMESPACES, DISRUPTION_BUDGETS, AUTOSCALERS, JOBS, CRON_JOBS, INGRESSES}
) | {NETWORK_POLICIES}
EXPLAINED = _WORKLOADS | _OTHERS


class Reasons:
    def __init__(self, explain: Explain) -> None:
        self._explain = explain
        self._waiting: dict[Key, None] = {}
        self._by_source: dict[Key, dict[str, list[dict[str, Any]]]] = {}
        self._by_object: dict[str, dict[Key, list[dict[str, Any]]]] = {}

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def begin(self, world: World) -> None:
        """Everything is to be explained."""
        for kind in EXPLAINED:
            self._waiting.update(dict.fromkeys(world.bucket(kind)))

    def touch(self, change: Change, old: Obj | None, world: World) -> None:
        for where in concerned(change, old, world):
            self._waiting[where] = None

    def doubtful(self) -> None:
        """Look again at what waits or fails, and at when a CronJob is next due: time alone may have changed it."""
        for where, said in self._by_source.items():
            if where.kind == CRON_JOBS or any(
                reason["level"] in ("wait", "fail") for each in said.values() for reason in each
            ):
                self._waiting[where] = None

    def settle(self, world: World, now: float, config: ClusterConfig, go_on: Callable[[], bool]) -> dict[str, Any]:
        """Recompute what waits while `go_on()`; returns id -> reasons of the objects whose reasons changed."""
        changed: dict[str, Any] = {}
        while self._waiting and go_on():
            where = next(iter(self._waiting))
            del self._waiting[where]
            for about in self._update(where, self._said(world, where, now, config)):
                changed[about] = self.of(about)
        return changed

    def of(self, about: str) -> list[dict[str, Any]]:
        return [reason for said in self._by_object.get(about, {}).values() for reason in said]

    def all(self) -> dict[str, Any]:
        return {about: self.of(about) for about in self._by_object}

    def _said(self, world: World, where: Key, now: float, config: ClusterConfig) -> dict[str, list[dict[str, Any]]]:
        said: dict[str, list[dict[str, Any]]] = {}
        if where not in world:
            return said
        for reason in self._explain(world, where, now, config):
            told = {"level": reason.level, "text": reason.text, "code": reason.code, "seat": reason.seat}
            said.setdefault(id_of(reason.about), []).append(told)
        return said

    def _update(self, where: Key, said: dict[str, list[dict[str, Any]]]) -> Iterator[str]:
        before = self._by_source.get(where, {})
        if said == before:
            return
        if said:
            self._by_source[where] = said
        else:
            del self._by_source[where]
        for about in {**before, **said}:
            if said.get(about) == before.get(about):
                continue
            sources = self._by_object.setdefault(about, {})
            if about in said:
                sources[where] = said[about]
            else:
                sources.pop(where, None)
            if not sources:
                del self._by_object[about]
            yield about


def concerned(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """The keys whose reasons may read differently after this change."""
    where = change.key
    found: dict[Key, None] = {}
    if where.kind in EXPLAINED:
        found[where] = None
    for obj in filter(None, (change.object, old)):
        _owners(where, obj, world, found)
        if where.kind == PODS:
            _selecting(where.namespace, obj, world, found)
        elif where.kind == ENDPOINT_SLICES and (service := labels(obj).get(SERVICE_NAME_LABEL)):
            found[key(SERVICES, where.namespace, service)] = None
    if where.kind == CLAIMS:
        found.update(dict.fromkeys(world.pods_using_claim(where.namespace, where.name)))
    elif where.kind == NODES:
        unplaced = (each for each, pod in world.bucket(PODS).items() if not spec(pod).get("nodeName"))
        found.update(dict.fromkeys(unplaced))
        if old is None or change.type == "DELETED" or _standing(old) != _standing(change.object):
            found.update(dict.fromkeys((*world.pods_on(where.name), *world.bucket(DAEMON_SETS))))
    elif where.kind == SERVICES:
        for each, workload in world.bucket(STATEFUL_SETS, where.namespace).items():
            if spec(workload).get("serviceName") == where.name:
                found[each] = None
        for each, ingress in world.bucket(INGRESSES, where.namespace).items():
            if where.name in services_of(ingress):
                found[each] = None
    return found


def _standing(node: Obj) -> tuple[object, ...]:
    """What of a node the reasons of its pods and of DaemonSets speak of; heartbeats change none of it."""
    return spec(node), labels(node), annotations_of(node), (condition(node, "Ready") or {}).get("status")


def _owners(where: Key, obj: Obj, world: World, found: dict[Key, None]) -> None:
    for owner in owners_of(where.namespace, obj, world):
        if kind := OWNER_RESOURCES.get(owner["kind"]):
            found[key(kind, where.namespace, owner["name"])] = None


def _selecting(namespace: str, pod: Obj, world: World, found: dict[Key, None]) -> None:
    tags = labels(pod)
    for each, service in world.bucket(SERVICES, namespace).items():
        selector = spec(service).get("selector")
        if selector and all(tags.get(name) == value for name, value in selector.items()):
            found[each] = None
    for each, budget in world.bucket(DISRUPTION_BUDGETS, namespace).items():
        if poddisruptionbudget.selects(budget, pod):
            found[each] = None
