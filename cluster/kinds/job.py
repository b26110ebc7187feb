"""Job: pods that run until so many of them have ended well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.cells import AGE, NAME, SELECTOR_COLUMN, duration, template_columns
from cluster.kinds.fields import IMMUTABLE, label_selector, not_negative, template_labels
from cluster.kinds.goprint import label_selector as written_selector
from cluster.kinds.goprint import string_map
from cluster.kinds.jobpolicies import default_policies, validate_policies
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.podtemplate import default_template, validate_template
from cluster.machinery import names, selectors
from cluster.machinery.errors import Cause, invalid, not_supported, required
from cluster.machinery.objects import JOBS, Obj, condition, is_terminating, labels, meta, name, seconds, spec, status

JOB_NAME, CONTROLLER_UID = "batch.kubernetes.io/job-name", "batch.kubernetes.io/controller-uid"
_OLD_JOB_NAME, _OLD_CONTROLLER_UID = "job-name", "controller-uid"
NON_INDEXED, INDEXED = "NonIndexed", "Indexed"
_MOST_PARALLEL_INDEXED = 100_000
_WHOLE = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
_KEPT = ("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")
_SCHEDULING = ("affinity", "nodeSelector", "tolerations", "schedulingGates")


def default_spec(given: dict[str, Any]) -> None:
    """Of a Job's own spec and of the one in a CronJob's template."""
    default_template(given.setdefault("template", {}))
    if given.get("completions") is None and given.get("parallelism") is None:
        given["completions"] = 1
    if given.get("parallelism") is None:
        given["parallelism"] = 1
    if given.get("backoffLimit") is None:
        given["backoffLimit"] = 6 if given.get("backoffLimitPerIndex") is None else 2**31 - 1
    if not given.get("completionMode"):
        given["completionMode"] = NON_INDEXED
    given.setdefault("suspend", False)
    default_policies(given)


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    default_spec(given)
    given.setdefault("manualSelector", False)
    _label(obj)


def _label(obj: Obj) -> None:
    """A Job without labels has those of its pods."""
    template = labels(spec(obj).get("template") or {})
    if template and not labels(obj):
        obj["metadata"]["labels"] = dict(template)


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is not None:
        return
    if not obj["spec"]["manualSelector"]:
        _generate_selector(obj)
    _label(obj)
    obj["status"] = {}


def _generated(obj: Obj) -> dict[str, str]:
    """The labels by which only this Job's pods are its own."""
    uid, called = str(meta(obj).get("uid") or ""), name(obj)
    return {CONTROLLER_UID: uid, JOB_NAME: called, _OLD_CONTROLLER_UID: uid, _OLD_JOB_NAME: called}


def _generate_selector(obj: Obj) -> None:
    given = obj["spec"]
    metadata = given["template"]["metadata"]
    metadata["labels"] = {**_generated(obj), **(metadata.get("labels") or {})}
    selector = given.setdefault("selector", {})
    selector["matchLabels"] = {CONTROLLER_UID: meta(obj)["uid"], **(selector.get("matchLabels") or {})}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = obj["spec"]
    if not given["manualSelector"]:
        yield from _generated_selector(obj)
    yield from validate_spec("spec", given)
    yield from _selector(given)
    completions = given.get("completions")
    if given["completionMode"] == INDEXED and completions:
        longest = f"{name(obj)}-{completions - 1}"
        if names.dns_label(longest):
            detail = f"will not able to create pod with invalid DNS label: {longest}"
            yield invalid("metadata.name", name(obj), detail)


def _generated_selector(obj: Obj) -> Iterator[Cause]:
    """What was asked to be generated is not to be given, unless it is the same."""
    wanted = _generated(obj)
    present = labels(spec(obj)["template"])
    for label, value in wanted.items():
        if present.get(label) != value:
            yield invalid(f"spec.template.metadata.labels[{label}]", string_map(present), f"must be '{value}'")
    selector = spec(obj).get("selector")
    try:
        if selector is not None and not selectors.from_label_selector(selector).matches(wanted):
            yield invalid("spec.selector", written_selector(selector), "`selector` not auto-generated")
    except selectors.SelectorError:
        return


def _selector(given: Mapping[str, Any]) -> Iterator[Cause]:
    selector = given.get("selector")
    if selector is None:
        yield required("spec.selector")
        return
    yield from label_selector("spec.selector", selector)
    try:
        yield from template_labels(given["template"], selectors.from_label_selector(selector))
    except selectors.SelectorError:
        return


def validate_spec(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    """All of a Job's spec but the selector, which a CronJob's template does not have."""
    for field in _WHOLE:
        yield from not_negative(f"{path}.{field}", given.get(field))
    mode = given["completionMode"]
    if mode not in (NON_INDEXED, INDEXED):
        yield not_supported(f"{path}.completionMode", mode, (NON_INDEXED, INDEXED))
    elif mode == INDEXED:
        if given.get("completions") is None:
            yield required(f"{path}.completions", f"when completion mode is {INDEXED}")
        if given["parallelism"] > _MOST_PARALLEL_INDEXED:
            detail = f"must be less than or equal to {_MOST_PARALLEL_INDEXED} when completion mode is {INDEXED}"
            yield invalid(f"{path}.parallelism", given["parallelism"], detail)
    yield from validate_policies(path, given)
    yield from validate_template(f"{path}.template", given["template"])
    yield from _restart_policy(f"{path}.template.spec.restartPolicy", given)


def _restart_policy(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    policy = given["template"]["spec"].get("restartPolicy")
    if policy == "Always":
        yield required(path, 'valid values: "OnFailure", "Never"')
    elif policy not in ("OnFailure", "Never"):
        yield not_supported(path, policy, ("OnFailure", "Never"))
    elif given.get("podFailurePolicy") is not None and policy != "Never":
        yield invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _validate_update(new: Obj, old: Obj) -> Iterator[Cause]:
    before, after = old["spec"], new["spec"]
    if after is not before:
        yield from _completions(before, after)
        if before.get("selector") != after.get("selector"):
            yield invalid("spec.selector", written_selector(after.get("selector") or {}), IMMUTABLE)
        if _fixed(before["template"], old) != _fixed(after["template"], old):
            yield invalid("spec.template", after["template"], IMMUTABLE)
        for field in _KEPT:
            if before.get(field) != after.get(field):
                yield invalid(f"spec.{field}", after.get(field), IMMUTABLE)
    if new.get("status") is not old.get("status"):
        for field in ("active", "succeeded", "failed", "ready", "terminating"):
            yield from not_negative(f"status.{field}", status(new).get(field))


def _completions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Cause]:
    """Those of an indexed Job may change together with its parallelism."""
    completions = after.get("completions")
    if completions == before.get("completions"):
        return
    if after["completionMode"] != INDEXED or completions is None or before.get("completions") is None:
        yield invalid("spec.completions", completions, IMMUTABLE)
    elif completions != after["parallelism"]:
        yield invalid("spec.completions", completions, "can only be modified in tandem with spec.parallelism")


def _fixed(template: Mapping[str, Any], old: Obj) -> dict[str, Any]:
    """The part of the template that may not change. Where the pods go may, while the Job is suspended and never ran."""
    if not spec(old).get("suspend") or status(old).get("startTime"):
        return dict(template)
    metadata = {key: value for key, value in template["metadata"].items() if key not in ("labels", "annotations")}
    pod = {key: value for key, value in template["spec"].items() if key not in _SCHEDULING}
    return {"metadata": metadata, "spec": pod}


def is_finished(obj: Obj) -> str:
    """ "Complete" or "Failed", the condition by which nothing more will be done; "" before."""
    for type_ in ("Complete", "Failed"):
        if (condition(obj, type_) or {}).get("status") == "True":
            return type_
    return ""


def _status(obj: Obj, now: float) -> str:
    if finished := is_finished(obj):
        return finished
    if is_terminating(obj):
        return "Terminating"
    for type_ in ("Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if (condition(obj, type_) or {}).get("status") == "True":
            return type_
    return "Running"


def _completed(obj: Obj, now: float) -> str:
    succeeded, completions = status(obj).get("succeeded", 0), spec(obj).get("completions")
    if completions is not None:
        return f"{succeeded}/{completions}"
    parallelism = spec(obj).get("parallelism") or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(obj: Obj, now: float) -> str:
    started, ended = status(obj).get("startTime"), status(obj).get("completionTime")
    if not started:
        return ""
    return duration((seconds(ended) if ended else now) - seconds(started))


KIND = Kind(
    group="batch",
    version="v1",
    kind="Job",
    resource="jobs",
    singular="job",
    categories=("all",),
    default=_default,
    prepare=_prepare,
    validate=_validate,
    validate_update=_validate_update,
    has_generation=True,
    orphans_by_default=True,
    columns=(
        NAME,
        Column("Status", _status),
        Column("Completions", _completed),
        Column("Duration", _duration),
        AGE,
        *template_columns(JOBS),
        SELECTOR_COLUMN,
    ),
)
