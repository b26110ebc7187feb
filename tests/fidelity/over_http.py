"""A recorded world brought into a cluster of the store, so that recorded requests can be put to the API as they were.

Uids are kept; resourceVersions are this store's own, so those that a request names are put in their place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from cluster.intents import Create, Update
from cluster.kinds import key_of
from cluster.kinds.kind import Dice
from cluster.machinery.objects import NAMESPACES, Key, Obj, uid
from cluster.models import Cluster
from cluster.store import commit, create_cluster
from cluster.store.dice import fresh
from cluster.store.log import snapshot
from tests.kinds.sandbox import Sandbox


def cluster_like(slug: str, sandbox: Sandbox) -> tuple[Cluster, dict[str, str]]:
    """The cluster, and recorded resourceVersion -> its own."""
    cluster = create_cluster(slug, author="tester", service_range=sandbox.admission.config.service_range)
    there = snapshot(cluster.pk)
    versions: dict[str, str] = {}
    entries = sorted(sandbox.world.items(), key=lambda entry: entry[0].kind != NAMESPACES)
    for key, obj in entries:
        if key not in there:
            made = _create(cluster, key, obj)
            versions[str(obj["metadata"].get("resourceVersion"))] = made["metadata"]["resourceVersion"]
    return cluster, versions


def cluster_of(slug: str, objects: Iterable[Obj]) -> Cluster:
    """A cluster with these objects, their status too, and with the namespaces that they are in."""
    cluster = create_cluster(slug, author="tester", service_range="10.96.0.0/16")
    given = list(objects)
    spaces = {namespace: None for obj in given if (namespace := obj["metadata"].get("namespace"))}
    bare = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in spaces]
    there = snapshot(cluster.pk)
    for obj in sorted([*given, *bare], key=lambda obj: obj["kind"] != "Namespace"):
        key = Key(*key_of(obj)[:2], obj["metadata"].get("namespace", ""), obj["metadata"]["name"])
        if key in there:
            continue
        there.put(key, _create(cluster, key, obj))
        if obj.get("status"):
            _report(cluster, obj)
    return cluster


def _report(cluster: Cluster, obj: Obj) -> None:
    metadata = {name: value for name, value in obj["metadata"].items() if name != "resourceVersion"}
    commit(cluster.pk, [Update({**obj, "metadata": metadata}, "status")], author="tester", cause="seed")


def _create(cluster: Cluster, key: Key, obj: Obj) -> Obj:
    dice = Dice(lambda: uid(obj), fresh.suffix, fresh.pick)
    metadata = {name: value for name, value in obj["metadata"].items() if name != "resourceVersion"}
    outcome = commit(cluster.pk, [Create({**obj, "metadata": metadata})], author="tester", cause="seed", dice=dice)
    made = outcome.results[0].object
    assert made is not None
    return made


def with_versions(body: Any, versions: dict[str, str]) -> Any:
    """A body whose resourceVersion is the one that the same object has here."""
    metadata = body.get("metadata") if isinstance(body, dict) else None
    if not isinstance(metadata, dict) or str(metadata.get("resourceVersion")) not in versions:
        return body
    copied = orjson.loads(orjson.dumps(body))
    copied["metadata"]["resourceVersion"] = versions[str(metadata["resourceVersion"])]
    return copied
