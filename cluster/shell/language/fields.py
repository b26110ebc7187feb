"""The words that expansions come to: gathered piece by piece, split where IFS says."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

WHITE = " \t\n"


@dataclass
class Fields:
    """`splitting` False: everything is one field, as in an assignment."""

    separators: str = WHITE
    splitting: bool = True
    done: list[list[tuple[str, bool]]] = field(default_factory=list)
    """Each field is pieces of text, with whether they were quoted."""
    current: list[tuple[str, bool]] | None = None

    def add(self, text: str, *, quoted: bool) -> None:
        """To the field that is open; a quoted nothing makes a field too."""
        if self.current is None:
            if not text and not quoted:
                return
            self.current = []
        self.current.append((text, quoted))

    def finish(self) -> None:
        """The open field ends here, if one is open."""
        if self.current is not None:
            self.done.append(self.current)
            self.current = None

    def split(self, text: str) -> None:
        """What an unquoted expansion came to."""
        if not self.splitting or not self.separators:
            self.add(text, quoted=False)
            return
        if not self.separators.strip(WHITE):
            self._split_white(text)
            return
        separators = self.separators
        at, size = 0, len(text)
        while at < size:
            begin = at
            while at < size and text[at] not in separators:
                at += 1
            if at > begin:
                self.add(text[begin:at], quoted=False)
            if at == size:
                return
            visible = False
            while at < size and text[at] in separators:
                if text[at] not in WHITE:
                    if visible:
                        break
                    visible = True
                at += 1
            if visible and self.current is None:
                self.done.append([])
            else:
                self.finish()

    def _split_white(self, text: str) -> None:
        """At white space alone: the way most texts go, and long ones too."""
        words = re.findall(f"[^{re.escape(self.separators)}]+", text)
        if text and text[0] in self.separators:
            self.finish()
        for at, word in enumerate(words):
            if at:
                self.finish()
            self.add(word, quoted=False)
        if text and text[-1] in self.separators:
            self.finish()

    def all(self) -> list[list[tuple[str, bool]]]:
        """Every field, the open one too."""
        self.finish()
        return self.done


def plain(pieces: list[tuple[str, bool]]) -> str:
    """A field's text."""
    return "".join(text for text, _ in pieces)
