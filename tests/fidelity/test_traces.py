"""Recorded scenarios, played step by step: what our controllers make of them is what the real ones made.

What is compared, and what is not, is said where it is done: `timeline` (who acts and who answers), `replay` (how it is
played), `reduction` (what two runs have in common). With `KUBARIUM_GOLDEN` every timeline in `traces` is judged, also
one that nobody here has seen.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from tests.fidelity import golden
from tests.fidelity.replay import Replay
from tests.fidelity.timeline import read

SCENARIOS = golden.scenarios()

if not SCENARIOS:
    pytest.skip(golden.absent("traces"), allow_module_level=True)


@cache
def played(scenario: str) -> Replay:
    return Replay(read(golden.load(f"traces/{scenario}.json"))).run()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_whenever_all_is_at_rest_every_object_is_as_recorded(scenario: str) -> None:
    replay = played(scenario)
    assert replay.recording.unknown == []
    assert replay.differences == []
    assert replay.street.refused == []
    assert replay.compared == sum(command.settled for command in replay.recording.commands) > 0


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_objects_are_made_adopted_and_deleted_in_the_recorded_order(scenario: str) -> None:
    """By resource; what was done in one go has no order."""
    replay = played(scenario)
    assert dict(replay.ours.steps) == dict(replay.theirs.steps)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_recorded_state_is_told_in_order(scenario: str) -> None:
    """Statuses, sizes and endpoints. The real controllers come later and pass over some states in between; they never
    tell one that ours do not."""
    replay = played(scenario)
    missing, many = [], []
    for part, theirs in replay.theirs.histories.items():
        ours = replay.ours.histories.get(part, [])
        rest = iter(ours)
        missing += [f"{part}: {state}" for state in theirs if state not in rest]
        if len(ours) > 2 * len(theirs) + 3:
            many.append(f"{part}: {len(ours)} states, and {len(theirs)} were recorded")
    assert missing == []
    assert many == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_recorded_events_are_told_as_often(scenario: str) -> None:
    """Of a failure that is tried again the words are compared and not the count, which is one of tries. Of a write that
    lost a race theirs tell the failure; ours, which did not race, tell that it was done."""
    theirs, ours = (_told(side.told) for side in (played(scenario).theirs, played(scenario).ours))
    raced = played(scenario).raced
    told_more = ours - theirs
    assert {told for told in told_more if not any(lost in told[-1] for lost in raced)} == set()
    assert theirs - ours == Counter()


def _told(told: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    return Counter({each: 1 if each[3].startswith("Failed") else times for each, times in told.items()})
