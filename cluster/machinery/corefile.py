"""The grammar of a Corefile: directives with arguments and blocks. What a directive means is not known here.

Three things the real grammar has are refused, since a user of this site writes the text and the site's own machine
would answer: `import` of files, snippets, and variables of the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

LONGEST = 64 * 1024
DEEPEST = 8
_TOKEN = re.compile(r'\s*(#[^\n]*|"(?:[^"\\]|\\.)*"|"|[^\s"]\S*)')
_VARIABLE = re.compile(r"\{[$%].*?\}")


class CorefileError(ValueError):
    """What cannot be followed: a sentence, and the words at fault as they stand in the text."""

    def __init__(self, line: int, words: str, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.words = words


class Directive(NamedTuple):
    """A line: its first word, the words behind it, and the lines of its block."""

    line: int
    name: str
    arguments: tuple[str, ...]
    block: tuple[Directive, ...] = ()

    def error(self, sentence: str) -> CorefileError:
        return CorefileError(self.line, " ".join((self.name, *self.arguments)), sentence)


class _Word(NamedTuple):
    line: int
    text: str
    quoted: bool = False


def read(text: str) -> tuple[Directive, ...]:
    """The server blocks of a Corefile, each as a directive whose words are its addresses. Raises CorefileError."""
    if len(text) > LONGEST:
        raise CorefileError(1, text[:20], f"A Corefile has at most {LONGEST // 1024} KiB here.")
    lines = list(_lines(text))
    blocks, at = _block(lines, 0, 0)
    if at < len(lines):
        raise CorefileError(lines[at][0].line, "}", "This } closes nothing.")
    return blocks


def _lines(text: str) -> Iterator[list[_Word]]:
    """Words line by line, without comments; a } stands on a line of its own."""
    for number, line in enumerate(text.split("\n"), 1):
        words: list[_Word] = []
        for found in _TOKEN.finditer(line):
            word = found[1]
            if word.startswith("#"):
                break
            if word == '"':
                raise CorefileError(number, line.strip(), "A quotation is not closed on its line.")
            if _VARIABLE.search(word):
                raise CorefileError(number, word, "Variables of the environment are not filled in here.")
            quoted = word.startswith('"')
            words.append(_Word(number, word[1:-1].replace('\\"', '"') if quoted else word, quoted))
        if words:
            yield words


def _block(lines: list[list[_Word]], at: int, depth: int) -> tuple[tuple[Directive, ...], int]:
    """Directives up to the line that closes the block (or the end), and where that line is."""
    found: list[Directive] = []
    while at < len(lines):
        words = lines[at]
        if words[0].text == "}" and not words[0].quoted:
            if len(words) > 1:
                raise CorefileError(words[0].line, words[1].text, "Nothing may follow a } on its line.")
            break
        first, at = words[0], at + 1
        opens = words[-1].text == "{" and not words[-1].quoted
        said = tuple(word.text for word in (words[:-1] if opens else words))
        if not said:
            raise CorefileError(first.line, "{", "A block needs a name before its {.")
        inner: tuple[Directive, ...] = ()
        if opens:
            if depth >= DEEPEST:
                raise CorefileError(first.line, said[0], "Blocks are nested too deeply.")
            inner, at = _block(lines, at, depth + 1)
            if at >= len(lines):
                raise CorefileError(first.line, said[0], f"The block of {said[0]} is not closed.")
            at += 1
        found.append(Directive(first.line, said[0], said[1:], inner))
    return tuple(found), at
