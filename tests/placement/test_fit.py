"""The filters by a table: which node will do, and in which words another will not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.placement.fit import Candidate
from cluster.placement.rooms import Rooms
from tests.placement.ground import CANDIDATE, laid_out

CASES = yaml.safe_load(Path("tests/data/placement/filters.yaml").read_text())


@pytest.mark.parametrize("case", [pytest.param(each, id=each["case"]) for each in CASES])
def test_filters(case: dict[str, Any]) -> None:
    world = laid_out(case)
    rooms = Rooms(world)
    pod = world.get(CANDIDATE)
    assert pod is not None
    candidate = Candidate(CANDIDATE, pod, rooms)
    refusals = {room.name: candidate.refusal(room) for room in rooms}
    assert {name: ", ".join(found.words) if found else "" for name, found in refusals.items()} == case["fits"]
