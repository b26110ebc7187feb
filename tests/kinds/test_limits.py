"""LimitRanges: what containers get that ask for nothing, and what lies outside the bounds."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Obj
from tests.kinds.sandbox import Sandbox
from tests.kinds.test_quota import pod


def limit_range(*limits: dict[str, Any]) -> Obj:
    metadata = {"name": "l", "namespace": "default"}
    return {"apiVersion": "v1", "kind": "LimitRange", "metadata": metadata, "spec": {"limits": list(limits)}}


CONTAINER = {"type": "Container"}

DEFAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "the most is the default, and the default is asked for",
        {"max": {"cpu": "1"}},
        {"max": {"cpu": "1"}, "default": {"cpu": "1"}, "defaultRequest": {"cpu": "1"}},
    ),
    ("the least is asked for", {"min": {"cpu": "0.1"}}, {"min": {"cpu": "100m"}, "defaultRequest": {"cpu": "100m"}}),
    (
        "what was said stays",
        {"default": {"cpu": "500m"}, "defaultRequest": {"cpu": "200m"}, "max": {"cpu": "1"}},
        {"default": {"cpu": "500m"}, "defaultRequest": {"cpu": "200m"}, "max": {"cpu": "1"}},
    ),
]


@pytest.mark.parametrize(("given", "expected"), [row[1:] for row in DEFAULTS], ids=[row[0] for row in DEFAULTS])
def test_a_range_gets_its_defaults(given: dict[str, Any], expected: dict[str, Any]) -> None:
    (item,) = Sandbox().create(limit_range(CONTAINER | given))["spec"]["limits"]
    assert item == CONTAINER | expected


def test_a_container_gets_what_it_did_not_ask_for_and_the_pod_says_so() -> None:
    sandbox = Sandbox()
    sandbox.create(
        limit_range(CONTAINER | {"default": {"cpu": "1", "memory": "1Gi"}, "defaultRequest": {"cpu": "500m"}})
    )
    stored = sandbox.create(pod("p", limits={"memory": "2Gi"}))
    assert stored["spec"]["containers"][0]["resources"] == {
        "limits": {"memory": "2Gi", "cpu": "1"},
        "requests": {"memory": "2Gi", "cpu": "500m"},
    }
    told = stored["metadata"]["annotations"]["kubernetes.io/limit-ranger"]
    assert told == "LimitRanger plugin set: cpu request for container c; cpu limit for container c"
    assert stored["status"]["qosClass"] == "Burstable"


BOUNDS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (
        {"type": "Container", "max": {"cpu": "1"}},
        {"limits": {"cpu": "2"}},
        "maximum cpu usage per Container is 1, but limit is 2",
    ),
    (
        {"type": "Container", "min": {"memory": "1Gi"}},
        {"requests": {"memory": "1Mi"}},
        "minimum memory usage per Container is 1Gi, but request is 1Mi",
    ),
    (
        {"type": "Pod", "max": {"cpu": "1"}},
        {},
        "maximum cpu usage per Pod is 1.  No limit is specified",
    ),
    (
        {"type": "Pod", "min": {"cpu": "1"}},
        {},
        "minimum cpu usage per Pod is 1.  No request is specified",
    ),
    (
        {"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}},
        {"limits": {"cpu": "1"}, "requests": {"cpu": "250m"}},
        "cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000",
    ),
    (
        {"type": "Container", "maxLimitRequestRatio": {"cpu": "2"}},
        {},
        "cpu max limit to request ratio per Container is 2, but no request is specified or request is 0",
    ),
    (
        {"type": "Container", "max": {"cpu": "1", "memory": "1Gi"}},
        {"limits": {"cpu": "2", "memory": "2Gi"}},
        "[maximum cpu usage per Container is 1, but limit is 2, maximum memory usage per Container is 1Gi, but limit "
        "is 2Gi]",
    ),
]


@pytest.mark.parametrize(("item", "resources", "expected"), BOUNDS)
def test_a_pod_outside_the_bounds_is_refused(item: dict[str, Any], resources: dict[str, Any], expected: str) -> None:
    sandbox = Sandbox()
    sandbox.create(limit_range(item))
    with pytest.raises(ApiError) as refused:
        sandbox.create(pod("p", **resources))
    assert refused.value.message == f'pods "p" is forbidden: {expected}'
    assert refused.value.code == 403


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"max": {"storage": "1Gi"}}, "maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi"),
        ({"min": {"storage": "3Gi"}}, "minimum storage usage per PersistentVolumeClaim is 3Gi, but request is 2Gi"),
    ],
)
def test_a_claim_outside_the_bounds_is_refused(bounds: dict[str, Any], expected: str) -> None:
    sandbox = Sandbox()
    sandbox.create(limit_range({"type": "PersistentVolumeClaim", **bounds}))
    with pytest.raises(ApiError, match=expected):
        sandbox.create(
            {
                "apiVersion": "v1",
                "kind": "PersistentVolumeClaim",
                "metadata": {"name": "c", "namespace": "default"},
                "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "2Gi"}}},
            }
        )


INVALID: list[tuple[list[dict[str, Any]], str]] = [
    (
        [CONTAINER, CONTAINER],
        'LimitRange "l" is invalid: spec.limits[1].type: Duplicate value: "Container"',
    ),
    (
        [{"type": "Pod", "default": {"cpu": "1"}}],
        "LimitRange \"l\" is invalid: spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'",
    ),
    (
        [{"type": "Pod", "min": {"cpu": "2"}, "max": {"cpu": "1"}}],
        'LimitRange "l" is invalid: spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max '
        "value 1",
    ),
    (
        [{"type": "PersistentVolumeClaim"}],
        'LimitRange "l" is invalid: spec.limits[0].limits: Required value: either minimum or maximum storage value is '
        "required, but neither was provided",
    ),
    (
        [{"type": "Pods"}],
        'LimitRange "l" is invalid: spec.limits[0].type: Invalid value: "Pods": must be a standard limit type or fully '
        "qualified",
    ),
]


@pytest.mark.parametrize(("limits", "expected"), INVALID)
def test_a_wrong_range_is_refused(limits: list[dict[str, Any]], expected: str) -> None:
    with pytest.raises(ApiError) as refused:
        Sandbox().create(limit_range(*limits))
    assert refused.value.message == expected
