"""ReplicaSet: so many pods of one template, whichever they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, SELECTOR_COLUMN, template_columns
from cluster.kinds.fields import IMMUTABLE, not_negative, template_labels, workload_selector
from cluster.kinds.goprint import label_selector
from cluster.kinds.kind import SCALE, Admission, Column, Kind
from cluster.kinds.podtemplate import default_template, validate_long_running, validate_template
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import REPLICA_SETS, Obj, spec, status

_COUNTS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if given.get("replicas") is None:
        given["replicas"] = 1
    default_template(given.setdefault("template", {}))


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {"replicas": 0}


def validate_template_of(given: Mapping[str, Any]) -> Iterator[Cause]:
    """Selector and template of a ReplicaSet or Deployment (Kubernetes says "deployment" for both)."""
    causes, selector = workload_selector(given, "deployment")
    yield from causes
    if selector is None:
        return
    template = given["template"]
    yield from template_labels(template, selector)
    yield from validate_template("spec.template", template)
    yield from validate_long_running("spec.template.spec", template["spec"], "ReplicaSet")


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    yield from not_negative("spec.replicas", given["replicas"])
    yield from not_negative("spec.minReadySeconds", given.get("minReadySeconds"))
    yield from validate_template_of(given)


def validate_selector_kept(new: Obj, old: Obj) -> Iterator[Cause]:
    before, after = old["spec"].get("selector"), new["spec"].get("selector")
    if before is not after and before != after:
        yield invalid("spec.selector", label_selector(after or {}), IMMUTABLE)


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new["spec"] is not old["spec"]:
        yield from validate_selector_kept(new, old)
    if new.get("status") is not old.get("status"):
        yield from _status(status(new))


def _status(given: Mapping[str, Any]) -> Iterator[Cause]:
    replicas = int(given.get("replicas") or 0)
    for field in ("replicas", *_COUNTS, "observedGeneration"):
        yield from not_negative(f"status.{field}", given.get(field))
    for field in _COUNTS:
        if (count := int(given.get(field) or 0)) > replicas:
            yield invalid(f"status.{field}", count, "cannot be greater than status.replicas")
    if int(given.get("availableReplicas") or 0) > int(given.get("readyReplicas") or 0):
        yield invalid("status.availableReplicas", given["availableReplicas"], "cannot be greater than readyReplicas")


KIND = Kind(
    group="apps",
    version="v1",
    kind="ReplicaSet",
    resource="replicasets",
    singular="replicaset",
    short_names=("rs",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    subresources=(SCALE,),
    columns=(
        NAME,
        Column("Desired", lambda obj, now: spec(obj).get("replicas", 0), type="integer"),
        Column("Current", lambda obj, now: status(obj).get("replicas", 0), type="integer"),
        Column("Ready", lambda obj, now: status(obj).get("readyReplicas", 0), type="integer"),
        AGE,
        *template_columns(REPLICA_SETS),
        SELECTOR_COLUMN,
    ),
)
