"""What can be seen of a submission without the cluster: its documents, ready for admission or refused. Pure.

A document that is no YAML is refused like any other; those beside it are read all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from cluster.kinds import BUILT_IN, Kind
from cluster.kinds.registry import Registry
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj
from cluster.manifests import Manifest, ManifestError, ManifestErrors, parse
from cluster.submission.problems import of_error, of_kind, of_shape, problem, without_meaning
from cluster.submission.values import Document, Problem, Verdict

Texts = Sequence[tuple[str, bytes]]
"""(source, text): a file's name, or what else the text is called in messages."""


Denied = Callable[[Key], ApiError | None]
"""Why who asks may not learn what is stored at a key; None when they may."""


class Ready(NamedTuple):
    """A document that can be put to admission."""

    manifest: Manifest
    kind: Kind
    key: Key
    obj: Obj
    mark: str = ""


class Reading(NamedTuple):
    documents: Sequence[Ready | Document] = ()
    left_out: Sequence[Document] = ()
    problems: Sequence[tuple[str, Problem]] = ()
    """Of the submission as a whole: nothing of it can be stored."""

    @property
    def ready(self) -> list[Ready]:
        return [each for each in self.documents if isinstance(each, Ready)]


def read(
    texts: Texts,
    *,
    namespace: str = "default",
    leave_out: Collection[str] = (),
    denied: Denied = lambda key: None,
    registry: Registry = BUILT_IN,
) -> Reading:
    """`leave_out` names documents by their `mark` or `place`. One that is `denied` is refused unseen: even "unchanged"
    would tell that somebody guessed right."""
    broken: Sequence[Document] = ()
    try:
        manifests: Sequence[Manifest] = parse(texts)
    except ManifestErrors as wrong:
        broken, problems = _unreadable(wrong)
        if wrong.manifests is None:
            return Reading(broken, problems=problems)
        manifests = wrong.manifests
    left_out = [each for each in broken if each.place in leave_out]
    refused = [each for each in broken if each.place not in leave_out]
    seen: dict[Key, Manifest] = {}
    documents: list[Ready | Document] = []
    for mark, manifest in _marked(manifests):
        one = _prepared(manifest, namespace, registry, mark)
        if mark in leave_out or f"{manifest.source}#{manifest.document}" in leave_out:
            left_out.append(document_of(one, "left out") if isinstance(one, Ready) else _unasked(one))
            continue
        if isinstance(one, Ready):
            one = _unless_twice(one, seen.setdefault(one.key, manifest) if one.key.name else manifest)
            one = _unseen(one, denied)
        documents.append(one)
    order = {source: index for index, (source, _) in enumerate(texts)}
    documents.extend(refused)
    documents.sort(key=lambda each: (order[_source(each)], _number(each)))
    left_out.sort(key=lambda each: (order[each.source], each.number))
    return Reading(documents, left_out)


def _source(each: Ready | Document) -> str:
    return each.manifest.source if isinstance(each, Ready) else each.source


def _number(each: Ready | Document) -> int:
    return each.manifest.document if isinstance(each, Ready) else each.number


def _marked(manifests: Sequence[Manifest]) -> Iterator[tuple[str, Manifest]]:
    """Each with its mark; of what stands there again the second is told from the first."""
    times: Counter[str] = Counter()
    for each in manifests:
        metadata = each.object.get("metadata")
        named = metadata if isinstance(metadata, dict) else {}
        mark = f"{each.object.get('kind')} {named.get('namespace') or ''}/{named.get('name')}"
        if not named.get("name"):
            mark = f"{each.source}#{each.document}"
        times[mark] += 1
        yield (mark if times[mark] == 1 else f"{mark} ({times[mark]})"), each


def _unasked(document: Document) -> Document:
    return document._replace(verdict="left out", problems=())


def _unreadable(wrong: ManifestErrors) -> tuple[list[Document], list[tuple[str, Problem]]]:
    documents: dict[tuple[str, int], Document] = {}
    loose: list[tuple[str, Problem]] = []
    for error in wrong.errors:
        found = Problem(error.line, error.field, _sentence(error), "")
        if not error.document:
            loose.append((error.source, found))
            continue
        where = (error.source, error.document)
        before = documents.get(where)
        problems = (*before.problems, found) if before else (found,)
        documents[where] = Document(*where, error.line, "", "", "", "refused", problems=problems)
    return list(documents.values()), loose


def _sentence(error: ManifestError) -> str:
    """The parser's half sentences begin small; a field's name stays as it is written."""
    text = error.message
    first = text.split(" ", 1)[0]
    if first.isalpha() and first not in error.field:
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def _prepared(manifest: Manifest, namespace: str, registry: Registry, mark: str) -> Ready | Document:
    obj = manifest.object
    kind = of_kind(manifest, registry)
    if isinstance(kind, Problem):
        said = obj.get("kind")
        return Document(
            manifest.source,
            manifest.document,
            manifest.line,
            said if isinstance(said, str) else "",
            without_meaning(obj),
            "",
            "refused",
            problems=[kind],
            mark=mark,
        )
    wrong = of_shape(manifest, kind)
    if not wrong:
        metadata = obj.get("metadata") or {}
        if kind.namespaced and not metadata.get("namespace"):
            obj = {**obj, "metadata": {**metadata, "namespace": namespace}}
        return Ready(manifest, kind, kind.key(obj), obj, mark)
    place = Key(kind.group, kind.resource, "", without_meaning(obj))
    return document_of(Ready(manifest, kind, place, obj, mark), "refused", problems=wrong)


def _unless_twice(one: Ready, first: Manifest) -> Ready | Document:
    if first is one.manifest:
        return one
    source = f" of {first.source}" if first.source != one.manifest.source else ""
    where = f"document {first.document}{source}"
    message = f"{one.kind.kind} {one.key.name} is in this submission twice: {where} has it too."
    return document_of(one, "refused", problems=[problem(one.manifest, "metadata.name", message)])


def _unseen(each: Ready | Document, denied: Denied) -> Ready | Document:
    if isinstance(each, Ready) and (error := denied(each.key)) is not None:
        return refused(each, error, {})
    return each


def refused(each: Ready, error: ApiError, later: dict[str, int], stored: Obj | None = None) -> Document:
    """`later`: namespaces that the submission makes, with the document that does; `stored`: the object as it is now."""
    return document_of(each, "refused", problems=of_error(each.manifest, each.kind, error, later, stored))


def document_of(each: Ready, verdict: Verdict, *, name: str = "", problems: Sequence[Problem] = ()) -> Document:
    kind = each.kind
    singular = f"{kind.singular}.{kind.group}" if kind.group else kind.singular
    return Document(
        each.manifest.source,
        each.manifest.document,
        each.manifest.line,
        kind.kind,
        name or each.key.name,
        each.key.namespace,
        verdict,
        singular,
        problems=problems,
        mark=each.mark,
    )
