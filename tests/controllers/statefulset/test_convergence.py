"""Whatever people and nodes do in whatever order: left alone, the set arrives, and never has two pods of an ordinal."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.controllers.statefulset import CONTROLLER
from cluster.intents import Create, Delete
from cluster.machinery.objects import PODS, key
from tests.controllers.simulator import Simulator
from tests.controllers.statefulset.sets import WEB, stateful_set, template
from tests.controllers.statefulset.test_invariants import Watcher, assert_settled

POD = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("scale"), st.integers(0, 5)),
        st.tuples(st.just("image"), st.integers(1, 3)),
        st.tuples(st.just("partition"), st.integers(0, 4)),
        st.tuples(st.sampled_from(["delete", "fail", "unready", "advance", "advance", "advance"]), POD),
        st.tuples(st.just("wait"), st.integers(1, 9)),
    ),
    max_size=25,
)


def take(sim: Simulator, step: tuple[str, int]) -> None:
    what, number = step
    if what == "scale":
        sim.edit("StatefulSet", "web", {"spec": {"replicas": number}})
    elif what == "image":
        sim.edit("StatefulSet", "web", {"spec": {"template": template(f"nginx:{number}")}})
    elif what == "partition":
        sim.edit("StatefulSet", "web", {"spec": {"updateStrategy": {"rollingUpdate": {"partition": number}}}})
    elif what == "wait":
        sim.pass_time(number)
    elif key(PODS, "default", f"web-{number}") in sim.world:
        pod = sim.pod(f"web-{number}")
        if what == "delete":
            sim.do(Delete(key(PODS, "default", f"web-{number}")))
        elif what == "advance":
            sim.advance(f"web-{number}")
        elif what == "fail":
            sim.fail(f"web-{number}")
        elif pod["status"]["phase"] == "Running":
            sim.set_ready(f"web-{number}", ready=False)
    sim.run()


@given(
    policy=st.sampled_from(["OrderedReady", "Parallel"]),
    min_ready=st.sampled_from([0, 0, 4]),
    replicas=st.integers(0, 4),
    steps=STEPS,
)
@settings(max_examples=120, deadline=None)
def test_it_arrives_from_anywhere(policy: str, min_ready: int, replicas: int, steps: list[tuple[str, int]]) -> None:
    sim = Simulator(CONTROLLER)
    Watcher(sim, policy)
    sim.do(Create(stateful_set(replicas, policy, min_ready=min_ready)))
    sim.run()
    for step in steps:
        take(sim, step)
    sim.settle()
    assert_settled(sim)
    reasons = [each.code for each in CONTROLLER.plan(sim.world, WEB, sim.now, sim.config).reasons]
    assert "settled" in reasons
