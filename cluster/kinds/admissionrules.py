"""Which requests an admission webhook or policy looks at: what both have in common, defaults and checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.fields import label_selector, name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.rules import key_rule
from cluster.machinery import names
from cluster.machinery.errors import Cause, duplicate, invalid, not_supported, required, too_many

GROUP = "admissionregistration.k8s.io"
FAILURE_POLICIES = ("Fail", "Ignore")
ASKED_BY_CONDITIONS = ("authorizer", "object", "oldObject", "request")
"""What the expressions of a webhook's conditions can ask for."""
MATCH_POLICIES = ("Equivalent", "Exact")
_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_SCOPES = ("*", "Cluster", "Namespaced")
_MOST_CONDITIONS = 64


def default_rules(rules: Sequence[dict[str, Any]]) -> None:
    for rule in rules:
        if rule.get("scope") is None:
            rule["scope"] = "*"


def default_matching(given: dict[str, Any]) -> None:
    """What is matched when nothing narrows it: all."""
    if given.get("matchPolicy") is None:
        given["matchPolicy"] = "Equivalent"
    for field in ("namespaceSelector", "objectSelector"):
        if given.get(field) is None:
            given[field] = {}


def rule(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    operations = given.get("operations") or []
    yield from _several(f"{path}.operations", operations, "operations", "admissionregistration.OperationType")
    for index, operation in enumerate(operations):
        if operation not in _OPERATIONS:
            yield not_supported(f"{path}.operations[{index}]", operation, _OPERATIONS)
    yield from _several(f"{path}.apiGroups", given.get("apiGroups") or [], "API groups")
    versions = given.get("apiVersions") or []
    yield from _several(f"{path}.apiVersions", versions, "API versions")
    for index, version in enumerate(versions):
        if not version:
            yield required(f"{path}.apiVersions[{index}]")
    yield from _resources(f"{path}.resources", given.get("resources") or [])
    if given["scope"] not in _SCOPES:
        yield not_supported(f"{path}.scope", given["scope"], _SCOPES)


def _several(path: str, values: Sequence[str], called: str, named: str = "string") -> Iterator[Cause]:
    if not values:
        yield required(path)
    elif len(values) > 1 and "*" in values:
        yield invalid(path, string_list(values, named), f"if '*' is present, must not specify other {called}")


def _resources(path: str, resources: Sequence[str]) -> Iterator[Cause]:
    if not resources:
        yield required(path)
    whole: set[str] = set()
    everywhere: set[str] = set()
    for index, text in enumerate(resources):
        if not text:
            yield required(f"{path}[{index}]")
            continue
        resource, slash, part = text.partition("/")
        if not slash:
            continue
        if resource in whole:
            detail = f"if '{resource}/*' is present, must not specify {text}"
            yield invalid(f"{path}[{index}]", text, detail)
        if part in everywhere:
            yield invalid(f"{path}[{index}]", text, f"if '*/{part}' is present, must not specify {text}")
        if part == "*":
            whole.add(resource)
        if resource == "*":
            everywhere.add(part)
    if len(resources) > 1 and "*/*" in resources:
        yield invalid(path, string_list(resources), "if '*/*' is present, must not specify other resources")
    if "*" in resources and any(each and each != "*" and "/" not in each for each in resources):
        detail = "if '*' is present, must not specify other resources without subresources"
        yield invalid(path, string_list(resources), detail)


def selectors(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    if given["matchPolicy"] not in MATCH_POLICIES:
        yield not_supported(f"{path}.matchPolicy", given["matchPolicy"], MATCH_POLICIES)
    for field in ("namespaceSelector", "objectSelector"):
        yield from label_selector(f"{path}.{field}", given[field])


def match_resources(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    yield from selectors(path, given)
    for field in ("resourceRules", "excludeResourceRules"):
        for index, each in enumerate(given.get(field) or ()):
            here = f"{path}.{field}[{index}]"
            seen: set[str] = set()
            for place, called in enumerate(each.get("resourceNames") or ()):
                yield from name_causes(f"{here}.resourceNames[{place}]", called, names.path_segment)
                if called in seen:
                    yield duplicate(f"{here}.resourceNames[{place}]", called)
                seen.add(called)
            yield from rule(here, each)


def match_conditions(path: str, conditions: Sequence[Mapping[str, Any]]) -> Iterator[Cause]:
    if len(conditions) > _MOST_CONDITIONS:
        yield too_many(path, len(conditions), _MOST_CONDITIONS)
    seen: set[str] = set()
    for index, each in enumerate(conditions):
        here, called = f"{path}[{index}]", each.get("name") or ""
        if not (each.get("expression") or "").strip():
            yield required(f"{here}.expression")
        if not called:
            yield required(f"{here}.name")
            continue
        yield from name_causes(f"{here}.name", called, key_rule)
        if called in seen:
            yield duplicate(f"{here}.name", called)
        seen.add(called)
