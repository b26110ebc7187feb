"""One stored object in the versions it is served in: what v1 of an autoscaler cannot say travels in annotations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.intents import Patch
from cluster.kinds import by_kind, by_path, conversion
from cluster.machinery.objects import Key, Obj
from cluster.store.effects import effect_of
from tests.kinds.sandbox import Sandbox

PREFIX = "autoscaling.alpha.kubernetes.io/"

V1: Obj = {
    "apiVersion": "autoscaling/v1",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web"},
    "spec": {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "minReplicas": 2,
        "maxReplicas": 5,
        "targetCPUUtilizationPercentage": 60,
    },
}


def test_an_autoscaler_of_v1_is_stored_as_v2() -> None:
    stored = Sandbox().create(V1)
    assert stored["apiVersion"] == "autoscaling/v2"
    target = {"type": "Utilization", "averageUtilization": 60}
    assert stored["spec"]["metrics"] == [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    shown = conversion.shown(stored, "autoscaling/v1")
    assert shown["spec"] == V1["spec"]
    assert shown["status"] == {"currentReplicas": 0, "desiredReplicas": 0}


def test_what_v1_has_no_field_for_is_told_in_annotations() -> None:
    stored: Obj = {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "annotations": {"mine": "kept"}},
        "spec": {
            "maxReplicas": 3,
            "metrics": [
                {
                    "type": "Pods",
                    "pods": {"metric": {"name": "hits"}, "target": {"type": "AverageValue", "averageValue": "10"}},
                }
            ],
            "behavior": {"scaleDown": {"selectPolicy": "Max", "stabilizationWindowSeconds": 5}},
        },
        "status": {
            "currentMetrics": [
                {"type": "Resource", "resource": {"name": "cpu", "current": {"averageUtilization": 7}}},
            ],
            "conditions": [{"type": "AbleToScale", "status": "True"}],
        },
    }
    notes = conversion.shown(stored, "autoscaling/v1")["metadata"]["annotations"]
    assert notes == {
        "mine": "kept",
        f"{PREFIX}metrics": '[{"type":"Pods","pods":{"metricName":"hits","targetAverageValue":"10"}}]',
        f"{PREFIX}behavior": '{"ScaleDown":{"SelectPolicy":"Max","StabilizationWindowSeconds":5}}',
        f"{PREFIX}current-metrics": '[{"type":"Resource","resource":{"name":"cpu","currentAverageUtilization":7}}]',
        f"{PREFIX}conditions": '[{"type":"AbleToScale","status":"True"}]',
    }


@pytest.mark.parametrize("text", ["", "{", "7", "[1]"])
def test_an_annotation_that_cannot_be_read_says_nothing(text: str) -> None:
    obj = {**V1, "metadata": {"name": "web", "annotations": {f"{PREFIX}metrics": text, f"{PREFIX}behavior": text}}}
    spec = Sandbox().create(obj)["spec"]
    assert len(spec["metrics"]) == 1
    assert "behavior" not in spec


def test_a_patch_of_v1_speaks_of_its_fields() -> None:
    sandbox = Sandbox()
    sandbox.create(V1)
    key = Key("autoscaling", "horizontalpodautoscalers", "default", "web")
    body = {"spec": {"targetCPUUtilizationPercentage": 33}}
    new = effect_of(Patch(key, "strategic", body, api_version="autoscaling/v1"), sandbox.admission).new
    assert new is not None
    assert new["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 33


def _source(name: str) -> st.SearchStrategy[dict[str, Any]]:
    amounts = {
        "resource": ["averageUtilization", "averageValue"],
        "containerResource": ["averageUtilization", "averageValue"],
        "pods": ["averageValue"],
        "object": ["averageValue", "value"],
        "external": ["averageValue", "value"],
    }
    sort = {"averageUtilization": "Utilization", "averageValue": "AverageValue", "value": "Value"}
    told: dict[str, Any] = {"name": "memory"} if "esource" in name else {"metric": {"name": "hits"}}
    if name == "containerResource":
        told["container"] = "app"
    if name == "object":
        told["describedObject"] = {"kind": "Service", "name": "web"}
    if "metric" in told and name != "pods":
        told["metric"]["selector"] = {"matchLabels": {"a": "b"}}

    def made(field: str) -> dict[str, Any]:
        target = {"type": sort[field], field: 5 if field == "averageUtilization" else "5"}
        return {"type": name[0].upper() + name[1:], name: {**told, "target": target}}

    return st.sampled_from(amounts[name]).map(made)


METRICS = st.lists(
    st.sampled_from(["resource", "containerResource", "pods", "object", "external"]).flatmap(_source), min_size=1
)


@given(metrics=METRICS)
def test_there_and_back_is_the_same(metrics: list[dict[str, Any]]) -> None:
    kind = by_path("autoscaling/v2", "horizontalpodautoscalers")
    assert kind is not None
    obj = {
        "apiVersion": "autoscaling/v2",
        "kind": kind.kind,
        "metadata": {"name": "web"},
        "spec": {"maxReplicas": 3, "metrics": metrics},
        "status": {"currentReplicas": 1, "desiredReplicas": 2},
    }
    assert conversion.stored(kind, conversion.shown(obj, "autoscaling/v1")) == obj


def test_an_event_has_other_names_in_its_own_group() -> None:
    event = {
        "apiVersion": "events.k8s.io/v1",
        "kind": "Event",
        "metadata": {"name": "e", "namespace": "default"},
        "regarding": {"kind": "Pod", "name": "web-0", "namespace": "default"},
        "note": "it happened",
        "reason": "Happened",
        "action": "Doing",
        "type": "Normal",
        "eventTime": "2026-11-23T05:48:07.000000Z",
        "reportingController": "me",
        "reportingInstance": "me-0",
    }
    stored = Sandbox().create(event)
    assert (stored["apiVersion"], stored["message"], stored["reportingComponent"]) == ("v1", "it happened", "me")
    shown = conversion.shown(stored, "events.k8s.io/v1")
    assert {field: shown[field] for field in event if field != "metadata"} == {
        field: value for field, value in event.items() if field != "metadata"
    }
    assert shown["deprecatedSource"] == {}


def test_both_names_lead_to_the_same_kind() -> None:
    assert by_path("events.k8s.io/v1", "events") is by_path("v1", "events") is by_kind("v1", "Event")
    assert by_path("autoscaling/v1", "events") is None
