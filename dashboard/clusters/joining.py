"""Several files as the one text that the apply form is about, and back: which line of which file a line is. Pure.

Every file begins with a comment that names it, as the editor writes one too.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from cluster.machinery.errors import BadRequest

_TITLE = re.compile(r"# (?P<name>\S.*\.(?:ya?ml|json))\s*", re.IGNORECASE)
_KUSTOMIZATION = re.compile(r"(.*/)?kustomization(\.ya?ml)?", re.IGNORECASE)
_CHART = re.compile(r"(.*/)?Chart\.ya?ml")


def joined(text: str, files: list[tuple[str, bytes]]) -> str:
    """The text with the files below it, each a document (or several) of its own. BadRequest when one is no text, or
    not what can be applied."""
    parts = [text] if text.strip() else []
    for filename, content in files:
        if _KUSTOMIZATION.fullmatch(filename):
            made = "a kustomization. Run kubectl kustomize on its folder, and open what that prints"
            raise BadRequest(f"{filename} says how manifests are made: {made}.")
        if _CHART.fullmatch(filename):
            made = "a Helm chart. Run helm template on its folder, and open what that prints"
            raise BadRequest(f"{filename} says how manifests are made: {made}.")
        try:
            decoded = content.decode("utf-8-sig")
        except UnicodeDecodeError as wrong:
            raise BadRequest(f"{filename} is no text: byte {wrong.start + 1} fits no UTF-8.") from wrong
        if "\0" in decoded:
            raise BadRequest(f"{filename} is no text: it holds bytes of zero.")
        title = "".join(each if each.isprintable() else "?" for each in filename)
        parts.append(f"# {title}\n{decoded}" if parts or len(files) > 1 else decoded)
    closed = [part if part.endswith("\n") else part + "\n" for part in parts[:-1]]
    return "---\n".join([*closed, *parts[-1:]])


def titles(text: str) -> list[tuple[int, str]]:
    """(line, name) of every file that a text is made of; what stands above the first is of no file."""
    lines = text.split("\n")
    pairs = zip(["---", *lines], lines, strict=False)
    return [
        (number, found["name"])
        for number, (before, here) in enumerate(pairs, start=1)
        if here.startswith("# ") and before.rstrip() == "---" and (found := _TITLE.fullmatch(here))
    ]


class Places:
    """Lines of a text as lines of its files."""

    def __init__(self, text: str) -> None:
        self._titles = titles(text)
        self._lines = text.split("\n") if len(self._titles) > 1 else []

    def of(self, line: int) -> str:
        """ "web.yaml, line 3", with the document where a file has several; "" where one file or none is named."""
        at = bisect_left(self._titles, (line, "")) - 1
        if len(self._titles) < 2 or at < 0:
            return ""
        begin, name = self._titles[at]
        end = self._titles[at + 1][0] - 2 if at + 1 < len(self._titles) else len(self._lines)
        document, documents = self._number(begin, line), self._number(begin, end)
        which = f", document {document}" if documents > 1 else ""
        return f"{name}{which}, line {line - begin}"

    def _number(self, begin: int, line: int) -> int:
        """Which document of its file a line is in, empty ones left out."""
        number, said = 0, False
        for each in self._lines[begin:line]:
            if re.match(r"---(?=\s|\Z)", each):
                said = False
            elif not said and re.match(r"\s*[^\s#%]", each):
                number, said = number + 1, True
        return max(1, number)
