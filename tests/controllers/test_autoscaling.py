"""Autoscalers under a load that is measured or set by a person: how many replicas, how fast, and when fewer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cluster.controllers import autoscaling, deployment, replicaset, scheduler
from cluster.controllers.autoscaling.deciding import decide
from cluster.controllers.autoscaling.load import Usage
from cluster.intents import Patch
from cluster.kinds import by_kind
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import AUTOSCALERS, DEPLOYMENTS, PODS, Obj, annotations_of, key, seconds, spec, status
from cluster.nodes import kubelet
from cluster.placement import usage
from tests.controllers.daemonset.daemons import node
from tests.controllers.street import Street

WEB = key(DEPLOYMENTS, "default", "web")
SCALER = key(AUTOSCALERS, "default", "web")


def workload(replicas: int = 2, load: str | None = None, cpu: str | None = "100m") -> Obj:
    container: Obj = {"name": "c", "image": "nginx"}
    if cpu:
        container["resources"] = {"requests": {"cpu": cpu}}
    metadata: Obj = {"name": "web", "namespace": "default"}
    if load:
        metadata["annotations"] = {"kubarium.dev/load": load}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }


def scaler(**fields: Any) -> Obj:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    return {
        "apiVersion": "autoscaling/v2",
        "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"scaleTargetRef": target, "maxReplicas": 10, **fields},
    }


def running(*objects: Obj, wait: float = 60.0) -> Street:
    street = Street(
        autoscaling.CONTROLLER,
        deployment.CONTROLLER,
        replicaset.CONTROLLER,
        scheduler.CONTROLLER,
        kubelet.CONTROLLER,
    )
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, node("node-1"))
    street.create(*objects)
    street.rest(wait)
    return street


def set_load(street: Street, load: str | None) -> None:
    street.do(Patch(WEB, "merge", {"metadata": {"annotations": {"kubarium.dev/load": load}}}))


def replicas(street: Street) -> int:
    return int(spec(street.world.get(WEB) or {})["replicas"])


def told(street: Street) -> dict[str, Any]:
    return status(street.world.get(SCALER) or {})


def conditions(street: Street) -> list[str]:
    return [f"{each['type']} {each['status']} {each['reason']}" for each in told(street)["conditions"]]


def reasons(street: Street) -> list[str]:
    return [each.text for each in autoscaling.plan(street.world, SCALER, street.now, street.config).reasons]


def test_it_grows_until_the_load_is_spread_thin_enough() -> None:
    street = running(workload(2, "500m"), scaler())
    # 500m over pods that ask for 100m each, 80 % wanted: 6.25, so 7.
    assert replicas(street) == 7
    assert told(street)["currentReplicas"] == 7
    (metric,) = told(street)["currentMetrics"]
    assert metric["resource"]["current"] == {"averageUtilization": 71, "averageValue": "72m"}
    assert conditions(street)[1:] == ["ScalingActive True ValidMetricFound", "ScalingLimited False DesiredWithinRange"]
    said = [each.message for each in street.notes if each.reason == "SuccessfulRescale"]
    assert said[0] == "New size: 4; reason: cpu resource utilization (percentage of request) above target"
    assert said[-1].startswith("New size: 7;")


def test_it_grows_no_further_than_allowed() -> None:
    street = running(workload(2, "5"), scaler())
    assert replicas(street) == 10
    assert conditions(street)[-1] == "ScalingLimited True TooManyReplicas"
    assert reasons(street)[0].startswith("Stays at 10, 500% of the pods' requests in use")


def test_it_shrinks_only_when_less_was_enough_for_five_minutes() -> None:
    street = running(workload(6, "480m"), scaler())
    assert replicas(street) == 6
    set_load(street, "100m")
    began = street.now
    street.rest(200)
    assert replicas(street) == 6
    assert conditions(street)[0] == "AbleToScale True ScaleDownStabilized"
    assert "Fewer than 6 would do" in reasons(street)[0]
    assert seconds(annotations_of(street.world.get(SCALER) or {})["kubarium.dev/lower-since"]) <= began + 1
    street.rest(130)
    assert replicas(street) == 2
    assert "kubarium.dev/lower-since" not in annotations_of(street.world.get(SCALER) or {})
    assert told(street)["lastScaleTime"]


def test_a_load_that_comes_back_in_time_keeps_the_pods() -> None:
    street = running(workload(6, "480m"), scaler())
    set_load(street, "100m")
    street.rest(200)
    set_load(street, "480m")
    street.rest(60)
    set_load(street, "100m")
    street.rest(200)
    assert replicas(street) == 6


def test_without_a_load_what_the_pods_are_measured_to_use_decides() -> None:
    street = running(workload(3), scaler())
    assert replicas(street) == 3
    assert conditions(street)[:2] == ["AbleToScale True ScaleDownStabilized", "ScalingActive True ValidMetricFound"]
    (metric,) = status(street.world.get(SCALER) or {})["currentMetrics"]
    pods = [pod for where, pod in street.world.items() if where.kind == PODS]
    readings = (street.now, street.now - usage.WINDOW_SECONDS)
    used = [sum(each.cpu for pod in pods for each in usage.of_pod(pod, at).values()) for at in readings]
    assert metric["resource"]["current"]["averageUtilization"] in [each // 3 for each in used]


@pytest.mark.parametrize(("amount", "becomes"), [("1Mi", 10), ("23Mi", 2)])
def test_memory_is_measured_too(amount: str, becomes: int) -> None:
    """A container that asks for nothing uses some 15 MiB."""
    target = {"type": "AverageValue", "averageValue": amount}
    metrics = [{"type": "Resource", "resource": {"name": "memory", "target": target}}]
    street = running(workload(2), scaler(metrics=metrics, minReplicas=2), wait=120.0)
    assert replicas(street) == becomes
    current = status(street.world.get(SCALER) or {})["currentMetrics"][0]["resource"]
    assert current["name"] == "memory" and current["current"]["averageValue"].isdigit()


@pytest.mark.parametrize(("fields", "becomes"), [({"minReplicas": 4}, 4), ({"maxReplicas": 1}, 1), ({}, 2)])
def test_replicas_outside_the_limits_are_brought_back_whatever_the_load_is(
    fields: dict[str, Any], becomes: int
) -> None:
    assert replicas(running(workload(2), scaler(**fields))) == becomes


@pytest.mark.parametrize(
    ("load", "cpu", "text"),
    [("500m", None, "missing request for cpu in container c of Pod web-"), ("much", "1", "quantities must match")],
)
def test_what_cannot_be_measured(load: str, cpu: str | None, text: str) -> None:
    street = running(workload(2, load, cpu), scaler())
    assert replicas(street) == 2
    assert text in reasons(street)[0]
    assert any(each.reason == "FailedGetResourceMetric" for each in street.notes)


def test_a_target_that_is_not_there_or_at_zero() -> None:
    street = running(scaler())
    assert conditions(street) == ["AbleToScale False FailedGetScale"]
    assert reasons(street) == ['Scales nothing: deployments.apps "web" not found.']
    street.create(workload(0, "1"))
    street.rest(60)
    assert replicas(street) == 0
    assert conditions(street)[-1] == "ScalingActive False ScalingDisabled"


def test_an_amount_a_pod_instead_of_a_share() -> None:
    target = {"type": "AverageValue", "averageValue": "100m"}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    street = running(workload(2, "500m", None), scaler(metrics=metrics))
    assert replicas(street) == 5


def test_the_printed_target() -> None:
    street = running(workload(2, "500m"), scaler())
    kind = by_kind("autoscaling/v2", "HorizontalPodAutoscaler")
    assert kind is not None
    cells = [column.cell(street.world.get(SCALER) or {}, street.now) for column in kind.columns]
    assert cells[:6] == ["web", "Deployment/web", "cpu: 71%/80%", "1", 10, 7]


NOW = 1_795_000_000.0
STEPS: list[tuple[dict[str, Any], int, int, int, str]] = [
    ({}, 1, 9, 4, "ScaleUpLimit"),
    ({}, 6, 20, 10, "TooManyReplicas"),
    ({}, 3, 3, 3, "DesiredWithinRange"),
    ({"minReplicas": 3}, 2, 1, 3, "TooFewReplicas"),
    ({"maxReplicas": 4}, 6, 6, 4, "TooManyReplicas"),
    ({"behavior": {"scaleDown": {"stabilizationWindowSeconds": 0}}}, 6, 2, 2, "DesiredWithinRange"),
    ({"behavior": {"scaleDown": {"selectPolicy": "Disabled"}}}, 6, 2, 6, "DesiredWithinRange"),
    ({"behavior": {"scaleUp": {"policies": [{"type": "Pods", "value": 1}]}}}, 2, 9, 3, "ScaleUpLimit"),
    ({"behavior": {"scaleUp": {"policies": [{"type": "Percent", "value": 50}]}}}, 3, 9, 5, "ScaleUpLimit"),
    ({"behavior": {"scaleUp": {"selectPolicy": "Disabled"}}}, 3, 9, 3, "ScaleUpLimit"),
]


@pytest.mark.parametrize(("fields", "current", "wanted", "becomes", "limit"), STEPS)
def test_one_step(fields: dict[str, Any], current: int, wanted: int, becomes: int, limit: str) -> None:
    found = decide(scaler(**fields), current, Usage("cpu", wanted, Decimal(1), 100), NOW)
    assert (found.replicas, found.conditions[-1][2]) == (becomes, limit)


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"minReplicas": 0}, "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1"),
    ({"maxReplicas": 0}, "spec.maxReplicas: Invalid value: 0: must be greater than 0"),
    (
        {"minReplicas": 5, "maxReplicas": 2},
        "spec.maxReplicas: Invalid value: 2: must be greater than or equal to `minReplicas`",
    ),
    ({"scaleTargetRef": {"kind": "Deployment"}}, "spec.scaleTargetRef.name: Required value"),
    ({"metrics": [{"type": "Weather"}]}, 'spec.metrics[0].type: Unsupported value: "Weather"'),
    ({"metrics": [{"type": "Resource"}]}, "must populate information for the given metric source"),
    (
        {"metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization"}}}]},
        "must set either a target raw value or a target utilization",
    ),
    (
        {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 4000}}},
        "spec.behavior.scaleDown.stabilizationWindowSeconds: Invalid value: 4000: must be less than or equal to 3600",
    ),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_what_is_refused(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid) as refused:
        running(scaler(**fields))
    assert message in refused.value.message
