from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.objects import Key
from cluster.worker.queue import Item, WorkQueue


def item(name: str) -> Item:
    return Item(0, Key("", "pods", "default", name))


def drained(queue: WorkQueue, now: float) -> list[str]:
    found = []
    while (each := queue.pop(now)) is not None:
        found.append(each.key.name)
    return found


def test_a_key_asked_for_twice_is_taken_once() -> None:
    queue = WorkQueue()
    queue.add(item("a"), 1.0)
    queue.add(item("a"), 1.0)
    queue.add(item("b"), 1.0)
    assert drained(queue, 1.0) == ["a", "b"]
    assert len(queue) == 0


def test_an_earlier_request_stands_and_a_later_one_does_not_delay_it() -> None:
    queue = WorkQueue()
    queue.add(item("a"), 5.0)
    queue.add(item("a"), 2.0)
    queue.add(item("a"), 9.0)
    assert queue.next_due() == 2.0
    assert drained(queue, 1.9) == []
    assert drained(queue, 2.0) == ["a"]
    assert queue.next_due() is None


def test_failures_double_the_delay_up_to_a_thousand_seconds_and_a_success_forgets_them() -> None:
    queue = WorkQueue()
    delays = []
    for _ in range(20):
        delays.append(queue.failed(item("a"), 0.0))
        queue.pop(float("inf"))
    assert delays[:4] == [0.005, 0.01, 0.02, 0.04]
    assert delays[-1] == 1000.0
    queue.succeeded(item("a"))
    assert queue.failed(item("a"), 0.0) == 0.005


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.floats(0, 100)), max_size=60))
def test_every_key_comes_out_once_at_its_earliest_time_in_order(asked: list[tuple[str, float]]) -> None:
    queue = WorkQueue()
    for name, due in asked:
        queue.add(item(name), due)
    earliest = {name: min(due for other, due in asked if other == name) for name, _ in asked}
    taken: list[tuple[float, str]] = []
    while (next_due := queue.next_due()) is not None:
        found = queue.pop(next_due)
        assert found is not None
        taken.append((next_due, found.key.name))
    assert {name: due for due, name in taken} == earliest
    assert len(taken) == len(earliest)
    assert [due for due, _ in taken] == sorted(earliest.values())
