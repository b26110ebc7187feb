"""Whether a policy, or a binding, is about a request: operations, resources, selectors. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cluster.kinds.kind import Admission
from cluster.kinds.policies.request import Asked
from cluster.machinery import selectors
from cluster.machinery.objects import NAMESPACES

Given = Mapping[str, Any]
_NEVER = ("validatingadmissionpolicies", "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
          "mutatingwebhookconfigurations")  # fmt: skip
"""What decides about requests is decided about by nobody."""


def version_matched(given: Given, asked: Asked, admission: Admission) -> str | None:
    """The apiVersion in which the request is matched by resources ("matchConstraints", "matchResources"); None: not.

    With matchPolicy Equivalent a rule about one version of a resource is about the others, too."""
    if asked.kind.resource in _NEVER and asked.kind.group == "admissionregistration.k8s.io":
        return None
    if not _selected(given, asked, admission):
        return None
    versions = asked.kind.every_version if given.get("matchPolicy") != "Exact" else (asked.kind.api_version,)
    if any(_ruled(given.get("excludeResourceRules") or (), asked, each) for each in versions):
        return None
    rules = given.get("resourceRules")
    if not rules:
        # Only a binding has none: it narrows nothing then.
        return versions[0]
    return next((each for each in versions if _ruled(rules, asked, each)), None)


def _selected(given: Given, asked: Asked, admission: Admission) -> bool:
    labels = asked.labelled
    if (wanted := given.get("objectSelector")) and not any(map(selectors.from_label_selector(wanted).matches, labels)):
        return False
    wanted = given.get("namespaceSelector")
    if not wanted:
        return True
    if asked.key.kind == NAMESPACES:
        return any(map(selectors.from_label_selector(wanted).matches, labels))
    namespace = asked.namespace(admission)
    if namespace is None:
        return True
    return selectors.from_label_selector(wanted).matches(namespace["metadata"].get("labels"))


def _ruled(rules: Sequence[Given], asked: Asked, api_version: str) -> bool:
    return any(_rule(rule, asked, api_version) for rule in rules)


def _rule(rule: Given, asked: Asked, api_version: str) -> bool:
    group, _, version = api_version.rpartition("/")
    names = rule.get("resourceNames")
    return (
        _among(rule.get("operations"), asked.operation)
        and _among(rule.get("apiGroups"), group)
        and _among(rule.get("apiVersions"), version)
        and any(_resource(each, asked) for each in rule.get("resources") or ())
        and rule.get("scope", "*") in ("*", "Namespaced" if asked.kind.namespaced else "Cluster")
        and (not names or asked.key.name in names)
    )


def _among(allowed: Sequence[str] | None, value: str) -> bool:
    return "*" in (allowed or ()) or value in (allowed or ())


def _resource(pattern: str, asked: Asked) -> bool:
    resource, _, part = pattern.partition("/")
    return resource in ("*", asked.kind.resource) and part in ("*", asked.subresource)
