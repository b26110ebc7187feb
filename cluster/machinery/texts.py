"""A text that somebody gave -> the parts of it that may be manifests: decoded, checked, cut at its separators.

Knows of YAML only that documents are separated by a line of three dashes.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator


class Wrong(Exception):
    """Ends the reading of one document: what is wrong, on which line (from 1), at which field."""

    def __init__(self, line: int, field: str, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.field = field
        self.message = message


def size(text: str | bytes) -> int:
    """Bytes of UTF-8."""
    if isinstance(text, bytes):
        return len(text)
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BARE_IN_JSON = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


def clean(given: str | bytes) -> str:
    """Unix line ends, no byte order mark, nothing that cannot be printed."""
    text = _decoded(given) if isinstance(given, bytes) else given
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if text[:1] in "{[" or text.lstrip()[:1] in "{[":
        # JSON may write one character as two escapes, and may hold some bare that YAML takes for line ends or refuses.
        text = _BARE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", _SURROGATES.sub(_paired, text))
    if odd := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, odd.start()) + 1
        raise Wrong(line, "", f"the character U+{ord(odd[0]):04X} cannot stand in a text: is this a text file?")
    return text


def _paired(found: re.Match[str]) -> str:
    return found[1] + bytes.fromhex(found[2] + found[3]).decode("utf-16-be")


def _decoded(given: bytes) -> str:
    try:
        return given.decode("utf-16" if given[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8")
    except UnicodeDecodeError as error:
        line = given.count(b"\n", 0, error.start) + 1
        message = f"this is not UTF-8 text (byte 0x{given[error.start]:02x}): save it as UTF-8"
        raise Wrong(line, "", message) from error


_SEPARATOR = re.compile(r"^---(?=[ \t\n]|\Z)", re.MULTILINE)


# A line that is neither empty nor a comment nor a directive. (A list of all lines may take ten times the text.)
_SAYS_SOMETHING = re.compile(r"^[ \t]*[^ \t\n#%]", re.MULTILINE).search


def chunks(text: str) -> Iterator[tuple[int, str]]:
    """(first line, text) of each document that says anything: so a fault in one hides no fault in the next."""
    starts = [0, *(match.start() for match in _SEPARATOR.finditer(text)), len(text)]
    line = 1
    for start, end in itertools.pairwise(starts):
        chunk = text[start:end]
        if _SAYS_SOMETHING(chunk.removeprefix("---")):
            yield line, chunk
        line += chunk.count("\n")
