"""PodDisruptionBudget: how many of some pods may be taken away on purpose at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.fields import label_selector, not_more_than_all, not_negative, share_of_pods
from cluster.kinds.goprint import int_or_string
from cluster.kinds.goprint import label_selector as written_selector
from cluster.kinds.kind import Admission, Column, Kind
from cluster.machinery import selectors
from cluster.machinery.errors import Cause, Written, invalid, not_supported
from cluster.machinery.objects import Obj, labels, meta, spec, status, timestamp

ALWAYS_ALLOW, IF_HEALTHY_BUDGET = "AlwaysAllow", "IfHealthyBudget"
_COUNTS = ("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")


def _default(obj: Obj) -> None:
    obj.setdefault("spec", {})


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = dict.fromkeys(_COUNTS, 0)


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    minimum, maximum = given.get("minAvailable"), given.get("maxUnavailable")
    if minimum is not None and maximum is not None:
        inside = f"MinAvailable:{_written(minimum)}, Selector:{_written_selector(given)}, MaxUnavailable:"
        text = f"policy.PodDisruptionBudgetSpec{{{inside}{_written(maximum)}}}"
        yield invalid("spec", Written(text), "minAvailable and maxUnavailable cannot be both set")
    for field, amount in (("minAvailable", minimum), ("maxUnavailable", maximum)):
        if amount is not None:
            yield from share_of_pods(f"spec.{field}", amount)
            yield from not_more_than_all(f"spec.{field}", amount)
    policy = given.get("unhealthyPodEvictionPolicy")
    if policy is not None and policy not in (ALWAYS_ALLOW, IF_HEALTHY_BUDGET):
        yield not_supported("spec.unhealthyPodEvictionPolicy", policy, (ALWAYS_ALLOW, IF_HEALTHY_BUDGET))
    yield from label_selector("spec.selector", given.get("selector") or {})


def _written(amount: int | str) -> str:
    return str(int_or_string(amount))


def _written_selector(given: dict[str, Any]) -> str:
    selector = given.get("selector")
    return "(*v1.LabelSelector)(nil)" if selector is None else str(written_selector(selector))


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("status") is not old.get("status"):
        for field in _COUNTS:
            yield from not_negative(f"status.{field}", status(new).get(field))


def selects(budget: Obj, pod: Obj) -> bool:
    """An empty selector selects every pod of the namespace, a missing one none."""
    try:
        return selectors.from_label_selector(spec(budget).get("selector")).matches(labels(pod))
    except selectors.SelectorError:
        return False


def allowing(budget: Obj, told: dict[str, Any], now: float) -> dict[str, Any]:
    """The status with the condition DisruptionAllowed as its count of allowed disruptions says."""
    enough = int(told.get("disruptionsAllowed") or 0) > 0
    reason = "SufficientPods" if enough else "InsufficientPods"
    return with_condition(budget, told, "True" if enough else "False", reason, "", now)


def with_condition(
    budget: Obj, told: dict[str, Any], state: str, reason: str, message: str, now: float
) -> dict[str, Any]:
    type_ = "DisruptionAllowed"
    conditions: list[dict[str, Any]] = list(told.get("conditions") or ())
    present = next((each for each in conditions if each.get("type") == type_), None)
    since = present.get("lastTransitionTime") if present and present.get("status") == state else None
    made = {
        "type": type_,
        "status": state,
        "observedGeneration": int(told.get("observedGeneration") or meta(budget).get("generation") or 0),
        "lastTransitionTime": since or timestamp(now),
        "reason": reason,
        "message": message,
    }
    others = [each for each in conditions if each is not present]
    return {**told, "conditions": [*others, made]}


def _amount(field: str) -> Column:
    title = {"minAvailable": "Min Available", "maxUnavailable": "Max Unavailable"}[field]
    return Column(title, lambda obj, now: "N/A" if spec(obj).get(field) is None else str(spec(obj)[field]))


KIND = Kind(
    group="policy",
    version="v1",
    kind="PodDisruptionBudget",
    resource="poddisruptionbudgets",
    singular="poddisruptionbudget",
    short_names=("pdb",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    columns=(
        NAME,
        _amount("minAvailable"),
        _amount("maxUnavailable"),
        Column("Allowed Disruptions", lambda obj, now: status(obj).get("disruptionsAllowed", 0), type="integer"),
        AGE,
    ),
)
