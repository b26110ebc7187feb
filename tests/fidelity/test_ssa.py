"""Server-side apply makes, owns and refuses what a real control plane did, step by step."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.objects import Obj
from tests.fidelity import golden
from tests.fidelity.applies import Apply, Replay, applies, first_owner, over_http, read, retold, words
from tests.fidelity.renaming import Renaming

FILE = "ssa.json"
CASES: list[dict[str, Any]] = applies(golden.cases(FILE))
PATCHES = [case for case in golden.cases("errors.json") if case.get("content_type") == "application/apply-patch+yaml"]
REFUSED = [case for case in PATCHES if "fieldManager" in case["path"]]

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))

_DIFFERS = ("uid", "resourceVersion", "creationTimestamp")


def _namespace(cases: list[dict[str, Any]]) -> str:
    return str(next(case["response"]["metadata"]["namespace"] for case in cases if case["code"] < 300))


def _stable(obj: Obj) -> Obj:
    metadata = {name: value for name, value in obj["metadata"].items() if name not in _DIFFERS}
    return {**obj, "metadata": metadata}


def _played(cases: list[dict[str, Any]]) -> None:
    replay = Replay(_namespace(cases), [read(case) for case in cases])
    ours, theirs = "", ""
    for case in cases:
        asked = read(case)
        if asked.code >= 300:
            assert replay.refusal(asked) == asked.answer, case["name"]
            continue
        made = replay.carry_out(asked)
        assert _stable(made) == _stable(asked.answer), case["name"]
        if not asked.dry_run:
            version = asked.answer["metadata"]["resourceVersion"]
            stayed = made["metadata"]["resourceVersion"] == ours
            assert stayed == (version == theirs), f"{case['name']}: whether anything was written"
            ours, theirs = made["metadata"]["resourceVersion"], version


@needs_recording
def test_every_step_is_as_recorded() -> None:
    _played(CASES)


@needs_recording
@pytest.mark.parametrize("seed", range(3))
def test_other_names_make_no_difference(seed: int) -> None:
    _played(retold(CASES, Renaming(words(CASES), seed).text))


@needs_recording
def test_the_object_ends_as_recorded() -> None:
    last = next((case for case in golden.cases(FILE) if "request" not in case and "metadata" in case["response"]), None)
    if last is None:
        pytest.skip(f"{FILE} has no last look at the object")
    replay = Replay(_namespace(CASES), [read(case) for case in CASES])
    for case in CASES:
        asked = read(case)
        if asked.code < 300:
            replay.carry_out(asked)
        else:
            replay.refusal(asked)
    present = replay.present(CASES[0]["request"])
    assert present is not None
    assert _stable(present) == _stable(last["response"])


@pytest.mark.skipif(bool(golden.absent("errors.json")), reason=golden.absent("errors.json"))
@pytest.mark.parametrize("case", REFUSED, ids=[case["name"] for case in REFUSED])
def test_what_cannot_be_applied_is_refused_as_recorded(case: dict[str, Any]) -> None:
    everything = [over_http(each) for each in PATCHES]
    asked = over_http(case)
    replay = Replay(case["path"].split("/namespaces/")[1].partition("/")[0])
    there = next(each.obj for each in everything if each.obj["metadata"]["name"] == asked.name)
    replay.carry_out(Apply(first_owner(everything), False, False, there, 201, {}))
    assert replay.refusal(asked) == asked.answer
