"""What a step speaks of, of what is there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cluster.lessons.subjects import subjects
from tests.lessons.test_judging import taught

HEADLESS = "services/default/headless-svc-stateful"
PODS = [f"pods/default/app-stateful-{seat}" for seat in range(3)]
ROWS: list[tuple[dict[str, Any], list[str]]] = [
    ({"exists": "Service/headless-svc-stateful"}, [HEADLESS]),
    ({"exists": "Service/not-yet"}, []),
    ({"exists": "Node/node-1"}, ["nodes//node-1"]),
    ({"ready": {"pods": "app=web-stateful", "count": 3}}, PODS),
    ({"ready": {"pods": ["app-stateful-1"], "count": 1}}, PODS[1:2]),
    ({"endpoints": {"service": "Service/headless-svc-stateful", "count": 3}}, [HEADLESS]),
    ({"asked": {"name": "headless-svc-stateful"}}, [HEADLESS]),
    ({"asked": {"name": "app-stateful-2.headless-svc-stateful"}}, PODS[2:]),
    ({"asked": {"name": "kube-dns.kube-system.svc", "from": "app-stateful-0"}}, ["services/kube-system/kube-dns"]),
    ({"sent": {"to": "http://headless-svc-stateful:8000/a", "from": "default/"}}, [HEADLESS]),
    ({"sent": {"to": "elsewhere.example", "from": "default/"}}, []),
]


@pytest.mark.parametrize(("check", "told"), ROWS, ids=lambda value: str(value)[:60])
def test_it_is_what_its_checks_name_and_the_cluster_has(tmp_path: Path, check: dict[str, Any], told: list[str]) -> None:
    stage = taught(tmp_path, check)
    found = subjects(stage.lesson.steps[1], stage.world)
    assert [f"{each.resource}/{each.namespace}/{each.name}" for each in found] == told
