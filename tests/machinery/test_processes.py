"""What runs beside what is reported: one status, the other hidden in it, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import processes
from cluster.machinery.objects import Obj, timestamp

RUNS: Obj = {"running": {"startedAt": timestamp(100.0)}}
WAITS: Obj = {"waiting": {"reason": "ContainerCreating"}}
HELD: Obj = {"waiting": {"reason": "CrashLoopBackOff"}}
ENDED: Obj = {"terminated": {"exitCode": 1}}


def one(state: Obj, at: int | None = None, **more: Any) -> Obj:
    """A container's status; `at`: its process' number."""
    known = {} if at is None else {"containerID": f"containerd://{at}", "restartCount": at}
    return {"name": "c", "state": state, "restartCount": 0, **known, **more}


def pod(*containers: Obj, **status: Any) -> Obj:
    return {"kind": "Pod", "metadata": {"name": "p"}, "status": {"containerStatuses": list(containers), **status}}


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        # a first start, then the same while it lasts
        (one(WAITS), one(RUNS, 0), one(WAITS)),
        # one that was held back, and one that ended a moment ago
        (one(HELD, 1), one(RUNS, 2), one(HELD, 1)),
        (one(ENDED, 1), one(RUNS, 2), one(ENDED, 1)),
        (
            one(RUNS, 1, ready=True),
            one(RUNS, 2, lastState=ENDED),
            one(ENDED, 1, ready=False, started=False),
        ),
        # others: as they are, unless they have only been started
        (one(RUNS, 1, ready=True), one(RUNS, 1, ready=False), one(RUNS, 1, ready=False)),
        (one(RUNS, 1), one(ENDED, 1), one(ENDED, 1)),
        (one(WAITS), one(HELD, 0), one(WAITS)),
    ],
)  # fmt: skip
def test_what_is_still_reported_while_a_hook_runs(before: Obj, now: Obj, shown: Obj) -> None:
    stored = processes.reported(pod(before, phase="Pending"), {**pod(now)["status"], "phase": "Running", "hook": "c"})
    found = {**pod(), "status": stored}
    assert processes.told(found)["status"] == {"containerStatuses": [shown], "phase": "Pending"}
    assert processes.report(found, "c") == now
    again = processes.reported(found, processes.actual(found))
    assert again == stored, "what was reported stays so for as long as the hook runs"


def test_a_process_begins_at_its_start_or_not_at_all() -> None:
    assert [processes.begun(one(each)) for each in (RUNS, WAITS, HELD, ENDED)] == [100.0, None, None, None]
    assert processes.begun({}) is None


@pytest.mark.parametrize("status", [{}, {"phase": "Running"}, {"phase": "Pending", "podIP": "10.244.0.4"}])
def test_where_nothing_is_kept_all_are_the_same_object(status: Obj) -> None:
    found = pod(one(RUNS, 0), **status)
    assert processes.real(found) is found is processes.told(found)
    assert processes.actual(found) is found["status"] is processes.reported(pod(), found["status"])


def test_what_is_pulled_since_when_is_not_shown() -> None:
    after = {**pod(one(RUNS, 0), phase="Running")["status"], "pulling": {"debugger": 5.0}}
    stored = {**pod(), "status": processes.reported(pod(one(RUNS, 0)), after)}
    assert processes.actual(stored) == after
    assert processes.told(stored) == pod(one(RUNS, 0), phase="Running")
    over = processes.reported(stored, {**after, "phase": "Failed"})
    assert over == {"containerStatuses": [one(RUNS, 0)], "phase": "Failed"}


STATES = st.sampled_from([RUNS, WAITS, HELD, ENDED])


@given(st.lists(st.tuples(STATES, STATES), max_size=4), st.sampled_from(["Pending", "Running"]))
def test_the_actual_status_comes_back_as_it_was(pairs: list[tuple[Obj, Obj]], phase: str) -> None:
    before = pod(*({**one(was, 1), "name": f"c{n}"} for n, (was, _) in enumerate(pairs)), phase=phase)
    after = pod(*({**one(now, 2), "name": f"c{n}"} for n, (_, now) in enumerate(pairs)), phase="Running")["status"]
    stored = {**before, "status": processes.reported(before, {**after, "hook": "c0"})}
    assert processes.actual(stored) == {**after, "hook": "c0"}
    assert processes.KEPT not in processes.told(stored)["status"]
    assert processes.reported(stored, after) == after
