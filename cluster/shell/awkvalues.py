"""awk's values: numbers, texts, and what was read, which is a number where it looks like one. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\s*[-+]?(?:\d{1,300}\.?\d{0,300}|\.\d{1,300})(?:[eE][-+]?\d{1,3})?")
_DIRECTIVE = re.compile(r"%(?:(%)|([-+ #0]*)(\*|\d{1,4})?(?:\.(\*|\d{1,4})?)?([a-zA-Z]))")
_FORM = re.compile(r"%\.\d{1,2}[efg]")

Value = float | str


class Read(str):
    """Text that was read: a field, an argument, the environment."""

    __slots__ = ()


def number(value: Value) -> float:
    """A text counts as far as it is a number."""
    if isinstance(value, float):
        return value
    found = _NUMBER.match(value)
    return float(found[0]) if found else 0.0


def looks(text: str) -> bool:
    """It looks like a number."""
    found = _NUMBER.match(text)
    return found is not None and not text[found.end() :].strip()


def shown(value: Value, form: str = "%.6g") -> str:
    """As text: a whole number has no fraction."""
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    return f"{value:{form[1:] if _FORM.fullmatch(form) else '.6g'}}"


def truth(value: Value) -> bool:
    """Numbers but zero, and texts that are not empty."""
    if isinstance(value, Read) and looks(value):
        return number(value) != 0
    return value != 0 if isinstance(value, float) else bool(value)


def compared(one: Value, sign: str, other: Value, form: str) -> bool:
    """As numbers where both are, else as texts."""
    if all(isinstance(each, float) or (isinstance(each, Read) and looks(each)) for each in (one, other)):
        first, second = number(one), number(other)
        less, same = first < second, first == second
    else:
        texts = shown(one, form), shown(other, form)
        less, same = texts[0] < texts[1], texts[0] == texts[1]
    return {"==": same, "!=": not same, "<": less, "<=": less or same, ">": not less and not same}.get(sign, not less)


def formatted(form: str, values: Sequence[Value]) -> str:
    """printf. ValueError when there are fewer values than directives."""
    left = list(values)

    def taken() -> Value:
        if not left:
            raise ValueError("not enough arguments passed to printf")
        return left.pop(0)

    def made(found: re.Match[str]) -> str:
        if found[1]:
            return "%"
        flags, kind = found[2], found[5]
        width = int(number(taken())) if found[3] == "*" else int(found[3] or 0)
        exact = "." in found[0]
        places = int(number(taken())) if found[4] == "*" else int(found[4] or 0)
        text = _converted(kind, flags, places if exact else None, taken())
        if "-" in flags or width < 0:
            return text.ljust(min(abs(width), 10_000))
        return text.zfill(width) if "0" in flags and kind in "dioxXufFeEgG" else text.rjust(min(width, 10_000))

    return _DIRECTIVE.sub(made, form)


def _converted(kind: str, flags: str, places: int | None, value: Value) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    if kind == "s":
        return shown(value)[:places]
    if kind == "c":
        return chr(int(value) % 0x110000) if isinstance(value, float) else value[:1]
    amount = number(value)
    if not math.isfinite(amount):
        return shown(amount)
    if kind in "diu":
        digits = f"{int(amount):{sign}d}"
        return digits if places is None else digits.zfill(places)
    if kind in "oxX":
        return format(int(amount) % (1 << 64), kind).zfill(places or 0)
    if kind in "fFeEgG":
        return f"{amount:{sign}.{6 if places is None else min(places, 60)}{kind}}"
    raise ValueError(f"%{kind} is no directive of printf")
