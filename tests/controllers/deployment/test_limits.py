from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers.deployment.limits import limits
from tests.controllers.deployment.deployments import make

# replicas, maxSurge, maxUnavailable -> most pods, least available
TABLE = [
    (3, "25%", "25%", 4, 3),
    (4, "25%", "25%", 5, 3),
    (10, "25%", "25%", 13, 8),
    (1, "25%", "25%", 2, 1),
    (0, "25%", "25%", 0, 0),
    (5, 2, 1, 7, 4),
    (5, 0, 0, 5, 4),
    (5, "0%", "0%", 5, 4),
    (3, "100%", 0, 6, 3),
    (2, 0, 9, 2, 0),
]


@pytest.mark.parametrize(("replicas", "surge", "unavailable", "most", "least"), TABLE)
def test_surge_is_rounded_up_and_unavailable_down(
    replicas: int, surge: Any, unavailable: Any, most: int, least: int
) -> None:
    found = limits(make(replicas, surge, unavailable))
    assert (found.most, found.least_available) == (most, least)


def test_recreate_goes_neither_beyond_nor_below() -> None:
    found = limits(make(5, strategy={"type": "Recreate"}))
    assert (found.most, found.least_available) == (5, 5)
