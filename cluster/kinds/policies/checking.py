"""Whether a policy's expressions are any: compiled when it is written, and looked at with the types of what it matches.

The second look only warns: the types are those of the kinds that the policy's rules name. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.kind import Kind
from cluster.kinds.places import place_of
from cluster.kinds.policies.evaluation import NAMES
from cluster.kinds.registry import Registry
from cluster.machinery import cel, schema
from cluster.machinery.cel import typing
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj, spec

_MOST_KINDS = 10


def expressions(policy: Obj) -> Iterator[tuple[str, str, str]]:
    """(path, expression, the type it has to have; "" for any), in the order of the fields."""
    given = spec(policy)
    for index, each in enumerate(given.get("matchConditions") or ()):
        yield f"spec.matchConditions[{index}].expression", each.get("expression") or "", "bool"
    for index, each in enumerate(given.get("variables") or ()):
        yield f"spec.variables[{index}].expression", each.get("expression") or "", ""
    for index, each in enumerate(given.get("validations") or ()):
        yield f"spec.validations[{index}].expression", each.get("expression") or "", "bool"
        yield f"spec.validations[{index}].messageExpression", each.get("messageExpression") or "", "string"
    for index, each in enumerate(given.get("auditAnnotations") or ()):
        yield f"spec.auditAnnotations[{index}].valueExpression", each.get("valueExpression") or "", ""


def causes(policy: Obj) -> Iterator[Cause]:
    """Expressions that are none, or of the wrong type."""
    for path, source, wanted in expressions(policy):
        if not source.strip():
            continue
        try:
            found = cel.compile(source, NAMES)
        except cel.NotCompiled as error:
            yield invalid(path, source, f"compilation failed: {error}")
            continue
        if wanted and found.type not in (wanted, "dyn"):
            yield invalid(path, source, f"must evaluate to {wanted}")


def warnings(policy: Obj, registry: Registry) -> list[dict[str, str]]:
    """What does not fit the types of the kinds that the policy is about, as its status tells it."""
    told: list[dict[str, str]] = []
    kinds = _kinds(policy, registry)
    for path, source, _ in expressions(policy):
        if path.endswith("valueExpression") or not source.strip():
            continue
        found = [f"{called}: {wrong}" for called, kind in kinds.items() if (wrong := _fault(source, kind, called))]
        if found:
            told.append({"fieldRef": path, "warning": "\n".join(found)})
    return told


def _kinds(policy: Obj, registry: Registry) -> dict[str, Kind]:
    """ "apps/v1, Kind=Deployment" -> the kind; those that rules name in full, not by a star."""
    found: dict[str, Kind] = {}
    for rule in (spec(policy).get("matchConstraints") or {}).get("resourceRules") or ():
        for group in rule.get("apiGroups") or ():
            for version in rule.get("apiVersions") or ():
                for resource in rule.get("resources") or ():
                    api_version = f"{group}/{version}" if group else version
                    kind = registry.by_path(api_version, resource)
                    if kind is not None and len(found) < _MOST_KINDS:
                        found[f"{api_version}, Kind={kind.kind}"] = kind
    return found


def _fault(source: str, kind: Kind, called: str) -> str:
    api_version = called.partition(",")[0]
    if kind.custom is None and not schema.known(api_version, kind.kind):
        return ""
    place = place_of(kind, api_version)
    return typing.fault(source, NAMES, {"object": place, "oldObject": place})


def told(policy: Obj, registry: Registry) -> Mapping[str, Any]:
    """The policy's status."""
    found = warnings(policy, registry)
    generation = policy["metadata"].get("generation", 1)
    return {"observedGeneration": generation, "typeChecking": {"expressionWarnings": found} if found else {}}
