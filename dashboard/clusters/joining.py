"""Several files as the one text that the apply form is about, and back: which line of which file a line is. Pure.

Every file begins with a comment that names it, as the editor writes one too.
"""

from __future__ import annotations

import re

from cluster.machinery.errors import BadRequest

_TITLE = re.compile(r"# (?P<name>\S.*\.(?:ya?ml|json))\s*", re.IGNORECASE)


def joined(text: str, files: list[tuple[str, bytes]]) -> str:
    """The text with the files below it, each a document (or several) of its own. BadRequest when one is no text."""
    parts = [text] if text.strip() else []
    for filename, content in files:
        try:
            decoded = content.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise BadRequest(f"{filename} is no text: byte {wrong.start + 1} fits no UTF-8.") from wrong
        title = "".join(each if each.isprintable() else "?" for each in filename)
        parts.append(f"# {title}\n{decoded}" if parts or len(files) > 1 else decoded)
    closed = [part if part.endswith("\n") else part + "\n" for part in parts[:-1]]
    return "---\n".join([*closed, *parts[-1:]])


def place_in(text: str, line: int) -> str:
    """ "web.yaml, line 3" for a line of a text that is joined of several files; "" where one file or none is named."""
    titles = [
        (number, found["name"])
        for number, (before, here) in enumerate(_pairs(text), start=1)
        if (number == 1 or before.rstrip() == "---") and (found := _TITLE.fullmatch(here))
    ]
    if len(titles) < 2:
        return ""
    for number, name in reversed(titles):
        if line > number:
            return f"{name}, line {line - number}"
    return ""


def _pairs(text: str) -> list[tuple[str, str]]:
    """Every line with the one before it."""
    lines = text.split("\n")
    return list(zip(["", *lines], lines, strict=False))
