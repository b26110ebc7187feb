"""APIServices: one for each group and version that is served here, and whether each can be asked.

Those of custom kinds come and go with the definitions. One that names a Service is told whether that has endpoints;
nobody is asked through it, so it is never told to be available for more than metrics, which are measured here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache

from cluster.bootstrap.apiservices import AUTO_MANAGED, api_services, name_of, of_custom_kinds
from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    API_SERVICES,
    CUSTOM_DEFINITIONS,
    ENDPOINT_SLICES,
    SERVICES,
    Key,
    Obj,
    condition,
    is_terminating,
    key,
    labels,
    name,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

NAME = "apiservice-registration-controller"
_METRICS = "v1beta1.metrics.k8s.io"
_SERVICE_LABEL = "kubernetes.io/service-name"
_LOCAL = ("True", "Local", "Local APIServices are always available")
_PASSED = ("True", "Passed", "all checks passed")


@cache
def _own() -> dict[str, Obj]:
    return {name(obj): obj for obj in api_services()}


def keys(change: Change, old: Obj | None, world: World) -> Iterator[Key]:
    match change.key.kind:
        case k if k == API_SERVICES:
            yield change.key
        case k if k == CUSTOM_DEFINITIONS:
            found = {each for obj in (change.object, old) if obj is not None for each in _versions(obj)}
            yield from (_key(name_of(each)) for each in sorted(found))
        case k if k == SERVICES:
            yield from _naming(world, change.key.namespace, change.key.name)
        case k if k == ENDPOINT_SLICES:
            yield from _naming(world, change.key.namespace, labels(change.object).get(_SERVICE_LABEL, ""))


def _key(called: str) -> Key:
    return key(API_SERVICES, "", called)


def _naming(world: World, namespace: str, service: str) -> Iterator[Key]:
    for where, obj in world.bucket(API_SERVICES, "").items():
        named = spec(obj).get("service")
        if named and (named.get("namespace"), named.get("name")) == (namespace, service):
            yield where


def every(world: World) -> Iterable[Key]:
    served = [_key(name_of(each)) for each in sorted(_custom(world))]
    return list(dict.fromkeys([*map(_key, _own()), *served, *world.bucket(API_SERVICES, "")]))


def _versions(definition: Obj) -> Iterator[str]:
    given = spec(definition)
    yield from (f"{given.get('group')}/{each['name']}" for each in given.get("versions") or () if each.get("served"))


def _custom(world: World) -> dict[str, str]:
    """apiVersion -> the name of its APIService, of all that definitions serve."""
    found = (each for obj in world.bucket(CUSTOM_DEFINITIONS, "").values() for each in _versions(obj))
    return {each: name_of(each) for each in found}


def plan(world: World, where: Key, now: float, config: ClusterConfig) -> Plan:
    """Make the APIService of what is served, delete that of what is not any more, and tell whether it can be asked."""
    present = world.get(where)
    wanted = _own().get(where.name) or _of_custom(world, where.name)
    if present is None:
        return Plan((Action(Create(wanted), may_fail=True),)) if wanted is not None else NOTHING
    if is_terminating(present):
        return NOTHING
    if wanted is None and labels(present).get(AUTO_MANAGED) == "true":
        return Plan((Action(Delete(where, uid(present)), may_fail=True),))
    told = _told(present, _availability(world, present), now)
    return Plan((Action(Update(told, "status"), may_fail=True),)) if told is not present else NOTHING


def _of_custom(world: World, called: str) -> Obj | None:
    return next((of_custom_kinds(each) for each, its in _custom(world).items() if its == called), None)


def _availability(world: World, obj: Obj) -> tuple[str, str, str]:
    """(status, reason, message)"""
    named = spec(obj).get("service")
    if not named:
        return _LOCAL
    place, service = str(named.get("namespace")), str(named.get("name"))
    about = f'service/{service} in "{place}"'
    found = world.find(SERVICES, place, service)
    if found is None:
        return "False", "ServiceNotFound", f"{about} is not present"
    port = next((each for each in spec(found).get("ports") or () if each.get("port") == named.get("port", 443)), None)
    if port is None:
        return "False", "ServicePortError", f"{about} is not listening on port {named.get('port', 443)}"
    if spec(found).get("type") != "ExternalName" and not _has_ready(world, place, service):
        called = port.get("name") or ""
        return "False", "MissingEndpoints", f'endpoints for {about} have no addresses with port name "{called}"'
    if name(obj) == _METRICS:
        return _PASSED
    group, version = spec(obj).get("group"), spec(obj).get("version")
    url = f"https://{service}.{place}.svc:{named.get('port', 443)}/apis/{group}/{version}"
    message = f"failing or missing response from {url}: aggregated APIs are not asked in this cluster"
    return "False", "FailedDiscoveryCheck", message


def _has_ready(world: World, namespace: str, service: str) -> bool:
    return any(
        (endpoint.get("conditions") or {}).get("ready") is not False
        for each in world.bucket(ENDPOINT_SLICES, namespace).values()
        if labels(each).get(_SERVICE_LABEL) == service
        for endpoint in each.get("endpoints") or ()
    )


def _told(obj: Obj, wanted: tuple[str, str, str], now: float) -> Obj:
    before = condition(obj, "Available") or {}
    if (before.get("status"), before.get("reason"), before.get("message")) == wanted:
        return obj
    value, reason, message = wanted
    since = before.get("lastTransitionTime") if before.get("status") == value else timestamp(now)
    made = {"type": "Available", "status": value, "lastTransitionTime": since, "reason": reason, "message": message}
    return {**obj, "status": {**status(obj), "conditions": [made]}}


CONTROLLER = Controller(NAME, keys, every, plan)
