"""The live connection of a lesson's page: what its checks say, whenever the cluster or the attempt changed.

    /lessons/<slug>/live

Says nothing twice, and hears nothing: what one presses goes by HTTP. Beside it the picture has a connection of its own.
"""

from __future__ import annotations

import asyncio

import orjson
from django.contrib.auth.models import User
from django.http import Http404

from cluster.lessons import Lesson
from cluster.machinery.errors import Gone
from cluster.models import Cluster
from cluster.store import doorbell
from cluster.watch import Ended, NoHub, Subscription, current_hub
from dashboard.lessons.hearing import follow
from dashboard.lessons.shelf import lesson_named
from dashboard.lessons.standing import Standing, standing_of
from dashboard.lessons.telling import frame
from dashboard.live.consumer import NOT_SIGNED_IN, TOO_MANY, crowd, door_of
from dashboard.live.door import Ticket
from dashboard.live.leaving import Leaving
from dashboard.live.seat import ANOTHER_TIME, FAULT, GONE
from dashboard.live.visitor import visitor

SETTLE = 0.08
"""Seconds between two looks: a start of a hundred pods is not judged a hundred times."""
LOOK = 2.0
"""Seconds between two looks at the attempt where other processes may write it."""


class LessonLive(Leaving):
    ticket: Ticket

    async def connect(self) -> None:
        # A refused socket is accepted first: only then does the browser learn the code.
        await self.accept()
        user, session = await visitor(self.scope)
        if not isinstance(user, User):
            await self.close(NOT_SIGNED_IN)
            return
        if (counted := crowd.enter(user.pk)) is None:
            await self.close(TOO_MANY)
            return
        self.on_leaving.append(counted)
        try:
            lesson = await lesson_named(self.scope["url_route"]["kwargs"]["slug"])
            standing = await standing_of(user.pk, lesson)
        except NoHub:
            await self.close(FAULT)
            return
        except Http404:
            standing = None
        if standing is None:
            await self.close(GONE)
            return
        self.ticket = Ticket(user.pk, standing.cluster.pk, session)
        self.stirred = asyncio.Event()
        self.on_leaving.append(follow(standing.cluster.slug, self.stirred.set))
        self.on_leaving.append(door_of(current_hub()).enter(self))
        telling = asyncio.create_task(self._tell(lesson, standing), name="lesson")
        self.on_leaving.append(telling.cancel)

    # -- a guest of the door

    def stays(self, user: User, cluster: Cluster) -> None:
        pass

    def leaves(self) -> None:
        closing = asyncio.create_task(self.close(ANOTHER_TIME))
        self.on_leaving.append(closing.cancel)

    # --

    async def disconnect(self, code: int) -> None:
        self.leave()

    async def _tell(self, lesson: Lesson, standing: Standing) -> None:
        """Frames until the cluster is gone."""
        try:
            while True:
                subscription = await current_hub().subscribe(standing.cluster.pk)
                try:
                    await self._follow(lesson, standing, subscription)
                    break
                except Ended:
                    continue  # it fell behind: what is now counts
                finally:
                    subscription.close()
        except Gone:
            pass
        except OSError:
            return  # the browser is gone in the middle of a frame
        await self.close(GONE)

    async def _follow(self, lesson: Lesson, standing: Standing, subscription: Subscription) -> None:
        """Ends when the lesson is another one's, or in another cluster."""
        user, cluster, last = standing.attempt.user_id, standing.cluster.pk, b""
        changed, several = subscription.wait, doorbell.reaches_other_processes()
        while True:
            told = orjson.dumps(frame(standing))
            if told != last:
                last = told
                await self.send(text_data=told.decode())
            waiting = [asyncio.ensure_future(each()) for each in (changed, self.stirred.wait)]
            try:
                await asyncio.wait(waiting, timeout=LOOK if several else None, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for each in waiting:
                    each.cancel()
            await asyncio.sleep(SETTLE)
            subscription.taken()
            if self.stirred.is_set() or several:
                self.stirred.clear()
                found = await standing_of(user, lesson)
                if found is None or found.cluster.pk != cluster:
                    return
                standing = found
