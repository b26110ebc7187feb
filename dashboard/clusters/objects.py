"""One object whole, for the panel: YAML, events, relations, reasons, columns, and the commands that show the same."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from cluster import yamltext
from cluster.kinds import BUILT_IN, Kind, custom
from cluster.kinds.cells import duration
from cluster.kinds.registry import Registry
from cluster.machinery.objects import NODES, PODS, SECRETS, Key, Obj, meta, resource_version, seconds, uid
from cluster.placement import usage
from cluster.watch import Mirror
from cluster.watch.moments import Moment
from cluster.world import World
from dashboard.actions import kubectl, short
from dashboard.clusters import allocation
from dashboard.clusters.moment import spoken_of
from dashboard.clusters.page import find_cluster
from dashboard.clusters.relations import relations
from dashboard.explaining import reasons_of

NO_NAMESPACE = "-"
MOST_EVENTS = 100


@require_safe
async def show(request: HttpRequest, slug: str, resource: str, namespace: str, name: str) -> JsonResponse:
    """`resource` is the plural, with its group where it has one twin: `statefulsets` or `statefulsets.apps`. With `at`,
    the object as it was at that revision."""
    kind = kind_named(resource, BUILT_IN)
    if kind is None:
        async with spoken_of(request, await find_cluster(request, slug)) as known:
            kind = kind_named(resource, custom.of(known.world))
    if kind is None:
        raise Http404(f"There is no kind of object {resource}.")
    namespace = "" if namespace == NO_NAMESPACE else namespace
    where = Key(kind.group, kind.resource, namespace, name)
    cluster = await find_cluster(request, slug, "get", kind.resource, group=kind.group, namespace=namespace, name=name)
    async with spoken_of(request, cluster) as source:
        obj = source.world.get(where)
        if obj is None:
            then = f" at revision {source.revision}" if isinstance(source, Moment) else ""
            raise Http404(f"There is no {kind.singular} {name} in {namespace or slug}{then}.")
        api = "" if isinstance(source, Moment) else address(slug, kind, where)
        return JsonResponse({**panel(kind, where, obj, source), "api": api})


def kind_named(resource: str, registry: Registry) -> Kind | None:
    plural, _, group = resource.partition(".")
    named = (kind for kind in registry.kinds if kind.stored and kind.resource == plural)
    return next((kind for kind in named if not group or kind.group == group), None)


def address(slug: str, kind: Kind, where: Key) -> str:
    """Where the cluster's API has the object."""
    root = f"/k8s/{slug}/apis/{kind.group}/{kind.version}" if kind.group else f"/k8s/{slug}/api/{kind.version}"
    space = f"/namespaces/{where.namespace}" if kind.namespaced else ""
    return f"{root}{space}/{kind.resource}/{where.name}"


def panel(kind: Kind, where: Key, obj: Obj, mirror: Mirror | Moment) -> dict[str, Any]:
    now = mirror.now()
    shown = without_noise(obj)
    related, more = relations(where, obj, mirror.world)
    reasons = reasons_of(mirror.world, where, now, mirror.config)
    return {
        "revision": mirror.revision,
        "yaml": yamltext.dump(shown),
        "object": shown,
        "events": events(obj, mirror.world, now),
        "relations": [relation._asdict() for relation in related],
        "more_relations": more,
        "reasons": [
            {"level": reason.level, "text": reason.text, "code": reason.code, "seat": reason.seat}
            for reason in reasons
            if reason.about == where
        ],
        "kubectl": [command_then(where, kind, mirror.revision)]
        if isinstance(mirror, Moment)
        else commands(where, kind),
        "columns": {column.name: column.cell(obj, now) for column in kind.columns},
        "usage": uses(where, obj, mirror.world, now),
        "allocation": [each._asdict() for each in allocation.of_node(obj, mirror.world.pods_on(where.name).values())]
        if where.kind == NODES
        else [],
    }


def uses(where: Key, obj: Obj, world: World, now: float) -> dict[str, str] | None:
    """What a pod or node uses, in the words of `kubectl top`; None for what uses nothing."""
    if where.kind == NODES:
        return _top([usage.of_node(obj, world.pods_on(where.name).values(), now)])
    used = list(usage.of_pod(obj, now).values()) if where.kind == PODS else []
    return _top(used) if used else None


def _top(used: list[usage.Usage]) -> dict[str, str]:
    cpu, memory = sum(each.cpu for each in used), sum(each.memory for each in used)
    return {"cpu": f"{cpu}m", "memory": f"{memory // 1024 // 1024}Mi"}


def without_noise(obj: Obj) -> Obj:
    """Without managedFields, as kubectl shows it."""
    if "managedFields" not in meta(obj):
        return obj
    return {**obj, "metadata": {name: value for name, value in meta(obj).items() if name != "managedFields"}}


def events(obj: Obj, world: World, now: float) -> list[dict[str, Any]]:
    """What was recorded about it, the latest first."""
    found = []
    for event in world.events_about(uid(obj)).values():
        series = event.get("series") or {}
        # Most times are told by the second, the scheduler's by the microsecond: by the second alone all are in order.
        last = (
            seconds(
                event.get("lastTimestamp")
                or series.get("lastObservedTime")
                or event.get("eventTime")
                or meta(event).get("creationTimestamp")
            )
            // 1
        )
        found.append(
            (
                (last, resource_version(event)),
                {
                    "type": event.get("type", "Normal"),
                    "reason": event.get("reason", ""),
                    "message": event.get("message") or event.get("note") or "",
                    "age": duration(max(0.0, now - last)),
                    "last": last,
                    "count": int(event.get("count") or series.get("count") or 1),
                    "source": (event.get("source") or {}).get("component") or event.get("reportingComponent") or "",
                },
            )
        )
    found.sort(key=lambda pair: pair[0], reverse=True)
    return [told for _, told in found[:MOST_EVENTS]]


def commands(where: Key, kind: Kind) -> list[str]:
    thing = short(where)
    said = [
        kubectl("get", thing, "-o", "yaml", namespace=where.namespace),
        kubectl("describe", thing, namespace=where.namespace),
    ]
    if where.kind == SECRETS:
        said.pop(0)
    return said


def command_then(where: Key, kind: Kind, revision: int) -> str:
    """kubectl's `get` has no word for a revision, the API has: a list as of exactly that one."""
    return listed_then(kind, where.namespace, revision, f"fieldSelector=metadata.name%3D{where.name}&")


def listed_then(kind: Kind, namespace: str, revision: int, query: str = "") -> str:
    """All of a kind at a revision, as kubectl can ask for them."""
    group = "api/v1" if kind.api_version == "v1" else f"apis/{kind.api_version}"
    within = f"namespaces/{namespace}/" if namespace and kind.namespaced else ""
    query += f"resourceVersion={revision}&resourceVersionMatch=Exact"
    return f"kubectl get --raw '/{group}/{within}{kind.resource}?{query}'"
