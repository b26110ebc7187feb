"""Minimal objects become what a real control plane makes of them, stay so when sent again, and go as they go there."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.intents import Delete, Patch, Update
from cluster.machinery.objects import Obj
from cluster.store.effects import effect_of
from tests.fidelity import golden
from tests.fidelity.requests import address
from tests.kinds.recorded import stable
from tests.kinds.sandbox import Sandbox

FILE = "defaults.json"
CASES: list[dict[str, Any]] = golden.cases(FILE)

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))


def sandbox_for(case: dict[str, Any]) -> Sandbox:
    namespace = address(case["path"]).key.namespace
    return Sandbox(namespace or "default", config=ClusterConfig(service_range="10.96.0.0/16"))


def asked(case: dict[str, Any]) -> Obj:
    request: Obj = case["request"]
    namespace = address(case["path"]).key.namespace
    return {**request, "metadata": {**request["metadata"], "namespace": namespace}} if namespace else request


@needs_recording
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_minimal_object_gets_the_defaults(case: dict[str, Any]) -> None:
    assert case["code"] == 201
    assert stable(sandbox_for(case).create(asked(case))) == stable(case["response"])


@needs_recording
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_sending_the_answer_again_changes_nothing(case: dict[str, Any]) -> None:
    sandbox = sandbox_for(case)
    stored = sandbox.create(asked(case))
    assert not effect_of(Update(stored), sandbox.admission).changed
    key = sandbox.kind(stored).key(stored)
    assert not effect_of(Patch(key, "strategic", asked(case)), sandbox.admission).changed


@needs_recording
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_it_is_deleted_as_there(case: dict[str, Any]) -> None:
    """Gone at once where the answer is a Status or has nothing that holds the object; else marked in the same way."""
    sandbox = sandbox_for(case)
    stored = sandbox.create(asked(case))
    answer = case["delete"]["body"]
    left = effect_of(Delete(sandbox.kind(stored).key(stored)), sandbox.admission).new
    held = answer["kind"] != "Status" and (
        answer["metadata"].get("finalizers") or (answer.get("spec") or {}).get("finalizers")
    )
    if not held:
        assert left is None
        return
    assert left is not None
    assert left["metadata"]["deletionTimestamp"]
    assert stable(left) == stable(answer)
