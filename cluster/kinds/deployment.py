"""Deployment: ReplicaSets, one a template, rolled from one to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, SELECTOR_COLUMN, template_columns
from cluster.kinds.fields import is_no_pod, not_more_than_all, not_negative, share_of_pods
from cluster.kinds.goprint import int_or_string
from cluster.kinds.kind import SCALE, Admission, Column, Kind
from cluster.kinds.podtemplate import default_template
from cluster.kinds.replicaset import validate_selector_kept, validate_template_of
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported
from cluster.machinery.objects import DEPLOYMENTS, Obj, spec, status

_STRATEGIES = ("Recreate", "RollingUpdate")
_QUARTER = "25%"
_COUNTS = ("updatedReplicas", "readyReplicas", "availableReplicas", "unavailableReplicas")


def _default(obj: Obj) -> None:
    """R-DEP-1."""
    given = obj.setdefault("spec", {})
    if given.get("replicas") is None:
        given["replicas"] = 1
    strategy = given.setdefault("strategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", _QUARTER)
        rolling.setdefault("maxSurge", _QUARTER)
    if given.get("revisionHistoryLimit") is None:
        given["revisionHistoryLimit"] = 10
    if given.get("progressDeadlineSeconds") is None:
        given["progressDeadlineSeconds"] = 600
    default_template(given.setdefault("template", {}))


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    yield from not_negative("spec.replicas", given["replicas"])
    yield from validate_template_of(given)
    yield from _strategy(given["strategy"])
    ready = given.get("minReadySeconds") or 0
    yield from not_negative("spec.minReadySeconds", ready)
    yield from not_negative("spec.revisionHistoryLimit", given.get("revisionHistoryLimit"))
    deadline = given["progressDeadlineSeconds"]
    yield from not_negative("spec.progressDeadlineSeconds", deadline)
    if deadline <= ready:
        yield invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")


def _strategy(strategy: Mapping[str, Any]) -> Iterator[Cause]:
    path = "spec.strategy"
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "Recreate":
        if rolling is not None:
            detail = "may not be specified when strategy `type` is 'Recreate'"
            yield forbidden(f"{path}.rollingUpdate", detail)
    elif strategy["type"] == "RollingUpdate":
        amounts = {field: (rolling or {}).get(field, 0) for field in ("maxUnavailable", "maxSurge")}
        for field, amount in amounts.items():
            yield from share_of_pods(f"{path}.rollingUpdate.{field}", amount)
        if all(is_no_pod(amount) for amount in amounts.values()):
            detail = "may not be 0 when `maxSurge` is 0"
            yield invalid(f"{path}.rollingUpdate.maxUnavailable", int_or_string(amounts["maxUnavailable"]), detail)
        yield from not_more_than_all(f"{path}.rollingUpdate.maxUnavailable", amounts["maxUnavailable"])
    else:
        yield not_supported(f"{path}.type", strategy["type"], _STRATEGIES)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new["spec"] is not old["spec"]:
        yield from validate_selector_kept(new, old)
    if new.get("status") is not old.get("status"):
        yield from _status(status(new))


def _status(given: Mapping[str, Any]) -> Iterator[Cause]:
    replicas = int(given.get("replicas") or 0)
    for field in ("observedGeneration", "replicas", *_COUNTS, "collisionCount"):
        yield from not_negative(f"status.{field}", given.get(field))
    for field in ("updatedReplicas", "readyReplicas", "availableReplicas"):
        if (count := int(given.get(field) or 0)) > replicas:
            yield invalid(f"status.{field}", count, "cannot be greater than status.replicas")
    if int(given.get("availableReplicas") or 0) > int(given.get("readyReplicas") or 0):
        yield invalid("status.availableReplicas", given["availableReplicas"], "cannot be greater than readyReplicas")


def _ready(obj: Obj, now: float) -> str:
    return f"{status(obj).get('readyReplicas', 0)}/{spec(obj).get('replicas', 0)}"


KIND = Kind(
    group="apps",
    version="v1",
    kind="Deployment",
    resource="deployments",
    singular="deployment",
    short_names=("deploy",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    annotations_count=True,
    subresources=(SCALE,),
    columns=(
        NAME,
        Column("Ready", _ready),
        Column("Up-to-date", lambda obj, now: status(obj).get("updatedReplicas", 0)),
        Column("Available", lambda obj, now: status(obj).get("availableReplicas", 0)),
        AGE,
        *template_columns(DEPLOYMENTS),
        SELECTOR_COLUMN,
    ),
)
