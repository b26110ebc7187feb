"""What a server remembers of its answers, second by second; and that it forgets nothing else than time tells it."""

from __future__ import annotations

import gc
from functools import partial

import pytest

from cluster import questions
from cluster.config import ClusterConfig
from cluster.dns import memory
from cluster.dns.answer import BEYOND, REFUSED, Answer, Kept, Question, Record
from cluster.dns.memory import Memory
from cluster.dns.settings import CacheRule, Keeping
from cluster.machinery import dnsprofiles as profiles
from cluster.machinery.dnsprofiles import COREFILE
from cluster.world import World
from tests.dns import made

OLD = CacheRule(Keeping(30), Keeping(30))
NAME = Question("Db.default.svc.cluster.local.", "A")


def found(ttl: int = 30, name: str = NAME.name) -> Answer:
    return Answer("NOERROR", answer=(Record(name, ttl, "A", "10.244.0.10"),), rests_on=frozenset({"db"}))


def missed(ttl: int = 30, rcode: str = "NXDOMAIN") -> Answer:
    data = f"ns.dns.cluster.local. hostmaster.cluster.local. 1 7200 1800 86400 {ttl}"
    return Answer(rcode, authority=(Record("cluster.local.", ttl, "SOA", data),))


def never() -> Answer:
    raise AssertionError("it was asked again")


@pytest.mark.parametrize(
    ("answer", "rule", "seconds"),
    [
        (found(), OLD, 30),
        (found(5), OLD, 5),
        (found(0), OLD, 5),
        (found(300), OLD, 30),
        (missed(), OLD, 30),
        (missed(5), OLD, 5),
        (missed(0), OLD, 5),
        (missed(rcode="NOERROR"), OLD, 30),
        (Answer("SERVFAIL", aa=False), OLD, 5),
        (Answer("SERVFAIL", aa=False), OLD._replace(failure=0), 0),
        (REFUSED, OLD, 0),
        (found()._replace(tc=True), OLD, 0),
        (found(), OLD._replace(success=Keeping(30, excepted=("cluster.local.",))), 0),
        (missed(), OLD._replace(success=Keeping(30, excepted=("cluster.local.",))), 30),
        (found(), OLD._replace(zones=("example.org.",)), 0),
    ],
)
def test_how_long_an_answer_is_repeated(answer: Answer, rule: CacheRule, seconds: int) -> None:
    kept = Memory(rule)
    first = kept.answer(NAME, lambda: answer, 100.0)
    if not seconds:
        assert first == answer
        assert len(kept) == 0
        return
    assert {record.ttl for record in (*first.answer, *first.authority)} <= {seconds}
    assert first.kept is None
    again = kept.answer(NAME._replace(name=NAME.name.upper()), never, 100.0 + seconds - 0.5)
    assert again.kept == Kept(seconds - 1, 1)
    assert {record.ttl for record in (*again.answer, *again.authority)} <= {1}
    assert again.rests_on == {BEYOND}
    with pytest.raises(AssertionError, match="asked again"):
        kept.answer(NAME, never, 100.0 + seconds)


def test_a_clock_that_was_set_back_ends_what_is_remembered() -> None:
    kept = Memory(OLD)
    kept.answer(NAME, found, 100.0)
    assert kept.answer(NAME, missed, 99.0).rcode == "NXDOMAIN"


def test_it_holds_no_more_than_its_capacity() -> None:
    kept = Memory(CacheRule(Keeping(30, capacity=3), Keeping(30, capacity=2)))
    for number in range(10):
        question = Question(f"web-{number}.example.", "A")
        kept.answer(question, partial(found, name=question.name), 100.0)
        kept.answer(question._replace(type="AAAA"), missed, 100.0)
        assert len(kept) <= 5
    assert kept.answer(Question("web-9.example.", "A"), never, 101.0).kept == Kept(1, 29)


def test_all_who_ask_one_world_share_its_memory_and_it_ends_with_it() -> None:
    world = World()
    assert memory.of(world, OLD) is memory.of(world, OLD)
    assert memory.of(world, OLD) is not memory.of(world, OLD._replace(failure=9))
    before = len(memory._MEMORIES)
    del world
    gc.collect()
    assert len(memory._MEMORIES) < before


def ask(world: World, name: str, now: float) -> tuple[str, list[str]]:
    told = questions.ask(world, ClusterConfig(), name=name, pod="db-0", now=now, serial=7)
    return told["rcode"], told["reasons"]


@pytest.mark.parametrize(("profile", "patience"), [("kubeadm", 0), ("plain", 0), ("kubeadm-old", 30)])
def test_the_classic_trap(profile: str, patience: int) -> None:
    """Asked a second too early, db-2 does not exist for half a minute, though it is Ready long since."""
    world = made.world()
    world.put(COREFILE, profiles.config_map(profile, "cluster.local"))
    assert ask(world, "db-2.db", 100.0)[0] == "NXDOMAIN"
    made.put(world, made.slice_of("db", made.endpoint("10.244.0.12", "db-2")))
    if patience:
        rcode, reasons = ask(world, "db-2.db", 112.0)
        assert rcode == "NXDOMAIN"
        assert reasons == [
            "The DNS server was asked for db-2.db.default.svc.cluster.local. 12 s ago, when there was no such name, "
            "and repeats that for 18 s more: so says cache in its Corefile."
        ]
    assert ask(world, "db-2.db", 100.0 + patience)[0] == "NOERROR"
