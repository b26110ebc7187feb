"""Manifests on their way into a cluster: what each document would do, and storing them all or none.

    submission = plan(cluster, [("web.yaml", text)], author="ada")     what would happen, nothing stored
    submission = submit(cluster, [("web.yaml", text)], author="ada")   stored, if no document is refused

The page's form, `manage.py apply` and the packaged scenarios all come through here. Each is three steps, so that who
serves others meanwhile can keep the writer for the middle one: `read` and `tell` are pure and take the longest, `look`
and `store` hold the cluster's lock. Knows no request and no page.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.intents import Apply
from cluster.kinds import BUILT_IN, Kind, custom
from cluster.kinds.registry import Registry
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import Key, Obj
from cluster.manifests import Manifest, ManifestError, ManifestErrors, parse
from cluster.models import Cluster
from cluster.store import CommitRefused, Outcome, Result, commit, snapshot, survey
from cluster.submission.difference import difference
from cluster.submission.notes import Coming, coming, defaults, notes
from cluster.submission.problems import of_error, of_kind, of_shape, problem, without_meaning
from cluster.submission.values import Document, Fix, Problem, Submission, Verdict
from cluster.world import World

Texts = Sequence[tuple[str, bytes]]
"""(source, text): a file's name, or what else the text is called in messages."""


Denied = Callable[[Key], ApiError | None]
"""Why who asks may not learn what is stored at a key; None when they may."""


class _Ready(NamedTuple):
    """A document that can be put to admission."""

    manifest: Manifest
    kind: Kind
    key: Key
    obj: Obj


class Reading(NamedTuple):
    """What can be seen without the cluster."""

    documents: Sequence[_Ready | Document] = ()
    unreadable: Submission | None = None

    @property
    def ready(self) -> list[_Ready]:
        return [each for each in self.documents if isinstance(each, _Ready)]


class Looked(NamedTuple):
    """What the cluster said to it, at one revision."""

    outcome: Outcome
    world: World
    """As it stood before."""
    config: ClusterConfig
    stored: bool = False
    refused: CommitRefused | None = None
    """Why nothing was stored."""


NOT_LOOKED = Looked(Outcome(0, []), World(), ClusterConfig())


def plan(cluster: int, texts: Texts, *, author: str, namespace: str = "default") -> Submission:
    """What each document would do. Stores nothing."""
    reading = read(texts, namespace=namespace, registry=custom.of(snapshot(cluster)))
    return tell(reading, look(cluster, reading, author=author))


def submit(cluster: int, texts: Texts, *, author: str, namespace: str = "default", cause: str = "apply") -> Submission:
    """Store all documents in one commit; nothing when any is refused (`stored` is False then)."""
    reading = read(texts, namespace=namespace, registry=custom.of(snapshot(cluster)))
    return tell(reading, store(cluster, reading, author=author, cause=cause))


def read(
    texts: Texts,
    *,
    namespace: str = "default",
    leave_out: Collection[str] = (),
    denied: Denied = lambda key: None,
    registry: Registry = BUILT_IN,
) -> Reading:
    """`leave_out` names documents by their `place`. One that is `denied` is refused unseen: even "unchanged" would tell
    that somebody guessed right."""
    found = _read(texts, namespace, leave_out, registry)
    if isinstance(found, Submission):
        return Reading(unreadable=found)
    return Reading([_unseen(each, denied) for each in found])


def look(cluster: int, reading: Reading, *, author: str) -> Looked:
    """What would become of each document. Stores nothing."""
    if reading.unreadable is not None:
        return NOT_LOOKED
    outcome = survey(cluster, [Apply(each.obj) for each in reading.ready], author=author)
    return Looked(outcome, snapshot(cluster), Cluster.objects.get(pk=cluster).config)


def store(cluster: int, reading: Reading, *, author: str, cause: str = "apply") -> Looked:
    """Store all, or look why that cannot be."""
    ready = reading.ready
    if not ready or len(ready) < len(reading.documents):
        return look(cluster, reading, author=author)
    try:
        outcome = commit(cluster, [Apply(each.obj) for each in ready], author=author, cause=cause)
    except CommitRefused as refused:
        return look(cluster, reading, author=author)._replace(refused=refused)
    return NOT_LOOKED._replace(outcome=outcome, stored=True)


def tell(reading: Reading, looked: Looked) -> Submission:
    """Each document with what became of it, or would. Pure."""
    ready = reading.ready
    if reading.unreadable is not None:
        return reading.unreadable
    if looked.stored:
        judged = [_judged(each, result) for each, result in zip(ready, looked.outcome.results, strict=True)]
        return Submission(looked.outcome.revision, judged, stored=True)
    submission = _surveyed(reading.documents, looked)
    if looked.refused is not None and submission.ok:
        # Somebody changed the cluster between the two looks; what the commit said counts.
        at = looked.refused.index
        documents = [
            _refused(ready[at], looked.refused.error, {}) if each == at else document
            for each, document in enumerate(submission.documents)
        ]
        return submission._replace(documents=documents)
    return submission


def _read(
    texts: Texts, namespace: str, leave_out: Collection[str], registry: Registry
) -> list[_Ready | Document] | Submission:
    """Every document, ready for admission or refused by what can be seen without the cluster."""
    try:
        manifests = parse(texts)
    except ManifestErrors as wrong:
        return _unreadable(wrong)
    seen: dict[Key, Manifest] = {}
    read: list[_Ready | Document] = []
    for manifest in manifests:
        if f"{manifest.source}#{manifest.document}" in leave_out:
            continue
        one = _prepared(manifest, namespace, registry)
        if isinstance(one, _Ready):
            first = seen.setdefault(one.key, manifest) if one.key.name else manifest
            if first is not manifest:
                source = f" of {first.source}" if first.source != manifest.source else ""
                where = f"document {first.document}{source}"
                message = f"{one.kind.kind} {one.key.name} is in this submission twice: {where} has it too."
                one = _document(one, "refused", problems=[problem(manifest, "metadata.name", message)])
        read.append(one)
    return read


def _unreadable(wrong: ManifestErrors) -> Submission:
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
    return Submission(0, list(documents.values()), loose)


def _sentence(error: ManifestError) -> str:
    """The parser's half sentences begin small; a field's name stays as it is written."""
    text = error.message
    first = text.split(" ", 1)[0]
    if first.isalpha() and first not in error.field:
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def _prepared(manifest: Manifest, namespace: str, registry: Registry) -> _Ready | Document:
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
        )
    wrong = of_shape(manifest, kind)
    if not wrong:
        metadata = obj.get("metadata") or {}
        if kind.namespaced and not metadata.get("namespace"):
            obj = {**obj, "metadata": {**metadata, "namespace": namespace}}
        return _Ready(manifest, kind, kind.key(obj), obj)
    place = Key(kind.group, kind.resource, "", without_meaning(obj))
    return _document(_Ready(manifest, kind, place, obj), "refused", problems=wrong)


def _unseen(each: _Ready | Document, denied: Denied) -> _Ready | Document:
    if isinstance(each, _Ready) and (error := denied(each.key)) is not None:
        return _refused(each, error, {})
    return each


def _surveyed(read: Sequence[_Ready | Document], looked: Looked) -> Submission:
    ready = [each for each in read if isinstance(each, _Ready)]
    results = iter(looked.outcome.results)
    later = {each.key.name: each.manifest.document for each in ready if each.key.resource == "namespaces"}
    others = [each for each in (coming(one.key, one.obj) for one in ready) if each is not None]
    told = zip(ready, looked.outcome.results, strict=True)
    beside = {each.key: result.object for each, result in told if result.object is not None}
    documents = []
    for each in read:
        if isinstance(each, Document):
            documents.append(each)
            continue
        result = next(results)
        if result.error is not None:
            documents.append(_refused(each, result.error, later))
        else:
            documents.append(_told(each, result, looked, others, beside))
    return Submission(looked.outcome.revision, documents)


def _told(
    each: _Ready, result: Result, looked: Looked, others: Sequence[Coming], beside: Mapping[Key, Obj]
) -> Document:
    """With the difference it makes and what it leads to."""
    document = _judged(each, result)
    if result.object is None or not result.changed:
        return document
    expect = notes(each.key, result.old, result.object, looked.world, looked.config, others, beside)
    if result.old is None:
        expect.extend(defaults(each.obj, result.object))
    return document._replace(diff=difference(result.old, result.object), notes=expect)


def _judged(each: _Ready, result: Result) -> Document:
    verdict: Verdict = "unchanged" if not result.changed else "change" if result.old is not None else "create"
    document = _document(each, verdict, name=str((result.object or each.obj)["metadata"].get("name") or ""))
    return document._replace(before=result.old, after=result.object)


def _refused(each: _Ready, error: ApiError, later: dict[str, int]) -> Document:
    return _document(each, "refused", problems=of_error(each.manifest, each.kind, error, later))


def _document(each: _Ready, verdict: Verdict, *, name: str = "", problems: Sequence[Problem] = ()) -> Document:
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
    )


__all__ = [
    "Document",
    "Fix",
    "Looked",
    "Outcome",
    "Problem",
    "Reading",
    "Submission",
    "Texts",
    "look",
    "plan",
    "read",
    "store",
    "submit",
    "tell",
]
