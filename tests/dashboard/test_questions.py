"""Open questions: answered once for all who ask, in slices, and told again only when the answer is another."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from cluster.config import ClusterConfig
from cluster.machinery.errors import ApiError, BadRequest, NotFound
from cluster.models import Cluster
from cluster.plan import Reason
from cluster.watch import Hub, Mirror, Subscription
from cluster.world import World
from dashboard.live.questions import Questions
from dashboard.live.seat import Asked, Seat
from dashboard.live.stage import Stage


class Asking:
    """A cluster whose answers are what `says` holds; counts."""

    def __init__(self) -> None:
        self.says: Any = "1"
        self.asked: list[str] = []
        self.mirror = cast(
            "Mirror",
            SimpleNamespace(world=World(), config=ClusterConfig(), revision=7, now=lambda: float(len(self.asked))),
        )

    def __call__(self, world: World, config: ClusterConfig, asked: Asked, now: float) -> dict[str, Any]:
        self.asked.append(asked.name)
        if isinstance(self.says, Exception):
            raise self.says
        return {"records": self.says, "dig": f"at {now}"}


def asked(name: str) -> Asked:
    return Asked(name, "A", "", "default")


def always() -> bool:
    return True


async def frames(seat: Seat) -> list[str]:
    """What it was told, as "id: what"."""
    found = []
    seat.push('"end"')
    while (text := await seat.next()) not in (None, '"end"'):
        told = orjson.loads(text or "")
        found.append(f"{told['id']}: {told['answer']['records'] if told['t'] == 'answer' else told['message']}")
    return found


async def test_equal_questions_are_answered_once() -> None:
    asking = Asking()
    questions = Questions(asking)
    seats = [Seat("ada") for _ in range(40)]
    for seat in seats:
        questions.open(seat, "q", asked("web"))
    questions.settle(asking.mirror, always)
    assert asking.asked == ["web"]
    assert [await frames(seat) for seat in seats] == [["q: 1"]] * 40


async def test_it_is_told_again_when_the_answer_is_another() -> None:
    asking = Asking()
    questions = Questions(asking)
    seat = Seat("ada")
    questions.open(seat, "q", asked("web"))
    for says in ("1", "1", "2"):
        asking.says = says
        questions.doubt()
        questions.settle(asking.mirror, always)
    assert await frames(seat) == ["q: 1", "q: 2"]


async def test_a_slice_ends_and_who_just_asked_comes_first() -> None:
    asking = Asking()
    questions = Questions(asking)
    seat = Seat("ada")
    for number in range(10):
        questions.open(seat, str(number), asked(f"n{number}"))
    questions.settle(asking.mirror, always)
    questions.doubt()
    questions.open(seat, "new", asked("new"))
    asking.asked.clear()
    turns = iter([True, True, True])
    questions.settle(asking.mirror, lambda: next(turns, False))
    assert asking.asked == ["new", "n0", "n1"]
    assert questions.waiting
    questions.doubt()  # a change meanwhile does not put off those that wait
    questions.settle(asking.mirror, always)
    assert asking.asked[3:5] == ["n2", "n3"]
    assert not questions.waiting


@pytest.mark.parametrize(("error", "open_"), [(NotFound("pods", "a"), True), (BadRequest("no"), False)])
async def test_a_refusal_is_said_once(error: ApiError, open_: bool) -> None:
    asking = Asking()
    questions = Questions(asking)
    seat = Seat("ada")
    asking.says = error
    questions.open(seat, "q", asked("web"))
    for _ in range(3):
        questions.doubt()
        questions.settle(asking.mirror, always)
    assert await frames(seat) == [f"q: {error.message}"]
    assert bool(seat.asks) == open_


async def test_a_fault_takes_nothing_away_but_the_answer_to_its_question() -> None:
    asking = Asking()
    questions = Questions(asking)
    one, other = Seat("ada"), Seat("bob")
    questions.open(one, "q", asked("odd"))
    asking.says = ValueError("odd")
    questions.settle(asking.mirror, always)
    assert await frames(one) == ["q: This question cannot be answered: the server met a fault of its own."]
    assert not one.asks
    asking.says = "1"
    questions.open(other, "q", asked("web"))
    questions.settle(asking.mirror, always)
    assert await frames(other) == ["q: 1"]


async def test_nobody_is_asked_for_who_left() -> None:
    asking = Asking()
    questions = Questions(asking)
    one, other = Seat("ada"), Seat("bob")
    questions.open(one, "q", asked("web"))
    questions.open(other, "q", asked("web"))
    questions.open(one, "r", asked("db"))
    questions.leave(one)
    questions.settle(asking.mirror, always)
    assert asking.asked == ["web"]
    questions.leave(other)
    questions.doubt()
    assert not questions.waiting


async def test_who_comes_while_the_last_one_goes_is_told_of_changes(
    hub: Hub, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: Any) -> list[Reason]:
        return []

    stage = Stage(hub, cluster.pk, silent, Asking())
    first = await stage.enter("ada", None, {})
    uid, revision = str(cluster.uid), (await hub.mirror(cluster.pk)).revision
    subscribe = hub.subscribe
    gone = False

    async def slowly(*given: Any, **more: Any) -> Subscription:
        nonlocal gone
        found = await subscribe(*given, **more)
        if not gone and "after" in more:
            gone = True
            stage.leave(first)
        return found

    monkeypatch.setattr(hub, "subscribe", slowly)
    seat = await stage.enter("bob", (uid, revision), {})
    assert gone
    assert stage._task is not None
    await asyncio.sleep(0)
    assert not stage._task.done()
    stage.leave(seat)
