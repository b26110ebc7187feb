"""The paths below an object: its status, its scale, and the small requests that have one of their own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from cluster.api import accounts, connecting, listing, streams, writing
from cluster.api.authorization import confirm_signer
from cluster.api.bodies import check_shape, decode_apply, decode_other, decode_patch
from cluster.api.negotiation import form
from cluster.api.proxying import proxy
from cluster.api.refusals import MethodNotAllowed, UnsupportedMediaType
from cluster.api.request import Request
from cluster.api.response import Response, Stream, body, json
from cluster.api.routing import Target
from cluster.api.writeoptions import deletion, read
from cluster.containers import logs
from cluster.intents import Bind, Evict, Patch
from cluster.kinds import scale
from cluster.machinery import patch as patches
from cluster.machinery.errors import BadRequest
from cluster.machinery.objects import PODS, SIGNING_REQUESTS, Key, Obj, name, spec, uid
from cluster.machinery.patch import UNTYPED

Handler = Callable[[Request, Target], Awaitable[Response | Stream]]

_SUCCESS = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success"}


async def part(request: Request, target: Target) -> Response:
    """Read the whole object, write the part of it that the subresource is."""
    if request.method in ("GET", "HEAD"):
        return await listing.get(request, target)
    if request.method == "PUT":
        return await writing.update(request, target, target.subresource)
    if request.method == "PATCH":
        return await writing.patch(request, target, target.subresource)
    raise MethodNotAllowed


async def approval(request: Request, target: Target) -> Response:
    """Whether a request for a certificate is granted, said by who may approve what its signer signs."""
    if request.method not in ("GET", "HEAD"):
        confirm_signer(request, "approve", listing.stored(request.world, target))
    return await part(request, target)


async def state(request: Request, target: Target) -> Response:
    """The status; that of a request for a certificate is written by who may sign as its signer."""
    if target.resource.kind.group_resource == SIGNING_REQUESTS and request.method not in ("GET", "HEAD"):
        confirm_signer(request, "sign", listing.stored(request.world, target))
    return await part(request, target)


async def scaling(request: Request, target: Target) -> Response:
    """autoscaling/v1 Scale. What is written is one number, so that nobody's other change is lost."""
    shape = form(request.headers.get("accept", ""))
    await listing.fresh(request, None)
    obj = listing.stored(request.world, target)
    custom = target.resource.kind.custom
    paths = (custom and custom.scale) or scale.USUAL
    present = scale.scale_of(obj, paths)
    if request.method in ("GET", "HEAD"):
        return _scale_shown(request, present, shape)
    options = read(request, "UpdateOptions" if request.method == "PUT" else "PatchOptions")
    if request.method == "PUT":
        wanted = decode_other(request.body, writing.media(request), ("autoscaling/v1",), "Scale")
    elif request.method == "PATCH":
        wanted = _patched(request, present)
        check_shape(wanted, "autoscaling/v1", "Scale")
    else:
        raise MethodNotAllowed
    changed = scale.scaled(obj, wanted, paths)
    change = scale.change(int(spec(wanted).get("replicas") or 0), paths)
    version = changed["metadata"].get("resourceVersion")
    # A patch names a version when it is to be another's than the one it was merged into: else it asks for none.
    if version and (request.method == "PUT" or version != present["metadata"].get("resourceVersion")):
        change["metadata"] = {"resourceVersion": version}
    intent = Patch(target.key, "merge", change, "scale", uid(obj), manager=options.manager)
    result = await writing.store(request, intent, dry_run=options.dry_run)
    assert result.object is not None
    return _scale_shown(request, scale.scale_of(result.object, paths), shape)


def _patched(request: Request, present: Obj) -> Obj:
    how = writing.PATCHES.get(writing.media(request))
    if how == "merge":
        return patches.merge(present, decode_patch(request.body).value)
    if how == "json":
        return patches.json_patch(present, decode_patch(request.body, "json").value)
    if how in ("strategic", "apply"):
        change = decode_apply(request.body)[0] if how == "apply" else decode_patch(request.body, "strategic").value
        return patches.strategic(present, change, UNTYPED)
    raise UnsupportedMediaType


def _scale_shown(request: Request, obj: Obj, shape: Any) -> Response:
    if shape.shape != "table":
        return body(obj, shape.media)
    shown: Obj | None = {"kind": "PartialObjectMetadata", "apiVersion": shape.meta_version, "metadata": obj["metadata"]}
    include = listing.included(request)
    if include != "Metadata":
        shown = obj if include == "Object" else None
    cells = [column.cell(obj, request.mirror.now()) for column in scale.COLUMNS]
    columns = [
        {"name": column.name, "type": column.type, "format": "", "description": column.description, "priority": 0}
        for column in scale.COLUMNS
    ]
    about = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
    table = {"kind": "Table", "apiVersion": shape.meta_version, "metadata": about, "columnDefinitions": columns}
    return body({**table, "rows": [{"cells": cells, "object": shown}]}, shape.media)


async def binding(request: Request, target: Target) -> Response:
    """A scheduler's decision: this pod, that node."""
    options = read(request, "CreateOptions")
    given = decode_other(request.body, writing.media(request), ("v1",), "Binding")
    return await bind(request, target, given, dry_run=options.dry_run)


async def bind(request: Request, target: Target, given: Obj, *, dry_run: bool) -> Response:
    node = str((given.get("target") or {}).get("name") or "")
    if not node:
        raise BadRequest("Binding: target.name: Required value: the name of a node")
    named = name(given)
    if named and named != target.name:
        raise BadRequest(f"the name of the object ({named}) does not match the name on the URL ({target.name})")
    key = Key(PODS.group, PODS.resource, target.namespace, target.name)
    await writing.store(request, Bind(key, uid(given), node), dry_run=dry_run)
    return json({**_SUCCESS, "code": 201}, 201)


async def eviction(request: Request, target: Target) -> Response:
    """A deletion that asks the disruption budgets first."""
    options = read(request, "CreateOptions")
    given = decode_other(request.body, writing.media(request), ("policy/v1", "policy/v1beta1"), "Eviction")
    named = name(given)
    if named and named != target.name:
        raise BadRequest(f"name in URL does not match name in Eviction object: {named} is not {target.name}")
    wanted = deletion(request, given.get("deleteOptions") or {})
    intent = Evict(target.key, wanted.uid, wanted.grace_seconds)
    await writing.store(request, intent, dry_run=options.dry_run or wanted.dry_run)
    return json({**_SUCCESS, "code": 201}, 201)


async def log(request: Request, target: Target) -> Response | Stream:
    """What a container wrote: as it is now, or as it comes until the container ends."""
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed
    given = {field: request.first(field) for field, _ in request.query}
    wanted = logs.wanted(given, target.name, request.mirror.now())
    await listing.fresh(request, None)
    pod, container = listing.stored(request.world, target), request.first("container")
    previous, follow = request.flag("previous"), request.flag("follow")
    pieces = await logs.opened(request.mirror, pod, container, wanted, previous=previous, follow=follow)
    if follow:
        return Stream(pieces, "text/plain")
    return Response(b"".join([piece async for piece in pieces]), content_type="text/plain")


async def stream(request: Request, target: Target) -> Response:
    """Asked for without a WebSocket."""
    await listing.fresh(request, None)
    await connecting.confirm(request, target)
    raise streams.refusal(request, target)


async def proxied(request: Request, target: Target) -> Response | Stream:
    await listing.fresh(request, None)
    await connecting.confirm(request, target)
    return await proxy(request, target)


SUBRESOURCES: dict[str, Handler] = {
    "status": state,
    "finalize": part,
    "approval": approval,
    "ephemeralcontainers": part,
    "resize": part,
    "scale": scaling,
    "binding": binding,
    "eviction": eviction,
    "token": accounts.token,
    "log": log,
    "exec": stream,
    "attach": stream,
    "portforward": stream,
    "proxy": proxied,
}
