"""Which node is taken of those that would do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.placement import score
from cluster.placement.rooms import Rooms
from tests.placement.ground import CANDIDATE, laid_out

CASES = yaml.safe_load(Path("tests/data/placement/scores.yaml").read_text())


@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_scores(case: dict[str, Any]) -> None:
    world = laid_out(case)
    rooms = Rooms(world)
    pod = world.get(CANDIDATE)
    assert pod is not None
    assert score.best(pod, rooms.demand(CANDIDATE, pod), list(rooms), rooms) == case["goes"]
