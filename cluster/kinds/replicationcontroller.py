"""ReplicationController: the ReplicaSet's elder, with a plain map for a selector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, labels_text, template_columns, wide
from cluster.kinds.fields import MISMATCH, not_negative
from cluster.kinds.goprint import string_map
from cluster.kinds.kind import SCALE, Admission, Column, Kind
from cluster.kinds.podtemplate import default_template, validate_long_running, validate_template
from cluster.machinery.errors import Cause, invalid, required
from cluster.machinery.objects import REPLICATION_CONTROLLERS, Obj, labels, spec, status

_COUNTS = ("fullyLabeledReplicas", "readyReplicas", "availableReplicas")


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if given.get("replicas") is None:
        given["replicas"] = 1
    if given.get("template") is None:
        return
    default_template(given["template"])
    if carried := labels(given["template"]):
        if not given.get("selector"):
            given["selector"] = dict(carried)
        if not labels(obj):
            obj["metadata"]["labels"] = dict(carried)


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {"replicas": 0}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    yield from not_negative("spec.minReadySeconds", given.get("minReadySeconds"))
    selector: Mapping[str, str] = given.get("selector") or {}
    if not selector:
        yield required("spec.selector")
    yield from not_negative("spec.replicas", given["replicas"])
    template = given.get("template")
    if template is None:
        yield required("spec.template")
        return
    carried = labels(template)
    if selector and not selector.items() <= carried.items():
        yield invalid("spec.template.metadata.labels", string_map(carried or None), MISMATCH)
    yield from validate_template("spec.template", template)
    yield from validate_long_running("spec.template.spec", template["spec"], "ReplicationController")


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new.get("status") is not old.get("status"):
        given = status(new)
        replicas = int(given.get("replicas") or 0)
        for field in ("replicas", *_COUNTS, "observedGeneration"):
            yield from not_negative(f"status.{field}", given.get(field))
        for field in _COUNTS:
            if (count := int(given.get(field) or 0)) > replicas:
                yield invalid(f"status.{field}", count, "cannot be greater than status.replicas")


def _count(title: str, part: Any, field: str) -> Column:
    return Column(title, lambda obj, now: part(obj).get(field, 0), type="integer")


KIND = Kind(
    group="",
    version="v1",
    kind="ReplicationController",
    resource="replicationcontrollers",
    singular="replicationcontroller",
    short_names=("rc",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    orphans_by_default=True,
    subresources=(SCALE,),
    columns=(
        NAME,
        _count("Desired", spec, "replicas"),
        _count("Current", status, "replicas"),
        _count("Ready", status, "readyReplicas"),
        AGE,
        *template_columns(REPLICATION_CONTROLLERS),
        wide("Selector", lambda obj, now: labels_text(spec(obj).get("selector"))),
    ),
)
