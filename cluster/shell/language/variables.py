"""A shell's variables: values and arrays, their attributes, and the scopes of functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Array = dict[int | str, str]
"""Elements by number, or by string in an associative array."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


class ReadonlyVariable(Exception):
    """The variable's name is the argument."""


@dataclass(slots=True)
class Variable:
    value: str | Array | None = None
    """None: declared, never set. A dict by numbers is an array, one by strings is associative."""
    exported: bool = False
    readonly: bool = False
    integer: bool = False
    case: str = ""
    """`l` or `u`: kept in lower or upper case."""
    associative: bool = False
    reference: bool = False
    """declare -n: the value names another."""

    def copy(self) -> Variable:
        value = dict(self.value) if isinstance(self.value, dict) else self.value
        return Variable(
            value,
            self.exported,
            self.readonly,
            self.integer,
            self.case,
            self.associative,
            self.reference,
        )

    @property
    def scalar(self) -> str | None:
        """The value; an array's element 0."""
        if isinstance(self.value, dict):
            first = self.value.get("0" if self.associative else 0)
            return first if isinstance(first, str) else None
        return self.value

    def elements(self) -> list[tuple[str, str]]:
        """Subscripts with values, in order."""
        if self.value is None:
            return []
        if isinstance(self.value, str):
            return [("0", self.value)]
        if self.associative:
            return sorted(((str(key), value) for key, value in self.value.items()), key=lambda item: _bucket(item[0]))
        return [(str(key), value) for key, value in sorted(self.value.items(), key=lambda item: int(item[0]))]


def _bucket(key: str) -> int:
    """Where bash's table keeps a key: associative arrays are listed in that order."""
    number = 2_166_136_261
    for byte in key.encode("utf-8", "surrogateescape"):
        number = (number * 16_777_619 & 0xFFFFFFFF) ^ byte
    return number & 1023


@dataclass
class Variables:
    scopes: list[dict[str, Variable]] = field(default_factory=lambda: [{}])
    special: dict[str, Callable[[], str]] = field(default_factory=dict)
    """Variables that are worked out when they are read."""
    assigned: dict[str, Callable[[str], None]] = field(default_factory=dict)
    """What setting some of them does besides."""
    size: int = 0
    """Characters of all values, roughly: what was replaced is taken off."""

    def copy(self) -> Variables:
        """For a subshell; what is worked out stays the first one's."""
        scopes = [{name: variable.copy() for name, variable in scope.items()} for scope in self.scopes]
        return Variables(scopes, dict(self.special), dict(self.assigned), self.size)

    def find(self, name: str) -> Variable | None:
        """The variable in the innermost scope that has it, references followed."""
        for _ in range(8):
            for scope in reversed(self.scopes):
                if name in scope:
                    break
            else:
                return None
            found = scope[name]
            if not found.reference or not isinstance(found.value, str) or not NAME.match(found.value):
                return found
            name = found.value
        return None

    def get(self, name: str) -> str | None:
        """The value; None when there is none."""
        if name in self.special:
            return self.special[name]()
        variable = self.find(name)
        return variable.scalar if variable else None

    def make(self, name: str, *, local: bool = False) -> Variable:
        """The variable to set: the one there is, else a new one, global unless `local`."""
        if local:
            return self.scopes[-1].setdefault(name, Variable())
        return self.find(name) or self.scopes[0].setdefault(self.referred(name), Variable())

    def referred(self, name: str) -> str:
        """The name that a reference stands for."""
        for _ in range(8):
            for scope in reversed(self.scopes):
                found = scope.get(name)
                if found is not None:
                    break
            else:
                return name
            if not found.reference or not isinstance(found.value, str) or not NAME.match(found.value):
                return name
            name = found.value
        return name

    def set(self, name: str, value: str) -> None:
        """A plain value. ReadonlyVariable."""
        if name in self.special:
            if name in self.assigned:
                self.assigned[name](value)
            else:
                del self.special[name]
                self.set(name, value)
            return
        variable = self.make(name)
        if variable.readonly:
            raise ReadonlyVariable(name)
        value = cased(variable, value)
        self.size += len(value) - len(variable.scalar or "")
        if isinstance(variable.value, dict):
            variable.value["0" if variable.associative else 0] = value
        else:
            variable.value = value
        if name in self.assigned:
            self.assigned[name](value)

    def set_element(self, name: str, subscript: str | int, value: str) -> None:
        """An element of an array, which a plain value becomes by it. ReadonlyVariable."""
        variable = self.make(name)
        if variable.readonly:
            raise ReadonlyVariable(name)
        array = as_array(variable)
        self.size += len(value) + 8
        array[subscript] = cased(variable, value)

    def replace(self, name: str, values: Array, *, local: bool = False) -> None:
        """A whole array. ReadonlyVariable."""
        variable = self.make(name, local=local)
        if variable.readonly:
            raise ReadonlyVariable(name)
        self.size += sum(map(len, values.values())) + 8 * len(values)
        variable.value = {key: cased(variable, value) for key, value in values.items()}

    def unset(self, name: str) -> None:
        """Take it away, out of the innermost scope that has it. ReadonlyVariable."""
        name = self.referred(name)
        self.special.pop(name, None)
        for scope in reversed(self.scopes):
            if name in scope:
                if scope[name].readonly:
                    raise ReadonlyVariable(name)
                self.size -= len(scope[name].scalar or "")
                if scope is self.scopes[0]:
                    del scope[name]
                else:
                    scope[name] = Variable()
                return

    def exported(self) -> dict[str, str]:
        """What a program is given."""
        found: dict[str, str] = {}
        for scope in self.scopes:
            for name, variable in scope.items():
                value = variable.scalar
                if variable.exported and value is not None:
                    found[name] = value
                elif name in found:
                    del found[name]
        return found

    def names(self, prefix: str = "") -> list[str]:
        """Of all that are set, sorted."""
        found = {name for scope in self.scopes for name, variable in scope.items() if variable.value is not None}
        return sorted(name for name in found | set(self.special) if name.startswith(prefix))


def cased(variable: Variable, value: str) -> str:
    """As the variable keeps it."""
    return value.lower() if variable.case == "l" else value.upper() if variable.case == "u" else value


def as_array(variable: Variable) -> Array:
    """The variable's elements, to change."""
    if not isinstance(variable.value, dict):
        if variable.associative:
            variable.value = {"0": variable.value} if isinstance(variable.value, str) else {}
        else:
            variable.value = {0: variable.value} if isinstance(variable.value, str) else {}
    return variable.value
