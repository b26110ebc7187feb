"""Durations: within their span, the same each time, nothing at instant; shown as Go shows them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.config import Pace
from cluster.nodes import pace, restarts

STAGES: tuple[pace.Stage, ...] = ("setup", "pull", "start", "ready", "stop")


@given(st.text(max_size=40), st.sampled_from(STAGES))
def test_the_same_pod_takes_the_same_time(uid: str, stage: pace.Stage) -> None:
    assert pace.duration("instant", stage, uid) == 0.0
    assert 0.0 < pace.duration("brisk", stage, uid) <= 0.5
    assert pace.duration("brisk", stage, uid) == pace.duration("brisk", stage, uid)


@pytest.mark.parametrize(("speed", "most"), [("instant", 0.0), ("brisk", 0.35), ("real", 20.0)])
def test_a_pull(speed: Pace, most: float) -> None:
    assert pace.pull(speed, "nginx", "node-1") <= most


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0, "0s"), (0.55, "550ms"), (1.2, "1.2s"), (2.108, "2.108s"), (10.0, "10s"), (62.5, "1m2.5s"), (300.0, "5m0s")],
)
def test_shown(seconds: float, text: str) -> None:
    assert pace.shown(seconds) == text


def test_back_off_doubles_up_to_five_minutes() -> None:
    assert [restarts.backoff(count) for count in range(1, 8)] == [10, 20, 40, 80, 160, 300, 300]
