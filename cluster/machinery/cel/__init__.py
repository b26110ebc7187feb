"""CEL, the expression language of Kubernetes' rules: compiled once, evaluated against plain JSON values.

    compile("self.replicas <= self.most", ("self",)).run({"self": {...}})

The one door to the library `cel-expr-python`, which is Google's own implementation: it checks types, speaks the words
that Kubernetes' (its sister in Go) speaks, and stops what loops too long. It costs 15 MB, so it is loaded when the
first expression is compiled.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from cluster.machinery.cel.library import DECIDE, Decide, extensions

LONGEST = 64 * 1024
"""Characters of an expression; more is refused unread."""


class NotCompiled(Exception):
    """An expression that is none; `str()` is the compiler's report, with the place."""


class Failed(Exception):
    """An expression that has no value for these variables: "no such key: x", "division by zero"."""


class TooCostly(Failed):
    """One that was stopped, for it would have gone on too long."""


class Program(NamedTuple):
    source: str
    compiled: Any
    type: str
    """What it gives, as the checker knows: bool, string, dyn."""

    def run(self, variables: Mapping[str, Any], decide: Decide | None = None) -> Any:
        """Its value, a plain one; `decide` answers what it asks an authorizer. Failed."""
        asked = DECIDE.set(decide)
        try:
            found = self.compiled.eval(data=dict(variables))
        except RuntimeError as error:
            raise _failure(str(error)) from error
        finally:
            DECIDE.reset(asked)
        if found.type().name() == "ERROR":
            raise _failure(str(found.value()))
        return found.plain_value()


@lru_cache(maxsize=2048)
def compile(source: str, variables: tuple[str, ...], types: tuple[tuple[str, str], ...] = ()) -> Program:
    """NotCompiled, also for a name that is none of `variables`. `types` says more of some, ("object.spec.replicas",
    "int"), and is for looking, not for running."""
    if len(source) > LONGEST:
        raise NotCompiled(f"the expression is longer than {LONGEST} characters")
    try:
        compiled = _environment(variables, types).compile(source)
    except RuntimeError as error:
        raise NotCompiled(_reported(str(error))) from error
    return Program(source, compiled, compiled.return_type().name().lower())


@lru_cache(maxsize=64)
def _environment(variables: tuple[str, ...], types: tuple[tuple[str, str], ...]) -> Any:
    from cel_expr_python import cel

    plain = {"string": cel.Type.STRING, "bool": cel.Type.BOOL, "int": cel.Type.INT, "double": cel.Type.DOUBLE}
    known = {**dict.fromkeys(variables, cel.Type.DYN), **{name: plain[type_] for name, type_ in types}}
    return cel.NewEnv(variables=known, extensions=extensions())


def _reported(text: str) -> str:
    return text.removeprefix("INVALID_ARGUMENT: ").removesuffix(" [INVALID_ARGUMENT]")


_CODES = re.compile(r"^(?:[A-Z_]+: )+|(?: \[[A-Z_]+\])+$")
_WORDS = (
    (re.compile(r'Key not found in map : "?(.*?)"?$'), r"no such key: \1"),
    (re.compile(r"Index error: index=(-?\d+) .*"), r"index out of bounds: \1"),
    (re.compile(r"^divide by zero"), "division by zero"),
    (re.compile(r"^modulus by zero"), "modulus by zero"),
    (re.compile(r"^No matching overloads found.*"), "no such overload"),
)
"""The library's words, and those of its sister."""


def _failure(text: str) -> Failed:
    plain = _CODES.sub("", text)
    if "budget exceeded" in plain:
        return TooCostly("operation cancelled: actual cost limit exceeded")
    for found, words in _WORDS:
        plain = found.sub(words, plain)
    return Failed(plain)
