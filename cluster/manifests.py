"""Text of manifests -> objects, each with the line of every field; or sentences that say what is wrong where.

The only place that names YAML. Knows no kinds: whether an object makes sense is admission's question.

What is read is bounded while it is read, so large or hostile texts need no child process that can be killed: 3 MB of
text, 100,000 values with aliases written out, 100 levels, 2,000 documents. The parser is asked event by event (2 us
each) and left alone at the first that is too much. Measured on 2 cores, the worst of tests/data/bad takes 0.4 s and
7 MB, 100,000 values in a List of pods 0.8 s and 15 MB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import yaml

from cluster.machinery import envelopes, scalars, texts
from cluster.machinery.complaints import MOST_LEVELS, TOO_DEEP, Complaint, sentence
from cluster.machinery.lines import Lines, Place, shown
from cluster.machinery.objects import Obj
from cluster.machinery.texts import Wrong

MOST_BYTES = 3 * 1024 * 1024
MOST_VALUES = 100_000
MOST_DOCUMENTS = 2_000
MOST_ERRORS = 100


class Manifest(NamedTuple):
    """One object of a submission. `document` counts from 1 in its source, empty ones left out; so do lines."""

    source: str
    document: int
    line: int
    object: Obj
    lines: Lines


class ManifestError(NamedTuple):
    """What is wrong where; `field` is "" and `line` 0 when it is about no one place."""

    source: str
    document: int
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        places = [
            self.source,
            f"document {self.document}" if self.document else "",
            f"line {self.line}" if self.line else "",
            self.field,
        ]
        place = ", ".join(each for each in places if each)
        return f"{place}: {self.message}" if place else self.message


class ManifestErrors(Exception):
    """A submission of which nothing may be used as it is; `errors` has at least one.

    `manifests` are those of the documents that can be read; None when not all was looked at.
    """

    def __init__(self, errors: Sequence[ManifestError], manifests: Sequence[Manifest] | None = None) -> None:
        self.errors = list(errors)
        self.manifests = manifests
        super().__init__("\n".join(str(error) for error in self.errors))


def parse(given: Sequence[tuple[str, str | bytes]]) -> list[Manifest]:
    """The objects of a submission, (source, text) pairs, in order, `kind: List` taken apart. ManifestErrors."""
    size = sum(texts.size(text) for _, text in given)
    if size > MOST_BYTES:
        message = f"{size / 1024 / 1024:.1f} MB are too much at once: apply at most {MOST_BYTES // 1024 // 1024} MB"
        raise ManifestErrors([ManifestError(given[0][0] if len(given) == 1 else "", 0, 0, "", message)])
    budget = Budget()
    found: list[Manifest] = []
    errors: list[ManifestError] = []
    for source, text in given:
        try:
            for each in _documents(source, texts.clean(text), budget):
                if isinstance(each, Manifest):
                    found.append(each)
                else:
                    errors.append(each)
        except Wrong as wrong:
            errors.append(ManifestError(source, 0, wrong.line, wrong.field, wrong.message))
        if budget.spent or len(errors) >= MOST_ERRORS:
            break
    if errors:
        bad = {(error.source, error.document) for error in errors}
        whole = not budget.spent and len(errors) < MOST_ERRORS and all(error.document for error in errors)
        rest = [each for each in found if (each.source, each.document) not in bad]
        raise ManifestErrors(errors[:MOST_ERRORS], rest if whole else None)
    if not found:
        source = given[0][0] if len(given) == 1 else ""
        raise ManifestErrors([ManifestError(source, 0, 0, "", "there is no object in it: nothing to apply")])
    return found


def line_of(manifest: Manifest, field: str) -> int:
    """The line of a field as a Cause names it, or of the nearest thing around it: "spec.ports[0].port" -> 12."""
    return manifest.lines.nearest(field)


class Budget:
    """What a whole submission may still hold; aliases are charged what they stand for."""

    def __init__(self) -> None:
        self.documents = 0
        self.values = 0
        self.characters = 0
        self.spent = False

    def charge(self, line: int, values: int, characters: int, *, alias: str = "") -> None:
        self.values += values
        self.characters += characters
        if self.values <= MOST_VALUES and self.characters <= MOST_BYTES:
            return
        self.spent = True
        if alias:
            raise Wrong(line, "", f"the alias *{alias} makes too much of a small text: write less of it out, or none")
        raise Wrong(line, "", f"more than {MOST_VALUES:,} values are too much at once: apply it in parts")


def _documents(source: str, text: str, budget: Budget) -> Iterator[Manifest | ManifestError]:
    for document, (first, chunk) in enumerate(texts.chunks(text), start=1):
        budget.documents += 1
        if budget.documents > MOST_DOCUMENTS:
            budget.spent = True
            yield ManifestError(
                source, document, first, "", f"more than {MOST_DOCUMENTS:,} documents: apply it in parts"
            )
            return
        try:
            for value, place in Composer(chunk, first, budget).roots():
                if value is None:
                    continue
                for obj, spot in envelopes.objects(value, place, ""):
                    yield Manifest(source, document, spot.line, obj, Lines(spot))
        except Wrong as wrong:
            yield ManifestError(source, document, wrong.line, wrong.field, wrong.message)
        if budget.spent:
            return


class _Frame:
    """A mapping or list that is being read."""

    def __init__(self, value: Any, place: Place, anchor: str | None, budget: Budget) -> None:
        self.value = value
        self.place = place
        self.anchor = anchor
        self.before = (budget.values, budget.characters)
        self.height = 1
        self.key: str | None = None
        self.key_line = 0
        self.merging = False
        self.merged: list[tuple[int, Obj]] = []


class _Anchored(NamedTuple):
    value: Any
    values: int
    characters: int
    height: int


class Composer:
    """Makes values of one chunk's events, with a stack of its own: no text is nested too deep for it."""

    def __init__(self, chunk: str, first: int, budget: Budget) -> None:
        self.chunk = chunk
        self.first = first
        self.budget = budget
        self.stack: list[_Frame] = []
        self.anchors: dict[str, _Anchored] = {}
        self.root: tuple[Any, int | Place] | None = None

    def roots(self) -> Iterator[tuple[Any, int | Place]]:
        for event in self.events():
            line = self.first + event.start_mark.line
            match event:
                case yaml.ScalarEvent():
                    self.budget.charge(line, 1, len(event.value))
                    self.scalar(event, line)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self.open(event, line)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self.close()
                case yaml.AliasEvent():
                    self.alias(event.anchor or "", line)
                case yaml.DocumentStartEvent():
                    self.anchors.clear()
                case yaml.DocumentEndEvent() if self.root is not None:
                    yield self.root
                    self.root = None

    def events(self) -> Iterator[Any]:
        try:
            parser = yaml.CLoader(self.chunk)
            while (event := parser.get_event()) is not None:
                yield event
        except yaml.MarkedYAMLError as error:
            raise self.complaint(error) from error
        except yaml.YAMLError as error:  # the reader's, which knows no line
            raise Wrong(self.first, self.path(), f"this is not YAML: {error}") from error

    def complaint(self, error: yaml.MarkedYAMLError) -> Wrong:
        chunk, mark, opening = self.chunk, error.problem_mark, error.context_mark
        index = min(mark.index, len(chunk)) if mark else 0
        begin = chunk.rfind("\n", 0, index) + 1
        here = chunk[begin:].partition("\n")[0]
        at = self.first + (mark.line if mark else 0)
        opened = self.first + opening.line if opening else at
        opener = chunk[opening.index : opening.index + 1] if opening else ""
        if not opener.strip() and self.stack:  # it ended where a value was due: what is open is known to us alone
            opened = self.stack[-1].place.line
            opener = "[" if isinstance(self.stack[-1].value, list) else "{"
        at_end = not chunk[index:].strip()
        said = Complaint(error.problem or "", error.context or "", here, index - begin, opened, opener, at_end)
        return Wrong(opened if at_end else at, self.path(), sentence(said))

    def path(self) -> str:
        path = ""
        for frame in self.stack:
            if isinstance(frame.value, list):
                path = f"{path}[{len(frame.value)}]"
            elif frame.key is not None:
                path = shown(path, frame.key)
            if len(path) > 200:
                return f"{path[:200]}…"
        return path

    def scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        is_plain, text = event.implicit[0], event.value
        frame = self.stack[-1] if self.stack else None
        if frame and is_plain and text == "<<" and isinstance(frame.value, dict) and frame.key is None:
            frame.merging, frame.key, frame.key_line = True, text, line
            return
        try:
            if is_plain:
                value: Any = scalars.plain(text)
            elif event.tag is None or event.tag == "!":
                value = text
            else:
                value = scalars.tagged(event.tag, text)
        except scalars.ScalarError as error:
            raise Wrong(line, self.path(), str(error)) from error
        if event.anchor:
            self.anchors[event.anchor] = _Anchored(value, 1, len(text), 0)
        self.put(value, line, line)

    def open(self, event: Any, line: int) -> None:
        self.budget.charge(line, 1, 0)
        if len(self.stack) >= MOST_LEVELS:
            raise Wrong(line, self.path(), TOO_DEEP)
        if self.stack and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None:
            hint = ' ("{{ … }}" is a template: render it first)' if "{{" in self.chunk else ""
            raise Wrong(line, self.path(), f"a key must be a text, not a list or a mapping{hint}")
        if event.anchor:
            self.anchors.pop(event.anchor, None)
        made: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        inside: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.stack.append(_Frame(made, Place(line, inside), event.anchor, self.budget))

    def close(self) -> None:
        frame = self.stack.pop()
        inside = frame.place.inside
        for line, merged in frame.merged:
            for key, value in merged.items():
                if isinstance(inside, dict) and key not in inside:
                    frame.value[key] = _copy(value)
                    inside[key] = line
        if frame.anchor:
            values, characters = frame.before
            spent = self.budget.values - values + 1, self.budget.characters - characters
            self.anchors[frame.anchor] = _Anchored(frame.value, *spent, frame.height)
        if self.stack:
            self.stack[-1].height = max(self.stack[-1].height, frame.height + 1)
        self.put(frame.value, frame.place, frame.place.line)

    def alias(self, name: str, line: int) -> None:
        anchored = self.anchors.get(name)
        if anchored is None:
            if any(frame.anchor == name for frame in self.stack):
                raise Wrong(line, self.path(), f"the alias *{name} stands inside what it names")
            raise Wrong(line, self.path(), f"nothing above is named &{name}, so *{name} means nothing")
        if len(self.stack) + anchored.height > MOST_LEVELS:
            raise Wrong(line, self.path(), TOO_DEEP)
        self.budget.charge(line, anchored.values, anchored.characters, alias=name)
        if self.stack:
            self.stack[-1].height = max(self.stack[-1].height, anchored.height + 1)
        self.put(_copy(anchored.value), line, line)

    def put(self, value: Any, spot: int | Place, line: int) -> None:
        """A finished value into what is open: as the root, an item, a key or a key's value."""
        if not self.stack:
            self.root = (value, spot)
            return
        frame = self.stack[-1]
        inside = frame.place.inside
        if isinstance(inside, list):
            frame.value.append(value)
            inside.append(spot)
        elif frame.key is None:
            self.name(frame, value, line)
        elif frame.merging:
            self.merge(frame, value, line)
        else:
            frame.value[frame.key] = value
            inside[frame.key] = spot._replace(line=frame.key_line) if isinstance(spot, Place) else frame.key_line
            frame.key = None

    def name(self, frame: _Frame, value: Any, line: int) -> None:
        try:
            key = scalars.key(value)
        except scalars.ScalarError as error:
            raise Wrong(line, self.path(), str(error)) from error
        if key in frame.value:
            first = Lines(frame.place).nearest(f"[{key}]")
            raise Wrong(
                line, shown(self.path(), key), f'"{key[:80]}" stands here twice, first on line {first}: keep one'
            )
        frame.key, frame.key_line = key, line

    def merge(self, frame: _Frame, value: Any, line: int) -> None:
        """`<<: *base`: the keys of another mapping, or of several, where there is none of that name."""
        given = value if isinstance(value, list) else [value]
        if not all(isinstance(each, dict) for each in given):
            raise Wrong(line, self.path(), '"<<" takes a mapping or a list of mappings, such as *name')
        frame.merged += [(frame.key_line, each) for each in given]
        frame.key, frame.merging = None, False


def _copy(value: Any) -> Any:
    """So that changing one place changes no other. As deep as MOST_LEVELS at most."""
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value
