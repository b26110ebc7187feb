"""Making and ending whole clusters. A new one holds what every real cluster holds before anybody applies."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from cluster import forking
from cluster.intents import Create
from cluster.keeping import orphans
from cluster.machinery import dnsprofiles
from cluster.machinery.errors import BadRequest
from cluster.models import Cluster
from cluster.store import contents, past, rows
from cluster.store.commit import commit
from cluster.store.held import forget
from cluster.store.system import system_objects


def create_cluster(slug: str, *, author: str, dns_profile: str = dnsprofiles.DEFAULT, **settings: Any) -> Cluster:
    """A new cluster with its system objects, or BadRequest with the sentence that says what is wrong with the name."""
    if dns_profile not in dnsprofiles.PROFILES:
        raise BadRequest(f"There is no DNS profile {dns_profile!r}. There are {', '.join(dnsprofiles.PROFILES)}.")
    made = Cluster(slug=slug, **settings)
    _check(made)
    with transaction.atomic():
        made.save()
        rows.add_counter(made.pk, 0)
        commit(
            made.pk,
            [Create(obj) for obj in system_objects(made.config, dns_profile)],
            author=author,
            cause="create cluster",
        )
    return made


def fork_cluster(
    source: Cluster,
    revision: int,
    slug: str,
    *,
    with_secrets: bool,
    paused: bool = False,
    owner: Any = None,
    wall: Callable[[], float] = time.time,
) -> Cluster:
    """A new cluster that begins as another was at a kept revision: its objects under other uids, its clock, its files,
    not its log. Controllers go on from there. Gone when the revision is not kept, BadRequest for a bad name."""
    head = past.head_of(source.pk)
    world = past.at(source.pk, revision)
    latest = head is not None and head.revision == revision
    then = source.clock.at(wall()) if latest else past.time_of(source.pk, revision)
    made = Cluster(
        slug=slug,
        title=f"{source.slug} at r{revision}"[:100],
        owner=owner,
        pace=source.pace,
        domain=source.domain,
        service_range=source.service_range,
        gates=source.gates,
        clock_wall=wall(),
        clock_time=then,
        clock_speed=0.0 if paused else 1.0,
    )
    _check(made)
    rename = forking.renamed(made.uid, forking.uids(world))
    forked = forking.forked(world, rename, with_secrets=with_secrets)
    files = contents.since(source.pk, 0)
    lost = set(orphans(world, {row.layer for row in files}))
    kept = forking.files((row for row in files if row.layer not in lost), then, rename)
    cursors = head.cursors if head is not None else b"{}"
    with transaction.atomic():
        made.save()
        rows.add_counter(made.pk, revision)
        rows.raise_counter(made.pk, revision, cursors)
        rows.add_resources(made.pk, forked)
        rows.keep_checkpoint(made.pk, revision, past.pack(forked))
        if kept:
            contents.keep(made.pk, kept)
    return made


def _check(made: Cluster) -> None:
    try:
        made.full_clean()
    except ValidationError as error:
        messages = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise BadRequest(f"cluster {made.slug!r} cannot be made: {messages}") from error


def delete_cluster(cluster: Cluster) -> None:
    """The cluster with all its objects and history."""
    pk = cluster.pk
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("resource", "change", "checkpoint", "lease", "content", "output", "mainprocess", "counter"):
                cursor.execute(f"DELETE FROM cluster_{table} WHERE cluster_id = %s", [pk])
        cluster.delete()
    forget(pk)
