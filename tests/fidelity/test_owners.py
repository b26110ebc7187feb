"""Whoever creates an object over the API owns in it what a real control plane says they own."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.intents import Create
from cluster.kinds import by_resource
from cluster.machinery.objects import Obj, seconds
from cluster.store.effects import effect_of
from tests.fidelity import golden
from tests.fidelity.requests import address
from tests.kinds.sandbox import Sandbox

FILE = "defaults.json"
CASES: list[dict[str, Any]] = [
    case
    for case in golden.cases(FILE)
    if case["code"] == 201 and by_resource(address(case["path"]).key.kind) is not None
]

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))


@needs_recording
@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_creator_owns_what_is_recorded(case: dict[str, Any]) -> None:
    entries = case["response"]["metadata"].get("managedFields") or []
    namespace = address(case["path"]).key.namespace
    sandbox = Sandbox(namespace or "default", config=ClusterConfig(service_range="10.96.0.0/16"))
    sandbox.at(seconds(case["response"]["metadata"]["creationTimestamp"]))
    obj: Obj = case["request"]
    if namespace:
        obj = {**obj, "metadata": {**obj["metadata"], "namespace": namespace}}
    manager = entries[0]["manager"] if entries else "somebody"
    made = effect_of(Create(obj, manager), sandbox.admission).new
    assert made is not None
    assert made["metadata"].get("managedFields", []) == entries
