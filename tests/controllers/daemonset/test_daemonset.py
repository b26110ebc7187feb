"""DaemonSets on a street of nodes: one pod each, whatever happens to nodes, pods and the template."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cluster.controllers import daemonset
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import (
    CONTROLLER_REVISIONS,
    NODES,
    PODS,
    Obj,
    copy,
    is_pod_ready,
    is_terminating,
    key,
    name,
    spec,
    status,
    timestamp,
)
from tests.controllers.daemonset.daemons import (
    LOG,
    cluster,
    daemon_set,
    edit,
    edit_node,
    node,
    places,
    pods,
    reasons,
    running,
    set_image,
    told,
)
from tests.controllers.street import Street


def test_one_pod_on_each_node() -> None:
    street = running(daemon_set())
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]
    assert told(street) == {
        "currentNumberScheduled": 3,
        "numberMisscheduled": 0,
        "desiredNumberScheduled": 3,
        "numberReady": 3,
        "observedGeneration": 1,
        "updatedNumberScheduled": 3,
        "numberAvailable": 3,
    }
    assert reasons(street) == ["Ready on 3 of 3 nodes."]


def test_its_pods_are_labelled_owned_tied_to_their_node_and_told_of() -> None:
    street = running(daemon_set(), node("node-1"))
    (pod,) = pods(street)
    (revision,) = street.world.list(CONTROLLER_REVISIONS, "default")
    digest = revision["metadata"]["labels"]["controller-revision-hash"]
    assert name(revision) == f"log-{digest}"
    assert pod["metadata"]["labels"] == {
        "app": "log",
        "controller-revision-hash": digest,
        "pod-template-generation": "1",
    }
    (owner,) = pod["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["controller"], owner["blockOwnerDeletion"]) == ("DaemonSet", True, True)
    tolerated = [each["key"].rpartition("/")[2] for each in spec(pod)["tolerations"]]
    assert tolerated == [
        "not-ready",
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
    ]
    ours = [each for each in street.notes if each.component == "daemonset-controller"]
    assert [(each.type, each.reason, each.message) for each in ours] == [
        ("Normal", "SuccessfulCreate", f"Created pod: {name(pod)}")
    ]


def test_a_node_that_comes_gets_a_pod_and_one_that_leaves_takes_it_along() -> None:
    street = running(daemon_set())
    street.create(node("node-4"))
    street.rest()
    assert places(street)[-1] == "node-4 1"
    street.do(Delete(key(NODES, "", "node-4")))
    street.rest()
    assert told(street)["desiredNumberScheduled"] == 3


def test_a_pod_tied_to_a_node_that_is_gone_before_it_got_there_is_removed() -> None:
    asleep = {"schedulingGates": [{"name": "example.org/wait"}]}
    street = running(daemon_set(pod=asleep))
    assert len(pods(street)) == 3
    street.do(Delete(key(NODES, "", "node-3")))
    street.rest()
    assert len(pods(street)) == 2


def test_labels_and_taints_decide_and_the_reason_names_the_node() -> None:
    street = running(
        daemon_set(pod={"nodeSelector": {"disk": "ssd"}}),
        node("node-1", disk="ssd"),
        node("node-2", disk="hdd"),
        node("node-3", disk="ssd", taints=[{"key": "dedicated", "value": "db", "effect": "NoSchedule"}]),
    )
    assert places(street) == ["node-1 1"]
    assert reasons(street) == [
        "Ready on 1 of 1 node.",
        "Not on node-2: the node selector or affinity does not match.",
        "Not on node-3: the taint dedicated=db:NoSchedule is not tolerated.",
    ]
    edit_node(street, "node-2", {"metadata": {"labels": {"disk": "ssd"}}})
    street.rest()
    assert places(street) == ["node-1 1", "node-2 1"]
    edit_node(street, "node-1", {"metadata": {"labels": {"disk": None}}})
    street.rest()
    assert places(street) == ["node-2 1"]


def test_a_taint_that_keeps_out_lets_stay_who_is_there_and_one_that_drives_out_does_not() -> None:
    street = running(daemon_set())
    edit_node(street, "node-1", {"spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]}})
    street.rest()
    assert len(pods(street)) == 3
    counts = told(street)
    assert (counts["desiredNumberScheduled"], counts["numberMisscheduled"]) == (2, 1)
    assert "Stays on node-1: the taint a:NoSchedule is not tolerated." in reasons(street)
    edit_node(street, "node-1", {"spec": {"taints": [{"key": "a", "effect": "NoExecute"}]}})
    street.rest()
    assert places(street) == ["node-2 1", "node-3 1"]


def test_a_cordoned_node_gets_its_daemon_all_the_same() -> None:
    street = cluster(node("node-1"))
    taint = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
    edit_node(street, "node-1", {"spec": {"unschedulable": True, "taints": [taint]}})
    street.create(daemon_set())
    street.rest()
    assert places(street) == ["node-1 1"]


def test_a_deleted_pod_is_replaced_once_it_is_gone() -> None:
    street = running(daemon_set(), pace="brisk")
    (first, *_) = pods(street)
    street.do(Delete(key(PODS, "default", name(first))))
    seen: list[int] = []
    street.rest(each=lambda: seen.append(sum(spec(pod).get("nodeName") == "node-1" for pod in pods(street))))
    assert max(seen) == 1
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]


def _fail(street: Street, on: str) -> None:
    (pod,) = [each for each in pods(street) if spec(each)["nodeName"] == on]
    street.do(Update({**pod, "status": {**status(pod), "phase": "Failed", "conditions": []}}, "status"))


def test_a_failed_pod_is_killed_with_an_event_and_made_again() -> None:
    street = running(daemon_set())
    _fail(street, "node-2")
    street.rest()
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]
    (killed,) = [each for each in street.notes if each.reason == "FailedDaemonPod"]
    assert killed.type == "Warning"
    assert killed.message.startswith("Found failed daemon pod default/log-")
    assert killed.message.endswith(" on node node-2, will try to kill it")


def _event(street: Street, node_name: str, count: int, now: str) -> Obj:
    owner = street.world.get(LOG)
    assert owner is not None
    return {
        "apiVersion": "v1",
        "kind": "Event",
        "metadata": {"name": f"log.{node_name}", "namespace": "default"},
        "involvedObject": {"kind": "DaemonSet", "name": "log", "namespace": "default", "uid": owner["metadata"]["uid"]},
        "reason": "FailedDaemonPod",
        "message": f"Found failed daemon pod default/log-x on node {node_name}, will try to kill it",
        "count": count,
        "lastTimestamp": now,
        "type": "Warning",
    }


def test_one_that_fails_again_and_again_waits_longer_each_time_and_others_do_not() -> None:
    street = running(daemon_set())
    street.create(_event(street, "node-2", 4, timestamp(street.now)))
    _fail(street, "node-2")
    _fail(street, "node-3")
    begun = street.now
    street.rest(3)
    assert places(street) == ["node-1 1", "node-3 1"]
    assert any("failed: tried again on node-2 after a pause." in each for each in reasons(street))
    street.rest(10)
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]
    assert 7 < street.now - begun < 13.5


# -- updates -------------------------------------------------------------------------------------------------------


def available(street: Street) -> int:
    return len({spec(pod)["nodeName"] for pod in pods(street) if is_pod_ready(pod) and not is_terminating(pod)})


@pytest.mark.parametrize(("most", "lowest"), [(1, 2), (2, 1), ("50%", 1), ("100%", 0)])
def test_a_roll_keeps_within_what_may_be_unavailable(most: Any, lowest: int) -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": most}}
    street = running(daemon_set(updateStrategy=strategy), pace="brisk")
    set_image(street, "fluentd:2")
    seen: list[int] = []
    street.rest(each=lambda: seen.append(available(street)))
    assert min(seen) == lowest
    assert places(street) == ["node-1 2", "node-2 2", "node-3 2"]
    assert told(street)["updatedNumberScheduled"] == 3


def test_a_roll_with_a_surge_never_leaves_a_node_without_an_available_pod() -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    street = running(daemon_set(updateStrategy=strategy), pace="brisk")
    set_image(street, "fluentd:2")
    seen: list[tuple[int, int]] = []
    street.rest(each=lambda: seen.append((available(street), sum(not is_terminating(pod) for pod in pods(street)))))
    assert min(count for count, _ in seen) == 3
    assert max(count for _, count in seen) == 4
    assert places(street) == ["node-1 2", "node-2 2", "node-3 2"]


def test_an_old_pod_that_is_not_available_is_replaced_at_once() -> None:
    street = running(daemon_set("fluentd:missing"))
    assert places(street) == []
    set_image(street, "fluentd:2")
    street.rest()
    assert places(street) == ["node-1 2", "node-2 2", "node-3 2"]


def test_a_broken_update_stops_at_the_limit_and_says_what_it_waits_for() -> None:
    street = running(daemon_set())
    set_image(street, "fluentd:missing")
    street.rest(30)
    assert places(street) == ["node-2 1", "node-3 1"]
    assert reasons(street) == [
        "2 old pods stay for now: at most 1 node may lack an available pod.",
        "Ready on 2 of 3 nodes: waiting for node-1.",
    ]
    set_image(street, "fluentd:1")
    street.rest()
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]


def test_on_delete_a_pod_takes_the_template_when_somebody_deletes_it() -> None:
    street = running(daemon_set(updateStrategy={"type": "OnDelete"}))
    set_image(street, "fluentd:2")
    street.rest()
    assert places(street) == ["node-1 1", "node-2 1", "node-3 1"]
    assert reasons(street)[-1].endswith("keep the old template until deleted: the update strategy is OnDelete.")
    (first,) = [each for each in pods(street) if spec(each)["nodeName"] == "node-1"]
    street.do(Delete(key(PODS, "default", name(first))))
    street.rest()
    assert places(street) == ["node-1 2", "node-2 1", "node-3 1"]


def test_minimum_ready_seconds_hold_the_roll() -> None:
    street = running(daemon_set(minReadySeconds=30))
    street.rest()
    set_image(street, "fluentd:2")
    street.rest(20)
    assert told(street)["updatedNumberScheduled"] == 1
    assert told(street)["numberAvailable"] == 2
    street.rest(100)
    assert places(street) == ["node-1 2", "node-2 2", "node-3 2"]


def test_a_template_that_comes_back_raises_its_revision_and_restarts_nobody_of_it() -> None:
    strategy = {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 1}}
    street = running(daemon_set(updateStrategy=strategy))
    before = {name(pod) for pod in pods(street)}
    set_image(street, "fluentd:missing")
    street.rest(30)
    set_image(street, "fluentd:1")
    street.rest()
    assert len(before & {name(pod) for pod in pods(street)}) == 2
    revisions = street.world.list(CONTROLLER_REVISIONS, "default")
    assert sorted(each["revision"] for each in revisions) == [2, 3]
    assert (street.world.get(LOG) or {})["metadata"]["annotations"]["deprecated.daemonset.template.generation"] == "3"


def test_the_history_is_cut_to_its_limit() -> None:
    street = running(daemon_set(revisionHistoryLimit=2))
    for number in range(2, 7):
        set_image(street, f"fluentd:{number}")
        street.rest()
    revisions = street.world.list(CONTROLLER_REVISIONS, "default")
    assert sorted(each["revision"] for each in revisions) == [4, 5, 6]


# -- whose pods ----------------------------------------------------------------------------------------------------


def test_an_orphan_on_a_node_is_adopted_and_a_pod_whose_labels_differ_is_let_go() -> None:
    street = cluster(node("node-1"))
    orphan = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "stray", "namespace": "default", "labels": {"app": "log"}},
        "spec": {"nodeName": "node-1", "containers": [{"name": "agent", "image": "fluentd:1"}]},
    }
    street.do(Create(copy(orphan)))
    street.create(daemon_set(updateStrategy={"type": "OnDelete"}))
    street.rest()
    (pod,) = pods(street)
    assert pod["metadata"]["ownerReferences"][0]["name"] == "log"
    relabelled = {**pod, "metadata": {**pod["metadata"], "labels": {"app": "other"}}}
    street.do(Update(relabelled))
    street.rest()
    assert len(pods(street)) == 2
    assert "ownerReferences" not in (street.world.get(key(PODS, "default", "stray")) or {})["metadata"]


def test_a_set_that_is_deleted_takes_its_pods_along() -> None:
    street = running(daemon_set())
    street.do(Delete(LOG, propagation="Foreground"))
    street.rest()
    assert (pods(street), street.world.get(LOG)) == ([], None)


def test_an_empty_selector_is_refused_and_a_changed_one_too() -> None:
    street = running(daemon_set())
    with pytest.raises(Exception, match="field is immutable"):
        edit(street, {"spec": {"selector": {"matchLabels": {"app": "other"}},
                               "template": {"metadata": {"labels": {"app": "other"}}}}})  # fmt: skip


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("image"), st.integers(1, 3)),
        st.tuples(st.just("taint"), st.integers(1, 3)),
        st.tuples(st.just("clear"), st.integers(1, 3)),
        st.tuples(st.just("delete"), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(0, 4)),
    ),
    max_size=8,
)


@given(changes=CHANGES, surge=st.booleans())
@settings(max_examples=20, deadline=None)
def test_whatever_happens_each_wanted_node_ends_with_one_pod_of_the_last_template(
    changes: list[tuple[str, int]], surge: bool
) -> None:
    rolling = {"maxSurge": 1, "maxUnavailable": 0} if surge else {"maxUnavailable": 1}
    street = running(daemon_set(updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling}), pace="brisk")
    image, tainted = 1, set[int]()
    for what, number in changes:
        if what == "image":
            image = number
            set_image(street, f"fluentd:{number}")
        elif what == "taint":
            tainted.add(number)
            edit_node(street, f"node-{number}", {"spec": {"taints": [{"key": "x", "effect": "NoExecute"}]}})
        elif what == "clear":
            tainted.discard(number)
            edit_node(street, f"node-{number}", {"spec": {"taints": None}})
        elif what == "delete" and number < len(pods(street)):
            street.do(Delete(key(PODS, "default", name(pods(street)[number]))))
        else:
            street.rest(number / 4)
    street.rest()
    assert places(street) == [f"node-{number} {image}" for number in (1, 2, 3) if number not in tainted]
    assert len(pods(street)) == 3 - len(tainted)
    assert street.refused == []


def test_all_keys_are_the_sets() -> None:
    assert list(daemonset.every(running(daemon_set()).world)) == [LOG]
