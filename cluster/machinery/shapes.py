"""What a value of an API type may be, and the words of Kubernetes' decoder (Go's encoding/json) when it is not.

A shape answers twice: `fits` is the quick yes or no that every write takes (20 us a pod), `look` walks again, slowly,
for the one that got a no, and says what is wrong where. Knows no definitions and no kind; `schema` builds shapes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from cluster.machinery import quantity

MOST_UNKNOWN = 100
"""The decoder stops counting there."""


class Where(NamedTuple):
    """A place: `path` as people read it ("spec.ports[0].port"), `go` as Go says it (no indexes) inside `struct`."""

    path: str = ""
    go: str = ""
    struct: str = ""

    def field(self, name: str, struct: str) -> Where:
        return Where(f"{self.path}.{name}" if self.path else name, f"{self.go}.{name}" if self.go else name, struct)

    def key(self, name: str) -> Where:
        """An entry of a map: part of the readable path, but not a Go field."""
        return self._replace(path=f"{self.path}.{name}" if self.path else name)

    def at(self, number: int) -> Where:
        return self._replace(path=f"{self.path}[{number}]")


class Findings:
    """What a walk found, in the document's order."""

    def __init__(self) -> None:
        self.faults: list[tuple[str, str]] = []
        self.fatal: tuple[str, str] | None = None
        """The first fault of a type that reads itself (Quantity, Time): Go stops there and reports that alone."""
        self.unknown: list[str] = []

    def mismatch(self, where: Where, found: str, wanted: str, *, fatal: bool = False) -> None:
        place = f"struct field {where.struct}.{where.go}" if where.struct else "value"
        self.fault(where, f"json: cannot unmarshal {found} into Go {place} of type {wanted}", fatal=fatal)

    def fault(self, where: Where, message: str, *, fatal: bool = False) -> None:
        if fatal and self.fatal is None:
            self.fatal = (where.path, message)
        self.faults.append((where.path, message))

    def in_order(self) -> list[tuple[str, str]]:
        """The fault Go would report comes first."""
        if self.fatal is None:
            return self.faults
        return [self.fatal, *(fault for fault in self.faults if fault is not self.fatal and fault != self.fatal)]


_SORTS = {str: "string", bool: "bool", int: "number", float: "number", list: "array", dict: "object"}


def sort_of(value: Any) -> str:
    """Go's word for the sort of a JSON value."""
    return _SORTS.get(type(value), "object")


class Shape:
    """Any value at all (RawExtension, FieldsV1, a JSON schema's default)."""

    exact: type | None = None
    """Values of exactly this Python type need no further look."""

    def __init__(self, go: str = "interface {}") -> None:
        self.go = go
        """Go's name of the type: "int32", "[]v1.ServicePort"."""

    def fits(self, value: Any) -> bool:
        return True

    def look(self, value: Any, where: Where, found: Findings) -> None:
        return None


class Text(Shape):
    exact: type | None = str

    def fits(self, value: Any) -> bool:
        return value is None or type(value) is str

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if not self.fits(value):
            found.mismatch(where, sort_of(value), self.go)


class Flag(Text):
    exact = bool

    def fits(self, value: Any) -> bool:
        return value is None or type(value) is bool


class Number(Text):
    exact = float

    def fits(self, value: Any) -> bool:
        return value is None or type(value) in (int, float)


class Whole(Shape):
    def __init__(self, go: str) -> None:
        super().__init__(go)
        self.largest = 2 ** (int(go.removeprefix("int")) - 1) - 1

    def fits(self, value: Any) -> bool:
        return value is None or (type(value) is int and -self.largest - 1 <= value <= self.largest)

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if not self.fits(value):
            sort = sort_of(value)
            found.mismatch(where, f"number {value}" if sort == "number" else sort, self.go)


class IntOrText(Whole):
    """intstr.IntOrString: reads itself, and complains of the number it would have liked."""

    def __init__(self) -> None:
        super().__init__("int32")

    def fits(self, value: Any) -> bool:
        return type(value) is str or super().fits(value)

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if not self.fits(value):
            sort = sort_of(value)
            found.mismatch(where, f"number {value}" if sort == "number" else sort, self.go, fatal=True)


class Bytes(Text):
    """Base64 text, a Secret's data."""

    exact = None

    def fits(self, value: Any) -> bool:
        return value is None or (type(value) is str and _corrupt_byte(value) < 0)

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if type(value) is str:
            if (offset := _corrupt_byte(value)) >= 0:
                found.fault(where, f"illegal base64 data at input byte {offset}")
        elif value is not None:
            found.mismatch(where, sort_of(value), self.go)


_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/\r\n]")


def _corrupt_byte(text: str) -> int:
    """Where Go's decoder would stop (it skips line ends), -1 when all is well."""
    try:
        base64.b64decode(text.replace("\n", "").replace("\r", ""), validate=True)
    except (binascii.Error, ValueError):
        bare = text.rstrip("=\r\n")
        wrong = _NOT_BASE64.search(bare)
        return len(text[: wrong.start()].encode()) if wrong else len(text.rstrip("\r\n")) // 4 * 4
    return -1


@lru_cache(4096)
def _amount_fault(text: str) -> str:
    try:
        quantity.parse(text)
    except quantity.QuantityError as error:
        return str(error)
    return ""


class Amount(Shape):
    """resource.Quantity: a text or a plain number."""

    def fits(self, value: Any) -> bool:
        return value is None or (type(value) in (str, int, float) and not _amount_fault(str(value)))

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if not self.fits(value):
            text = str(value) if type(value) in (str, int, float) else ""
            found.fault(where, _amount_fault(text), fatal=True)


class Moment(Shape):
    """metav1.Time and MicroTime: RFC 3339, the latter with six digits behind the point."""

    def __init__(self, go: str, layout: str) -> None:
        super().__init__(go)
        self.layout = layout
        two = r"\d\d"
        fraction = r"\.\d{6}" if ".000000" in layout else r"(?:\.\d+)?"
        parts = [
            ("2006", r"\d{4}"), ("-", "-"), ("01", two), ("-", "-"), ("02", two), ("T", "T"), ("15", two), (":", ":"),
            ("04", two), (":", ":"), ("05", two), (".000000", fraction), ("Z07:00", r"Z|[+-]\d\d:\d\d"),
        ]  # fmt: skip
        self.parts = [(name, re.compile(each, re.ASCII)) for name, each in parts]
        self.whole = re.compile("".join(f"(?:{each})" for _, each in parts), re.ASCII).fullmatch
        self.fault = lru_cache(1024)(self._fault)
        """An object repeats the same few times in its conditions."""

    def fits(self, value: Any) -> bool:
        return value is None or (type(value) is str and not self.fault(value))

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if value is not None and type(value) is not str:
            found.mismatch(where, sort_of(value), "string", fatal=True)
        elif value is not None and (fault := self.fault(value)):
            found.fault(where, fault, fatal=True)

    def _fault(self, text: str) -> str:
        if self.whole(text):
            try:
                datetime.fromisoformat(text[:19])
            except ValueError as error:
                part = str(error).partition(" ")[0]
                return f'parsing time "{text}": {part} out of range'
            return ""
        start = 0
        for name, pattern in self.parts:
            match = pattern.match(text, start)
            if match is None:
                rest = text[start:]
                return f'parsing time "{text}" as "{self.layout}": cannot parse "{rest}" as "{name}"'
            start = match.end()
        return f'parsing time "{text}": extra text: "{text[start:]}"'


class Items(Shape):
    def __init__(self, shape: Shape) -> None:
        super().__init__(f"[]{shape.go}")
        self.each = Field(shape)

    def fits(self, value: Any) -> bool:
        if type(value) is not list:
            return value is None
        exact, fits = self.each.exact, self.each.shape.fits
        for item in value:  # a plain loop: all() with a generator takes twice as long
            if type(item) is exact or fits(item):
                continue
            return False
        return True

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if type(value) is list:
            for number, item in enumerate(value):
                self.each.shape.look(item, where.at(number), found)
        elif value is not None:
            found.mismatch(where, sort_of(value), self.go)


class Table(Shape):
    """A map from texts to values of one shape."""

    def __init__(self, shape: Shape) -> None:
        super().__init__(f"map[string]{shape.go}")
        self.each = Field(shape)

    def fits(self, value: Any) -> bool:
        if type(value) is not dict:
            return value is None
        exact, fits = self.each.exact, self.each.shape.fits
        for item in value.values():
            if type(item) is exact or fits(item):
                continue
            return False
        return True

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if type(value) is dict:
            for name, item in value.items():
                self.each.shape.look(item, where.key(name), found)
        elif value is not None:
            found.mismatch(where, sort_of(value), self.go)


class Struct(Shape):
    def __init__(self, go: str) -> None:
        super().__init__(go)
        self.name = go.rpartition(".")[2]
        self.fields: dict[str, Field] = {}
        self.required: frozenset[str] = frozenset()
        self.defaults: dict[str, Any] = {}
        """What a field is when it is not given, as far as the type says so."""
        self.atomic = False
        """Owned as one value by whoever sets any field of it (server-side apply)."""
        self.is_open = False
        """May have fields besides those that are listed."""
        self._quick: dict[str, tuple[type | None, Callable[[Any], bool]]] | None = None

    def fits(self, value: Any) -> bool:
        if type(value) is not dict:
            return value is None
        quick = self._quick
        if quick is None:
            quick = self._quick = {name: (field.exact, field.shape.fits) for name, field in self.fields.items()}
        try:
            for name, item in value.items():
                exact, fits = quick[name]
                if type(item) is exact or fits(item):
                    continue
                return False
        except KeyError:  # a field that the type does not have; a third cheaper than asking for each
            return False
        return True

    def look(self, value: Any, where: Where, found: Findings) -> None:
        if type(value) is dict:
            for name, item in value.items():
                place = where.field(name, self.name)
                field = self.fields.get(name)
                if field is not None:
                    field.shape.look(item, place, found)
                elif len(found.unknown) < MOST_UNKNOWN:
                    found.unknown.append(place.path)
        elif value is not None:
            found.mismatch(where, sort_of(value), self.go)


_NONE: frozenset[str] = frozenset()


class Field:
    """A shape at its place: how patches merge there and how server-side apply sees lists. Is a `patch.Schema`."""

    __slots__ = ("exact", "list_keys", "list_type", "merge_key", "shape", "strategies")

    def __init__(
        self,
        shape: Shape,
        merge_key: str = "",
        strategies: frozenset[str] = _NONE,
        list_type: str = "",
        list_keys: tuple[str, ...] = (),
    ) -> None:
        self.shape = shape
        self.exact = shape.exact
        self.merge_key = merge_key
        self.strategies = strategies
        self.list_type = list_type
        """"map", "set" or "atomic" (the default), for lists; also "granular" or "atomic" for maps."""
        self.list_keys = list_keys

    def child(self, key: str) -> Field | None:
        """What stands under `key`: a field of an object or a value of a map."""
        if isinstance(self.shape, Struct):
            return self.shape.fields.get(key)
        return self.shape.each if isinstance(self.shape, Table) else None

    def item(self) -> Field | None:
        return self.shape.each if isinstance(self.shape, Items) else None
