"""Lines on their way into the table: batches, followers, limits, and a database that fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

import pytest
from django.db import OperationalError

from cluster import logs
from cluster.logs import Book, Place
from cluster.logs.lines import packed
from cluster.models import Cluster
from cluster.store import create_cluster, delete_cluster, read, written
from cluster.store import logs as table
from cluster.store.writer import close

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> Place:
    return Place(create_cluster("test", author="tester").pk, "uid-0", "nginx")


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Book]:
    made = Book()
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await close()


def texts(lines: Sequence[logs.Line]) -> list[bytes]:
    return [line.text for line in lines]


async def test_who_reads_sees_what_was_just_appended(place: Place) -> None:
    async with running() as book:
        book.append(place, "one\ntwo", at=1.0)
        book.append(place, "three", at=2.0, stream="stderr")
        lines, after = await book.kept(place)
        assert [(line.at, line.text, line.stream) for line in lines] == [
            (1_000_000_000, b"one", "stdout"),
            (1_000_000_000, b"two", "stdout"),
            (2_000_000_000, b"three", "stderr"),
        ]
        book.append(place, "four", at=3.0)
        assert texts((await book.kept(place, after))[0]) == [b"four"]


async def test_who_reads_while_it_is_being_stored_waits_for_it(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(*asked: object) -> object:
        begun.set()
        await go_on.wait()
        return await written(*asked)  # type: ignore[arg-type]

    async with running() as book:
        monkeypatch.setattr("cluster.logs.book.written", slowly)
        book.append(place, "one", at=1.0)
        storing = asyncio.create_task(book.flush())
        await begun.wait()
        reading = asyncio.create_task(book.kept(place))
        await asyncio.sleep(0)
        go_on.set()
        assert texts((await reading)[0]) == [b"one"]
        await storing


async def test_each_start_has_lines_of_its_own(place: Place) -> None:
    async with running() as book:
        book.append(place, "first life", at=1.0)
        book.append(place._replace(restart=1), "second life", at=2.0)
        assert texts((await book.kept(place))[0]) == [b"first life"]
        assert texts((await book.kept(place._replace(restart=1)))[0]) == [b"second life"]


async def test_it_ends_though_a_follower_comes_at_that_moment(place: Place) -> None:
    book = Book()
    task = asyncio.create_task(book.run())
    book.append(place, "one", at=1.0)
    for _ in range(10):
        await asyncio.sleep(0)  # it waits for others to store with this
    with book.following(place):
        task.cancel()
        async with asyncio.timeout(10):
            await asyncio.wait([task])
    assert task.cancelled()
    await close()


async def test_a_follower_is_woken_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cluster.logs.book.BATCH_SECONDS", 3600.0)
    monkeypatch.setattr("cluster.logs.book.LOOK", 3600.0)
    async with running() as book:
        with book.following(place) as more:
            book.append(place, "one", at=1.0)
            await asyncio.wait_for(more.wait(), 10)
            assert texts((await book.kept(place))[0]) == [b"one"]


async def test_a_follower_is_woken_by_what_another_process_stores(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.logs.book.LOOK", 0.001)
    async with running() as book:
        with book.following(place) as more:
            other = Book()
            other.append(place, "from elsewhere", at=1.0)
            await other.flush()
            await asyncio.wait_for(more.wait(), 10)
            assert texts((await book.kept(place))[0]) == [b"from elsewhere"]


async def test_what_waits_is_stored_at_the_end(place: Place) -> None:
    async with running() as book:
        book.append(place, "one", at=1.0)
        await asyncio.sleep(0)
    assert [row.body for row in await read(table.rows, place)] == [b"1000000000 stdout one\n"]
    await close()


async def test_a_database_that_fails_loses_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as book:
        book.append(place, "one", at=1.0)
        with monkeypatch.context() as broken:
            broken.setattr(table, "append", _fails)
            with pytest.raises(OperationalError):
                await book.flush()
        book.append(place, "two", at=2.0)
        assert texts((await book.kept(place))[0]) == [b"one", b"two"]


def _fails(batch: object) -> int:
    raise OperationalError("database is locked")


async def test_lines_of_a_cluster_that_is_gone_are_dropped(place: Place) -> None:
    async with running() as book:
        await written(delete_cluster, await read(Cluster.objects.get, pk=place.cluster))
        book.append(place, "one", at=1.0)
        assert (await book.kept(place))[0] == []


def test_the_oldest_goes_first(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BYTES", 100)
    for number in range(20):
        table.append([(place, b"%d stdout a line\n" % number)])
    table.trim(place)
    kept = b"".join(row.body for row in table.rows(place))
    assert len(kept) <= 100 and kept.endswith(b"19 stdout a line\n")


def test_small_rows_are_put_together(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_ROWS", 10)
    for number in range(30):
        table.append([(place, b"%d stdout a line\n" % number)])
    before = table.rows(place)
    table.trim(place)
    after = table.rows(place)
    assert len(after) < 10
    assert b"".join(row.body for row in after) == b"".join(row.body for row in before)
    assert after[-1].number == before[-1].number, "who follows goes on from where it was"


def test_only_the_last_start_but_one_is_kept(place: Place) -> None:
    for restart in range(4):
        table.append([(place._replace(restart=restart), packed([logs.Line(1, b"x")]))])
    table.trim(place._replace(restart=3))
    assert [bool(table.rows(place._replace(restart=restart))) for restart in range(4)] == [False, False, True, True]


def test_what_pods_wrote_goes_with_them(place: Place) -> None:
    other = place._replace(pod="uid-1")
    table.append([(place, b"1 stdout x\n"), (other, b"1 stdout x\n")])
    assert table.pods(place.cluster) == {"uid-0", "uid-1"}
    table.forget(place.cluster, ["uid-0"])
    assert table.pods(place.cluster) == {"uid-1"}
