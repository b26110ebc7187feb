"""HorizontalPodAutoscaler: how many replicas a workload shall have, by the load on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, UNKNOWN, UNSET, joined
from cluster.kinds.fields import not_negative
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery.errors import Cause, invalid, not_supported, required
from cluster.machinery.objects import Obj, spec, status

_SOURCES = {
    "ContainerResource": "containerResource",
    "External": "external",
    "Object": "object",
    "Pods": "pods",
    "Resource": "resource",
}
"""Metric type -> the field that describes it."""
_TARGETS = {"Utilization": "averageUtilization", "Value": "value", "AverageValue": "averageValue"}
_UP = [{"type": "Pods", "value": 4, "periodSeconds": 15}, {"type": "Percent", "value": 100, "periodSeconds": 15}]
_DOWN = [{"type": "Percent", "value": 100, "periodSeconds": 15}]
_LONGEST_PERIOD, _LONGEST_WINDOW = 1800, 3600


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if given.get("minReplicas") is None:
        given["minReplicas"] = 1
    if not given.get("metrics"):
        target = {"type": "Utilization", "averageUtilization": 80}
        given["metrics"] = [{"type": "Resource", "resource": {"name": "cpu", "target": target}}]
    if (behavior := given.get("behavior")) is not None:
        up, down = behavior.setdefault("scaleUp", {}), behavior.setdefault("scaleDown", {})
        up.setdefault("stabilizationWindowSeconds", 0)
        for rules, policies in ((up, _UP), (down, _DOWN)):
            rules.setdefault("selectPolicy", "Max")
            if not rules.get("policies"):
                rules["policies"] = [dict(policy) for policy in policies]


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {"desiredReplicas": 0, "currentMetrics": None}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    least, most = int(given["minReplicas"]), int(given.get("maxReplicas") or 0)
    if least < 1:
        yield invalid("spec.minReplicas", least, "must be greater than or equal to 1")
    if most < 1:
        yield invalid("spec.maxReplicas", most, "must be greater than 0")
    if most < least:
        yield invalid("spec.maxReplicas", most, "must be greater than or equal to `minReplicas`")
    target = given.get("scaleTargetRef") or {}
    for field in ("kind", "name"):
        if not target.get(field):
            yield required(f"spec.scaleTargetRef.{field}")
    for index, metric in enumerate(given["metrics"]):
        yield from _metric(f"spec.metrics[{index}]", metric)
    for direction in ("scaleUp", "scaleDown"):
        if rules := (given.get("behavior") or {}).get(direction):
            yield from _rules(f"spec.behavior.{direction}", rules)


def _metric(path: str, metric: Mapping[str, Any]) -> Iterator[Cause]:
    type_ = metric.get("type") or ""
    if not type_:
        yield required(f"{path}.type", "must specify a metric source type")
        return
    if type_ not in _SOURCES:
        yield not_supported(f"{path}.type", type_, tuple(_SOURCES))
        return
    field = _SOURCES[type_]
    source = metric.get(field)
    if source is None:
        yield required(f"{path}.{field}", "must populate information for the given metric source")
        return
    if type_ in ("Resource", "ContainerResource"):
        if not source.get("name"):
            yield required(f"{path}.{field}.name", "must specify a resource name")
        if type_ == "ContainerResource" and not source.get("container"):
            yield required(f"{path}.{field}.container", "must specify a container")
    elif not (source.get("metric") or {}).get("name"):
        yield required(f"{path}.{field}.metric.name", "must specify a metric name")
    yield from _target(f"{path}.{field}.target", source.get("target") or {}, by_share="esource" in type_)


def _target(path: str, target: Mapping[str, Any], *, by_share: bool) -> Iterator[Cause]:
    type_ = target.get("type") or ""
    if not type_:
        yield required(f"{path}.type", "must specify a metric target type")
    elif type_ not in _TARGETS:
        yield invalid(f"{path}.type", type_, "must be either Utilization, Value, or AverageValue")
    share = target.get("averageUtilization")
    if share is not None and share < 1:
        yield invalid(f"{path}.averageUtilization", share, "must be greater than 0")
    if by_share:
        if share is None and target.get("averageValue") is None:
            detail = "must set either a target raw value or a target utilization"
            yield required(f"{path}.averageUtilization", detail)
        elif share is not None and target.get("averageValue") is not None:
            detail = "may not set both a target raw value and a target utilization"
            yield invalid(f"{path}.averageValue", target["averageValue"], detail)


def _rules(path: str, rules: Mapping[str, Any]) -> Iterator[Cause]:
    window = rules.get("stabilizationWindowSeconds")
    yield from not_negative(f"{path}.stabilizationWindowSeconds", window)
    if window is not None and window > _LONGEST_WINDOW:
        detail = f"must be less than or equal to {_LONGEST_WINDOW}"
        yield invalid(f"{path}.stabilizationWindowSeconds", window, detail)
    if (select := rules.get("selectPolicy")) not in ("Max", "Min", "Disabled"):
        yield not_supported(f"{path}.selectPolicy", select, ("Disabled", "Max", "Min"))
    for index, policy in enumerate(rules.get("policies") or ()):
        here = f"{path}.policies[{index}]"
        if policy.get("type") not in ("Pods", "Percent"):
            yield not_supported(f"{here}.type", policy.get("type") or "", ("Percent", "Pods"))
        for field in ("value", "periodSeconds"):
            if (amount := int(policy.get(field) or 0)) <= 0:
                yield invalid(f"{here}.{field}", amount, "must be greater than zero")
        if int(policy.get("periodSeconds") or 0) > _LONGEST_PERIOD:
            detail = f"must be less than or equal to {_LONGEST_PERIOD}"
            yield invalid(f"{here}.periodSeconds", policy["periodSeconds"], detail)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("status") is not old.get("status"):
        for field in ("currentReplicas", "desiredReplicas"):
            yield from not_negative(f"status.{field}", status(new).get(field))


def _reference(obj: Obj, now: float) -> str:
    target = spec(obj).get("scaleTargetRef") or {}
    return f"{target.get('kind', '')}/{target.get('name', '')}"


def _targets(obj: Obj, now: float) -> str:
    """ "cpu: 40%/80%" a metric."""
    current: list[dict[str, Any]] = status(obj).get("currentMetrics") or []
    shown = []
    for index, metric in enumerate(spec(obj).get("metrics") or ()):
        field = _SOURCES.get(str(metric.get("type")), "")
        wanted = metric.get(field) or {}
        found = (current[index].get(field) or {}).get("current") or {} if index < len(current) else {}
        name = wanted.get("name") or (wanted.get("metric") or {}).get("name") or ""
        shown.append(f"{name}: {_amount(found)}/{_amount(wanted.get('target') or {})}")
    return joined(shown[:2]) if len(shown) < 3 else f"{joined(shown[:2])} + {len(shown) - 2} more..."


def _amount(value: Mapping[str, Any]) -> str:
    if value.get("averageUtilization") is not None:
        return f"{value['averageUtilization']}%"
    return str(value.get("averageValue") or value.get("value") or UNKNOWN)


KIND = Kind(
    group="autoscaling",
    version="v2",
    kind="HorizontalPodAutoscaler",
    resource="horizontalpodautoscalers",
    singular="horizontalpodautoscaler",
    short_names=("hpa",),
    categories=("all",),
    served_versions=("autoscaling/v1",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    columns=(
        NAME,
        Column("Reference", _reference),
        Column("Targets", _targets),
        Column("MinPods", lambda obj, now: str(spec(obj).get("minReplicas") or UNSET)),
        Column("MaxPods", lambda obj, now: spec(obj).get("maxReplicas", 0)),
        Column("Replicas", lambda obj, now: status(obj).get("currentReplicas", 0)),
        AGE,
    ),
)
