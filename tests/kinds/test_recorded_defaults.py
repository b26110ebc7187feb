"""Minimal objects become what a real control plane makes of them, and go as they go there."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.kinds import by_kind
from cluster.machinery.objects import Obj
from tests.kinds.recorded import recording, stable
from tests.kinds.sandbox import Sandbox

_CASES: list[dict[str, Any]] = recording("defaults.json")["cases"]

LATER = {
    "job": "Jobs come with their controller",
    "pdb": "disruption budgets come with their controller",
    "hpa": "autoscalers come with their controller",
    "resourcequota": "quotas come with their admission",
    "ingress": "kinds that are only stored come with the API",
    "networkpolicy": "kinds that are only stored come with the API",
    "lease": "kinds that are only stored come with the API",
}

OURS = [case for case in _CASES if case["name"] not in LATER]


def _ids(cases: list[dict[str, Any]]) -> list[str]:
    return [case["name"] for case in cases]


def _sandbox() -> Sandbox:
    return Sandbox("g-more", config=ClusterConfig(service_range="10.96.0.0/16"))


def _asked(case: dict[str, Any]) -> Obj:
    request: Obj = case["request"]
    if "/namespaces/" not in case["path"]:
        return request
    return {**request, "metadata": {**request["metadata"], "namespace": "g-more"}}


def test_every_recorded_case_is_ours_or_named_as_later() -> None:
    assert len(_CASES) == 26
    assert {case["name"] for case in _CASES} >= LATER.keys()
    assert all(by_kind(case["request"]["apiVersion"], case["request"]["kind"]) is None for case in _CASES
               if case["name"] in LATER)  # fmt: skip


@pytest.mark.parametrize("case", OURS, ids=_ids(OURS))
def test_a_minimal_object_gets_the_defaults(case: dict[str, Any]) -> None:
    assert stable(_sandbox().create(_asked(case))) == stable(case["response"])


@pytest.mark.parametrize("case", OURS, ids=_ids(OURS))
def test_applying_the_answer_again_changes_nothing(case: dict[str, Any]) -> None:
    sandbox = _sandbox()
    stored = sandbox.create(_asked(case))
    assert sandbox.update(stored) is stored
    assert sandbox.change(stored) is stored


@pytest.mark.parametrize("case", OURS, ids=_ids(OURS))
def test_it_is_deleted_as_there(case: dict[str, Any]) -> None:
    """Gone at once where the answer is a Status or has nothing that holds the object; else marked in the same way."""
    sandbox = _sandbox()
    stored = sandbox.create(_asked(case))
    answer = case["delete"]["body"]
    left = sandbox.delete(stored)
    held = answer["kind"] != "Status" and (
        answer["metadata"].get("finalizers") or (answer.get("spec") or {}).get("finalizers")
    )
    if not held:
        assert left is None
        return
    assert left is not None
    assert left["metadata"]["deletionTimestamp"]
    assert stable(left) == stable(answer)
