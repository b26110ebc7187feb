"""Tables have the recorded columns, and their cells read as recorded."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import KINDS, by_kind
from cluster.kinds.cells import duration
from cluster.kinds.kind import Kind
from tests.kinds.recorded import recording

_TABLES: dict[str, Any] = recording("tables.json")["tables"]


def _recorded(kind: Kind) -> dict[str, Any] | None:
    body = (_TABLES.get(f"{kind.resource} table") or {}).get("body")
    return body if body and body.get("kind") == "Table" else None


RECORDED = [kind for kind in KINDS if kind.stored and _recorded(kind)]


def test_most_kinds_were_recorded() -> None:
    assert len(RECORDED) > 15


NOT_RECORDED = {
    ("coordination.k8s.io/v1", "Lease"): "Name Holder Age",
    ("scheduling.k8s.io/v1", "PriorityClass"): "Name Value Global-Default Age PreemptionPolicy",
    ("batch/v1", "Job"): "Name Status Completions Duration Age Containers* Images* Selector*",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "Name Reference Targets MinPods MaxPods Replicas Age",
    ("policy/v1", "PodDisruptionBudget"): "Name Min-Available Max-Unavailable Allowed-Disruptions Age",
    ("batch/v1", "CronJob"): ("Name Schedule Timezone Suspend Active Last-Schedule Age Containers* Images* Selector*"),
}


@pytest.mark.parametrize(("known", "wanted"), NOT_RECORDED.items(), ids=[each[1] for each in NOT_RECORDED])
def test_columns_of_kinds_without_a_recorded_table(known: tuple[str, str], wanted: str) -> None:
    """As v1.32 prints them; a star: with -o wide."""
    kind = by_kind(*known)
    assert kind is not None
    assert " ".join(column.name.replace(" ", "-") + "*" * column.priority for column in kind.columns) == wanted


@pytest.mark.parametrize("kind", RECORDED, ids=[kind.kind for kind in RECORDED])
def test_columns(kind: Kind) -> None:
    table = _recorded(kind)
    assert table is not None
    wanted = [
        (column["name"], column["type"], column["format"], column["priority"]) for column in table["columnDefinitions"]
    ]
    assert [(column.name, column.type, column.format, column.priority) for column in kind.columns] == wanted


def test_cells_of_pods() -> None:
    kind = by_kind("v1", "Pod")
    assert kind is not None
    rows = _TABLES["pods includeObject=Object"]["body"]["rows"]
    assert len(rows) > 5
    for row in rows:
        cells = [column.cell(row["object"], 0.0) for column in kind.columns]
        age = [column.name for column in kind.columns].index("Age")
        cells[age] = row["cells"][age]
        assert cells == row["cells"]


SERVICES = [
    ({"type": "ClusterIP", "clusterIPs": ["10.96.0.9"], "ports": [{"port": 80, "protocol": "TCP"}]}, {},
     ["ClusterIP", "10.96.0.9", "<none>", "80/TCP", "<none>"]),
    ({"type": "ClusterIP", "clusterIPs": ["None"], "selector": {"app": "web"}}, {},
     ["ClusterIP", "None", "<none>", "<none>", "app=web"]),
    ({"type": "ExternalName", "externalName": "a.example.com"}, {},
     ["ExternalName", "<none>", "a.example.com", "<none>", "<none>"]),
    ({"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"],
      "ports": [{"port": 80, "nodePort": 31778, "protocol": "TCP"}]}, {},
     ["LoadBalancer", "10.96.0.9", "<pending>", "80:31778/TCP", "<none>"]),
    ({"type": "LoadBalancer", "clusterIPs": ["10.96.0.9"], "ports": [{"port": 53, "protocol": "UDP"}]},
     {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}},
     ["LoadBalancer", "10.96.0.9", "198.51.100.1", "53/UDP", "<none>"]),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "status", "wanted"), SERVICES)
def test_cells_of_services(spec: dict[str, Any], status: dict[str, Any], wanted: list[str]) -> None:
    kind = by_kind("v1", "Service")
    assert kind is not None
    service = {"metadata": {"name": "web"}, "spec": spec, "status": status}
    shown = [column.cell(service, 0.0) for column in kind.columns if column.name not in ("Name", "Age")]
    assert shown == wanted


DURATIONS = [
    (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (200, "3m20s"), (600, "10m"),
    (3 * 3600, "3h"),
    (2 * 3600 + 300, "125m"), (3 * 3600 + 300, "3h5m"), (8 * 3600 + 60, "8h"), (50 * 3600, "2d2h"), (9 * 86400, "9d"),
    (731 * 86400, "2y1d"), (3000 * 86400, "8y"),
]  # fmt: skip


@pytest.mark.parametrize(("elapsed", "wanted"), DURATIONS)
def test_durations(elapsed: float, wanted: str) -> None:
    assert duration(elapsed) == wanted
