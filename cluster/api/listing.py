"""Reading: one object, or a collection in pages, from the process's mirror of the cluster."""

from __future__ import annotations

from time import time as wall
from typing import Any, cast

from cluster.api import pages, tables
from cluster.api.negotiation import Form, form
from cluster.api.options import ListOptions, Selection, revision
from cluster.api.refusals import TooLargeRevision
from cluster.api.remembered import Pages
from cluster.api.request import Request
from cluster.api.response import Response, body
from cluster.api.routing import Target
from cluster.api.versions import as_served
from cluster.kinds import ownership
from cluster.machinery.errors import Gone, NotFound
from cluster.machinery.objects import Key, Obj
from cluster.store import read
from cluster.store.past import at
from cluster.world import World

Entry = tuple[Key, Obj]

_pages = Pages()


async def get(request: Request, target: Target) -> Response:
    """One object, as such, as a table or as its metadata alone."""
    shape = form(request.headers.get("accept", ""))
    await fresh(request, revision(text) if (text := request.first("resourceVersion")) else None)
    return shown(request, target, stored(request.world, target), shape)


def stored(world: World, target: Target) -> Obj:
    """NotFound when it is not there."""
    obj = world.get(target.key)
    if obj is None:
        raise NotFound(target.resource.kind.resource, target.name, target.group)
    return obj


def shown(request: Request, target: Target, obj: Obj, shape: Form, code: int = 200) -> Response:
    """An object in the form that was asked for."""
    kind = target.resource.kind
    if shape.shape == "table":
        about = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        include = included(request)
        if include == "Object":
            obj = as_served(obj, target.resource)
        return body(tables.table([obj], kind, request.mirror.now(), shape, include, about), shape.media, code)
    if shape.shape == "metadata":
        return body(tables.partial(obj, shape), shape.media, code)
    return body(as_served(ownership.shown(kind, obj), target.resource), shape.media, code)


def included(request: Request) -> tables.Include:
    asked = request.first("includeObject") or "Metadata"
    return cast("tables.Include", asked if asked in ("Metadata", "Object", "None") else "Metadata")


async def collection(request: Request, target: Target, options: ListOptions) -> Response:
    """A list: at the present revision, at an exact one, or the page after another."""
    shape = form(request.headers.get("accept", ""), listed=True)
    entries, at_revision, began = await _entries(request, target, options)
    metadata: dict[str, Any] = {"resourceVersion": str(at_revision)}
    if options.limit and len(entries) > options.limit:
        rest = entries[options.limit :]
        entries = entries[: options.limit]
        last = entries[-1][0]
        place = pages.Place(at_revision, (last.namespace, last.name), began)
        metadata["continue"] = pages.token(place, across=not target.namespace)
        _pages.keep(_page(request, target, options, place), rest)
        if options.selection.everything:
            metadata["remainingItemCount"] = len(rest)
    return shown_list(request, target, [obj for _, obj in entries], metadata, shape)


def _page(request: Request, target: Target, options: ListOptions, place: pages.Place) -> Any:
    selection = options.selection
    return (
        request.mirror.uid,
        target.key,
        target.resource.api_version,
        str(selection.labels),
        str(selection.fields),
        place,
    )


async def _entries(request: Request, target: Target, options: ListOptions) -> tuple[list[Entry], int, float]:
    """What is to be listed (the page asked for and all behind it), of which revision it is, and when its first page was
    given."""
    if not options.token:
        await fresh(request, options.revision)
        world = request.world
        if options.match == "Exact" and options.revision is not None:
            world = await _past(request, options.revision, target, None)
        return matching(world, target, options.selection), world.revision, wall()
    place = pages.place(options.token, namespace=target.namespace, across=not target.namespace)
    if pages.is_over(place, wall()):
        raise TooOldToContinue(pages.token(pages.onward(place), across=not target.namespace))
    if (kept := _pages.find(_page(request, target, options, place))) is not None:
        return kept, place.revision, place.began
    world = request.world if place.revision < 0 else await _past(request, place.revision, target, place)
    listed = matching(world, target, options.selection)
    rest = [entry for entry in listed if (entry[0].namespace, entry[0].name) > place.after]
    return rest, world.revision, place.began or wall()


def matching(world: World, target: Target, selection: Selection) -> list[Entry]:
    """The objects of a collection that are asked for, ordered by namespace and name."""
    kind = target.resource.kind.group_resource
    if selection.name and (target.namespace or not target.resource.kind.namespaced):
        key = Key(kind.group, kind.resource, target.namespace, selection.name)
        obj = world.get(key)
        return [(key, obj)] if obj is not None and selection.matches(obj) else []
    entries = world.bucket(kind, target.namespace or None).items()
    if selection.everything:
        return sorted(entries, key=_place)
    return sorted((entry for entry in entries if selection.matches(entry[1])), key=_place)


def _place(entry: Entry) -> tuple[str, str]:
    return entry[0].namespace, entry[0].name


def shown_list(request: Request, target: Target, objects: list[Obj], metadata: dict[str, Any], shape: Form) -> Response:
    """A list in the form that was asked for."""
    kind, served = target.resource.kind, target.resource
    if shape.shape == "table":
        include = included(request)
        if include == "Object":
            objects = [as_served(obj, served) for obj in objects]
        return body(tables.table(objects, kind, request.mirror.now(), shape, include, metadata), shape.media)
    if shape.shape == "metadata":
        return body(
            {
                "kind": "PartialObjectMetadataList",
                "apiVersion": shape.meta_version,
                "metadata": metadata,
                "items": [tables.partial(obj, shape) for obj in objects] or None,  # as the real server says "none"
            },
            shape.media,
        )
    return body(listed(target, objects, metadata), shape.media)


def listed(target: Target, objects: list[Obj], metadata: dict[str, Any]) -> dict[str, Any]:
    """The kind's own list; its items do not repeat what they are."""
    return {
        "kind": target.resource.kind.list_kind,
        "apiVersion": target.resource.api_version,
        "metadata": metadata,
        "items": [_item(as_served(obj, target.resource)) for obj in objects],
    }


def _item(obj: Obj) -> Obj:
    item = dict(obj)
    item.pop("kind", None)
    item.pop("apiVersion", None)
    return item


async def _past(request: Request, wanted: int, target: Target, place: pages.Place | None) -> World:
    """The world of an earlier revision. Gone when it is no longer kept, with a token to go on all the same."""
    if wanted == request.world.revision:
        return request.world
    try:
        return await read(at, request.cluster, wanted)
    except Gone as error:
        if place is None:
            raise
        token = pages.token(pages.onward(place), across=not target.namespace)
        raise TooOldToContinue(token) from error


class TooOldToContinue(Gone):
    """The list that a token belongs to is no longer kept; the status carries a token for what is there now."""

    def __init__(self, token: str) -> None:
        super().__init__(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list "
            "without the continue parameter, or use the continue token in this response to retrieve the remainder of "
            "the results. Continuing with the provided token results in an inconsistent list - objects that were "
            "created, modified, or deleted between the time the first chunk was returned and now may show up in the "
            "list."
        )
        self.token = token

    def status(self) -> dict[str, Any]:
        found = super().status()
        return {**found, "metadata": {"continue": self.token}}


async def fresh(request: Request, wanted: int | None) -> None:
    """Until the mirror shows at least what was asked for; TooLargeRevision when that is still to come."""
    if wanted is None:
        await request.hub.caught_up(request.cluster)
    elif wanted > request.world.revision:
        await request.hub.caught_up(request.cluster)
        if wanted > request.world.revision:
            raise TooLargeRevision(wanted, request.world.revision)
