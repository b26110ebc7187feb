"""Our reports beside recorded ones.

The recording's kubelet was a script: it left reasons on conditions that hold, which a
real kubelet does not; those, and what differs from run to run, are left out of the comparison.
"""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import Pace
from cluster.machinery.objects import PODS, Obj, copy, is_pod_ready, is_terminating, status
from cluster.nodes.lifecycle import step
from cluster.nodes.stages import Facts
from tests.controllers.recorded import timeline

LATER = 60.0
VARIES = ("imageID", "containerID", "startedAt", "finishedAt", "lastTransitionTime")


def shape(value: Any) -> Any:
    """A status without what varies; of a condition that holds, or of an ended pod, only type and status."""
    if isinstance(value, list):
        return [shape(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {part: shape(each) for part, each in value.items() if part not in VARIES}
    if "lastProbeTime" in kept and (kept["status"] == "True" or kept.get("reason") == "PodCompleted"):
        kept.pop("message", None)
        if kept["type"] != "Initialized":
            kept.pop("reason", None)
    return kept


def stage(pod: Obj) -> str:
    if status(pod).get("phase") == "Succeeded":
        return "over"
    if status(pod).get("podIP"):
        return "ready" if is_pod_ready(pod) else "running"
    return "creating" if status(pod).get("containerStatuses") else "bound" if pod["spec"].get("nodeName") else "new"


@pytest.mark.parametrize("scenario", ["svc-endpoints", "sts-ordered", "sts-pvc-ordinals", "seed-tutorial"])
@pytest.mark.parametrize(
    "pair", [("bound", "creating"), ("creating", "running"), ("running", "ready"), ("ready", "over")]
)
def test_our_report_is_the_recorded_one(scenario: str, pair: tuple[str, str]) -> None:
    before: dict[str, Obj] = {}
    compared = 0
    for event in timeline(scenario):
        if event.key.kind != PODS:
            continue
        old, new = before.get(event.key.name), event.object
        before[event.key.name] = new
        if old is None or (stage(old), stage(new)) != pair:
            continue
        if is_terminating(new) != is_terminating(old) or event.type == "DELETED":
            continue
        pod = copy(old)
        pod["metadata"].pop("annotations", None)
        address = str(status(new).get("hostIP"))
        now = event.time + 2e9 + LATER
        speed: Pace = "instant" if pair != ("bound", "creating") else "brisk"
        found = step(pod, Facts("node", address), now, speed)
        assert found.status is not None
        ours = found.status
        if ours.get("podIP") == "next":
            ours = {**ours, "podIP": status(new)["podIP"], "podIPs": status(new)["podIPs"]}
        ours = {**ours, "startTime": status(new)["startTime"]}
        assert shape(ours) == shape(status(new))
        compared += 1
    if not (scenario == "seed-tutorial" and pair[0] in ("creating", "running")):
        # There the script reported running and ready at once.
        assert compared
