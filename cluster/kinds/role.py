"""Role and ClusterRole: rules of what may be done, in one namespace or everywhere. Whom they hold for say bindings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from cluster.kinds.cells import CREATED, NAME
from cluster.kinds.fields import label_selector
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Kind
from cluster.machinery import names
from cluster.machinery.errors import Cause, invalid, required
from cluster.machinery.objects import Obj

GROUP = "rbac.authorization.k8s.io"


def _default(obj: Obj) -> None:
    obj.setdefault("rules", None)


def _validate(obj: Obj, *, namespaced: bool) -> Iterator[Cause]:
    for index, rule in enumerate(obj["rules"] or ()):
        yield from _rule(f"rules[{index}]", rule, namespaced=namespaced)


def _validate_cluster_role(obj: Obj) -> Iterator[Cause]:
    yield from _validate(obj, namespaced=False)
    if (aggregation := obj.get("aggregationRule")) is not None:
        selectors = aggregation.get("clusterRoleSelectors") or ()
        path = "aggregationRule.clusterRoleSelectors"
        if not selectors:
            yield required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil")
        for index, selector in enumerate(selectors):
            yield from label_selector(f"{path}[{index}]", selector)


def _rule(path: str, rule: Mapping[str, Any], *, namespaced: bool) -> Iterator[Cause]:
    if not rule.get("verbs"):
        yield required(f"{path}.verbs", "verbs must contain at least one value")
    if urls := rule.get("nonResourceURLs"):
        if namespaced:
            detail = "namespaced rules cannot apply to non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", string_list(urls), detail)
        if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
            detail = "rules cannot apply to both regular resources and non-resource URLs"
            yield invalid(f"{path}.nonResourceURLs", string_list(urls), detail)
        return
    if not rule.get("apiGroups"):
        yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
    if not rule.get("resources"):
        yield required(f"{path}.resources", "resource rules must supply at least one resource")


_ROLE = Kind(
    group=GROUP,
    version="v1",
    kind="Role",
    resource="roles",
    singular="role",
    default=_default,
    validate=lambda obj: _validate(obj, namespaced=True),
    name_rule=names.path_segment,
    has_status=False,
    columns=(NAME, CREATED),
)

FAMILY = (
    _ROLE,
    replace(
        _ROLE,
        kind="ClusterRole",
        resource="clusterroles",
        singular="clusterrole",
        namespaced=False,
        validate=_validate_cluster_role,
    ),
)
