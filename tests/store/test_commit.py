"""What one commit does: revisions, the log, refusals that leave nothing, dry runs, preconditions."""

from __future__ import annotations

import pytest

from cluster.intents import Apply, Create, Delete, Evict, Intent, Patch, Update
from cluster.kinds.attribution import LAST_APPLIED
from cluster.machinery.errors import AlreadyExists, Conflict, Forbidden, NotFound
from cluster.machinery.objects import PODS, key
from cluster.models import Change, Cluster, Resource, WrittenPastTheStore
from cluster.store import (
    CommitRefused,
    Group,
    Outcome,
    commit,
    commit_groups,
    create_cluster,
    delete_cluster,
    rows,
    since,
    snapshot,
    survey,
)
from tests.objects import config_map, config_map_key, service

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cluster() -> Cluster:
    return create_cluster("test", author="tester")


def stored(cluster: Cluster) -> dict[str, int]:
    found = Resource.objects.filter(cluster=cluster, resource="configmaps", namespace="default")
    return {each.name: each.revision for each in found}


def revision(cluster: Cluster) -> int:
    return rows.heads([cluster.pk])[0].revision


def test_each_object_gets_a_revision_of_its_own_and_a_row_in_the_log(cluster: Cluster) -> None:
    before = revision(cluster)
    outcome = commit(cluster.pk, [Create(config_map("a")), Create(config_map("b"))], author="ada", cause="apply")
    assert outcome.revision == before + 2
    assert stored(cluster) == {"a": before + 1, "b": before + 2}
    log = since(cluster.pk, before)
    assert [(change.revision, change.type, change.key.name, change.author, change.cause) for change in log] == [
        (before + 1, "ADDED", "a", "ada", "apply"),
        (before + 2, "ADDED", "b", "ada", "apply"),
    ]
    assert log[0].object["metadata"]["resourceVersion"] == str(before + 1)
    assert rows.changes(cluster.pk, before) == log


def test_one_refused_intent_leaves_nothing_of_the_commit(cluster: Cluster) -> None:
    before = revision(cluster)
    with pytest.raises(CommitRefused) as refused:
        commit(
            cluster.pk,
            [Create(config_map("a")), Create(service("web")), Create(config_map("Bad_Name"))],
            author="ada",
            cause="apply",
        )
    assert refused.value.index == 2
    assert revision(cluster) == before
    assert stored(cluster) == {}
    assert config_map_key("a") not in snapshot(cluster.pk)
    outcome = commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    assert outcome.revision == before + 1


def test_a_dry_run_admits_everything_and_stores_nothing(cluster: Cluster) -> None:
    before = revision(cluster)
    outcome = commit(cluster.pk, [Create(service("web"))], author="ada", cause="check", dry_run=True)
    assert outcome.results[0].object is not None
    assert outcome.results[0].object["spec"]["clusterIP"].startswith("10.")
    assert revision(cluster) == before
    assert snapshot(cluster.pk).revision == before


def test_a_survey_says_of_each_intent_what_would_become_of_it(cluster: Cluster) -> None:
    outcome = survey(
        cluster.pk, [Create(config_map("a")), Create(config_map("Bad_Name")), Create(config_map("a"))], author="ada"
    )
    assert [result.error is None for result in outcome.results] == [True, False, False]
    assert isinstance(outcome.results[2].error, AlreadyExists)
    assert stored(cluster) == {}


def test_documents_of_one_commit_can_refer_to_each_other(cluster: Cluster) -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    inside = config_map("a")
    inside["metadata"]["namespace"] = "shop"
    commit(cluster.pk, [Create(namespace), Create(inside)], author="ada", cause="apply")
    with pytest.raises(CommitRefused) as refused:
        other = config_map("b")
        other["metadata"]["namespace"] = "nowhere"
        commit(cluster.pk, [Create(other)], author="ada", cause="apply")
    assert isinstance(refused.value.error, NotFound)
    assert refused.value.error.message == 'namespaces "nowhere" not found'


def test_an_update_of_an_old_version_is_a_conflict(cluster: Cluster) -> None:
    first = commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply").results[0].object
    assert first is not None
    commit(cluster.pk, [Patch(config_map_key("a"), "merge", {"data": {"value": "2"}})], author="bob", cause="edit")
    with pytest.raises(CommitRefused) as refused:
        commit(cluster.pk, [Update({**first, "data": {"value": "3"}})], author="ada", cause="edit")
    assert isinstance(refused.value.error, Conflict)
    assert "the object has been modified" in refused.value.error.message


def test_what_changes_nothing_costs_no_revision(cluster: Cluster) -> None:
    commit(cluster.pk, [Apply(config_map("a"))], author="ada", cause="apply")
    before = revision(cluster)
    outcome = commit(cluster.pk, [Apply(config_map("a"))], author="ada", cause="apply")
    assert outcome.results[0].changed is False
    assert revision(cluster) == before


def test_apply_takes_away_what_the_last_apply_had_and_this_one_has_not(cluster: Cluster) -> None:
    with_label = config_map("a", labels={"tier": "web"})
    commit(cluster.pk, [Apply(with_label)], author="ada", cause="apply")
    commit(cluster.pk, [Patch(config_map_key("a"), "merge", {"data": {"hand": "made"}})], author="bob", cause="edit")
    result = commit(cluster.pk, [Apply(config_map("a", value="2"))], author="ada", cause="apply").results[0]
    assert result.object is not None
    assert "labels" not in result.object["metadata"]
    assert result.object["data"] == {"value": "2", "hand": "made"}


@pytest.mark.parametrize("text", ["{", "[]", '"x"'])
def test_a_damaged_memory_of_the_last_apply_counts_as_none(cluster: Cluster, text: str) -> None:
    first = config_map("a")
    first["metadata"]["annotations"] = {LAST_APPLIED: text}
    commit(cluster.pk, [Create(first)], author="ada", cause="edit")
    result = commit(cluster.pk, [Apply(config_map("a", value="2"))], author="ada", cause="apply").results[0]
    assert result.object is not None
    assert result.object["data"] == {"value": "2"}


@pytest.mark.parametrize("data", [{"value": 2**70}, ["x"]], ids=["huge", "list"])
def test_an_apply_of_what_no_one_can_decode_is_refused(cluster: Cluster, data: object) -> None:
    with pytest.raises(CommitRefused) as refused:
        commit(cluster.pk, [Apply({**config_map("a"), "data": data})], author="ada", cause="apply")
    assert refused.value.error.code == 400
    assert stored(cluster) == {}


@pytest.mark.parametrize("metadata", [["x"], "x", {"namespace": 7}])
def test_an_apply_of_odd_metadata_is_refused(cluster: Cluster, metadata: object) -> None:
    with pytest.raises(CommitRefused) as refused:
        commit(cluster.pk, [Apply({**config_map("a"), "metadata": metadata})], author="ada", cause="apply")
    assert refused.value.error.code == 400


def test_a_deleted_object_is_in_the_log_with_its_last_state(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    before = revision(cluster)
    commit(cluster.pk, [Delete(config_map_key("a"))], author="bob", cause="delete")
    (change,) = since(cluster.pk, before)
    assert (change.type, change.previous, change.object["data"]) == ("DELETED", before, {"value": "1"})
    assert stored(cluster) == {}


def test_a_finalizer_holds_an_object_until_the_last_one_goes(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(config_map("a", finalizers=["example.org/hold"]))], author="ada", cause="apply")
    held = commit(cluster.pk, [Delete(config_map_key("a"))], author="ada", cause="delete").results[0].object
    assert held is not None and held["metadata"]["deletionTimestamp"]
    patch = Patch(config_map_key("a"), "merge", {"metadata": {"finalizers": None}})
    assert commit(cluster.pk, [patch], author="ada", cause="edit").results[0].object is None
    assert stored(cluster) == {}


def test_delete_checks_the_uid_it_was_told(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    with pytest.raises(CommitRefused) as refused:
        commit(cluster.pk, [Delete(config_map_key("a"), uid="another")], author="ada", cause="delete")
    assert isinstance(refused.value.error, Conflict)
    assert "a" in stored(cluster)


def test_the_default_namespace_cannot_be_deleted(cluster: Cluster) -> None:
    from cluster.machinery.objects import NAMESPACES, key

    with pytest.raises(CommitRefused) as refused:
        commit(cluster.pk, [Delete(key(NAMESPACES, "", "default"))], author="ada", cause="delete")
    assert isinstance(refused.value.error, Forbidden)


def test_groups_fail_alone(cluster: Cluster) -> None:
    groups = [
        Group([Create(config_map("a")), Create(config_map("a")), Create(config_map("b"))]),
        Group([Create(config_map("c")), Create(config_map("c")), Create(config_map("d"))], [False, True, False]),
    ]
    outcome = commit_groups(cluster.pk, groups, author="controller", cause="reconcile")
    assert [(result.error is not None, result.skipped) for result in outcome.results] == [
        (False, False),
        (True, False),
        (False, True),
        (False, False),
        (True, False),
        (False, False),
    ]
    assert sorted(stored(cluster)) == ["a", "c", "d"]


def test_the_orm_cannot_write_past_the_store(cluster: Cluster) -> None:
    row: Resource = Resource.objects.filter(cluster=cluster)[0]
    with pytest.raises(WrittenPastTheStore):
        row.save()
    with pytest.raises(WrittenPastTheStore):
        row.delete()
    with pytest.raises(WrittenPastTheStore):
        Change.objects.filter(cluster=cluster).delete()
    with pytest.raises(WrittenPastTheStore):
        Resource.objects.create(cluster=cluster)
    with pytest.raises(WrittenPastTheStore):
        Resource.objects.bulk_create([Resource()])
    with pytest.raises(WrittenPastTheStore):
        Resource.objects.update(name="x")


def test_a_cluster_of_the_same_key_after_a_deleted_one_starts_clean(cluster: Cluster) -> None:
    commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    delete_cluster(cluster)
    again = create_cluster("test", author="tester")
    assert config_map_key("a") not in snapshot(again.pk)
    assert stored(again) == {}


def test_two_clusters_do_not_see_each_other(cluster: Cluster) -> None:
    other = create_cluster("other", author="tester")
    commit(cluster.pk, [Create(config_map("a"))], author="ada", cause="apply")
    assert config_map_key("a") not in snapshot(other.pk)
    assert stored(other) == {}


def test_an_eviction_is_all_of_its_writes_or_none(cluster: Cluster) -> None:
    def do(intent: Intent) -> Outcome:
        return commit(cluster.pk, [intent], author="ada", cause="test")

    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"containers": [{"name": "c", "image": "nginx"}], "nodeName": "node-1"},
        "status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]},
    }
    budget = {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
        "status": {"observedGeneration": 1, "disruptionsAllowed": 0, "currentHealthy": 1, "desiredHealthy": 1},
    }
    for obj in (pod, budget):
        do(Create(obj))
        do(Update(obj, "status"))
    before = revision(cluster)
    with pytest.raises(CommitRefused) as refused:
        do(Evict(key(PODS, "default", "web")))
    assert (refused.value.error.code, revision(cluster)) == (429, before)
    do(Update({**budget, "status": {"observedGeneration": 1, "disruptionsAllowed": 1}}, "status"))
    outcome = do(Evict(key(PODS, "default", "web")))
    (evicted,) = outcome.results
    assert evicted.object is not None and evicted.object["metadata"]["deletionTimestamp"]
    written = [(change.key.resource, change.type) for change in since(cluster.pk, before + 1)]
    assert written == [("poddisruptionbudgets", "MODIFIED"), ("pods", "MODIFIED"), ("pods", "MODIFIED")]
