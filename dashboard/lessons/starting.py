"""A cluster of a person's own for a lesson: made, made anew, and put away. Nothing is left half made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.db import transaction

from cluster import scenarios
from cluster.lessons import Lesson
from cluster.machinery.errors import BadRequest
from cluster.models import ApiToken, Cluster
from cluster.store import create_cluster, delete_cluster, written
from cluster.submission import submit
from dashboard.clusters.making import TOO_MANY, free_name, has_room
from dashboard.lessons.hearing import PREFIX
from dashboard.lessons.models import Attempt
from dashboard.lessons.standing import attempt_of


async def begin(lesson: Lesson, user: Any, *, again: bool = False) -> Attempt:
    """The person's attempt, with a cluster; `again`: with a new one, from the first step. BadRequest when that cannot
    be: a person may have so many clusters."""
    attempt = await attempt_of(user.pk, lesson.slug)
    old = attempt.cluster if attempt is not None else None
    if old is not None and not again:
        assert attempt is not None, "it has a cluster"
        return attempt
    if old is None and not await has_room(user):
        raise BadRequest(TOO_MANY)
    slug = old.slug if old is not None else await free_name(f"{PREFIX}{lesson.slug}")
    keys: list[ApiToken] = []
    if old is not None:
        keys = await sync_to_async(_keys)(user, old)
        await written(delete_cluster, old)
    cluster = await written(_make, lesson, slug, user)
    return await sync_to_async(_kept)(user, lesson, cluster, keys)


def _keys(user: User, cluster: Cluster) -> list[ApiToken]:
    """Their own for that cluster. They go with it, and are put to the one of its name that takes its place: a
    kubeconfig says nothing but that name."""
    return list(ApiToken.objects.filter(user=user, cluster=cluster))


def _make(lesson: Lesson, slug: str, user: User) -> Cluster:
    author, start = user.get_username(), lesson.start
    with transaction.atomic():
        made = create_cluster(
            slug, author=author, owner=user, title=lesson.title, pace=start.pace, dns_profile=start.dns
        )
    try:
        if start.scenario:
            scenarios.load(made.pk, start.scenario, author=author)
        if start.manifests:
            _apply(made, lesson, author)
    except Exception:
        delete_cluster(made)
        raise
    return made


def _apply(cluster: Cluster, lesson: Lesson, author: str) -> None:
    texts = [(file, lesson.files[file]) for file in lesson.start.manifests]
    submission = submit(cluster.pk, texts, author=author, cause=f"lesson {lesson.slug}")
    if not submission.stored:
        raise BadRequest(f"What {lesson.title} starts from is refused: {' '.join(submission.lines())}")


def _kept(user: User, lesson: Lesson, cluster: Cluster, keys: Sequence[ApiToken]) -> Attempt:
    with transaction.atomic():
        for key in keys:
            again = {"label": key.label, "digest": key.digest, "expires": key.expires}
            made = ApiToken.objects.create(user=user, cluster=cluster, **again)
            ApiToken.objects.filter(pk=made.pk).update(created=key.created)
        attempt, _ = Attempt.objects.select_for_update().get_or_create(user=user, lesson=lesson.slug)
        attempt.cluster, attempt.step, attempt.before = cluster, 0, []
        attempt.chosen, attempt.helped, attempt.notes, attempt.deeds = {}, [], {}, []
        attempt.changed += 1
        attempt.save()
    return attempt


async def put_away(attempt: Attempt) -> None:
    """Delete the attempt's cluster; how far the person had come is kept."""
    if attempt.cluster is not None:
        await written(delete_cluster, attempt.cluster)
