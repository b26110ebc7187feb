"""A pod template as Kubernetes dumps it to hash it: Go's structs in full, every field with its type.

The text is what `%#v` of the library go-spew gives for the object that the controller manager holds, which got it in
protobuf: what is empty there is nil.
"""

from __future__ import annotations

import re
from typing import Any

from cluster.machinery.gostructs import STRUCTS
from cluster.machinery.objects import Obj

_PLAIN = frozenset({"string", "bool", "int32", "int64"})
_NO_TIME = "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
_AMOUNT = re.compile(r"([+-]?)(\d+)(?:\.(\d+))?(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]?)$")
_SCALES = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}


class Unlisted(LookupError):
    """A part of the template whose Go type is not listed."""


def pod_template(template: Obj) -> str:
    """The dump. Unlisted when the template uses a part that is not known in Go's terms."""
    return _value("PodTemplateSpec", template)


def _type(name: str) -> str:
    """A type as Go names it: of package v1 unless it is plain or says otherwise."""
    if name.startswith("*"):
        return f"*{_type(name[1:])}"
    if name.startswith("[]"):
        return f"[]{_type(name[2:])}"
    if name == "map":
        return "map[string]string"
    name = name.removeprefix("~")
    return name if name in _PLAIN or "." in name else f"v1.{name}"


def _value(name: str, value: Any, *, typed: bool = True) -> str:
    """`typed`: whether the type stands before it; in lists and maps it does not."""
    shown = f"({_type(name)})" if typed else ""
    if name.startswith("*"):
        if value is None:
            return f"{shown}<nil>"
        return (shown or "<*>") + _value(name[1:], value, typed=False)
    if name.startswith("[]"):
        if not value:
            return f"{shown}<nil>"
        return f"{shown}[{' '.join(_value(name[2:], each, typed=False) for each in value)}]"
    if name in ("map", "ResourceList"):
        return shown + _map(value, "resource.Quantity" if name == "ResourceList" else "string")
    return shown + _content(name, value)


def _map(value: dict[str, Any] | None, of: str) -> str:
    if not value:
        return "<nil>"
    return f"map[{' '.join(f'{key}:{_value(of, value[key], typed=False)}' for key in sorted(value))}]"


def _content(name: str, value: Any) -> str:
    if name.startswith("~") or name in ("string", "types.UID"):
        return str(value or "")
    if name == "bool":
        return "true" if value else "false"
    if name in _PLAIN:
        return str(value or 0)
    if name == "Time":
        return _NO_TIME
    if name == "intstr.IntOrString":
        return _int_or_string(value)
    if name == "resource.Quantity":
        return _quantity(str(value if value is not None else "0"))
    if name not in STRUCTS:
        raise Unlisted(name)
    return _struct(name, value or {})


def _struct(name: str, value: Obj) -> str:
    parts = [
        f"{field.go}:{_value(field.type, value.get(field.json) if field.json else value)}" for field in STRUCTS[name]
    ]
    return f"{{{' '.join(parts)}}}"


def _int_or_string(value: Any) -> str:
    if isinstance(value, str):
        return f"{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){value}}}"
    return f"{{Type:(intstr.Type)0 IntVal:(int32){value or 0} StrVal:(string)}}"


def quantity(text: str) -> tuple[int, int, str]:
    """A quantity as it is after it was read: digits and a power of ten, or of two multiplied out, and its notation.
    Unlisted."""
    found = _AMOUNT.match(text)
    if found is None:
        raise Unlisted(f"the quantity {text}")
    sign, whole, fraction, suffix = found.groups(default="")
    if text == "0":
        number, scale, notation = 0, 0, ""
    elif suffix in _BINARY:
        if fraction:
            raise Unlisted(f"the quantity {text}")
        number, scale, notation = int(f"{sign}{whole}") << _BINARY[suffix], 0, "BinarySI"
    else:
        number, scale, notation = int(f"{sign}{whole}{fraction}"), _SCALES[suffix] - len(fraction), "DecimalSI"
    return number, scale, notation


def _quantity(text: str) -> str:
    number, scale, notation = quantity(text)
    amount = f"(resource.int64Amount){{value:(int64){number} scale:(resource.Scale){scale}}}"
    nothing = "(resource.infDecAmount){Dec:(*inf.Dec)<nil>}"
    return f"{{i:{amount} d:{nothing} s:(string){text} Format:(resource.Format){notation}}}"
