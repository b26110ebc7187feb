"""In a rehearsal a probe's command is carried out, so that a lesson may hang on what it finds."""

from __future__ import annotations

import asyncio
from pathlib import Path

from cluster.intents import Patch
from cluster.lessons import load
from cluster.lessons.doing import applying
from cluster.lessons.loading import OURS
from cluster.lessons.rehearsal import Stage
from cluster.machinery.objects import PODS, SERVICES, is_pod_ready, key
from tests.lessons.authors import GOOD, lesson

SLOW = """\
apiVersion: v1
kind: Pod
metadata: {name: slow}
spec:
  containers:
    - name: main
      image: busybox:1.36
      command: [sleep, 1d]
      lifecycle: {postStart: {httpGet: {port: 80}}}
      readinessProbe: {exec: {command: [sh, -c, "[ $(cat /tmp/number) -gt 2 ]"]}, periodSeconds: 5}
"""


def ready(stage: Stage, *names: str) -> list[bool]:
    found = [stage.world.find(PODS, "default", each) for each in names]
    return [pod is not None and is_pod_ready(pod) for pod in found]


def test_peers_find_each_other_only_once_their_service_says_their_names_early() -> None:
    found = load(OURS / "traps-names")
    stage = Stage(found)
    stage.begin()
    stage.act(applying("peers.yaml"), found.steps[1])
    stage.settle(600.0)
    assert ready(stage, "peers-0", "peers-1") == [False, False]
    stage.do(Patch(key(SERVICES, "default", "peers"), "merge", {"spec": {"publishNotReadyAddresses": True}}))
    stage.settle()
    assert ready(stage, "peers-0", "peers-1") == [True, True]


def test_what_a_probe_finds_is_looked_at_again(tmp_path: Path) -> None:
    text = GOOD.replace("steps:", "cluster: {manifests: slow.yaml}\nsteps:")
    stage = Stage(lesson(tmp_path, text, **{"slow.yaml": SLOW}))
    stage.begin()
    seen = []
    for number in (1, 3, 2):
        stage.settle(30.0)
        pod = stage.world.find(PODS, "default", "slow")
        assert pod is not None
        asyncio.run(stage.machines.run(pod, "main", ["sh", "-c", f"echo {number} > /tmp/number"]))
        stage.settle(30.0)
        seen += ready(stage, "slow")
    assert seen == [False, True, False]
