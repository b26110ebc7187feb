"""How a Job judges its pods' ends: the pod failure policy, limits per index, the success policy, what is replaced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.fields import name_causes, not_negative
from cluster.kinds.rules import key_rule
from cluster.machinery.errors import Cause, Written, duplicate, invalid, not_supported, required, shown, too_many
from cluster.machinery.indexes import parse
from cluster.machinery.podspecs import containers_of

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_REPLACEMENTS = ("Failed", "TerminatingOrFailed")
_INDEXED = "Indexed"
_MOST_RULES, _MOST_CODES, _MOST_PATTERNS = 20, 255, 20
_NEEDS_INDEXES = "requires indexed completion mode"


def _one_of(values: tuple[str, ...]) -> str:
    return "valid values: " + ", ".join(map(shown, values))


def default_policies(given: dict[str, Any]) -> None:
    policy = given.get("podFailurePolicy")
    for rule in (policy or {}).get("rules") or ():
        for pattern in rule.get("onPodConditions") or ():
            if not pattern.get("status"):
                pattern["status"] = "True"
    if not given.get("podReplacementPolicy"):
        given["podReplacementPolicy"] = "TerminatingOrFailed" if policy is None else "Failed"


def validate_policies(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    yield from _per_index(path, given)
    if (policy := given.get("podFailurePolicy")) is not None:
        yield from _failure(f"{path}.podFailurePolicy", policy, given)
    if (success := given.get("successPolicy")) is not None:
        if given["completionMode"] != _INDEXED:
            yield invalid(f"{path}.successPolicy", success, _NEEDS_INDEXES)
        else:
            yield from _success(f"{path}.successPolicy.rules", success, given)
    replaced = given["podReplacementPolicy"]
    if given.get("podFailurePolicy") is not None:
        if replaced != "Failed":
            yield not_supported(f"{path}.podReplacementPolicy", replaced, ("Failed",))
    elif replaced not in _REPLACEMENTS:
        yield not_supported(f"{path}.podReplacementPolicy", replaced, _REPLACEMENTS)


def _per_index(path: str, given: Mapping[str, Any]) -> Iterator[Cause]:
    limit, most = given.get("backoffLimitPerIndex"), given.get("maxFailedIndexes")
    yield from not_negative(f"{path}.backoffLimitPerIndex", limit)
    yield from not_negative(f"{path}.maxFailedIndexes", most)
    if given["completionMode"] != _INDEXED:
        if limit is not None:
            yield invalid(f"{path}.backoffLimitPerIndex", limit, _NEEDS_INDEXES)
        if most is not None:
            yield invalid(f"{path}.maxFailedIndexes", most, _NEEDS_INDEXES)
    if most is not None:
        if limit is None:
            yield required(f"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
        if (completions := given.get("completions")) is not None and most > completions:
            yield invalid(f"{path}.maxFailedIndexes", most, "must be less than or equal to completions")


def _failure(path: str, policy: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Cause]:
    rules = policy.get("rules") or []
    if len(rules) > _MOST_RULES:
        yield too_many(f"{path}.rules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        here = f"{path}.rules[{index}]"
        action = rule.get("action") or ""
        if not action:
            yield required(f"{here}.action", _one_of(_ACTIONS))
        elif action not in _ACTIONS:
            yield not_supported(f"{here}.action", action, _ACTIONS)
        elif action == "FailIndex" and given.get("backoffLimitPerIndex") is None:
            detail = "requires the backoffLimitPerIndex to be set"
            yield invalid(f"{here}.action", action, detail)
        codes, patterns = rule.get("onExitCodes"), rule.get("onPodConditions")
        if codes is not None and patterns:
            detail = "specifying both OnExitCodes and OnPodConditions is not supported"
            yield invalid(here, Written("podFailurePolicyRule"), detail)
        elif codes is None and not patterns:
            detail = "specifying one of OnExitCodes and OnPodConditions is required"
            yield invalid(here, Written("podFailurePolicyRule"), detail)
        if codes is not None:
            yield from _exit_codes(f"{here}.onExitCodes", codes, given)
        yield from _conditions(f"{here}.onPodConditions", patterns or [])


def _exit_codes(path: str, codes: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Cause]:
    operator = codes.get("operator") or ""
    if not operator:
        yield required(f"{path}.operator", _one_of(_OPERATORS))
    elif operator not in _OPERATORS:
        yield not_supported(f"{path}.operator", operator, _OPERATORS)
    if (called := codes.get("containerName")) is not None:
        known = [each.get("name") for each in containers_of(given["template"]["spec"])]
        if called not in known:
            detail = "must be one of the container or initContainer names in the pod template"
            yield invalid(f"{path}.containerName", called, detail)
    values = codes.get("values") or []
    if not values:
        yield invalid(f"{path}.values", Written("[]int32(nil)"), "at least one value is required")
    elif len(values) > _MOST_CODES:
        yield too_many(f"{path}.values", len(values), _MOST_CODES)
    for index, value in enumerate(values):
        if value in values[:index]:
            yield duplicate(f"{path}.values[{index}]", value)
        elif index and value < values[index - 1]:
            yield invalid(f"{path}.values", values, "must be ordered")
            break
    if operator == "In" and 0 in values:
        yield invalid(f"{path}.values[{values.index(0)}]", 0, "must not be 0 for the In operator")


def _conditions(path: str, patterns: list[dict[str, Any]]) -> Iterator[Cause]:
    if len(patterns) > _MOST_PATTERNS:
        yield too_many(path, len(patterns), _MOST_PATTERNS)
    for index, pattern in enumerate(patterns):
        yield from name_causes(f"{path}[{index}].type", pattern.get("type") or "", key_rule)
        if pattern.get("status") not in ("True", "False", "Unknown"):
            yield not_supported(f"{path}[{index}].status", pattern.get("status"), ("False", "True", "Unknown"))


def _success(path: str, policy: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Cause]:
    rules = policy.get("rules") or []
    if not rules:
        yield required(path, "at least one rules must be specified when the successPolicy is specified")
    elif len(rules) > _MOST_RULES:
        yield too_many(path, len(rules), _MOST_RULES)
    completions = given.get("completions") or 0
    for index, rule in enumerate(rules):
        here = f"{path}[{index}]"
        count, indexes = rule.get("succeededCount"), rule.get("succeededIndexes")
        if count is None and indexes is None:
            yield required(here, "at least one of succeededCount or succeededIndexes must be specified")
        wanted = completions
        if indexes is not None:
            try:
                wanted = len(parse(indexes, completions))
            except ValueError as error:
                yield invalid(f"{here}.succeededIndexes", indexes, f"error parsing succeededIndexes: {error}")
        if count is not None:
            yield from not_negative(f"{here}.succeededCount", count)
            if count > completions:
                detail = f"must be less than or equal to {completions} (the number of specified completions)"
                yield invalid(f"{here}.succeededCount", count, detail)
            elif indexes is not None and count > wanted:
                detail = f"must be less than or equal to {wanted} (the number of indexes in the specified "
                yield invalid(f"{here}.succeededCount", count, f"{detail}succeededIndexes field)")
