"""Watching: a collection's changes as lines that follow one another for as long as the client listens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable
from typing import Any, Literal

import orjson

from cluster.api import tables
from cluster.api.listing import fresh, included, matching
from cluster.api.negotiation import JSON, PROTOBUF, Form, form
from cluster.api.options import ListOptions
from cluster.api.refusals import TooLargeRevision
from cluster.api.request import Request
from cluster.api.response import Stream
from cluster.api.routing import Target
from cluster.api.versions import as_served
from cluster.change import Change
from cluster.machinery.errors import ApiError, Gone
from cluster.machinery.objects import Obj
from cluster.machinery.protobuf import encoding
from cluster.store import read
from cluster.store.log import states
from cluster.store.past import at
from cluster.watch import Batch, Ended, Subscription

Word = Literal["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"]

BOOKMARK_SECONDS = 60.0
LONGEST_SECONDS = 3600.0
"""A watch that asks for no end is ended after so long; its client goes on where it stood."""
MOST_BEHIND = 20_000
"""Changes of the cluster that a client may be behind before it has to list again."""
SOON = 3.0
"""Seconds that a watch waits for a revision that is still to come, as the real server does."""
PIECE = 64 * 1024


async def watch(request: Request, target: Target, options: ListOptions) -> Stream:
    """Refusals that a client can do something about come before the first line."""
    shape = form(request.headers.get("accept", ""), listed=False)
    return Stream(
        _Watch(request, target, options, shape).pieces(),
        content_type=f"{PROTOBUF};stream=watch" if shape.media == PROTOBUF else JSON,
        headers=(("Cache-Control", "no-cache, private"),),
    )


class _Watch:
    def __init__(self, request: Request, target: Target, options: ListOptions, shape: Form) -> None:
        self.request, self.target, self.options, self.shape = request, target, options, shape
        self.kind = target.resource.kind.group_resource
        self.include = included(request)
        self.columns_given = False

    async def pieces(self) -> AsyncIterator[bytes]:
        seconds = LONGEST_SECONDS
        if self.options.timeout is not None:
            seconds = min(max(float(self.options.timeout), 0.0), LONGEST_SECONDS)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        subscription: Subscription | None = None
        try:
            subscription, initial, after = await self._begin()
            for lines in initial:
                yield lines
            bookmark = loop.time() + BOOKMARK_SECONDS
            while (left := min(end, bookmark) - loop.time()) > 0 or loop.time() < end:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(left, 0.001)):
                        await subscription.wait()
                for batch in subscription.taken():
                    if lines := await self._lines(batch, after):
                        yield lines
                    after = batch.revision
                if self.options.bookmarks and loop.time() >= bookmark:
                    yield self._bookmark(after)
                if loop.time() >= bookmark:
                    bookmark = loop.time() + BOOKMARK_SECONDS
        except Ended as error:
            yield self._line("ERROR", Gone(f"the watch is over: {error}").status())
        except ApiError as error:
            yield self._line("ERROR", error.status())
        finally:
            if subscription is not None:
                subscription.close()

    async def _begin(self) -> tuple[Subscription, Iterable[bytes], int]:
        """The subscription, what is to be said first, and the revision from which on it tells."""
        asked = self.options.revision
        if asked and not self.options.initial_events:
            await self._wait_for(asked)
            try:
                return await self.request.hub.subscribe(self.request.cluster, after=asked, limit=MOST_BEHIND), (), asked
            except Gone as error:
                raise Gone(error.message) from error
        await fresh(self.request, asked or None)
        subscription = await self.request.hub.subscribe(self.request.cluster, limit=MOST_BEHIND)
        world = self.request.world
        entries = matching(world, self.target, self.options.selection)
        lines = [self._line("ADDED", self._shown(obj)) for _, obj in entries]
        if self.options.initial_events:
            lines.append(self._bookmark(world.revision, {"k8s.io/initial-events-end": "true"}))
        return subscription, _joined(lines), subscription.revision

    async def _wait_for(self, revision: int) -> None:
        """A revision that is about to come is waited for; TooLargeRevision when it does not."""
        if revision <= self.request.world.revision:
            return
        try:
            async with asyncio.timeout(SOON):
                await self.request.mirror.reached(revision)
        except TimeoutError as error:
            raise TooLargeRevision(revision, self.request.world.revision) from error

    async def _lines(self, batch: Batch, after: int) -> bytes:
        """The events of one batch. Of what was missed before the subscription the earlier states are looked up."""
        chosen = [
            (change, old)
            for change, old in zip(batch.changes, batch.olds, strict=True)
            if change.revision > after and change.key.resource == self.kind.resource and self._is_here(change)
        ]
        if not chosen:
            return b""
        if not self.options.selection.everything and any(
            old is None and change.type != "ADDED" for change, old in chosen
        ):
            before = await self._before([change for change, old in chosen if old is None], after)
            chosen = [(change, before.get(change.revision) if old is None else old) for change, old in chosen]
        return b"".join(self._event(change, old) for change, old in chosen)

    async def _before(self, changes: list[Change], after: int) -> dict[int, Obj]:
        """By each change's revision: the object as it was before it."""
        found = await read(states, self.request.cluster, changes)
        if all(change.revision in found for change in changes if change.previous):
            return found
        world = await read(at, self.request.cluster, after)  # its last change is older than the log
        for change in changes:
            if change.previous and change.revision not in found and (old := world.get(change.key)) is not None:
                found[change.revision] = old
        return found

    def _is_here(self, change: Change) -> bool:
        key = change.key
        if key.group != self.kind.group or (self.target.namespace and key.namespace != self.target.namespace):
            return False
        wanted = self.options.selection.name
        return not wanted or key.name == wanted

    def _event(self, change: Change, old: Obj | None) -> bytes:
        """By what matched before and what matches now: an object that leaves the selection is DELETED from it."""
        selection = self.options.selection
        if selection.everything:
            return self._line(change.type, self._shown(change.object))
        matched = change.type != "ADDED" and old is not None and selection.matches(old)
        matches = change.type != "DELETED" and selection.matches(change.object)
        if matches:
            return self._line("MODIFIED" if matched else "ADDED", self._shown(change.object))
        if not matched:
            return b""
        assert old is not None
        # The last state that was seen, at the revision at which it left.
        version = change.object["metadata"]["resourceVersion"]
        shown = change.object if change.type == "DELETED" else old
        return self._line(
            "DELETED", self._shown({**shown, "metadata": {**shown["metadata"], "resourceVersion": version}})
        )

    def _shown(self, obj: Obj) -> Any:
        if self.shape.shape == "metadata":
            return tables.partial(obj, self.shape)
        served = as_served(obj, self.target.resource)
        if self.shape.shape == "object":
            return served
        about = {"resourceVersion": obj["metadata"].get("resourceVersion", "")}
        made = tables.table(
            [served if self.include == "Object" else obj],
            self.target.resource.kind,
            self.request.mirror.now(),
            self.shape,
            self.include,
            about,
            with_columns=not self.columns_given,
        )
        self.columns_given = True
        return made

    def _bookmark(self, revision: int, annotations: dict[str, str] | None = None) -> bytes:
        metadata: dict[str, Any] = {"resourceVersion": str(revision), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        obj: Obj = {
            "kind": self.target.resource.kind.kind,
            "apiVersion": self.target.resource.api_version,
            "metadata": metadata,
        }
        if self.shape.shape == "metadata":
            obj = tables.partial(obj, self.shape)
        elif self.shape.shape == "table":
            row = {"cells": [], "object": tables.partial(obj, self.shape)}
            obj = {
                "kind": "Table",
                "apiVersion": self.shape.meta_version,
                "metadata": {"resourceVersion": str(revision)},
                "columnDefinitions": None,
                "rows": [row],
            }
        return self._line("BOOKMARK", obj)

    def _line(self, word: Word, obj: Any) -> bytes:
        if self.shape.media == PROTOBUF:
            return encoding.frame(word, obj)
        return orjson.dumps({"type": word, "object": obj}) + b"\n"


def _joined(lines: list[bytes]) -> Iterable[bytes]:
    """Many small lines as few pieces."""
    piece: list[bytes] = []
    size = 0
    for line in lines:
        piece.append(line)
        size += len(line)
        if size >= PIECE:
            yield b"".join(piece)
            piece, size = [], 0
    if piece:
        yield b"".join(piece)
