"""A YAML text as the API server reads a request's body: the first document's value, whatever it is.

`manifests` reads for people, and refuses what it can explain; this is the wire, where the last of two equal keys holds,
the other is told, and what is no YAML is refused in the words of Go's parser.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import yaml

from cluster.machinery import scalars, texts
from cluster.machinery.texts import Wrong
from cluster.manifests import MOST_BYTES, Budget, Composer


class Read(NamedTuple):
    value: Any
    twice: tuple[str, ...] = ()
    """Keys that stand twice in one mapping, in Go's words: `line 3: key "name" already set in map`."""


class NoYaml(ValueError):
    """Not a text that can be read; the message is Go's: `yaml: line 2: did not find expected node content`."""


def read(text: bytes) -> Read:
    """The value of the first document; None where there is none. NoYaml."""
    if len(text) > MOST_BYTES:
        raise NoYaml(f"yaml: the text is longer than {MOST_BYTES} bytes")
    try:
        composer = _Composer(texts.clean(text), 0, Budget())
        value, _ = next(composer.roots(), (None, 0))
    except Wrong as wrong:
        raise NoYaml(wrong.message if wrong.message.startswith("yaml: ") else f"yaml: {wrong.message}") from wrong
    return Read(value, tuple(composer.twice))


class _Composer(Composer):
    def __init__(self, chunk: str, first: int, budget: Budget) -> None:
        super().__init__(chunk, first, budget)
        self.twice: list[str] = []

    def complaint(self, error: yaml.MarkedYAMLError) -> Wrong:
        marks = [mark for mark in (error.context_mark, error.problem_mark) if mark and mark.line]
        # Go's parser counts lines from 0, and its scanner from 1.
        line = marks[0].line + isinstance(error, yaml.scanner.ScannerError) if marks else 0
        return Wrong(line, "", f"yaml: {f'line {line}: ' if line else ''}{error.problem}")

    def name(self, frame: Any, value: Any, line: int) -> None:
        try:
            key = scalars.key(value)
        except scalars.ScalarError:
            key = ""
        if key in frame.value:
            self.twice.append(f'line {line + 1}: key "{key}" already set in map')
            del frame.value[key]
        super().name(frame, value, line)
