"""ValidatingAdmissionPolicies: what a cluster's own rules say to a request that is otherwise fine.

`enforce` asks every policy that is bound and about the request; the first that denies refuses it, the others are told
as warnings. A world without bindings is asked nothing. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cluster.kinds import custom
from cluster.kinds.kind import Admission
from cluster.kinds.policies.authorizer import decider
from cluster.kinds.policies.evaluation import Asking, Budget, Denial, Spent, concerns, denials
from cluster.kinds.policies.matching import version_matched
from cluster.kinds.policies.request import Asked
from cluster.machinery import cel, selectors
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import GroupResource, Key, Obj, name, spec

POLICIES = GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicies")
BINDINGS = GroupResource("admissionregistration.k8s.io", "validatingadmissionpolicybindings")
_CODES = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413, "Invalid": 422}


class Denied(ApiError):
    """What a policy refuses, with the code and reason that it chose."""

    def __init__(self, asked: Asked, said: str, reason: str) -> None:
        kind = asked.kind
        subject = f"{kind.resource}.{kind.group}" if kind.group else kind.resource
        details: dict[str, Any] = {"name": asked.key.name}
        if kind.group:
            details["group"] = kind.group
        details |= {"kind": kind.resource, "causes": [{"message": said}]}
        super().__init__(f'{subject} "{asked.key.name}" is forbidden: {said}', details)
        self.code, self.reason = _CODES.get(reason, 422), reason


class Said(NamedTuple):
    policy: Obj
    binding: Obj
    denial: Denial


def enforce(asked: Asked, admission: Admission) -> tuple[str, ...]:
    """What to warn of. Denied."""
    if not admission.world.count(BINDINGS):
        return ()
    warnings: list[str] = []
    denied: list[Said] = []
    for said in _said(asked, admission):
        actions = spec(said.binding).get("validationActions") or ()
        if "Deny" in actions:
            denied.append(said)
        if "Warn" in actions:
            warnings.append(
                f"Validation failed for ValidatingAdmissionPolicy '{name(said.policy)}' with binding "
                f"'{name(said.binding)}': {said.denial.message}"
            )
    if denied:
        first = denied[0]
        text = (
            f"ValidatingAdmissionPolicy '{name(first.policy)}' with binding '{name(first.binding)}' denied request: "
            f"{first.denial.message}"
        )
        raise Denied(asked, text, first.denial.reason)
    return tuple(warnings)


def _said(asked: Asked, admission: Admission) -> Iterator[Said]:
    bound: dict[str, list[Obj]] = {}
    for binding in admission.world.list(BINDINGS):
        bound.setdefault(str(spec(binding).get("policyName")), []).append(binding)
    budget = Budget()
    for policy in admission.world.list(POLICIES):
        bindings = bound.get(name(policy))
        if not bindings:
            continue
        version = version_matched(spec(policy).get("matchConstraints") or {}, asked, admission)
        if version is None:
            continue
        variables = asked.variables(version, admission)
        for binding in bindings:
            if version_matched(spec(binding).get("matchResources") or {}, asked, admission) is None:
                continue
            yield from (
                Said(policy, binding, each) for each in _asked(policy, binding, variables, asked, admission, budget)
            )


def _asked(
    policy: Obj, binding: Obj, variables: dict[str, Any], asked: Asked, admission: Admission, budget: Budget
) -> Iterator[Denial]:
    fails = spec(policy).get("failurePolicy") != "Ignore"
    try:
        several = list(_parameters(policy, binding, asked, admission))
    except _Misconfigured as error:
        if fails:
            yield Denial(f"failed to configure binding: {error}")
        return
    for params in several:
        asking = Asking(policy, variables, params, budget, decider(admission))
        try:
            if not concerns(asking):
                continue
        except Spent as error:
            yield Denial(str(error))
            return
        except cel.Failed as error:
            if fails:
                yield Denial(str(error))
            continue
        yield from denials(asking, fails=fails)


class _Misconfigured(Exception):
    pass


def _parameters(policy: Obj, binding: Obj, asked: Asked, admission: Admission) -> Iterator[Obj | None]:
    """The objects that the policy is asked with, one after the other; None where it takes none."""
    wanted, reference = spec(policy).get("paramKind"), spec(binding).get("paramRef")
    if wanted is None or reference is None:
        yield None
        return
    kind = custom.of(admission.world).by_kind(wanted["apiVersion"], wanted["kind"])
    if kind is None:
        raise _Misconfigured(
            f"failed to find resource referenced by paramKind: '{wanted['apiVersion']}, Kind={wanted['kind']}'"
        )
    where = ""
    if kind.namespaced:
        where = reference.get("namespace") or asked.key.namespace
        if not where:
            raise _Misconfigured(
                "cannot use namespaced paramRef in policy binding that matches cluster-scoped resources"
            )
    elif reference.get("namespace"):
        raise _Misconfigured("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
    if reference.get("name"):
        found = admission.world.get(Key(kind.group, kind.resource, where, reference["name"]))
        chosen = [found] if found is not None else []
    else:
        selector = selectors.from_label_selector(reference.get("selector"))
        chosen = [
            each
            for each in admission.world.list(kind.group_resource, where)
            if selector.matches(each["metadata"].get("labels"))
        ]
    if not chosen and reference.get("parameterNotFoundAction") == "Deny":
        raise _Misconfigured("no params found for policy binding with `Deny` parameterNotFoundAction")
    yield from chosen


__all__ = ["BINDINGS", "POLICIES", "Asked", "Denied", "enforce"]
