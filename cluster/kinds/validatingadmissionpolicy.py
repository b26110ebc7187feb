"""ValidatingAdmissionPolicy and its binding: conditions on what may be stored, as expressions, and where they hold.

What an expression means is not known here (`policies` does): that it is there, and where its result goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.admissionrules import (
    FAILURE_POLICIES,
    GROUP,
    default_matching,
    default_rules,
    match_conditions,
    match_resources,
)
from cluster.kinds.cells import AGE, NAME, UNSET
from cluster.kinds.fields import label_selector, name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.policies import checking
from cluster.kinds.rules import key_rule, subdomain_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, duplicate, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, name, spec

_REASONS = ("Forbidden", "Invalid", "RequestEntityTooLarge", "Unauthorized")
_ACTIONS = ("Audit", "Deny", "Warn")
_NOT_FOUND = ("Allow", "Deny")
_SOME = "validations or auditAnnotations must contain at least one item"
_IDENTIFIER = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
_RESERVED = frozenset(
    (
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    )
)  # fmt: skip


def _default_resources(given: dict[str, Any] | None) -> None:
    if given is not None:
        default_matching(given)
        for field in ("resourceRules", "excludeResourceRules"):
            default_rules(given.get(field) or ())


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if given.get("failurePolicy") is None:
        given["failurePolicy"] = "Fail"
    _default_resources(given.get("matchConstraints"))


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    if given["failurePolicy"] not in FAILURE_POLICIES:
        yield not_supported("spec.failurePolicy", given["failurePolicy"], FAILURE_POLICIES)
    if (param := given.get("paramKind")) is not None:
        yield from _param_kind("spec.paramKind", param)
    if (constraints := given.get("matchConstraints")) is None:
        yield required("spec.matchConstraints")
    else:
        yield from match_resources("spec.matchConstraints", constraints)
        if not constraints.get("resourceRules"):
            yield required("spec.matchConstraints.resourceRules")
    yield from match_conditions("spec.matchConditions", given.get("matchConditions") or ())
    for index, variable in enumerate(given.get("variables") or ()):
        yield from _variable(f"spec.variables[{index}]", variable)
    validations, annotations = given.get("validations") or (), given.get("auditAnnotations") or ()
    if not validations and not annotations:
        yield required("spec.validations", _SOME)
        yield required("spec.auditAnnotations", _SOME)
    for index, validation in enumerate(validations):
        yield from _validation(f"spec.validations[{index}]", validation)
    yield from checking.causes(obj)
    seen: set[str] = set()
    for index, annotation in enumerate(annotations):
        path, key = f"spec.auditAnnotations[{index}]", annotation.get("key") or ""
        yield from name_causes(f"{path}.key", f"{name(obj)}/{key}", key_rule)
        if not (annotation.get("valueExpression") or "").strip():
            yield required(f"{path}.valueExpression", "valueExpression is not specified")
        if key in seen:
            yield duplicate(f"{path}.key", key)
        seen.add(key)


def _param_kind(path: str, param: Mapping[str, Any]) -> Iterator[Cause]:
    api_version, kind = param.get("apiVersion") or "", param.get("kind") or ""
    group, _, version = api_version.rpartition("/")
    if not api_version:
        yield required(f"{path}.apiVersion")
    elif "/" in group:
        yield invalid(f"{path}.apiVersion", api_version, f"unexpected GroupVersion string: {api_version}")
    else:
        if group and (messages := subdomain_rule(group)):
            yield invalid(f"{path}.apiVersion", group, ",".join(messages))
        if not version:
            yield invalid(f"{path}.apiVersion", api_version, "version must be specified")
        elif wrong := names.dns1035_label(version):
            yield invalid(f"{path}.apiVersion", version, ",".join(wrong))
    if not kind:
        yield required(f"{path}.kind")
    elif wrong := names.dns1035_label(kind.lower()):
        yield invalid(f"{path}.kind", kind, f"may have mixed case, but should otherwise match: {','.join(wrong)}")


def _variable(path: str, variable: Mapping[str, Any]) -> Iterator[Cause]:
    called = variable.get("name") or ""
    if not called.strip():
        yield required(f"{path}.name", "name is not specified")
    elif not _IDENTIFIER.fullmatch(called) or called in _RESERVED:
        yield invalid(f"{path}.name", called, "name is not a valid CEL identifier")
    if not (variable.get("expression") or "").strip():
        yield required(f"{path}.expression", "expression is not specified")


def _validation(path: str, validation: Mapping[str, Any]) -> Iterator[Cause]:
    if not (validation.get("expression") or "").strip():
        yield required(f"{path}.expression", "expression is not specified")
    expression, message = validation.get("messageExpression") or "", validation.get("message") or ""
    if expression and not expression.strip():
        yield invalid(f"{path}.messageExpression", expression, "must be non-empty if specified")
    if message and not message.strip():
        yield invalid(f"{path}.message", message, "message must be non-empty if specified")
    elif "\n" in message.strip() or "\r" in message.strip():
        yield invalid(f"{path}.message", message, "message must not contain line breaks")
    reason = validation.get("reason")
    if reason is not None and reason not in _REASONS:
        yield not_supported(f"{path}.reason", reason, _REASONS)


def _default_binding(obj: Obj) -> None:
    _default_resources(obj.setdefault("spec", {}).get("matchResources"))


def _validate_binding(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    if policy := given.get("policyName"):
        yield from name_causes("spec.policyName", policy, subdomain_rule)
    else:
        yield required("spec.policyName")
    if (param := given.get("paramRef")) is not None:
        yield from _param_ref("spec.paramRef", param)
    if (resources := given.get("matchResources")) is not None:
        yield from match_resources("spec.matchResouces", resources)  # Kubernetes' own spelling of the path
    yield from _actions("spec.validationActions", given.get("validationActions") or [])


def _param_ref(path: str, param: Mapping[str, Any]) -> Iterator[Cause]:
    called, selector, missing = param.get("name"), param.get("selector"), param.get("parameterNotFoundAction")
    both = "name and selector are mutually exclusive"
    if called:
        yield from name_causes(f"{path}.name", called, names.path_segment)
        if selector is not None:
            yield forbidden(f"{path}.name", both)
    if selector is not None:
        yield from label_selector(f"{path}.selector", selector)
        if called:
            yield forbidden(f"{path}.selector", both)
    if not called and selector is None:
        yield required(path, "one of name or selector must be specified")
    if not missing:
        yield required(f"{path}.parameterNotFoundAction")
    elif missing not in _NOT_FOUND:
        yield not_supported(f"{path}.parameterNotFoundAction", missing, _NOT_FOUND)


def _actions(path: str, actions: list[str]) -> Iterator[Cause]:
    for index, action in enumerate(actions):
        if action not in _ACTIONS:
            yield not_supported(f"{path}[{index}]", action, _ACTIONS)
        if action in actions[:index]:
            yield duplicate(f"{path}[{index}]", action)
    if {"Deny", "Warn"} <= set(actions):
        detail = (
            "must not contain both Deny and Warn (repeating the same validation failure information in the API "
            "response and headers serves no purpose)"
        )
        yield invalid(path, string_list(actions, "admissionregistration.ValidationAction"), detail)
    if not actions:
        yield required(path, "at least one validation action is required")


def _params(obj: Obj, now: float) -> str:
    given = spec(obj).get("paramKind")
    return f"{given.get('apiVersion', '')}/{given.get('kind', '')}" if given else UNSET


def _param(obj: Obj, now: float) -> str:
    given = spec(obj).get("paramRef") or {}
    if given.get("name"):
        where = given.get("namespace")
        return f"{where}/{given['name']}" if where else str(given["name"])
    return "*" if given.get("selector") is not None else UNSET


FAMILY = (
    Kind(
        group=GROUP,
        version="v1",
        kind="ValidatingAdmissionPolicy",
        resource="validatingadmissionpolicies",
        singular="validatingadmissionpolicy",
        namespaced=False,
        categories=("api-extensions",),
        default=_default,
        prepare=_prepare,
        validate=_validate,
        has_generation=True,
        columns=(
            NAME,
            Column("Validations", lambda obj, now: len(spec(obj).get("validations") or ()), type="integer"),
            Column("ParamKind", _params),
            AGE,
        ),
    ),
    Kind(
        group=GROUP,
        version="v1",
        kind="ValidatingAdmissionPolicyBinding",
        resource="validatingadmissionpolicybindings",
        singular="validatingadmissionpolicybinding",
        namespaced=False,
        categories=("api-extensions",),
        default=_default_binding,
        validate=_validate_binding,
        has_status=False,
        has_generation=True,
        columns=(
            NAME,
            Column("PolicyName", lambda obj, now: spec(obj).get("policyName", "")),
            Column("ParamRef", _param),
            AGE,
        ),
    ),
)
