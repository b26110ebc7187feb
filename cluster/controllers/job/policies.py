"""What a Job's own rules say of a pod's end and of its indexes: the pod failure policy and the success policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.machinery import indexes
from cluster.machinery.objects import Obj, name, namespace, spec, status


def failure_rule(owner: Obj, pod: Obj) -> tuple[int, str, str] | None:
    """(place, action, what matched) of the first rule that holds for a failed pod."""
    if status(pod).get("phase") != "Failed":
        return None
    for index, rule in enumerate((spec(owner).get("podFailurePolicy") or {}).get("rules") or ()):
        matched = _by_exit_code(rule, pod) or _by_condition(rule, pod)
        if matched:
            return index, str(rule.get("action")), matched
    return None


def counts_as_failure(owner: Obj, pod: Obj) -> bool:
    """Not where a rule says Ignore."""
    rule = failure_rule(owner, pod) if spec(owner).get("podFailurePolicy") else None
    return rule is None or rule[1] != "Ignore"


def fails_job(owner: Obj, pod: Obj) -> str:
    """The message with which this pod's end fails the whole Job; "" when it does not."""
    rule = failure_rule(owner, pod) if spec(owner).get("podFailurePolicy") else None
    if rule is None or rule[1] != "FailJob":
        return ""
    index, action, matched = rule
    return f"{matched} matching {action} rule at index {index}"


def _by_exit_code(rule: Mapping[str, Any], pod: Obj) -> str:
    asked = rule.get("onExitCodes")
    for container in _ended(pod) if asked else ():
        called = (asked or {}).get("containerName")
        code = container["state"]["terminated"].get("exitCode") or 0
        if code == 0 or (called is not None and container.get("name") != called):
            continue
        if (code in ((asked or {}).get("values") or ())) == ((asked or {}).get("operator") == "In"):
            which = f"Container {container.get('name')} for pod {namespace(pod)}/{name(pod)}"
            return f"{which} failed with exit code {code}"
    return ""


def _ended(pod: Obj) -> Iterator[dict[str, Any]]:
    for group in ("containerStatuses", "initContainerStatuses"):
        for container in status(pod).get(group) or ():
            if (container.get("state") or {}).get("terminated"):
                yield container


def _by_condition(rule: Mapping[str, Any], pod: Obj) -> str:
    for pattern in rule.get("onPodConditions") or ():
        for each in status(pod).get("conditions") or ():
            if each.get("type") == pattern.get("type") and each.get("status") == pattern.get("status"):
                return f"Pod {namespace(pod)}/{name(pod)} has condition {each['type']}"
    return ""


def success_rule(owner: Obj, done: frozenset[int]) -> str:
    """The message with which the indexes that are done make the whole Job a success; "" when they do not."""
    completions = int(spec(owner).get("completions") or 0)
    for index, rule in enumerate((spec(owner).get("successPolicy") or {}).get("rules") or ()):
        wanted = rule.get("succeededIndexes")
        among = done if wanted is None else done & indexes.known(wanted, completions)
        count = rule.get("succeededCount")
        enough = len(indexes.known(wanted or "", completions)) if count is None else int(count)
        if len(among) >= enough:
            return f"Matched rules at index {index}"
    return ""
