"""One WebSocket: who may open it, what it may say, and its queue on the way out. Everything shared is the Stage's.

    /clusters/<slug>/live?since=<clusterUid>:<revision>

It joins no channel layer group: the Hub has the changes already, once for the whole process.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

import orjson
from django.contrib.auth.models import User

from cluster.config import ClusterConfig
from cluster.machinery.errors import ApiError, BadRequest, Forbidden
from cluster.models import Cluster
from cluster.questions import ask
from cluster.store import CommitRefused, commit, written
from cluster.watch import Hub, Mirror, NoHub, current_hub
from cluster.world import World
from dashboard.access import authorize, may_write
from dashboard.actions import action_of, shown
from dashboard.clockwork import clock_act, set_clock
from dashboard.clusters.asking import server_of
from dashboard.explaining import reasons_of
from dashboard.live.crowd import Crowd
from dashboard.live.door import Door, Ticket
from dashboard.live.leaving import Leaving
from dashboard.live.pace import Pace
from dashboard.live.seat import ANOTHER_TIME, FAULT, GONE, Asked, Seat
from dashboard.live.stage import Stage, encode
from dashboard.live.visitor import visitor

NOT_SIGNED_IN = 4401
NOT_ALLOWED = 4403
TOO_MANY = 4429
LONGEST_MESSAGE = 16_384
LONGEST_NUMBER = 64
MOST_QUESTIONS = 32
"""Open questions of one socket."""
BURST, PER_SECOND = 64, 20.0
"""Messages of one socket that are heard at once; the rest wait, and with them whoever sends them."""
LONGEST_REVISION = 18
"""Digits; all that a database can count to."""

_stages: WeakKeyDictionary[Hub, dict[int, Stage]] = WeakKeyDictionary()
_doors: WeakKeyDictionary[Hub, Door] = WeakKeyDictionary()


def door_of(hub: Hub) -> Door:
    """The door of all sockets of this process."""
    return _doors.setdefault(hub, Door())


crowd = Crowd()


def stage_of(hub: Hub, cluster: int) -> Stage:
    stages = _stages.setdefault(hub, {})
    if cluster not in stages:
        stages[cluster] = Stage(hub, cluster, reasons_of, _ask)
    return stages[cluster]


def _ask(world: World, config: ClusterConfig, asked: Asked, now: float) -> dict[str, Any]:
    return ask(
        world,
        config,
        name=asked.name,
        type=asked.type,
        pod=asked.pod,
        namespace=asked.namespace,
        now=now,
        server=server_of(config.slug),
    )


def known_revision(query: bytes) -> tuple[str, int] | None:
    """(cluster uid, revision) of `since`; None when it is not there or makes no sense."""
    text = parse_qs(query.decode("latin1")).get("since", [""])[0]
    uid, _, revision = text.rpartition(":")
    known = uid and revision.isascii() and revision.isdigit() and len(revision) <= LONGEST_REVISION
    return (uid, int(revision)) if known else None


class Live(Leaving):
    seat: Seat | None = None
    stage: Stage
    user: User
    cluster: Cluster
    mirror: Mirror
    writes: bool
    ticket: Ticket

    async def connect(self) -> None:
        # A refused socket is accepted first: only then does the browser learn the code.
        await self.accept()
        slug = self.scope["url_route"]["kwargs"]["slug"]
        cluster = await Cluster.objects.filter(slug=slug).afirst()
        if cluster is None:
            await self.close(GONE)
            return
        user, session = await visitor(self.scope)
        if not isinstance(user, User):
            await self.close(NOT_SIGNED_IN)
            return
        try:
            authorize(user, cluster, "watch")
        except Forbidden:
            await self.close(NOT_ALLOWED)
            return
        if (counted := crowd.enter(user.pk)) is None:
            await self.close(TOO_MANY)
            return
        self.on_leaving.append(counted)
        self.ticket = Ticket(user.pk, cluster.pk, session)
        self.user, self.cluster = user, cluster
        self.pace = Pace(BURST, PER_SECOND)
        name = user.get_username()
        try:
            hub = current_hub()
            self.mirror = await hub.mirror(cluster.pk)
            self.writes = may_write(user, cluster, self.mirror.world)
            self.stage = stage_of(hub, cluster.pk)
            self.seat = await self.stage.enter(name, known_revision(self.scope["query_string"]), self._person())
        except NoHub:
            await self.close(FAULT)
            return
        except ApiError:
            await self.close(GONE)
            return
        self.on_leaving.append(partial(self.stage.leave, self.seat))
        sender = asyncio.create_task(self._send_frames(self.seat))
        self.on_leaving.append(sender.cancel)
        self.door = door_of(hub)
        self.on_leaving.append(self.door.enter(self))

    def _person(self) -> dict[str, Any]:
        name = self.user.get_username()
        return {"user": {"name": name, "initial": name[:1].upper(), "canWrite": self.writes}}

    # -- a guest of the door

    def stays(self, user: User, cluster: Cluster) -> None:
        self.user, self.cluster = user, cluster
        if self.seat is not None and may_write(user, cluster, self.mirror.world) != self.writes:
            self.writes = not self.writes
            self.seat.push(encode({"t": "user", **self._person()}))

    def leaves(self) -> None:
        if self.seat is not None:
            self.seat.close(ANOTHER_TIME)

    # --

    async def disconnect(self, code: int) -> None:
        self.leave()

    async def _send_frames(self, seat: Seat) -> None:
        try:
            while (frame := await seat.next()) is not None:
                await self.send(text_data=frame)
            await self.close(seat.closing)
        except OSError:
            # The browser is gone in the middle of a frame; disconnect() follows by itself.
            return

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.seat is None or self.seat.closing is not None:
            return
        # Who speaks too fast is read no further meanwhile, and so feels it.
        if wait := self.pace.delay(asyncio.get_running_loop().time()):
            await asyncio.sleep(wait)
        number = ""
        try:
            message = _read(text_data)
            number = _number(message)
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
            case "clock":
                await self._set_clock(seat, number, message)
            case other:
                raise BadRequest(f"ask, forget, act and clock are what can be said here. This is {shown(other)}.")

    async def _set_clock(self, seat: Seat, number: str, message: dict[str, Any]) -> None:
        act = clock_act(message)
        await self.door.look([self])
        if seat.closing is not None:
            return
        authorize(self.user, self.cluster, "update", world=self.mirror.world)
        await written(set_clock, self.cluster.pk, act)
        seat.push(encode({"t": "done", "id": number, "revision": seat.since, "kubectl": ""}))

    async def _act(self, seat: Seat, number: str, message: dict[str, Any]) -> None:
        action = action_of(message, self.mirror.now())
        key = action.key
        await self.door.look([self])
        if seat.closing is not None:
            return
        authorize(
            self.user,
            self.cluster,
            action.verb,
            key.resource,
            group=key.group,
            subresource=action.subresource,
            namespace=key.namespace,
            name=key.name,
            world=self.mirror.world,
        )
        author = self.user.get_username()
        try:
            outcome = await written(commit, self.cluster.pk, [action.intent], author=author, cause=action.cause)
        except CommitRefused as refused:
            raise refused.error from refused
        seat.push(encode({"t": "done", "id": number, "revision": outcome.revision, "kubectl": action.kubectl}))


def _read(text: str | None) -> dict[str, Any]:
    """What was said, or BadRequest."""
    if text is None:
        raise BadRequest("A message is text that holds a JSON object. This is binary.")
    if len(text) > LONGEST_MESSAGE:
        raise BadRequest(f"A message has at most {LONGEST_MESSAGE:,} characters. This has {len(text):,}.")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        message = None
    if not isinstance(message, dict):
        raise BadRequest("A message is a JSON object.")
    return message


def _number(message: dict[str, Any]) -> str:
    """What an answer is to be called by: any short text or number."""
    number = message.get("id")
    if number is None:
        return ""
    if isinstance(number, bool) or not isinstance(number, (str, int)) or len(str(number)) > LONGEST_NUMBER:
        raise BadRequest(f"The id of a message is a text of at most {LONGEST_NUMBER} characters.")
    return str(number)


def _asked(message: dict[str, Any]) -> Asked:
    fields = {name: message.get(name) or default for name, default in _QUESTION.items()}
    if not all(isinstance(value, str) for value in fields.values()):
        raise BadRequest("name, type, pod and namespace of a question are text.")
    return Asked(**fields)


_QUESTION = {"name": "", "type": "A", "pod": "", "namespace": "default"}
