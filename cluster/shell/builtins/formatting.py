"""printf's formats: what each directive makes of an argument."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from cluster.shell.language.quoting import backslashed

_DIRECTIVE = re.compile(
    r"%(?:([-+ #0']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?([a-zA-Z%])|([-+ #0']*)(\*|\d+)?(?:\.(\*|\d+))?\(([^)]*)\)T)"
)
_ESCAPE = re.compile(
    r"\\(?:([abeEfnrtv\\\"'])|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|(c)|(0?[0-7]{1,3}))"
)
_CHARACTERS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_NUMBER = re.compile(r"\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*)")
WIDEST = 100_000
_FIRST, _LAST = -62_135_596_800.0, 253_402_300_799.0
"""The years 1 to 9999."""


def escapes(text: str, *, echo: bool = False, format: bool = False) -> tuple[str, bool]:
    r"""Backslashes resolved as by `echo -e` or %b, and whether \c ended the output."""
    out: list[str] = []
    at = 0
    while (slash := text.find("\\", at)) >= 0:
        out.append(text[at:slash])
        found = _ESCAPE.match(text, slash)
        if not found:
            out.append("\\")
            at = slash + 1
            continue
        simple, byte, short, long, stop, octal = found.groups()
        at = found.end()
        if stop and not format:
            return "".join(out), True
        if stop:
            out.append("\\c")
        elif simple:
            plain = simple in "\"'" and not format
            out.append(found[0] if plain else _CHARACTERS.get(simple, simple))
        elif octal:
            if echo and octal[0] != "0":
                out.append(found[0])
                continue
            digits = octal if not format else octal[:3]
            at = slash + 1 + len(digits)
            out.append(_byte(int(digits, 8) & 255))
        elif byte:
            out.append(_byte(int(byte, 16)))
        else:
            code = int(short or long, 16)
            out.append(chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "")
    out.append(text[at:])
    joined = "".join(out)
    return joined.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape"), False


def _byte(value: int) -> str:
    return chr(value) if value < 128 else chr(0xDC00 + value)


class Formatter:
    """One call of printf: the format, used again for as long as arguments are left."""

    def __init__(self, now: Callable[[], float], *, bash: bool, check: Callable[[int], None]) -> None:
        self.now = now
        self.bash = bash
        self.check = check
        self.warnings: list[str] = []
        self._arguments: list[str] = []
        self._at = 0
        self._stopped = False

    def format(self, template: str, arguments: list[str]) -> str:
        self._arguments = arguments
        pieces: list[str] = []
        size = 0
        while True:
            before = self._at
            piece = self._once(template)
            pieces.append(piece)
            size += len(piece)
            self.check(size)
            if self._stopped or self._at >= len(arguments) or self._at == before:
                return "".join(pieces)

    def _once(self, template: str) -> str:
        out: list[str] = []
        at = 0
        while at < len(template):
            percent = template.find("%", at)
            if percent < 0:
                percent = len(template)
            text, _ = escapes(template[at:percent], format=True)
            out.append(text)
            if percent == len(template):
                break
            found = _DIRECTIVE.match(template, percent)
            if not found:
                rest = template[percent : percent + 2]
                self.warnings.append(
                    f"`{rest[-1]}': invalid format character"
                    if len(rest) > 1
                    else f"`{rest}': missing format character"
                )
                self._stopped = True
                break
            out.append(self._directive(found))
            if self._stopped:
                break
            at = found.end()
        return "".join(out)

    def _next(self) -> str | None:
        self._at += 1
        return self._arguments[self._at - 1] if self._at <= len(self._arguments) else None

    def _directive(self, found: re.Match[str]) -> str:
        if found[8] is not None:
            return self._padded(self._time(found[8]), found[5] or "", self._size(found[6]))
        flags, kind = found[1] or "", found[4]
        if kind == "%":
            return "%"
        width = self._size(found[2])
        if width is not None and width < 0:
            flags, width = flags + "-", -width
        precision = self._size(found[3]) if found[3] else (0 if "." in found[0] else None)
        if precision is not None and precision < 0:
            precision = None
        if kind in "sbq":
            text = self._next() or ""
            if kind == "b":
                text, self._stopped = escapes(text)
            elif kind == "q":
                text = backslashed(text)
            return self._padded(text if precision is None else text[:precision], flags, width)
        if kind == "c":
            return self._padded((self._next() or "")[:1], flags, width)
        if kind in "diouxX":
            return self._number(self._whole(self._next()), kind, flags, width, precision)
        if kind in "eEfFgG":
            return self._real(kind, flags, width, precision)
        self.warnings.append(f"`{kind}': invalid format character")
        self._stopped = True
        return ""

    def _size(self, text: str | None) -> int | None:
        if text is None:
            return None
        size = self._whole(self._next()) if text == "*" else int(text[:9])
        return max(-WIDEST, min(size, WIDEST))

    def _padded(self, text: str, flags: str, width: int | None) -> str:
        return text.ljust(width or 0) if "-" in flags else text.rjust(width or 0)

    def _whole(self, text: str | None) -> int:
        if not text:
            return 0
        if text[0] in "\"'":
            return ord(text[1]) if len(text) > 1 else 0
        found = _NUMBER.match(text)
        if not found or found.end() != len(text.rstrip()):
            octal = found is not None and self.bash and found[2].startswith("0") and text[found.end() :][:1].isdigit()
            message = f"{text}: invalid octal number" if octal else f"{text}: invalid number"
            if not self.bash:
                message = f"{text}: expected numeric value" if not found else f"{text}: not completely converted"
            self.warnings.append(message)
        if not found:
            return 0
        digits = found[2]
        base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" and len(digits) > 1 else 10
        value = int(digits[:40], base) * (-1 if found[1] == "-" else 1)
        return max(-(1 << 63), min(value, (1 << 63) - 1))

    def _number(self, value: int, kind: str, flags: str, width: int | None, precision: int | None) -> str:
        if kind in "ouxX" and value < 0:
            value += 1 << 64
        digits = format(abs(value), {"i": "d", "u": "d"}.get(kind, kind))
        if precision is not None:
            digits = "" if precision == 0 and value == 0 else digits.rjust(precision, "0")
        prefix = "-" if value < 0 else ("+" if "+" in flags else " " if " " in flags else "") if kind in "di" else ""
        if "#" in flags and value:
            prefix = {"x": "0x", "X": "0X", "o": "0" if not digits.startswith("0") else ""}.get(kind, prefix)
        if "0" in flags and "-" not in flags and precision is None:
            digits = digits.rjust((width or 0) - len(prefix), "0")
        return self._padded(prefix + digits, flags, width)

    def _real(self, kind: str, flags: str, width: int | None, precision: int | None) -> str:
        text = self._next() or "0"
        try:
            value = float(ord(text[1]) if text[0] in "\"'" and len(text) > 1 else float(text))
        except ValueError:
            self.warnings.append(f"{text}: invalid number")
            found = re.match(r"\s*[-+]?\d*\.?\d*", text)
            value = float(found[0]) if found and re.search(r"\d", found[0]) else 0.0
        sign = "+" if "+" in flags else " " if " " in flags else ""
        fill = "0" if "0" in flags and "-" not in flags else ""
        places = 6 if precision is None else min(precision, 1000)
        return self._padded(
            format(value, f"{sign}{fill}{width or ''}.{places}{kind}" if fill else f"{sign}.{places}{kind}"),
            flags,
            width,
        )

    def _time(self, pattern: str) -> str:
        text = self._next()
        seconds = self.now() if text in (None, "-1", "-2") else float(self._whole(text))
        seconds = max(_FIRST, min(seconds, _LAST))
        return time.strftime(pattern or "%X", time.gmtime(seconds))
