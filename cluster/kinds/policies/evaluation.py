"""What a policy says to a request: its conditions, then its validations, each an expression. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cluster.machinery import cel
from cluster.machinery.cel.library import Decide
from cluster.machinery.objects import Obj, spec

NAMES = ("authorizer", "namespaceObject", "object", "oldObject", "params", "request", "variables")
MOST_RUNS = 1000
"""Evaluations for one request; each is bounded by itself."""
SPENT = "validation failed due to running out of cost budget, no further validation rules will be run"
_VARIABLE = re.compile(r"\bvariables\.([A-Za-z_][A-Za-z0-9_]*)")
_LONGEST_MESSAGE = 5 * 1024


class Denial(NamedTuple):
    message: str
    reason: str = "Invalid"


class Spent(cel.Failed):
    pass


class Budget:
    def __init__(self) -> None:
        self.left = MOST_RUNS

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Spent(SPENT)


class Asking:
    """One policy put to one request, with one object of parameters."""

    def __init__(
        self, policy: Obj, variables: Mapping[str, Any], params: Obj | None, budget: Budget, decide: Decide
    ) -> None:
        self.policy, self.budget, self.decide = policy, budget, decide
        self.given = {**variables, "params": params, "variables": {}}
        self.defined = {each["name"]: each["expression"] for each in spec(policy).get("variables") or ()}
        self.failed: dict[str, cel.Failed] = {}

    def value(self, source: str) -> Any:
        """Failed, also when a variable that it asks for has no value."""
        for name in dict.fromkeys(_VARIABLE.findall(source)):
            self._variable(name)
        return self._run(source)

    def _run(self, source: str) -> Any:
        self.budget.spend()
        try:
            return cel.compile(source, NAMES).run(self.given, self.decide)
        except cel.NotCompiled as error:
            raise cel.Failed(f"compilation error: compilation failed: {error}") from error

    def _variable(self, name: str) -> None:
        """Worked out when it is first asked for, and once."""
        known: dict[str, Any] = self.given["variables"]
        if name in known or name not in self.defined:
            return
        if name not in self.failed:
            try:
                source = self.defined[name]
                # Only those before it can be meant: validation has seen to that.
                for other in dict.fromkeys(_VARIABLE.findall(source)):
                    if other != name:
                        self._variable(other)
                known[name] = self._run(source)
                return
            except cel.Failed as error:
                self.failed[name] = error
        why = self.failed[name]
        raise why if isinstance(why, Spent) else cel.Failed(f'composited variable "{name}" fails to evaluate: {why}')


def concerns(asking: Asking) -> bool:
    """Whether all match conditions hold. Failed when one has no value and none is false."""
    failed: cel.Failed | None = None
    for each in spec(asking.policy).get("matchConditions") or ():
        try:
            if asking.value(each["expression"]) is not True:
                return False
        except cel.Failed as error:
            failed = failed or error
    if failed is not None:
        raise failed
    return True


def denials(asking: Asking, *, fails: bool) -> Iterator[Denial]:
    """The validations that do not hold; `fails`: one that has no value does not, either."""
    validations: Sequence[Mapping[str, Any]] = spec(asking.policy).get("validations") or ()
    for each in validations:
        source = each["expression"]
        try:
            holds = asking.value(source)
        except Spent as error:
            yield Denial(str(error))
            return
        except cel.Failed as error:
            if fails:
                yield Denial(f"expression '{source}' resulted in error: {error}")
            continue
        if holds is not True:
            yield Denial(_message(each, asking), each.get("reason") or "Invalid")


def _message(validation: Mapping[str, Any], asking: Asking) -> str:
    if expression := validation.get("messageExpression"):
        try:
            said = asking.value(expression)
        except cel.Failed:
            said = ""
        if isinstance(said, str) and said.strip() and "\n" not in said and len(said) <= _LONGEST_MESSAGE:
            return said.strip()
    return (validation.get("message") or "").strip() or f"failed expression: {validation['expression'].strip()}"
