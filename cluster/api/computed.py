"""Reading what is worked out when it is asked for: the control plane's health, what nodes and pods use."""

from __future__ import annotations

from collections.abc import Callable

from cluster.api import listing, options
from cluster.api.negotiation import form
from cluster.api.request import Request
from cluster.api.response import Response
from cluster.api.routing import Target
from cluster.kinds import by_resource
from cluster.kinds.componentstatus import component_statuses
from cluster.kinds.metrics import GROUP
from cluster.machinery.errors import NotFound
from cluster.machinery.objects import GroupResource, Obj
from cluster.nodes import metrics
from cluster.world import World

_Source = Callable[[Request, Target], list[Obj]]

_SOURCES: dict[GroupResource, _Source] = {
    GroupResource("", "componentstatuses"): lambda request, target: component_statuses(),
    GroupResource(GROUP, "nodes"): lambda request, target: metrics.of_nodes(request.world, request.mirror.now()),
    GroupResource(GROUP, "pods"): lambda request, target: metrics.of_pods(
        request.world, request.mirror.now(), target.namespace or None
    ),
}
_CALLED = {"NodeMetrics": "nodemetrics", "PodMetrics": "podmetrics"}
"""What a missing one is called in the refusal, where that is not its resource."""


async def answer(request: Request, target: Target) -> Response:
    """One of them (NotFound), or those that the selectors leave, always all at once."""
    if not target.name:
        shape = form(request.headers.get("accept", ""), listed=True)
        selection = options.read(request, target).selection
        found = listing.matching(_world(request, target), target, selection)
        return listing.shown_list(request, target, [obj for _, obj in found], {}, shape)
    shape = form(request.headers.get("accept", ""))
    obj = _world(request, target).get(target.key)
    if obj is None:
        kind = target.resource.kind
        called = f"{target.namespace}/{target.name}" if kind.group == GROUP and target.namespace else target.name
        raise NotFound(_CALLED.get(kind.kind, kind.resource), called, kind.group)
    return listing.shown(request, target, obj, shape)


def _world(request: Request, target: Target) -> World:
    kind = target.resource.kind
    made = World()
    for obj in _SOURCES[kind.group_resource](request, target):
        made.put(kind.key(obj), obj)
    return made


assert all(by_resource(each) is not None for each in _SOURCES)
