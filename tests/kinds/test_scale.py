"""Scale: the number of replicas of anything that has some, read and written."""

from __future__ import annotations

import pytest

from cluster.kinds.scale import Paths, scale_of, scaled, selector_text
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj

WEB: Obj = {
    "apiVersion": "apps/v1",
    "kind": "StatefulSet",
    "metadata": {
        "name": "web",
        "namespace": "default",
        "uid": "u1",
        "resourceVersion": "7",
        "creationTimestamp": "2026-11-23T05:49:03Z",
        "generation": 3,
        "labels": {"app": "web"},
    },
    "spec": {"replicas": 3, "serviceName": "web", "selector": {"matchLabels": {"app": "web"}}},
    "status": {"replicas": 2},
}


def test_scale_of_a_workload() -> None:
    assert scale_of(WEB) == {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {
            "name": "web",
            "namespace": "default",
            "uid": "u1",
            "resourceVersion": "7",
            "creationTimestamp": "2026-11-23T05:49:03Z",
        },
        "spec": {"replicas": 3},
        "status": {"replicas": 2, "selector": "app=web"},
    }


def test_no_replicas_are_not_written_out() -> None:
    assert scale_of({**WEB, "spec": {**WEB["spec"], "replicas": 0}})["spec"] == {}


def test_a_new_number() -> None:
    new = scaled(WEB, {"metadata": {"name": "web", "resourceVersion": "6"}, "spec": {"replicas": 5}})
    assert new["spec"] == {**WEB["spec"], "replicas": 5}
    assert new["metadata"] == {**WEB["metadata"], "resourceVersion": "6"}
    assert WEB["spec"]["replicas"] == 3


def test_without_a_version_nothing_is_a_precondition() -> None:
    assert "resourceVersion" not in scaled(WEB, {"spec": {"replicas": 5}})["metadata"]


REFUSED: list[tuple[Obj, int, str]] = [
    (
        {"spec": {"replicas": -1}},
        422,
        'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    ),
    (
        {"metadata": {"name": "other"}},
        400,
        "the name of the object (other) does not match the name on the URL (web)",
    ),
    (
        {"metadata": {"namespace": "other"}},
        400,
        "the namespace of the provided object does not match the namespace sent on the request",
    ),
    (
        {"metadata": {"uid": "u2"}},
        409,
        'Operation cannot be fulfilled on scales.autoscaling "web": Precondition failed: UID in precondition: u2, '
        "UID in object meta: u1",
    ),
    (
        {"spec": {"replicas": "3"}},
        400,
        'Scale in version "v1" cannot be handled as a Scale: spec.replicas is no whole number',
    ),
]


@pytest.mark.parametrize(("scale", "code", "message"), REFUSED, ids=[each[2][:40] for each in REFUSED])
def test_refused(scale: Obj, code: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        scaled(WEB, scale)
    assert (refused.value.code, refused.value.message) == (code, message)


def test_paths_of_an_object_that_keeps_them_elsewhere() -> None:
    paths = Paths(".spec.size", ".status.size", ".status.labelSelector")
    obj = {**WEB, "spec": {"size": 4}, "status": {"size": 1, "labelSelector": "a=b"}}
    assert scale_of(obj, paths)["status"] == {"replicas": 1, "selector": "a=b"}
    assert scaled(obj, {"spec": {"replicas": 2}}, paths)["spec"] == {"size": 2}


@pytest.mark.parametrize(
    ("selector", "text"),
    [
        ({"app": "web", "tier": "front"}, "app=web,tier=front"),
        ({"matchExpressions": [{"key": "tier", "operator": "In", "values": ["b", "a"]}]}, "tier in (a,b)"),
        (None, ""),
    ],
)
def test_selector_text(selector: Obj | None, text: str) -> None:
    assert selector_text(selector) == text
