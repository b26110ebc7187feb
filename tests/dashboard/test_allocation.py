"""What a node's pods ask for of what it has, counted as `kubectl describe node` counts."""

from __future__ import annotations

from cluster.machinery.objects import Obj
from dashboard.clusters.allocation import of_node

HAS = {"cpu": "8", "memory": "16384Mi", "pods": "110", "ephemeral-storage": "100Gi", "example.com/gpu": "2"}
LEFT = {**HAS, "cpu": "7800m", "memory": "15Gi"}
NODE: Obj = {"status": {"capacity": HAS, "allocatable": LEFT}}


def pod(*containers: dict[str, str], phase: str = "Running", **spec: object) -> Obj:
    made = [{"name": f"c{number}", "resources": {"requests": each}} for number, each in enumerate(containers)]
    return {"metadata": {"name": "p"}, "spec": {"containers": made, **spec}, "status": {"phase": phase}}


def lines(*pods: Obj, node: Obj = NODE) -> list[str]:
    return [" ".join(map(str, each)) for each in of_node(node, pods)]


def test_requests_are_added_up_and_cut_to_a_whole_percent() -> None:
    first = pod({"cpu": "250m", "memory": "64Mi"}, {"cpu": "0.5"})
    assert lines(first, pod({"cpu": "100m", "memory": "6Mi"}), pod()) == [
        "cpu 8 7800m 850m 10",
        "memory 16384Mi 15Gi 70Mi 0",
        "pods 110 110 3 2",
    ]


def test_what_has_ended_asks_for_nothing_and_what_prepares_only_for_its_peak() -> None:
    init = {"name": "setup", "resources": {"requests": {"cpu": "2"}}}
    waits = pod({"cpu": "1"}, phase="Pending", initContainers=[init])
    assert (
        lines(waits, pod({"cpu": "4"}, phase="Succeeded"), pod({"cpu": "4"}, phase="Failed"))[0] == "cpu 8 7800m 2 25"
    )


def test_other_resources_are_told_where_somebody_asks_for_them() -> None:
    told = lines(pod({"example.com/gpu": "1", "ephemeral-storage": "1Gi"}))
    assert told[2:] == ["ephemeral-storage 100Gi 100Gi 1Gi 1", "pods 110 110 1 0", "example.com/gpu 2 2 1 50"]


def test_a_node_that_has_said_nothing_yet() -> None:
    assert lines(pod({"cpu": "1"}), node={}) == ["cpu 0 0 1 0", "memory 0 0 0 0", "pods 0 0 1 0"]
