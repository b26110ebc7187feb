"""One WebSocket: who may open it, what it may say, and its queue on the way out. Everything shared is the Stage's.

    /clusters/<slug>/live?since=<clusterUid>:<revision>

It joins no channel layer group: the Hub has the changes already, once for the whole process.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import orjson
from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.contrib.auth.models import AnonymousUser, User

from cluster.config import ClusterConfig
from cluster.machinery.errors import ApiError, BadRequest, Forbidden
from cluster.models import Cluster
from cluster.questions import ask
from cluster.store import CommitRefused, commit, written
from cluster.watch import Hub, NoHub, current_hub
from cluster.world import World
from dashboard.access import authorize, may_write
from dashboard.accounts.nearby import administrator, is_near, is_open
from dashboard.actions import action_of
from dashboard.explaining import reasons_of
from dashboard.live.seat import FAULT, GONE, Asked, Seat
from dashboard.live.stage import Stage, encode
from dashboard.origin import lower_headers

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
LONGEST_MESSAGE = 16_384
MOST_QUESTIONS = 32
"""Open questions of one socket."""

_stages: WeakKeyDictionary[Hub, dict[int, Stage]] = WeakKeyDictionary()


def stage_of(hub: Hub, cluster: int) -> Stage:
    stages = _stages.setdefault(hub, {})
    if cluster not in stages:
        stages[cluster] = Stage(hub, cluster, reasons_of, _ask)
    return stages[cluster]


def _ask(world: World, config: ClusterConfig, asked: Asked, now: float) -> dict[str, Any]:
    return ask(world, config, name=asked.name, type=asked.type, pod=asked.pod, namespace=asked.namespace, now=now)


def known_revision(query: bytes) -> tuple[str, int] | None:
    """(cluster uid, revision) of `since`; None when it is not there or makes no sense."""
    text = parse_qs(query.decode("latin1")).get("since", [""])[0]
    uid, _, revision = text.rpartition(":")
    return (uid, int(revision)) if uid and revision.isascii() and revision.isdigit() else None


class Live(AsyncWebsocketConsumer):
    channel_layer_alias = "none"
    """No such layer: a channel per socket would make each of the layer's calls slower for all."""

    seat: Seat | None = None
    stage: Stage
    sender: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        # A refused socket is accepted first: only then does the browser learn the code.
        await self.accept()
        slug = self.scope["url_route"]["kwargs"]["slug"]
        cluster = await Cluster.objects.filter(slug=slug).afirst()
        if cluster is None:
            await self.close(GONE)
            return
        user = await self._user()
        try:
            authorize(user, cluster, "watch")
        except Forbidden:
            await self.close(NOT_ALLOWED if user.is_authenticated else NOT_SIGNED_IN)
            return
        self.user, self.cluster = user, cluster
        name = user.get_username()
        facts = {"user": {"name": name, "initial": name[:1].upper(), "canWrite": may_write(user, cluster)}}
        try:
            self.stage = stage_of(current_hub(), cluster.pk)
            self.seat = await self.stage.enter(name, known_revision(self.scope["query_string"]), facts)
        except NoHub:
            await self.close(FAULT)
            return
        except ApiError:
            await self.close(GONE)
            return
        self.sender = asyncio.create_task(self._send_frames(self.seat))

    async def _user(self) -> User | AnonymousUser:
        user: Any = self.scope["user"]
        if user.is_authenticated:
            signed_in: User = user
            return signed_in
        peer = (self.scope.get("client") or ("", 0))[0]
        if is_near(lower_headers(dict(self.scope)), peer) and await sync_to_async(is_open)():
            return await sync_to_async(administrator)()
        return AnonymousUser()

    async def disconnect(self, code: int) -> None:
        if self.seat is not None:
            self.stage.leave(self.seat)
        if self.sender is not None:
            self.sender.cancel()

    async def _send_frames(self, seat: Seat) -> None:
        try:
            while (frame := await seat.next()) is not None:
                await self.send(text_data=frame)
            await self.close(seat.closing)
        except OSError:
            # The browser is gone in the middle of a frame; disconnect() follows by itself.
            return

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.seat is None or not text_data or len(text_data) > LONGEST_MESSAGE:
            return
        try:
            message = orjson.loads(text_data)
        except orjson.JSONDecodeError:
            message = None
        if not isinstance(message, dict):
            self.seat.push(encode({"t": "refused", "id": "", "message": "A message is a JSON object."}))
            return
        number = str(message.get("id") or "")[:64]
        try:
            await self._heard(self.seat, number, message)
        except ApiError as error:
            self.seat.push(encode({"t": "refused", "id": number, "message": error.message}))

    async def _heard(self, seat: Seat, number: str, message: dict[str, Any]) -> None:
        match message.get("t"):
            case "ask":
                if number not in seat.asks and len(seat.asks) >= MOST_QUESTIONS:
                    raise BadRequest(f"{MOST_QUESTIONS} questions are open. Close one first.")
                self.stage.ask(seat, number, _asked(message))
            case "forget":
                self.stage.forget(seat, number)
            case "act":
                await self._act(seat, number, message)
            case other:
                raise BadRequest(f"ask, forget and act are what can be said here. This is {other!r}.")

    async def _act(self, seat: Seat, number: str, message: dict[str, Any]) -> None:
        action = action_of(message)
        key = action.key
        authorize(
            self.user,
            self.cluster,
            action.verb,
            key.resource,
            group=key.group,
            subresource=action.subresource,
            namespace=key.namespace,
            name=key.name,
        )
        author = self.user.get_username()
        try:
            outcome = await written(commit, self.cluster.pk, [action.intent], author=author, cause=action.cause)
        except CommitRefused as refused:
            raise refused.error from refused
        seat.push(encode({"t": "done", "id": number, "revision": outcome.revision, "kubectl": action.kubectl}))


def _asked(message: dict[str, Any]) -> Asked:
    fields = {name: message.get(name) or default for name, default in _QUESTION.items()}
    if not all(isinstance(value, str) for value in fields.values()):
        raise BadRequest("name, type, pod and namespace of a question are text.")
    return Asked(**fields)


_QUESTION = {"name": "", "type": "A", "pod": "", "namespace": "default"}
