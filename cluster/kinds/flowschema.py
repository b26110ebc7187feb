"""FlowSchema: which requests to the API belong to which priority level. Kept; requests here do not queue by it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cluster.kinds.cells import AGE, NAME, NONE
from cluster.kinds.fields import name_causes
from cluster.kinds.goprint import string_list
from cluster.kinds.kind import Admission, Column, Kind
from cluster.kinds.rules import label_rule, subdomain_rule
from cluster.machinery.errors import Cause, forbidden, invalid, not_supported, required
from cluster.machinery.objects import Obj, condition, name, spec

_LAST = 10_000
_METHODS = ("ByNamespace", "ByUser")
_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch")
_SUBJECTS = {"Group": "group", "ServiceAccount": "serviceAccount", "User": "user"}
"""Kind of a subject -> the field that describes it."""


def _default(obj: Obj) -> None:
    given = obj.setdefault("spec", {})
    if not given.get("matchingPrecedence"):
        given["matchingPrecedence"] = 1000
    given.setdefault("priorityLevelConfiguration", {}).setdefault("name", "")


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    if old is None:
        obj["status"] = {}


def _validate(obj: Obj) -> Iterator[Cause]:
    given = spec(obj)
    place = int(given["matchingPrecedence"])
    if place <= 0:
        yield invalid("spec.matchingPrecedence", place, "must be a positive value")
    if place > _LAST:
        yield invalid("spec.matchingPrecedence", place, f"must not be greater than {_LAST}")
    if place == 1 and name(obj) != "exempt":
        detail = "only the schema named 'exempt' may have matchingPrecedence 1"
        yield invalid("spec.matchingPrecedence", place, detail)
    method = given.get("distinguisherMethod")
    if method is not None and method.get("type") not in _METHODS:
        yield not_supported("spec.distinguisherMethod.type", method, _METHODS)
    if level := given["priorityLevelConfiguration"]["name"]:
        yield from name_causes("spec.priorityLevelConfiguration.name", level, subdomain_rule)
    else:
        yield required("spec.priorityLevelConfiguration.name", "must reference a priority level")
    for index, rule in enumerate(given.get("rules") or ()):
        yield from _rule(f"spec.rules[{index}]", rule)


def _rule(path: str, rule: Mapping[str, Any]) -> Iterator[Cause]:
    if not rule.get("subjects"):
        yield required(f"{path}.subjects", "subjects must contain at least one value")
    for index, subject in enumerate(rule.get("subjects") or ()):
        yield from _subject(f"{path}.subjects[{index}]", subject)
    if not rule.get("resourceRules") and not rule.get("nonResourceRules"):
        yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty")
    for index, each in enumerate(rule.get("resourceRules") or ()):
        yield from _resource_rule(f"{path}.resourceRules[{index}]", each)
    for index, each in enumerate(rule.get("nonResourceRules") or ()):
        yield from _path_rule(f"{path}.nonResourceRules[{index}]", each)


def _subject(path: str, subject: Mapping[str, Any]) -> Iterator[Cause]:
    kind = subject.get("kind") or ""
    if kind not in _SUBJECTS:
        yield not_supported(f"{path}.kind", kind, _SUBJECTS)
        return
    for other, field in _SUBJECTS.items():
        if other != kind and subject.get(field) is not None:
            yield forbidden(f"{path}.{field}", f"{field} is forbidden when subject kind is not '{other}'")
    field = _SUBJECTS[kind]
    described = subject.get(field)
    if described is None:
        yield required(f"{path}.{field}", f"{field} is required when subject kind is '{kind}'")
        return
    called = described.get("name") or ""
    if not called:
        yield required(f"{path}.{field}.name")
    elif kind == "ServiceAccount" and called != "*":
        yield from name_causes(f"{path}.{field}.name", called, subdomain_rule)
    if kind == "ServiceAccount":
        if where := described.get("namespace"):
            yield from name_causes(f"{path}.{field}.namespace", where, label_rule)
        else:
            yield required(f"{path}.{field}.namespace", "must specify namespace for service account")


def _alone(path: str, values: Sequence[str], missing: str, others: str) -> Iterator[Cause]:
    if not values:
        yield required(path, missing)
    elif len(values) > 1 and "*" in values:
        yield invalid(path, string_list(values), f"if '*' is present, must not specify other {others}")


def _verbs(path: str, verbs: Sequence[str]) -> Iterator[Cause]:
    yield from _alone(path, verbs, "verbs must contain at least one value", "verbs")
    if "*" not in verbs and not set(verbs) <= set(_VERBS):
        yield not_supported(path, string_list(verbs), _VERBS)


def _resource_rule(path: str, rule: Mapping[str, Any]) -> Iterator[Cause]:
    yield from _verbs(f"{path}.verbs", rule.get("verbs") or ())
    groups, resources = rule.get("apiGroups") or (), rule.get("resources") or ()
    yield from _alone(f"{path}.apiGroups", groups, "resource rules must supply at least one api group", "api groups")
    yield from _alone(f"{path}.resources", resources, "resource rules must supply at least one resource", "resources")
    places = rule.get("namespaces") or ()
    if not places and not rule.get("clusterScope"):
        detail = "resource rules that are not cluster scoped must supply at least one namespace"
        yield required(f"{path}.namespaces", detail)
    elif "*" in places:
        yield from _alone(f"{path}.namespaces", places, "", "namespaces")
    else:
        for index, place in enumerate(places):
            for message in label_rule(place):
                detail = f"each member of this list must be '*' or a DNS-1123 label; {message}"
                yield invalid(f"{path}.namespaces[{index}]", place, detail)


def _path_rule(path: str, rule: Mapping[str, Any]) -> Iterator[Cause]:
    yield from _verbs(f"{path}.verbs", rule.get("verbs") or ())
    urls = rule.get("nonResourceURLs") or ()
    yield from _alone(
        f"{path}.nonResourceURLs",
        urls,
        "nonResourceURLs must contain at least one value",
        "non-resource URLs",
    )
    if "*" not in urls:
        for index, url in enumerate(urls):
            if detail := _wrong_with(url):
                yield invalid(f"{path}.nonResourceURLs[{index}]", url, detail)


def _wrong_with(url: str) -> str:
    if not url:
        return "must not be empty"
    if url == "/":
        return ""
    if not url.startswith("/"):
        return "must start with slash"
    if " " in url:
        return "must not contain white-space"
    if "//" in url:
        return "must not contain double slash"
    if "*" in url.removesuffix("/*"):
        return "wildcard can only do suffix matching"
    return ""


def _missing(obj: Obj, now: float) -> str:
    return str((condition(obj, "Dangling") or {}).get("status") or "?")


KIND = Kind(
    group="flowcontrol.apiserver.k8s.io",
    version="v1",
    kind="FlowSchema",
    resource="flowschemas",
    singular="flowschema",
    namespaced=False,
    default=_default,
    prepare=_prepare,
    validate=_validate,
    has_generation=True,
    columns=(
        NAME,
        Column("PriorityLevel", lambda obj, now: spec(obj)["priorityLevelConfiguration"]["name"]),
        Column("MatchingPrecedence", lambda obj, now: spec(obj).get("matchingPrecedence", 0)),
        Column(
            "DistinguisherMethod", lambda obj, now: (spec(obj).get("distinguisherMethod") or {}).get("type") or NONE
        ),
        AGE,
        Column("MissingPL", _missing),
    ),
)
