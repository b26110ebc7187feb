"""What keeps a pod from serving, in words."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import held_back


def pod(*containers: dict[str, Any], probe: str = "", gates: tuple[str, ...] = (), **conditions: str) -> dict[str, Any]:
    own: dict[str, Any] = {"name": "main", **({f"{probe}Probe": {"exec": {}}} if probe else {})}
    return {
        "spec": {"containers": [own], "readinessGates": [{"conditionType": gate} for gate in gates]},
        "status": {
            "containerStatuses": list(containers),
            "conditions": [{"type": kind, "status": "False", "message": text} for kind, text in conditions.items()],
        },
    }


def waiting(reason: str, **more: Any) -> dict[str, Any]:
    return {"name": "main", "ready": False, "image": "nginx:nothing", "state": {"waiting": {"reason": reason}}, **more}


RUNS = {"name": "main", "ready": False, "state": {"running": {}}}
ROOM = (
    "0/3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available: 3 No preemption victims found."
)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (pod(PodScheduled=ROOM), "no node takes it: 0/3 nodes are available: 3 Insufficient cpu"),
        (pod(waiting("ImagePullBackOff")), "main is in ImagePullBackOff: nginx:nothing"),
        (pod(waiting("CrashLoopBackOff", lastState={"terminated": {"exitCode": 3}})),
         "main is in CrashLoopBackOff: it ended with 3"),
        (pod(waiting("CreateContainerConfigError", state={"waiting": {
            "reason": "CreateContainerConfigError", "message": 'configmap "settings" not found'}})),
         'main is in CreateContainerConfigError: configmap "settings" not found'),
        (pod(waiting("ContainerCreating")), ""),
        (pod({"name": "main", "state": {"terminated": {"exitCode": 2}}}), "main ended with 2"),
        (pod(RUNS, probe="startup"), "the startup probe of main has not succeeded"),
        (pod(RUNS, probe="readiness"), "the readiness probe of main has not succeeded"),
        (pod(RUNS), ""),
        (pod({**RUNS, "ready": True}, gates=("example.com/open",)), "its readiness gate example.com/open is not True"),
    ],
)  # fmt: skip
def test_why(found: dict[str, Any], said: str) -> None:
    assert held_back.why(found) == said
