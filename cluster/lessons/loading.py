"""From a folder to a lesson, or to every flaw in it. Reads files; writes nothing.

lessons/<slug>/lesson.yaml     what the lesson is
lessons/<slug>/*.yaml          manifests that it starts from, or that are applied for whoever asks
lessons/<slug>/*.md            texts of steps that do not stand in lesson.yaml itself
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cluster.kinds import by_kind
from cluster.lessons.reading import (
    Field,
    Page,
    Shape,
    Spot,
    count,
    fields,
    kind_of,
    list_of,
    listed,
    mapping,
    meant,
    one_of,
    one_or_more,
    text,
)
from cluster.lessons.shapes import ACTS, CHECKS, COMPARISONS, SIZES
from cluster.lessons.values import Act, Check, Flaw, Lesson, Shell, Start, Step, Unreadable
from cluster.machinery import dnsprofiles, texts
from cluster.machinery.lines import Lines
from cluster.machinery.texts import Wrong
from cluster.manifests import Budget, Composer, ManifestErrors, parse
from cluster.scenarios import scenarios

FILE = "lesson.yaml"
OURS = Path(__file__).resolve().parent.parent.parent / "lessons"
MOST_FILES = 100
MOST_STEPS = 30
LARGEST = 1024 * 1024
_SLUG = re.compile(r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?")


class Shelf(NamedTuple):
    """All lessons that can be read, in their order, and what is wrong with the others."""

    lessons: tuple[Lesson, ...]
    flaws: tuple[Flaw, ...]

    def find(self, slug: str) -> Lesson | None:
        return next((each for each in self.lessons if each.slug == slug), None)


def shelf(*folders: Path) -> Shelf:
    """The lessons in these folders; of two with one name, that of the later folder."""
    found: dict[str, Lesson] = {}
    flaws: list[Flaw] = []
    for folder in folders:
        try:
            inside = sorted(each for each in folder.iterdir() if (each / FILE).is_file())
        except OSError as error:
            flaws.append(Flaw(str(folder), 0, "", f"this folder of lessons cannot be read: {error.strerror}."))
            continue
        for each in inside:
            try:
                found[each.name] = _kept(each, _stamp(each))
            except Unreadable as wrong:
                flaws.extend(flaw._replace(file=f"{each.name}/{flaw.file}") for flaw in wrong.flaws)
    return Shelf(tuple(sorted(found.values(), key=lambda lesson: (lesson.order, lesson.slug))), tuple(flaws))


def _stamp(folder: Path) -> tuple[tuple[str, int], ...]:
    """What changes when a file of it does, so that an author sees his next version at once."""
    return tuple(sorted((each.name, each.stat().st_mtime_ns) for each in folder.iterdir() if each.is_file()))


@lru_cache(maxsize=256)
def _kept(folder: Path, stamp: tuple[tuple[str, int], ...]) -> Lesson:
    return load(folder, proven=folder.parent == OURS)


def load(folder: Path, *, proven: bool = False) -> Lesson:
    """The lesson in a folder. Unreadable. `proven`: its rules are known to compile, and are not tried."""
    if not _SLUG.fullmatch(folder.name):
        message = "a lesson's folder is named in lower-case letters, digits and hyphens, 40 at most: headless-services."
        raise Unreadable([Flaw(folder.name, 0, "", message)])
    try:
        files = {each.name: each.read_bytes() for each in _files(folder)}
    except OSError as error:
        raise Unreadable([Flaw(folder.name, 0, "", f"it cannot be read: {error.strerror}.")]) from error
    if FILE not in files:
        raise Unreadable([Flaw(folder.name, 0, "", f"there is no {FILE} in it.")])
    value, page = _page(files.pop(FILE), proven)
    lesson = _Author(folder.name, files, page).lesson(Spot(value, "", page))
    if page.flaws:
        raise Unreadable(sorted(page.flaws, key=lambda flaw: (flaw.file != FILE, flaw.file, flaw.line)))
    return lesson


def _files(folder: Path) -> Iterable[Path]:
    found = sorted(each for each in folder.iterdir() if each.suffix in (".yaml", ".yml", ".md") and each.is_file())
    if len(found) > MOST_FILES or sum(each.stat().st_size for each in found) > LARGEST:
        message = f"a lesson has at most {MOST_FILES} files and {LARGEST // 1024 // 1024} MB."
        raise Unreadable([Flaw(folder.name, 0, "", message)])
    return found


def _page(raw: bytes, proven: bool) -> tuple[Any, Page]:
    try:
        documents = list(Composer(texts.clean(raw), 1, Budget()).roots())
    except Wrong as wrong:
        raise Unreadable([Flaw(FILE, wrong.line, wrong.field, wrong.message)]) from wrong
    if len(documents) != 1:
        raise Unreadable([Flaw(FILE, 0, "", f"a lesson is one YAML document. This has {len(documents)}.")])
    value, place = documents[0]
    return value, Page(FILE, Lines(place), proven=proven)


class _Author:
    """Reads one lesson's fields; knows the files beside them."""

    def __init__(self, slug: str, files: dict[str, bytes], page: Page) -> None:
        self.slug, self.page = slug, page
        self.texts = {name: raw for name, raw in files.items() if name.endswith(".md")}
        self.manifests = {name: raw for name, raw in files.items() if not name.endswith(".md")}
        for name, raw in self.manifests.items():
            self._look_into(name, raw)

    def _look_into(self, name: str, raw: bytes) -> None:
        try:
            for manifest in parse([(name, raw)]):
                obj = manifest.object
                if by_kind(str(obj.get("apiVersion")), str(obj.get("kind"))) is None:
                    message = f"there is no kind {obj.get('kind')} in {obj.get('apiVersion')}."
                    self.page.flaws.append(Flaw(name, manifest.line, "kind", message))
        except ManifestErrors as wrong:
            self.page.flaws.extend(Flaw(name, each.line, each.field, each.message) for each in wrong.errors)

    def lesson(self, spot: Spot) -> Lesson:
        start: Shape = {
            "scenario": Field(one_of(each.slug for each in scenarios()), default=""),
            "manifests": Field(one_or_more(self.manifest), default=()),
            "dns": Field(one_of(dnsprofiles.PROFILES), default=dnsprofiles.DEFAULT),
            "pace": Field(one_of(("brisk", "instant", "real")), default="brisk"),
        }
        shell: Shape = {"pod": Field(text, required=True), "image": Field(text, default="")}
        shape: Shape = {
            "title": Field(text, required=True),
            "summary": Field(text, required=True),
            "minutes": Field(count(1, 240), required=True),
            "order": Field(count(), default=1000),
            "cluster": Field(mapping(start, "cluster"), default={}),
            "shell": Field(mapping(shell, "shell")),
            "steps": Field(list_of(lambda each: each, least=1), required=True),
            "ending": Field(self.prose, required=True),
        }
        found = fields(spot, shape, what="a lesson")
        steps = found["steps"] or ()
        if len(steps) > MOST_STEPS:
            spot.at("steps", None).wrong(f"a lesson has at most {MOST_STEPS} steps. This has {len(steps)}.")
        return Lesson(
            self.slug,
            found["title"] or "",
            " ".join((found["summary"] or "").split()),
            found["minutes"] or 1,
            found["order"],
            Start(**found["cluster"]),
            Shell(**found["shell"]) if found["shell"] else None,
            tuple(self.step(each, number) for number, each in enumerate(steps, start=1)),
            found["ending"] or "",
            self.manifests,
        )

    def step(self, spot: Spot, number: int) -> Step:
        shape: Shape = {
            "title": Field(text, required=True),
            "text": Field(self.prose, required=True),
            "checks": Field(list_of(lambda each: each, least=1), required=True, default=()),
            "files": Field(one_or_more(self.manifest), default=()),
            "hints": Field(one_or_more(text), default=()),
            "do": Field(list_of(self.act), default=()),
            "wrong": Field(list_of(self.act, least=1), required=True, default=()),
        }
        found = fields(spot, shape, what="a step")
        checks = tuple(self.check(each, f"{number}.{place}") for place, each in enumerate(found["checks"], start=1))
        if number == 1 and any(check.kind == "renewed" or check.anew is not None for check in checks):
            spot.wrong("nothing can be made anew in the first step: what the lesson starts from is only coming up.")
        if not found["do"] and not any(check.kind == "choose" for check in checks):
            spot.wrong("a step has to say in do how it is done, so that it can be done for somebody.")
        more = (found["files"], found["hints"], found["do"], found["wrong"])
        return Step(found["title"] or "", found["text"] or "", checks, *more)

    def check(self, spot: Spot, number: str, *, words: bool = True) -> Check:
        own = {"done": Field(text, required=words, default=""), "missing": Field(text, default="")} if words else {}
        kind, given, said = self._one(spot, CHECKS, own, "a check")
        if kind == "field":
            compared = [name for name in COMPARISONS if given.get(name) is not None]
            if len(compared) != 1:
                spot.at(kind, None).wrong(f"a field is compared in one way: {listed(COMPARISONS)}.")
        if kind in ("ready", "renewed", "endpoints") and all(given.get(name) is None for name in SIZES):
            spot.at(kind, None).wrong("it has to say how many: count, atLeast or atMost.")
        if kind == "choose" and not said.get("missing") and words:
            spot.wrong("a question has to be put in missing: Choose the address of web-1.")
        return Check(number, kind, given, said.get("done") or "", said.get("missing") or "")

    def act(self, spot: Spot) -> Act:
        known = {**ACTS, "wait": self._waited}
        kind, given, said = self._one(spot, known, {"kubectl": Field(text, default="")}, "an act")
        for file in given.get("files") or () if kind == "apply" else ():
            if file not in self.manifests:
                spot.at(kind, file).wrong(self._no_file(file))
        return Act(kind, given, said["kubectl"] or "", spot.page.lines.nearest(spot.path))

    def _waited(self, spot: Spot) -> dict[str, Any]:
        return {"check": self.check(spot, "", words=False)}

    def _one(self, spot: Spot, known: Any, own: Shape, what: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
        """The one kind that a mapping is of, what is given for it, and the fields that stand beside it."""
        given = spot.value
        kinds = [name for name in given if name in known] if isinstance(given, dict) else []
        others = [name for name in given if name not in known and name not in own] if isinstance(given, dict) else []
        for name in others:
            spot.at(str(name), None).wrong(f"there is no {name} in {what}. {meant(str(name), [*known, *own])}")
        if not isinstance(given, dict) or (len(kinds) != 1 and not others):
            spot.wrong(f"{what} is of one kind: {listed(known)}. This is {listed(kinds) if kinds else kind_of(given)}.")
        if not isinstance(given, dict) or len(kinds) != 1:
            return "", {}, dict.fromkeys(own, "")
        beside = fields(spot._replace(value={n: v for n, v in given.items() if n in own}), own, what=what)
        return kinds[0], known[kinds[0]](spot.at(kinds[0], given[kinds[0]])), beside

    def prose(self, spot: Spot) -> str:
        """Markdown, or the name of the .md file that holds it."""
        found = text(spot)
        if not found.endswith(".md") or "\n" in found or " " in found:
            return found
        raw = self.texts.get(found)
        if raw is None:
            spot.wrong(self._no_file(found))
            return ""
        try:
            return raw.decode("utf-8-sig").strip()
        except UnicodeDecodeError as wrong:
            spot.wrong(f"{found} is no text: byte {wrong.start + 1} fits no UTF-8.")
            return ""

    def manifest(self, spot: Spot) -> str:
        found = text(spot)
        if found and found not in self.manifests:
            spot.wrong(self._no_file(found))
        return found

    def _no_file(self, file: str) -> str:
        beside: Sequence[str] = [*self.manifests, *self.texts]
        return f"there is no file {file} in the lesson's folder. {meant(file, beside) if beside else 'It holds none.'}"
