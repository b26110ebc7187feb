"""Each stage of a pod's life as a golden pair: what the kubelet knows in, what it reports out.

`<Now>` in an output is the moment of the input. KUBARIUM_WRITE_STAGES=1 writes the outputs of a changed rule
anew, and the difference is read before it is kept.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.machinery.objects import copy, timestamp
from cluster.nodes.lifecycle import step
from cluster.nodes.stages import Facts

DATA = Path(__file__).parents[1] / "data" / "nodes"
STAGES = sorted(path.name.removesuffix(".input.yaml") for path in DATA.glob("*.input.yaml"))


def outcome(given: dict[str, Any]) -> dict[str, Any]:
    facts = dict(given["facts"])
    for field in ("images", "told"):
        facts[field] = frozenset(facts.get(field, ()))
    found = step(given["pod"], Facts(**facts), given["now"], given["pace"])
    told: dict[str, Any] = {}
    if found.status is not None:
        told["status"] = found.status
    if found.said:
        told["events"] = [" ".join(filter(None, (each.type, each.reason, each.container))) for each in found.said]
        told["messages"] = [each.message for each in found.said]
    if found.gone:
        told["gone"] = True
    if found.again_at is not None:
        told["again_in"] = round(found.again_at - given["now"], 3)
    if found.why:
        told["why"] = [f"{level} {code}: {text}" for level, text, code in found.why]
    return told


def with_now(text: str, now: float) -> str:
    return text.replace(f"'{timestamp(now)}'", "<Now>")


@pytest.mark.parametrize("stage", STAGES)
def test_stage_gives_what_stands_beside_it(stage: str) -> None:
    given = yaml.safe_load((DATA / f"{stage}.input.yaml").read_text())
    before = copy(given["pod"])
    text = with_now(yaml.safe_dump(outcome(given), sort_keys=False, width=118), given["now"])
    expected = DATA / f"{stage}.output.yaml"
    if os.environ.get("KUBARIUM_WRITE_STAGES"):
        expected.write_text(text)
    assert yaml.safe_load(text) == yaml.safe_load(expected.read_text())
    assert given["pod"] == before, "a pod is shared with everybody who reads it"


@pytest.mark.parametrize("stage", STAGES)
def test_what_was_reported_is_not_reported_again(stage: str) -> None:
    """The same moment with the report applied asks for nothing that was just done."""
    given = yaml.safe_load((DATA / f"{stage}.input.yaml").read_text())
    first = outcome(given)
    if "status" not in first or first.get("gone"):
        return
    again = {**given, "pod": {**given["pod"], "status": first["status"]}}
    assert outcome(again).get("status") != first["status"]


def test_there_is_a_pair_for_every_stage() -> None:
    assert len(STAGES) >= 20
    assert {path.name for path in DATA.glob("*.yaml")} == {
        f"{stage}.{part}.yaml" for stage in STAGES for part in ("input", "output")
    }
