"""Checks of single fields that several kinds share, in Kubernetes' words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds import metadata as metas
from cluster.kinds.goprint import int_or_string, string_map
from cluster.kinds.goprint import label_selector as written_selector
from cluster.machinery import names, selectors
from cluster.machinery.errors import Cause, forbidden, invalid, required

NOT_NEGATIVE = "must be greater than or equal to 0"
IMMUTABLE = "field is immutable"
MISMATCH = "`selector` does not match template `labels`"


def name_causes(path: str, value: str, rule: Callable[[str], Sequence[str]]) -> Iterator[Cause]:
    for message in rule(value):
        yield invalid(path, value, message)


def not_negative(path: str, value: int | None) -> Iterator[Cause]:
    if value is not None and value < 0:
        yield invalid(path, value, NOT_NEGATIVE)


def share_of_pods(path: str, amount: int | str) -> Iterator[Cause]:
    """So many pods, or so many of a hundred."""
    if isinstance(amount, str):
        for message in names.percent(amount):
            yield invalid(path, int_or_string(amount), message)
    else:
        yield from not_negative(path, amount)


def not_more_than_all(path: str, amount: int | str) -> Iterator[Cause]:
    share = str(amount)
    if share.endswith("%") and not names.percent(share) and int(share[:-1]) > 100:
        yield invalid(path, int_or_string(share), "must not be greater than 100%")


def is_no_pod(amount: int | str) -> bool:
    return amount == 0 or amount == "0%"


def label_selector(path: str, selector: Mapping[str, Any]) -> Iterator[Cause]:
    """Faults in a metav1.LabelSelector."""
    yield from metas.labels(f"{path}.matchLabels", selector.get("matchLabels") or {})
    for index, expression in enumerate(selector.get("matchExpressions") or ()):
        here = f"{path}.matchExpressions[{index}]"
        operator, values = expression.get("operator", ""), expression.get("values") or []
        if operator in ("In", "NotIn"):
            if not values:
                yield required(f"{here}.values", "must be specified when `operator` is 'In' or 'NotIn'")
        elif operator in ("Exists", "DoesNotExist"):
            if values:
                yield forbidden(f"{here}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
        else:
            yield invalid(f"{here}.operator", operator, "not a valid selector operator")
        yield from name_causes(f"{here}.key", expression.get("key", ""), names.label_key)
        for place, value in enumerate(values):
            yield from name_causes(f"{here}.values[{place}]", value, names.label_value)


def workload_selector(spec: Mapping[str, Any], workload: str) -> tuple[list[Cause], selectors.Selector | None]:
    """Faults of a workload's `spec.selector`, and the selector where it can be read."""
    given = spec.get("selector")
    if given is None:
        return [required("spec.selector")], None
    causes = list(label_selector("spec.selector", given))
    if not given.get("matchLabels") and not given.get("matchExpressions"):
        causes.append(invalid("spec.selector", written_selector(given), f"empty selector is invalid for {workload}"))
    try:
        return causes, selectors.from_label_selector(given)
    except selectors.SelectorError:
        detail = "" if workload == "statefulset" else "invalid label selector"
        causes.append(invalid("spec.selector", written_selector(given), detail))
        return causes, None


def template_labels(template: Mapping[str, Any], selector: selectors.Selector) -> Iterator[Cause]:
    labels = (template.get("metadata") or {}).get("labels")
    if selector.requirements and not selector.matches(labels):
        yield invalid("spec.template.metadata.labels", string_map(labels), MISMATCH)
