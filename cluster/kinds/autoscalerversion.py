"""HorizontalPodAutoscaler as autoscaling/v1: it knows of the share of CPU alone, the rest travels in annotations.

The annotations are Kubernetes' own, so that an object read and written in v1 loses nothing of what v2 says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from cluster.machinery.objects import Obj, annotations_of, spec, status

Fields = dict[str, Any]

_PREFIX = "autoscaling.alpha.kubernetes.io/"
_METRICS, _CURRENT = f"{_PREFIX}metrics", f"{_PREFIX}current-metrics"
_CONDITIONS, _BEHAVIOR = f"{_PREFIX}conditions", f"{_PREFIX}behavior"
_CARRIED = frozenset({_METRICS, _CURRENT, _CONDITIONS, _BEHAVIOR})

_SOURCES = ("resource", "containerResource", "pods", "object", "external")
_PLAIN_SPEC = ("scaleTargetRef", "minReplicas", "maxReplicas")
_PLAIN_STATUS = ("observedGeneration", "lastScaleTime", "currentReplicas", "desiredReplicas")


def shown(obj: Obj) -> Obj:
    """The stored v2 autoscaler as autoscaling/v1."""
    given, state = spec(obj), status(obj)
    metrics = given.get("metrics") or []
    made: Fields = {field: given[field] for field in _PLAIN_SPEC if field in given}
    share = next((share for share in map(_cpu_share, metrics) if share is not None), None)
    if share is not None:
        made["targetCPUUtilizationPercentage"] = share
    notes = dict(annotations_of(obj))
    if others := [_flat(metric, "target") for metric in metrics if _cpu_share(metric) is None]:
        notes[_METRICS] = _text(others)
    if behavior := given.get("behavior"):
        notes[_BEHAVIOR] = _text(_capitals(behavior))
    current = state.get("currentMetrics") or []
    if current:
        notes[_CURRENT] = _text([_flat(metric, "current") for metric in current])
    if conditions := state.get("conditions"):
        notes[_CONDITIONS] = _text(conditions)
    reached: Fields = {field: state[field] for field in _PLAIN_STATUS if field in state}
    reached.setdefault("currentReplicas", 0)
    reached.setdefault("desiredReplicas", 0)
    used = next((share for share in (_cpu_share(metric, "current") for metric in current) if share is not None), None)
    if used is not None:
        reached["currentCPUUtilizationPercentage"] = used
    return _with(obj, notes, made, reached)


def stored(obj: Obj) -> Obj:
    """The autoscaling/v1 autoscaler as v2. An annotation that cannot be read says nothing."""
    given, state, notes = spec(obj), status(obj), annotations_of(obj)
    made: Fields = {field: given[field] for field in _PLAIN_SPEC if field in given}
    metrics = []
    if (share := given.get("targetCPUUtilizationPercentage")) is not None:
        target = {"type": "Utilization", "averageUtilization": share}
        metrics.append({"type": "Resource", "resource": {"name": "cpu", "target": target}})
    metrics += [_nested(metric, "target") for metric in _listed(notes.get(_METRICS))]
    if metrics:
        made["metrics"] = metrics
    behavior = _read(notes.get(_BEHAVIOR))
    if isinstance(behavior, dict):
        made["behavior"] = _small(behavior)
    reached: Fields = {field: state[field] for field in _PLAIN_STATUS if field in state}
    if current := [_nested(metric, "current") for metric in _listed(notes.get(_CURRENT))]:
        reached["currentMetrics"] = current
    if conditions := _listed(notes.get(_CONDITIONS)):
        reached["conditions"] = conditions
    return _with(obj, {name: text for name, text in notes.items() if name not in _CARRIED}, made, reached)


def _with(obj: Obj, notes: Mapping[str, str], made: Fields, reached: Fields) -> Obj:
    metadata = {part: value for part, value in (obj.get("metadata") or {}).items() if part != "annotations"}
    if notes:
        metadata["annotations"] = dict(notes)
    return {**obj, "metadata": metadata, "spec": made, "status": reached}


def _cpu_share(metric: Mapping[str, Any], which: str = "target") -> int | None:
    resource = metric.get("resource") or {}
    if metric.get("type") != "Resource" or resource.get("name") != "cpu":
        return None
    share: int | None = (resource.get(which) or {}).get("averageUtilization")
    return share


def _flat(metric: Mapping[str, Any], which: str) -> Fields:
    """A v2 metric (`which`: "target" of a spec, "current" of a status) with v1's fields, one level less deep."""
    made: Fields = {"type": metric.get("type", "")}
    for source in _SOURCES:
        if (found := metric.get(source)) is None:
            continue
        amount, measured = found.get(which) or {}, found.get("metric") or {}
        flat: Fields = {field: found[field] for field in ("name", "container") if field in found}
        if source == "object":
            flat["target"] = found.get("describedObject") or {}
        if "name" in measured:
            flat["metricName"] = measured["name"]
        if "selector" in measured:
            flat["metricSelector" if source == "external" else "selector"] = measured["selector"]
        for field, value in amount.items():
            if field != "type":
                flat[_amount_name(source, which, field)] = value
        made[source] = flat
    return made


def _amount_name(source: str, which: str, field: str) -> str:
    if source == "object" and field == "averageValue":
        return field
    return which + field[0].upper() + field[1:]


_KINDS_OF_TARGET = (("averageUtilization", "Utilization"), ("averageValue", "AverageValue"), ("value", "Value"))


def _nested(metric: Mapping[str, Any], which: str) -> Fields:
    """A v1 metric as v2 has it."""
    made: Fields = {"type": metric.get("type", "")}
    for source in _SOURCES:
        if not isinstance(found := metric.get(source), dict):
            continue
        deep: Fields = {field: found[field] for field in ("name", "container") if field in found}
        if source == "object":
            deep["describedObject"] = found.get("target") or {}
        if "metricName" in found:
            selector = found.get("metricSelector" if source == "external" else "selector")
            deep["metric"] = {"name": found["metricName"], **({"selector": selector} if selector else {})}
        amount: Fields = {}
        for field, sort in _KINDS_OF_TARGET:
            if (value := found.get(_amount_name(source, which, field))) is not None:
                if which == "target":
                    amount.setdefault("type", sort)
                amount[field] = value
        made[source] = {**deep, which: amount}
    return made


def _capitals(value: Any) -> Any:
    """The annotation of the behaviour names its fields as Go does."""
    if isinstance(value, dict):
        return {field[0].upper() + field[1:]: _capitals(each) for field, each in value.items()}
    return [_capitals(each) for each in value] if isinstance(value, list) else value


def _small(value: Any) -> Any:
    if isinstance(value, dict):
        return {field[:1].lower() + field[1:]: _small(each) for field, each in value.items() if each is not None}
    return [_small(each) for each in value] if isinstance(value, list) else value


def _text(value: Any) -> str:
    return orjson.dumps(value).decode()


def _read(text: str | None) -> Any:
    try:
        return orjson.loads(text or "null")
    except orjson.JSONDecodeError:
        return None


def _listed(text: str | None) -> list[Fields]:
    found = _read(text)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
