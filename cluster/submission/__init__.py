"""Manifests on their way into a cluster: what each document would do, and storing them all or none.

    submission = plan(cluster, [("web.yaml", text)], author="ada")     what would happen, nothing stored
    submission = submit(cluster, [("web.yaml", text)], author="ada")   stored, if no document is refused

The page's form, `manage.py apply` and the packaged scenarios all come through here. Each is three steps, so that who
serves others meanwhile can keep the writer for the middle one: `read` and `tell` are pure and take the longest, `look`
and `store` hold the cluster's lock. Knows no request and no page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cluster.config import ClusterConfig
from cluster.intents import Apply
from cluster.kinds import custom
from cluster.machinery.objects import Key, Obj
from cluster.models import Cluster
from cluster.store import CommitRefused, Outcome, Result, commit, snapshot, survey
from cluster.submission.difference import difference
from cluster.submission.foresight import Foresight, Made, foresee
from cluster.submission.notes import Coming, coming, defaults, notes
from cluster.submission.reading import Reading, Ready, Texts, document_of, read, refused
from cluster.submission.values import Document, Fix, Problem, Submission, Verdict
from cluster.world import World


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


def look(cluster: int, reading: Reading, *, author: str) -> Looked:
    """What would become of each document. Stores nothing."""
    if reading.problems or not reading.documents:
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
    except CommitRefused as why:
        return look(cluster, reading, author=author)._replace(refused=why)
    return NOT_LOOKED._replace(outcome=outcome, stored=True)


def tell(reading: Reading, looked: Looked) -> Submission:
    """Each document with what became of it, or would. Pure."""
    ready = reading.ready
    if looked.stored:
        judged = [_judged(each, result) for each, result in zip(ready, looked.outcome.results, strict=True)]
        return Submission(looked.outcome.revision, judged, stored=True, left_out=reading.left_out)
    submission = _surveyed(reading.documents, looked)
    submission = submission._replace(problems=reading.problems, left_out=reading.left_out)
    if looked.refused is not None and submission.ok:
        # Somebody changed the cluster between the two looks; what the commit said counts.
        at = looked.refused.index
        documents = [
            refused(ready[at], looked.refused.error, {}) if each == at else document
            for each, document in enumerate(submission.documents)
        ]
        return submission._replace(documents=documents)
    return submission


def _surveyed(read: Sequence[Ready | Document], looked: Looked) -> Submission:
    ready = [each for each in read if isinstance(each, Ready)]
    results = iter(looked.outcome.results)
    later = {each.key.name: each.manifest.document for each in ready if each.key.resource == "namespaces"}
    others = [each for each in (coming(one.key, one.obj) for one in ready) if each is not None]
    told = zip(ready, looked.outcome.results, strict=True)
    made = [Made(one.key, result.old, result.object) for one, result in told if result.object is not None]
    beside = {each.where: each.new for each in made}
    foresight = foresee(looked.world, made)
    documents = []
    for each in read:
        if isinstance(each, Document):
            documents.append(each)
            continue
        result = next(results)
        if result.error is not None:
            documents.append(refused(each, result.error, later, looked.world.get(each.key)))
        else:
            documents.append(_told(each, result, looked, others, beside, foresight))
    return Submission(looked.outcome.revision, documents)


def _told(
    each: Ready,
    result: Result,
    looked: Looked,
    others: Sequence[Coming],
    beside: Mapping[Key, Obj],
    foresight: Foresight,
) -> Document:
    """With the difference it makes and what it leads to."""
    document = _judged(each, result)
    if result.object is None or not result.changed:
        return document
    expect = notes(each.key, result.old, result.object, looked.world, looked.config, others, beside, foresight)
    if result.old is None:
        expect.extend(defaults(each.obj, result.object))
    return document._replace(diff=difference(result.old, result.object), notes=expect)


def _judged(each: Ready, result: Result) -> Document:
    verdict: Verdict = "unchanged" if not result.changed else "change" if result.old is not None else "create"
    document = document_of(each, verdict, name=str((result.object or each.obj)["metadata"].get("name") or ""))
    return document._replace(before=result.old, after=result.object)


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
