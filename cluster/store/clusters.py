"""Making and ending whole clusters. A new one holds what every real cluster holds before anybody applies."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from cluster.intents import Create
from cluster.machinery import dnsprofiles
from cluster.machinery.errors import BadRequest
from cluster.models import Cluster
from cluster.store import rows
from cluster.store.commit import commit
from cluster.store.held import forget
from cluster.store.system import system_objects


def create_cluster(slug: str, *, author: str, dns_profile: str = dnsprofiles.DEFAULT, **settings: Any) -> Cluster:
    """A new cluster with its system objects, or BadRequest with the sentence that says what is wrong with the name."""
    if dns_profile not in dnsprofiles.PROFILES:
        raise BadRequest(f"There is no DNS profile {dns_profile!r}. There are {', '.join(dnsprofiles.PROFILES)}.")
    made = Cluster(slug=slug, **settings)
    try:
        made.full_clean()
    except ValidationError as error:
        messages = "; ".join(f"{field}: {' '.join(texts)}" for field, texts in error.message_dict.items())
        raise BadRequest(f"cluster {slug!r} cannot be made: {messages}") from error
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


def delete_cluster(cluster: Cluster) -> None:
    """The cluster with all its objects and history."""
    pk = cluster.pk
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("resource", "change", "checkpoint", "lease", "content", "output", "mainprocess", "counter"):
                cursor.execute(f"DELETE FROM cluster_{table} WHERE cluster_id = %s", [pk])
        cluster.delete()
    forget(pk)
