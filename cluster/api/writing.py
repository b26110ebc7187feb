"""Writing: from a request to an intent, through the store, to an answer that shows what is there now."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, Literal

from cluster.api.authorization import confirm_roles
from cluster.api.bodies import decode, decode_apply, decode_options, decode_patch
from cluster.api.listing import matching, shown, shown_list
from cluster.api.negotiation import form
from cluster.api.options import selection
from cluster.api.refusals import MethodNotAllowed, UnsupportedMediaType
from cluster.api.request import Request
from cluster.api.response import Response, body
from cluster.api.routing import Target
from cluster.api.versions import as_stored
from cluster.api.writeoptions import WriteOptions, deletion, read
from cluster.config import patience
from cluster.intents import Apply, Create, Delete, Intent, Patch, ServerApply, Update
from cluster.kinds import by_kind
from cluster.kinds.kind import Asker
from cluster.machinery.errors import BadRequest, NotFound
from cluster.machinery.objects import PODS, ROLES, GroupResource, Key, Obj
from cluster.store import CommitRefused, commit, written
from cluster.store.commit import Group, Outcome, Result, commit_groups
from cluster.watch import Ended, Subscription

_MADE_BY_PUT = frozenset(
    GroupResource(group, resource)
    for group, resource in (
        ("", "services"),
        ("", "endpoints"),
        ("", "events"),
        ("", "limitranges"),
        ("coordination.k8s.io", "leases"),
        ("rbac.authorization.k8s.io", "roles"),
        ("rbac.authorization.k8s.io", "rolebindings"),
        ("rbac.authorization.k8s.io", "clusterroles"),
        ("rbac.authorization.k8s.io", "clusterrolebindings"),
    )
)
"""A PUT to what is not there makes it; for all other kinds it is not found."""
_TOLD_WHEN_GONE = frozenset(
    GroupResource("", resource)
    for resource in (
        "pods",
        "services",
        "serviceaccounts",
        "resourcequotas",
        "persistentvolumes",
        "persistentvolumeclaims",
        "podtemplates",
    )
)
"""What a DELETE answers with as it was last, even when it is gone; of other kinds only that it succeeded."""

GONE_SECONDS = 0.25
PatchKind = Literal["merge", "strategic", "json", "apply"]
PATCHES: dict[str, PatchKind] = {
    "application/json-patch+json": "json",
    "application/merge-patch+json": "merge",
    "application/strategic-merge-patch+json": "strategic",
    "application/apply-patch+yaml": "apply",
}


_NO_MERGING = (
    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, "
    "application/merge-patch+json, application/apply-patch+yaml"
)
"""Nothing says how the lists of a custom kind are merged."""


def media(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def store(request: Request, intent: Intent, *, dry_run: bool = False) -> Result:
    """Commit one intent; the mirror shows it when this returns. ApiError."""
    if _is_a_role(intent):
        tried = (await _commit(request, intent, dry_run=True)).results[0]
        confirm_roles(request, _key_of(tried), tried.object, tried.old)
    outcome = await _commit(request, intent, dry_run=dry_run)
    await request.mirror.reached(outcome.revision)
    result = outcome.results[0]
    request.warnings.extend(result.warnings)
    return result


async def _commit(request: Request, intent: Intent, *, dry_run: bool) -> Outcome:
    try:
        outcome = await written(
            commit,
            request.cluster,
            [intent],
            author=request.user.name,
            cause=cause(request),
            dry_run=dry_run,
            asker=asker(request),
        )
    except CommitRefused as refused:
        await _webhooks_time(request, refused.seconds)
        raise refused.error from refused
    await _webhooks_time(request, outcome.seconds)
    return outcome


async def _webhooks_time(request: Request, seconds: float) -> None:
    """What webhooks took to answer, the client waits for; a commit does not, since others wait for it."""
    if seconds:
        await asyncio.sleep(patience(request.config.pace, seconds))


def _is_a_role(intent: Intent) -> bool:
    """What gives rights is looked at as it would be stored, before it is."""
    group = str(intent.obj.get("apiVersion") or "") if isinstance(intent, Create | Update | Apply) else intent.key.group
    return group.partition("/")[0] == ROLES.group and not isinstance(intent, Delete)


def _key_of(tried: Result) -> Key:
    obj = tried.object or tried.old or {}
    kind = by_kind(str(obj.get("apiVersion")), str(obj.get("kind")))
    assert kind is not None
    return kind.key(obj)


def asker(request: Request) -> Asker:
    user = request.user
    return Asker(user.name, user.groups, user.uid, user.extra, user.owner)


def cause(request: Request) -> str:
    """What the log says was the reason: the client's own name for its command, or the method."""
    return request.headers.get("kubectl-command", "") or f"{request.method} {request.path}"


async def create(request: Request, target: Target) -> Response:
    if target.resource.kind.namespaced and not target.namespace:
        raise MethodNotAllowed
    shape = form(request.headers.get("accept", ""))
    options = read(request, "CreateOptions")
    obj = placed(body_of(request, target, options), target)
    result = await store(request, Create(obj, options.manager), dry_run=options.dry_run)
    return shown(request, target, _left(result, dry_run=options.dry_run), shape, 201)


def body_of(request: Request, target: Target, options: WriteOptions) -> Obj:
    """The object in a request's body, in its stored version, unless it is to be judged by its own."""
    resource = target.resource
    obj, warnings = decode(
        request.body, media(request), resource.kind, options.validation, api_version=resource.api_version
    )
    request.warnings.extend(warnings)
    return obj if resource.kind.custom or resource.kind.stricter else as_stored(obj, resource)


def placed(obj: Obj, target: Target) -> Obj:
    """The object in the namespace, and under the name, that the path says. BadRequest where it says otherwise."""
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    if target.name:
        given = metadata.get("name") or ""
        if given and given != target.name:
            raise BadRequest(f"the name of the object ({given}) does not match the name on the URL ({target.name})")
        metadata = {**metadata, "name": target.name}
    given = metadata.get("namespace") or ""
    if given and given != target.namespace:
        raise BadRequest("the namespace of the provided object does not match the namespace sent on the request")
    if target.namespace:
        metadata = {**metadata, "namespace": target.namespace}
    return {**obj, "metadata": metadata}


async def update(request: Request, target: Target, subresource: str = "") -> Response:
    shape = form(request.headers.get("accept", ""))
    options = read(request, "UpdateOptions")
    obj = placed(body_of(request, target, options), target)
    makes = not subresource and target.resource.kind.group_resource in _MADE_BY_PUT
    if makes and request.world.get(target.key) is None:
        result = await store(request, Create(obj, options.manager), dry_run=options.dry_run)
        return shown(request, target, _left(result, dry_run=options.dry_run), shape, 201)
    intent = Update(obj, subresource, options.manager)
    result = await store(request, intent, dry_run=options.dry_run)
    return shown(request, target, _left(result, dry_run=options.dry_run), shape)


def _left(result: Result, *, dry_run: bool = False) -> Obj:
    """What is there now; what was there last when the write let it go. What a dry run made has no revision, for it is
    nowhere; what it changed keeps the one it had."""
    obj = next((each for each in (result.object, result.last, result.old) if each is not None), None)
    assert obj is not None
    if not dry_run or result.object is None:
        return obj
    known = result.old["metadata"].get("resourceVersion") if result.old is not None else None
    metadata = {name: value for name, value in obj["metadata"].items() if name != "resourceVersion"}
    return {**obj, "metadata": {**metadata, "resourceVersion": known} if known else metadata}


async def patch(request: Request, target: Target, subresource: str = "") -> Response:
    how = PATCHES.get(media(request))
    if how is None:
        raise UnsupportedMediaType
    if how == "strategic" and target.resource.kind.custom:
        raise UnsupportedMediaType(_NO_MERGING)
    shape = form(request.headers.get("accept", ""))
    options = read(request, "PatchOptions", apply=how == "apply")
    intent: Patch | ServerApply
    if how == "apply":
        config, warnings = decode_apply(request.body, options.validation)
        request.warnings.extend(warnings)
        intent = ServerApply(
            target.key, config, options.manager, options.force, subresource, target.resource.api_version
        )
    else:
        change, found = decode_patch(request.body, how, options.validation)
        intent = Patch(
            target.key,
            how,
            change,
            subresource,
            api_version=target.resource.api_version,
            manager=options.manager,
            validation=options.validation,
            found=found,
        )
    result = await store(request, intent, dry_run=options.dry_run)
    created = result.old is None and result.object is not None
    return shown(request, target, _left(result, dry_run=options.dry_run), shape, 201 if created else 200)


async def delete(request: Request, target: Target) -> Response:
    shape = form(request.headers.get("accept", ""))
    options = deletion(request, decode_options(request.body, media(request)))
    intent = Delete(target.key, options.uid, options.resource_version, options.propagation, options.grace_seconds)
    subscription = await request.hub.subscribe(request.cluster) if _goes_at_once(request, target) else None
    try:
        result = await store(request, intent, dry_run=options.dry_run)
        if subscription is not None and result.object is not None and not options.dry_run:
            await _gone(subscription, target)
    finally:
        if subscription is not None:
            subscription.close()
    kind = target.resource.kind
    if result.object is None and kind.group_resource not in _TOLD_WHEN_GONE:
        return body(_success(target, _left(result)), shape.media)
    return shown(request, target, _left(result), shape)


def _goes_at_once(request: Request, target: Target) -> bool:
    """Where pods take no time, one that is deleted may be there again under its name before kubectl has begun to wait
    for its end; then it would wait for ever. So the answer comes when the pod is gone."""
    return request.config.pace == "instant" and target.resource.kind.group_resource == PODS


async def _gone(subscription: Subscription, target: Target) -> None:
    """Until the object is removed; not for long, since what is paused or held back does not go."""
    with contextlib.suppress(TimeoutError, Ended):
        async with asyncio.timeout(GONE_SECONDS):
            async for batch in subscription:
                if any(change.type == "DELETED" and change.key == target.key for change in batch.changes):
                    return


def _success(target: Target, obj: Obj) -> dict[str, Any]:
    details: dict[str, Any] = {"name": target.name}
    if target.group:
        details["group"] = target.group
    details |= {"kind": target.resource.resource, "uid": obj["metadata"].get("uid", "")}
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "details": details}


async def delete_collection(request: Request, target: Target) -> Response:
    """All that is selected, each by itself; what is gone meanwhile is no error."""
    shape = form(request.headers.get("accept", ""), listed=True)
    options = deletion(request, decode_options(request.body, media(request)))
    chosen = matching(request.world, target, selection(request, target))
    intents = [
        Delete(key, options.uid, options.resource_version, options.propagation, options.grace_seconds)
        for key, _ in chosen
    ]
    if intents and not options.dry_run:
        outcome: Outcome = await written(
            commit_groups,
            request.cluster,
            [Group([intent]) for intent in intents],
            author=request.user.name,
            cause=cause(request),
            asker=asker(request),
        )
        await request.mirror.reached(outcome.revision)
        for result in outcome.results:
            if result.error is not None and not isinstance(result.error, NotFound):
                raise result.error
    elif intents:
        for intent in intents:
            await store(request, intent, dry_run=True)
    metadata = {"resourceVersion": str(request.world.revision)}
    return shown_list(request, target, [obj for _, obj in chosen], metadata, shape)
