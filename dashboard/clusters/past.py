"""A cluster's past for its page: the frames of a moment, and those that lead on from one revision to another.

They are the live connection's own frames, so the page draws what was as it draws what is.
"""

from __future__ import annotations

import time
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from cluster.change import Change, Fact
from cluster.clock import Clock
from cluster.machinery.errors import ApiError, BadRequest, Gone
from cluster.machinery.objects import CONFIG_MAPS, DEPLOYMENTS, ENDPOINT_SLICES, NAMESPACES, PODS, SERVICES
from cluster.questions import ask, same
from cluster.store import looked_back, past
from cluster.store.held import follow
from cluster.watch.moments import Moment, NotKept, moments, revision_of
from dashboard.clusters.moment import dns_of
from dashboard.clusters.page import find_cluster, mirror_of
from dashboard.explaining import reasons_of
from dashboard.frames import id_of, is_sent, item
from dashboard.live.framing import opening_facts, told
from dashboard.live.reasons import Reasons
from dashboard.live.stage import slice_of

MOST_CHANGES = 500
"""In one piece of what is played."""
MOST_QUESTIONS = 12
REASONS_SECONDS = 2.0
"""So long reasons are worked out for; of thousands of objects the first ones are enough to begin with."""
PIECE_SECONDS = 0.2
"""So long on the way, in one piece of what is played."""
_ANSWERED_FROM = frozenset({SERVICES, ENDPOINT_SLICES, PODS, NAMESPACES, CONFIG_MAPS, DEPLOYMENTS})
"""Kinds whose changes an answer of DNS may follow."""


@require_safe
async def moment(request: HttpRequest, slug: str) -> HttpResponse:
    """`at` a revision: the snapshot as the live connection would have begun then, and which change this was."""
    cluster = await find_cluster(request, slug, "watch")
    mirror = await mirror_of(cluster)
    wanted = revision_of(request.GET.get("at", ""))
    async with moments().at(mirror, wanted) as found:
        frame, change = await looked_back(_opened, found)
    return JsonResponse({"frame": frame, "change": change, **await looked_back(kept, cluster.pk)})


@require_safe
async def changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What happened `after` one revision and up to another, as frames in order; with every `ask` (a question as JSON)
    answered whenever its answer changes."""
    cluster = await find_cluster(request, slug, "watch")
    mirror = await mirror_of(cluster)
    after, upto = (revision_of(request.GET.get(name, "")) for name in ("after", "upto"))
    if not after <= upto <= after + MOST_CHANGES:
        raise BadRequest(f"From `after` on up to {MOST_CHANGES} changes are told at once. These are {after} to {upto}.")
    questions = [_question(text) for text in request.GET.getlist("ask")[:MOST_QUESTIONS]]
    if (head := await looked_back(past.head_of, cluster.pk)) is not None and upto > head.revision:
        raise NotKept(upto, head.floor, head.revision)
    async with moments().alone(mirror, after) as found:
        try:
            frames = await looked_back(_played, found, upto, questions)
        except Gone as error:
            oldest = await looked_back(kept, cluster.pk)
            raise NotKept(after, oldest["floor"], oldest["head"]) from error
    return JsonResponse({"frames": frames, "revision": upto})


def kept(cluster: int) -> dict[str, int]:
    """The oldest and the newest revision that can be looked at."""
    head = past.head_of(cluster)
    return {"floor": head.floor, "head": head.revision} if head is not None else {"floor": 0, "head": 0}


def fact(change: Change | Fact) -> dict[str, Any]:
    """Who changed what, when and why."""
    return {
        "id": id_of(change.key),
        "type": change.type,
        "r": change.revision,
        "author": change.author,
        "cause": change.cause,
        "at": change.time,
    }


def _opened(moment: Moment) -> tuple[dict[str, Any], dict[str, Any] | None]:
    world, revision = moment.world, moment.revision
    frame = {
        **opening_facts(moment),
        "revision": revision,
        "objects": [item(key, obj, world) for key, obj in world.items() if is_sent(key)],
        "reasons": _reasons(moment).all(),
        "next": None,
    }
    return frame, _led_to(moment)


def _led_to(moment: Moment) -> dict[str, Any] | None:
    """The change that led there; that of the oldest revision kept is forgotten, and a fork begins with none."""
    revision, head = moment.revision, past.head_of(moment.cluster)
    if head is None or revision <= head.floor:
        return None
    try:
        [found] = past.facts(moment.cluster, revision - 1, revision)
    except Gone:
        return None  # forgotten meanwhile: the moment itself is at hand
    return fact(found)


def _reasons(moment: Moment) -> Reasons:
    """All reasons of the moment, worked out once."""
    if moment.reasons is None:
        moment.reasons = Reasons(reasons_of)
        moment.reasons.begin(moment.world)
        moment.reasons.settle(moment.world, moment.now(), moment.config, slice_of(REASONS_SECONDS))
    found: Reasons = moment.reasons
    return found


class _Asked:
    """A question of the page and what it was told last."""

    def __init__(self, number: str, fields: dict[str, str]) -> None:
        self.number, self.fields = number, fields
        self.said: dict[str, Any] | str | None = None

    def frame(self, moment: Moment) -> dict[str, Any] | None:
        """What is new about it."""
        try:
            found = ask(moment.world, moment.config, now=moment.now(), dns=dns_of(moment), **self.fields)  # type: ignore[arg-type]  # text
        except ApiError as error:
            if self.said == error.message:
                return None
            self.said = error.message
            return {"t": "refused", "id": self.number, "message": error.message}
        if isinstance(self.said, dict) and same(self.said, found):
            return None
        self.said = found
        return {"t": "answer", "id": self.number, "revision": moment.revision, "answer": found}


def _question(text: str) -> _Asked:
    try:
        asked = orjson.loads(text)
    except orjson.JSONDecodeError:
        asked = None
    if not isinstance(asked, dict) or not all(isinstance(value, str) for value in asked.values()):
        raise BadRequest('A question is a JSON object of texts, such as {"id": "q1", "name": "web", "type": "A"}.')
    usual = {"name": "", "type": "A", "pod": "", "namespace": "default"}
    return _Asked(asked.get("id", ""), {name: asked.get(name) or default for name, default in usual.items()})


def _played(moment: Moment, upto: int, questions: list[_Asked]) -> list[dict[str, Any]]:
    """The frames up to there; the moment stands there afterwards."""
    world, reasons = moment.world, _reasons(moment)
    spare = PIECE_SECONDS
    frames = [frame for each in questions if (frame := each.frame(moment))]
    for change in past.whole(moment.cluster, moment.revision, upto):
        old = world.get(change.key)
        follow(world, (change,))
        moment.clock = Clock(0.0, change.time, 0.0)
        reasons.touch(change, old, world)
        sent = [told(change, world)] if is_sent(change.key) else []
        frames.append({"t": "changes", "revision": change.revision, "time": change.time, "changes": sent})
        # Of thousands of pods each change concerns them all: then their reasons follow at the end of the piece.
        began = time.perf_counter()
        last = change.revision == upto
        if spare > 0 or last:
            budget = REASONS_SECONDS if last else spare
            if changed := reasons.settle(world, moment.now(), moment.config, slice_of(budget)):
                frames.append({"t": "reasons", "revision": change.revision, "reasons": changed})
        spare -= time.perf_counter() - began
        if change.key.kind in _ANSWERED_FROM:
            frames.extend(frame for each in questions if (frame := each.frame(moment)))
    return frames
