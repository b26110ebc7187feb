"""DaemonSet: one pod of one template on every node that the pod may stand on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, SELECTOR_COLUMN, labels_text, template_columns
from cluster.kinds.fields import (
    is_no_pod,
    label_selector,
    not_more_than_all,
    not_negative,
    share_of_pods,
    template_labels,
)
from cluster.kinds.goprint import int_or_string, string_map
from cluster.kinds.goprint import label_selector as written_selector
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.podtemplate import default_template, validate_long_running, validate_template
from cluster.kinds.replicaset import validate_selector_kept
from cluster.machinery import selectors
from cluster.machinery.errors import Cause, Written, invalid, not_supported, required, shown
from cluster.machinery.objects import DAEMON_SETS, Obj, annotations_of, spec, status

TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
"""Counts the template's changes; also the pods of this template bear the number."""
_STRATEGIES = ("RollingUpdate", "OnDelete")
_COUNTS = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
_MORE_COUNTS = ("observedGeneration", "updatedNumberScheduled", "numberAvailable", "numberUnavailable")


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    default_template(given.setdefault("template", {}))
    strategy = given.setdefault("updateStrategy", {})
    if not strategy.get("type"):
        strategy["type"] = "RollingUpdate"
    if strategy["type"] == "RollingUpdate":
        rolling = strategy.setdefault("rollingUpdate", {})
        rolling.setdefault("maxUnavailable", 1)
        rolling.setdefault("maxSurge", 0)
    if given.get("revisionHistoryLimit") is None:
        given["revisionHistoryLimit"] = 10
    if TEMPLATE_GENERATION not in annotations_of(obj):
        obj["metadata"]["annotations"] = {**annotations_of(obj), TEMPLATE_GENERATION: "0"}


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        generation = "1"
        obj["status"] = dict.fromkeys(_COUNTS, 0)
    else:
        generation = annotations_of(old).get(TEMPLATE_GENERATION, "")
        if obj["spec"] is not old["spec"] and obj["spec"].get("template") != old["spec"].get("template"):
            generation = str(int(generation or 0) + 1)
    if annotations_of(obj).get(TEMPLATE_GENERATION, "") != generation:
        # The server keeps the count; what somebody writes there is as if not written.
        obj["metadata"]["annotations"] = {**annotations_of(obj), TEMPLATE_GENERATION: generation}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    template = given["template"]
    yield from _selector(given, template)
    yield from validate_template("spec.template", template)
    yield from validate_long_running("spec.template.spec", template["spec"], "DaemonSet")
    yield from not_negative("spec.minReadySeconds", given.get("minReadySeconds"))
    yield from _strategy(given["updateStrategy"])
    yield from not_negative("spec.revisionHistoryLimit", given["revisionHistoryLimit"])


def _selector(given: Mapping[str, Any], template: Mapping[str, Any]) -> Iterator[Cause]:
    """A missing selector selects nothing, so it does not match the template's labels."""
    selector = given.get("selector")
    if selector is None:
        labels = (template.get("metadata") or {}).get("labels")
        yield invalid(
            "spec.template.metadata.labels", string_map(labels), "`selector` does not match template `labels`"
        )
        return
    yield from label_selector("spec.selector", selector)
    try:
        yield from template_labels(template, selectors.from_label_selector(selector))
    except selectors.SelectorError:
        return
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        yield invalid("spec.selector", written_selector(selector), "empty selector is invalid for daemonset")


def _strategy(strategy: Mapping[str, Any]) -> Iterator[Cause]:
    path = "spec.updateStrategy"
    rolling = strategy.get("rollingUpdate")
    if strategy["type"] == "OnDelete":
        return
    if strategy["type"] != "RollingUpdate":
        inside = "(*apps.RollingUpdateDaemonSet)(nil)" if rolling is None else shown(rolling)
        text = f"apps.DaemonSetUpdateStrategy{{Type:{shown(strategy['type'])}, RollingUpdate:{inside}}}"
        yield not_supported(path, Written(text), _STRATEGIES)
        return
    path = f"{path}.rollingUpdate"
    unavailable, surge = ((rolling or {}).get(field, 0) for field in ("maxUnavailable", "maxSurge"))
    yield from share_of_pods(f"{path}.maxUnavailable", unavailable)
    yield from share_of_pods(f"{path}.maxSurge", surge)
    yield from not_more_than_all(f"{path}.maxUnavailable", unavailable)
    yield from not_more_than_all(f"{path}.maxSurge", surge)
    if is_no_pod(unavailable) and is_no_pod(surge):
        yield required(f"{path}.maxUnavailable", "cannot be 0 when maxSurge is 0")
    elif not is_no_pod(unavailable) and not is_no_pod(surge):
        yield invalid(f"{path}.maxSurge", int_or_string(surge), "may not be set when maxUnavailable is non-zero")


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    if new["spec"] is not old["spec"]:
        yield from validate_selector_kept(new, old)
    if new.get("status") is not old.get("status"):
        given = status(new)
        for field in (*_COUNTS, *_MORE_COUNTS, "collisionCount"):
            yield from not_negative(f"status.{field}", given.get(field))


def _count(title: str, field: str) -> Column:
    return Column(title, lambda obj, now: status(obj).get(field, 0), type="integer")


def _node_selector(obj: Obj, now: float) -> str:
    return labels_text(((spec(obj).get("template") or {}).get("spec") or {}).get("nodeSelector"))


KIND = Kind(
    group="apps",
    version="v1",
    kind="DaemonSet",
    resource="daemonsets",
    singular="daemonset",
    short_names=("ds",),
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    columns=(
        NAME,
        _count("Desired", "desiredNumberScheduled"),
        _count("Current", "currentNumberScheduled"),
        _count("Ready", "numberReady"),
        _count("Up-to-date", "updatedNumberScheduled"),
        _count("Available", "numberAvailable"),
        Column("Node Selector", _node_selector),
        AGE,
        *template_columns(DAEMON_SETS),
        SELECTOR_COLUMN,
    ),
)
