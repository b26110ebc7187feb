"""From the replicas that the load asks for to those that are set now: limits, the pace upwards, the wait before going
down; with the conditions and the words Kubernetes has for each.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster.controllers.autoscaling.load import Usage
from cluster.machinery.objects import Obj, annotations_of, seconds, spec, timestamp

WINDOW_SECONDS = 300
LOWER_SINCE = "kubarium.dev/lower-since"
"""An annotation: when fewer replicas than there are began to be enough."""
NEVER = float("inf")

Condition = tuple[str, str, str, str]
"""(type, status, reason, message)."""


class Decision(NamedTuple):
    replicas: int
    reason: str
    """Why, for the event."""
    conditions: tuple[Condition, ...]
    lower_since: str = ""


SEEN = ("AbleToScale", "True", "SucceededGetScale", "the HPA controller was able to get the target's current scale")
_READY = ("AbleToScale", "True", "ReadyForNewScale", "recommended size matches current size")
_HELD = (
    "AbleToScale",
    "True",
    "ScaleDownStabilized",
    "recent recommendations were higher than current one, applying the highest recent recommendation",
)
_WITHIN = ("ScalingLimited", "False", "DesiredWithinRange", "the desired count is within the acceptable range")


def back_into_range(scaler: Obj, current: int) -> Decision | None:
    """Replicas outside the limits are brought back, whatever the load is; None when they are inside."""
    least, most = int(spec(scaler).get("minReplicas") or 1), int(spec(scaler).get("maxReplicas") or 1)
    if least <= current <= most:
        return None
    wanted = most if current > most else least
    limit = "above Spec.MaxReplicas" if current > most else "below Spec.MinReplicas"
    text = f"the HPA controller was able to update the target scale to {wanted}"
    conditions = (("AbleToScale", "True", "SucceededRescale", text),)
    return Decision(wanted, f"Current number of replicas {limit}", conditions)


def decide(scaler: Obj, current: int, usage: Usage, now: float) -> Decision:
    """From what the load asks for to what is done now."""
    least, most = int(spec(scaler).get("minReplicas") or 1), int(spec(scaler).get("maxReplicas") or 1)
    share = "" if usage.utilization is None else " utilization (percentage of request)"
    found = f"the HPA was able to successfully calculate a replica count from cpu resource{share}"
    active = ("ScalingActive", "True", "ValidMetricFound", found)
    desired, limited = usage.desired, _WITHIN
    fastest = _fastest(scaler, current)
    reason = f"cpu resource{share} above target" if desired > current else "All metrics below target"
    if desired > fastest:
        desired = fastest
        limited = _limited("ScaleUpLimit", "increasing faster than the maximum scale rate")
    if desired > most:
        limited = _limited("TooManyReplicas", "more than the maximum replica count")
        desired = most
        reason = reason if current <= most else "Current number of replicas above Spec.MaxReplicas"
    elif desired < least:
        limited = _limited("TooFewReplicas", "less than the minimum replica count")
        desired = least
        reason = reason if current >= least else "Current number of replicas below Spec.MinReplicas"
    if desired < current <= most:
        since = annotations_of(scaler).get(LOWER_SINCE) or timestamp(now)
        if now < seconds(since) + window(scaler):
            return Decision(current, "", (_HELD, active, limited), since)
    if desired == current:
        return Decision(current, "", (_READY, active, limited))
    text = f"the HPA controller was able to update the target scale to {desired}"
    return Decision(desired, reason, (("AbleToScale", "True", "SucceededRescale", text), active, limited))


def _limited(reason: str, how: str) -> Condition:
    return "ScalingLimited", "True", reason, f"the desired replica count is {how}"


def window(scaler: Obj) -> float:
    """Seconds for which fewer replicas have to be enough before it goes down; NEVER where that is disabled."""
    down = (spec(scaler).get("behavior") or {}).get("scaleDown") or {}
    window = down.get("stabilizationWindowSeconds")
    if down.get("selectPolicy") == "Disabled":
        return NEVER
    return float(WINDOW_SECONDS if window is None else window)


def _fastest(scaler: Obj, current: int) -> int:
    """The most replicas that one step up may lead to."""
    up = (spec(scaler).get("behavior") or {}).get("scaleUp")
    if up is None:
        return max(2 * current, 4)
    if up.get("selectPolicy") == "Disabled":
        return current
    steps = [
        current + int(policy["value"])
        if policy.get("type") == "Pods"
        else -(-current * (100 + int(policy["value"])) // 100)
        for policy in up.get("policies") or ()
    ]
    pick = min if up.get("selectPolicy") == "Min" else max
    return pick(steps, default=current)
