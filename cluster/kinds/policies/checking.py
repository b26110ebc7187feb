"""Whether a policy's expressions are any: compiled when it is written, and looked at with the types of what it matches.

The second look only warns: the types are those of the kinds that the policy's rules name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cluster.kinds.kind import Kind
from cluster.kinds.policies.evaluation import NAMES
from cluster.kinds.registry import Registry
from cluster.machinery import cel, schema
from cluster.machinery.errors import Cause, invalid
from cluster.machinery.objects import Obj, spec

_MOST_KINDS = 10
_PLAIN = {"string": "string", "bool": "bool", "int32": "int", "int64": "int", "float64": "double"}
"""Go's types, and those of expressions."""
_CHAIN = re.compile(r"\b(?:object|oldObject)((?:\.[A-Za-z_][A-Za-z0-9_]*)+)(?!\s*\(|[A-Za-z0-9_.])")


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
    """The compiler's report when the object has the types of that kind; "" when all is well."""
    api_version = called.partition(",")[0]
    if kind.custom or not schema.known(api_version, kind.kind):
        return ""
    types: dict[str, str] = {}
    for found in _CHAIN.finditer(source):
        type_ = schema.field_type(api_version, kind.kind, found[1][1:])
        if type_ is not None and type_ in _PLAIN:
            types[found[0]] = _PLAIN[type_]
        elif type_ is None and (missing := _missing(api_version, kind.kind, found[1][1:])):
            place = found.start() + len(found[0]) - len(found[1]) + missing[1]
            return _undefined(source, place, missing[0])
    try:
        cel.compile(source, NAMES, tuple(sorted(types.items())))
    except cel.NotCompiled as error:
        return str(error)
    return ""


def _missing(api_version: str, kind: str, path: str) -> tuple[str, int] | None:
    """The first step of a path that there is no such field for, and where its dot is."""
    steps = path.split(".")
    place = 0
    for index, step in enumerate(steps):
        if schema.field_type(api_version, kind, ".".join(steps[: index + 1])) is None:
            before = schema.field_type(api_version, kind, ".".join(steps[:index])) if index else "struct"
            # Below a map or anything at all every name may be.
            return (step, place) if before and not before.startswith(("map", "interface", "runtime")) else None
        place += len(step) + 1
    return None


def _undefined(source: str, place: int, field: str) -> str:
    line = source.count("\n", 0, place) + 1
    column = place - (source.rfind("\n", 0, place) + 1)
    text = source.splitlines()[line - 1]
    return f"ERROR: <input>:{line}:{column + 1}: undefined field '{field}'\n | {text}\n | {'.' * column}^"


def told(policy: Obj, registry: Registry) -> Mapping[str, Any]:
    """The policy's status."""
    found = warnings(policy, registry)
    generation = policy["metadata"].get("generation", 1)
    return {"observedGeneration": generation, "typeChecking": {"expressionWarnings": found} if found else {}}
