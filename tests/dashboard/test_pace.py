"""How fast a socket may speak."""

from __future__ import annotations

import pytest

from dashboard.live.pace import Pace


@pytest.mark.parametrize(
    ("at", "waits"),
    [
        ([0.0, 0.0, 0.0], [0, 0, 0]),
        ([0.0, 0.0, 0.0, 0.0, 0.0], [0, 0, 0, 0.5, 1.0]),
        ([0.0, 0.0, 0.0, 0.5, 1.0], [0, 0, 0, 0, 0]),
        ([100.0] * 4, [0, 0, 0, 0.5]),
        ([0.0, 0.0, 0.0, 1000.0, 1000.0, 1000.0, 1000.0], [0, 0, 0, 0, 0, 0, 0.5]),
    ],
)
def test_a_burst_and_then_so_many_a_second(at: list[float], waits: list[float]) -> None:
    pace = Pace(burst=3, per_second=2.0)
    assert [pace.delay(now) for now in at] == pytest.approx(waits)
