"""The HorizontalPodAutoscaler controller: every 15 seconds it looks at the load and sets the workload's replicas.

It grows at once, at most to the double or by four; it shrinks only when less was enough for all of the stabilization
window. Since when it was, stands in an annotation: nothing is remembered here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers.autoscaling.deciding import (
    LOWER_SINCE,
    NEVER,
    SEEN,
    Condition,
    Decision,
    back_into_range,
    decide,
    window,
)
from cluster.controllers.autoscaling.load import NoMetric, Usage, measure
from cluster.controllers.draft import Draft
from cluster.controllers.label_selector import candidates
from cluster.intents import Patch, Update
from cluster.machinery import quantity
from cluster.machinery.objects import (
    AUTOSCALERS,
    DEPLOYMENTS,
    PODS,
    REPLICA_SETS,
    REPLICATION_CONTROLLERS,
    STATEFUL_SETS,
    Key,
    Obj,
    annotations_of,
    is_pod_ready,
    is_terminating,
    key,
    name,
    namespace,
    seconds,
    spec,
    status,
    timestamp,
    uid,
)
from cluster.plan import NOTHING, Action, Controller, Plan
from cluster.world import World

COMPONENT = "horizontal-pod-autoscaler"
SYNC_SECONDS = 15.0
_TARGETS = {
    "Deployment": DEPLOYMENTS,
    "ReplicaSet": REPLICA_SETS,
    "StatefulSet": STATEFUL_SETS,
    "ReplicationController": REPLICATION_CONTROLLERS,
}


def plan(world: World, key: Key, now: float, config: ClusterConfig) -> Plan:
    """One pass over the autoscaler at `key`."""
    scaler = world.get(key)
    if scaler is None or is_terminating(scaler):
        return NOTHING
    draft = Draft(key, scaler, COMPONENT)
    draft.look_again(now + SYNC_SECONDS)
    target_key = _target_key(scaler)
    target = world.get(target_key) if target_key is not None else None
    if target_key is None or target is None:
        _no_target(draft, scaler, now)
        return draft.plan()
    current = int(1 if spec(target).get("replicas") is None else spec(target)["replicas"])
    if current == 0:
        text = "scaling is disabled since the replica count of the target is zero"
        draft.because("info", "disabled", "Off: its target has 0 replicas.")
        _store(draft, scaler, now, current, current, None, [SEEN, ("ScalingActive", "False", "ScalingDisabled", text)])
        return draft.plan()
    if (back := back_into_range(scaler, current)) is not None:
        _scale(draft, target_key, target, back)
        _store(draft, scaler, now, current, back.replicas, None, list(back.conditions))
        draft.because("info", "scaling", f"Scales {name(target)} from {current} to {back.replicas}: {back.reason}.")
        return draft.plan()
    try:
        usages = [_measured(world, target, metric, current, now) for metric in spec(scaler).get("metrics") or ()]
    except NoMetric as error:
        _no_metric(draft, scaler, now, current, error)
        return draft.plan()
    metrics = [_current(each) for each in usages]
    decided = decide(scaler, current, max(usages, key=lambda each: each.desired), now)
    if decided.replicas != current:
        _scale(draft, target_key, target, decided)
    _store(draft, scaler, now, current, decided.replicas, metrics, list(decided.conditions), decided.lower_since)
    _tell(draft, scaler, target, usages, current, decided, now)
    return draft.plan()


def _scale(draft: Draft, target_key: Key, target: Obj, decided: Decision) -> None:
    note = draft.note("SuccessfulRescale", f"New size: {decided.replicas}; reason: {decided.reason}")
    text = f"New size: {decided.replicas}; reason: {decided.reason}; error: {{error}}"
    failed = draft.note("FailedRescale", text, "Warning")
    body = {"spec": {"replicas": decided.replicas}}
    draft.actions.append(Action(Patch(target_key, "merge", body, uid=uid(target)), (note,), (failed,)))


def _target_key(scaler: Obj) -> Key | None:
    reference = spec(scaler).get("scaleTargetRef") or {}
    kind = _TARGETS.get(str(reference.get("kind")))
    return key(kind, namespace(scaler), str(reference.get("name"))) if kind is not None else None


def _measured(world: World, target: Obj, metric: dict[str, Any], current: int, now: float) -> Usage:
    source = metric.get("resource") or {}
    if metric.get("type") != "Resource" or source.get("name") not in ("cpu", "memory"):
        what = source.get("name") or metric.get("type")
        raise NoMetric(f"unable to get metrics for resource {what}: no metrics returned from resource metrics API")
    selector = spec(target).get("selector") or {}
    if target.get("kind") == "ReplicationController":
        selector = {"matchLabels": selector}
    pods = candidates(world, PODS, namespace(target), selector)
    ready = [pod for pod in pods if is_pod_ready(pod) and not is_terminating(pod)]
    return measure(target, ready, current, source, now)


def _current(usage: Usage) -> dict[str, Any]:
    # Memory is told in whole bytes.
    average = (
        quantity.canonical(str(usage.average), quantity.MILLI) if usage.resource == "cpu" else str(int(usage.average))
    )
    found: dict[str, Any] = {"averageValue": average}
    if usage.utilization is not None:
        found = {"averageUtilization": usage.utilization, "averageValue": average}
    return {"type": "Resource", "resource": {"name": usage.resource, "current": found}}


def _no_target(draft: Draft, scaler: Obj, now: float) -> None:
    reference = spec(scaler).get("scaleTargetRef") or {}
    kind = _TARGETS.get(str(reference.get("kind")))
    what = f"{kind.resource}.{kind.group}".rstrip(".") if kind else f"{reference.get('kind')}"
    error = f'{what} "{reference.get("name")}" not found' if kind else f"no matches for kind {what!r}".replace("'", '"')
    draft.notes.append(draft.note("FailedGetScale", error, "Warning"))
    draft.because("fail", "no-target", f"Scales nothing: {error}.")
    text = f"the HPA controller was unable to get the target's current scale: {error}"
    before = status(scaler)
    current, desired = int(before.get("currentReplicas") or 0), int(before.get("desiredReplicas") or 0)
    condition = ("AbleToScale", "False", "FailedGetScale", text)
    _store(draft, scaler, now, current, desired, before.get("currentMetrics"), [condition])


def _no_metric(draft: Draft, scaler: Obj, now: float, current: int, error: NoMetric) -> None:
    text = f"failed to get {error.resource} utilization: {error}"
    draft.notes.append(draft.note("FailedGetResourceMetric", text, "Warning"))
    first = f"failed to get {error.resource} resource metric value: "
    invalid = f"invalid metrics (1 invalid out of 1), first error is: {first}"
    draft.notes.append(draft.note("FailedComputeMetricsReplicas", f"{invalid}{text}", "Warning"))
    active = (
        "ScalingActive",
        "False",
        "FailedGetResourceMetric",
        f"the HPA was unable to compute the replica count: {text}",
    )
    _store(draft, scaler, now, current, current, None, [SEEN, active])
    draft.because("fail", "no-metric", f"Cannot tell how many replicas are needed: {error}.")


def _store(
    draft: Draft,
    scaler: Obj,
    now: float,
    current: int,
    desired: int,
    metrics: list[dict[str, Any]] | None,
    conditions: list[Condition],
    lower_since: str = "",
) -> None:
    before = status(scaler)
    told: dict[str, Any] = {}
    if desired != current:
        told["lastScaleTime"] = timestamp(now)
    elif before.get("lastScaleTime"):
        told["lastScaleTime"] = before["lastScaleTime"]
    if current:
        told["currentReplicas"] = current
    told["desiredReplicas"] = desired
    if metrics:
        told["currentMetrics"] = metrics
    told["conditions"] = _conditions(before.get("conditions") or [], conditions, now)
    notes = {field: value for field, value in annotations_of(scaler).items() if field != LOWER_SINCE}
    if lower_since:
        notes[LOWER_SINCE] = lower_since
    if told == before and notes == annotations_of(scaler):
        return
    metadata = {**scaler["metadata"], "annotations": notes}
    draft.act_regardless(Update({**scaler, "metadata": metadata, "status": told}, "status"))


def _conditions(before: list[dict[str, Any]], after: list[Condition], now: float) -> list[dict[str, Any]]:
    """Those that are said now in place of what was; the time of a change of status stays until the next."""
    found = {str(each.get("type")): each for each in before}
    for type_, state, reason, message in after:
        present = found.get(type_) or {}
        since = present.get("lastTransitionTime") if present.get("status") == state else None
        found[type_] = {
            "type": type_,
            "status": state,
            "lastTransitionTime": since or timestamp(now),
            "reason": reason,
            "message": message,
        }
    return list(found.values())


def _tell(
    draft: Draft, scaler: Obj, target: Obj, usages: list[Usage], current: int, decided: Decision, now: float
) -> None:
    used = usages[0]
    share = used.utilization
    average = f"{used.average:.3f} CPU" if used.resource == "cpu" else f"{used.average / 2**20:.0f} MiB"
    load = f"{average} a pod" if share is None else f"{share}% of the pods' requests"
    if decided.replicas != current:
        draft.because("info", "scaling", f"Scales {name(target)} from {current} to {decided.replicas}: {load} in use.")
    elif decided.lower_since:
        wait = window(scaler)
        if wait == NEVER:
            draft.because("info", "held", "Fewer would do, but scaling down is disabled.")
            return
        left = max(1, round(seconds(decided.lower_since) + wait - now))
        draft.because("wait", "held", f"Fewer than {current} would do: it scales down in {left} s if that stays so.")
    elif decided.conditions[-1][1] == "True":
        draft.because("info", "limited", f"Stays at {current}, {load} in use: {decided.conditions[-1][3]}.")
    else:
        draft.because("ok", "settled", f"{current} replicas are right: {load} in use.")


def keys(change: Change, old: Obj | None, world: World) -> Iterable[Key]:
    """Autoscalers that a change of one, or of the workload it scales, concerns. The pods are looked at on time."""
    if change.key.kind == AUTOSCALERS:
        return () if change.type == "DELETED" else (change.key,)
    if change.key.kind not in _TARGETS.values():
        return ()
    scalers = world.bucket(AUTOSCALERS, change.key.namespace)
    return [where for where, scaler in scalers.items() if _target_key(scaler) == change.key]


def every(world: World) -> Iterable[Key]:
    return list(world.bucket(AUTOSCALERS))


CONTROLLER = Controller(COMPONENT, keys, every, plan)
