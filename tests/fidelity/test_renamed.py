"""Recordings hold in other words too: nothing is matched by its spelling."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import ApiError
from tests.fidelity import golden
from tests.fidelity.renaming import Renaming, vocabulary
from tests.fidelity.replay import Replay
from tests.fidelity.requests import carry_out, prior, words_of
from tests.fidelity.test_errors import OURS, without_dump
from tests.fidelity.timeline import read
from tests.kinds.recorded import stable

SCENARIOS = golden.scenarios()


@pytest.mark.skipif(not SCENARIOS, reason=golden.absent("traces"))
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_scenario_in_other_words_goes_the_same_way(scenario: str, seed: int) -> None:
    recorded = golden.load(f"traces/{scenario}.json")
    words = vocabulary(recorded)
    renamed = Renaming(words, seed).of(recorded)
    assert not words & vocabulary(renamed)
    replay = Replay(read(renamed), hashes_alike=False).run()
    assert replay.differences == []
    assert replay.street.refused == []
    assert dict(replay.ours.steps) == dict(replay.theirs.steps)
    assert replay.compared > 0


@pytest.mark.skipif(bool(golden.absent("errors.json")), reason=golden.absent("errors.json"))
@pytest.mark.parametrize("case", OURS, ids=[case["name"] for case in OURS])
def test_a_request_in_other_words_gets_the_same_answer_in_them(case: dict[str, Any]) -> None:
    cases = golden.cases("errors.json")
    renaming = Renaming(words_of(cases), seed=3)
    sandbox = prior([renamed_case(each, renaming) for each in cases])
    asked = renamed_case(case, renaming)
    if asked["code"] < 300:
        made = carry_out(sandbox, asked)
        assert made is not None
        assert stable(made) == stable(asked["response"])
        return
    with pytest.raises(ApiError) as refused:
        carry_out(sandbox, asked)
    assert without_dump(refused.value.status()) == without_dump(asked["response"])


def renamed_case(case: dict[str, Any], renaming: Renaming) -> dict[str, Any]:
    return {field: renaming.of(value) if field in ("path", "request", "response") else value
            for field, value in case.items()}  # fmt: skip
