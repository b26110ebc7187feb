"""Where a daemon belongs: each node's verdict, the tolerations it is given, the node it is tied to."""

from __future__ import annotations

import pytest

from cluster.controllers.daemonset.nodes import Verdict, node_of, tied_to, tolerating, verdict
from cluster.machinery.objects import Obj
from tests.controllers.daemonset.daemons import node

KEEPS_OUT = {"key": "dedicated", "value": "db", "effect": "NoSchedule"}
DRIVES_OUT = {"key": "broken", "effect": "NoExecute"}
VERDICTS: list[tuple[str, Obj, Obj, tuple[bool, bool, str]]] = [
    ("a plain node", {}, node("node-1"), (True, True, "")),
    ("cordoned", {}, node("node-1", taints=[{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}]),
     (True, True, "")),
    ("not ready", {}, node("node-1", taints=[{"key": "node.kubernetes.io/not-ready", "effect": "NoExecute"}]),
     (True, True, "")),
    ("a taint that keeps out", {}, node("node-1", taints=[KEEPS_OUT]),
     (False, True, "the taint dedicated=db:NoSchedule is not tolerated")),
    ("a taint that drives out", {}, node("node-1", taints=[DRIVES_OUT]),
     (False, False, "the taint broken:NoExecute is not tolerated")),
    ("a taint that is tolerated", {"tolerations": [{"operator": "Exists"}]}, node("node-1", taints=[DRIVES_OUT]),
     (True, True, "")),
    ("a taint that only weighs", {}, node("node-1", taints=[{"key": "soft", "effect": "PreferNoSchedule"}]),
     (True, True, "")),
    ("another label", {"nodeSelector": {"disk": "ssd"}}, node("node-1", disk="hdd"),
     (False, False, "the node selector or affinity does not match")),
    ("the label", {"nodeSelector": {"disk": "ssd"}}, node("node-1", disk="ssd"), (True, True, "")),
    ("another name", {"nodeName": "node-2"}, node("node-1"), (False, False, "the template names node-2")),
    ("its name", {"nodeName": "node-1"}, node("node-1"), (True, True, "")),
    ("no network", {}, node("node-1", taints=[{"key": "node.kubernetes.io/network-unavailable",
                                                "effect": "NoSchedule"}]),
     (False, True, "the taint node.kubernetes.io/network-unavailable:NoSchedule is not tolerated")),
    ("no network, on the host's own", {"hostNetwork": True},
     node("node-1", taints=[{"key": "node.kubernetes.io/network-unavailable", "effect": "NoSchedule"}]),
     (True, True, "")),
]  # fmt: skip


@pytest.mark.parametrize(("pod", "on", "wanted"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS])
def test_verdict(pod: Obj, on: Obj, wanted: tuple[bool, bool, str]) -> None:
    assert verdict({**pod, "tolerations": tolerating(pod)}, on) == Verdict(*wanted)


def test_the_template_s_tolerations_come_first_and_the_added_ones_replace_their_like() -> None:
    own = {"key": "dedicated", "operator": "Exists", "effect": "NoSchedule"}
    short = {
        "key": "node.kubernetes.io/not-ready",
        "operator": "Exists",
        "effect": "NoExecute",
        "tolerationSeconds": 5,
    }
    found = tolerating({"tolerations": [own, short]})
    assert found[0] == own
    assert found[1] == {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute"}
    assert [each["key"].removeprefix("node.kubernetes.io/") for each in found[2:]] == [
        "unreachable",
        "disk-pressure",
        "memory-pressure",
        "pid-pressure",
        "unschedulable",
    ]


def test_the_required_terms_give_way_to_the_name_and_the_preferred_stay() -> None:
    preferred = [{"weight": 1, "preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}}]
    pod = {
        "affinity": {
            "podAntiAffinity": {"x": 1},
            "nodeAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": preferred,
                "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": []}]},
            },
        }
    }
    assert tied_to(pod, "node-2") == {
        "podAntiAffinity": {"x": 1},
        "nodeAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": preferred,
            "requiredDuringSchedulingIgnoredDuringExecution": {
                "nodeSelectorTerms": [
                    {"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["node-2"]}]}
                ]
            },
        },
    }


def test_the_node_of_a_pod_is_where_it_is_or_else_what_it_is_tied_to() -> None:
    assert node_of({"spec": {"affinity": tied_to({}, "node-2")}}) == "node-2"
    assert node_of({"spec": {"affinity": tied_to({}, "node-2"), "nodeName": "node-1"}}) == "node-1"
    assert node_of({"spec": {}}) == ""
