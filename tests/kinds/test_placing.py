"""What a pod may ask about its place, and the words in which it may not."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.kinds import placing

REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
NODE = f"spec.affinity.nodeAffinity.{REQUIRED}.nodeSelectorTerms"


def node_term(**requirement: Any) -> dict[str, Any]:
    term = {"matchExpressions": [requirement]}
    return {"affinity": {"nodeAffinity": {REQUIRED: {"nodeSelectorTerms": [term]}}}}


def spread(**more: Any) -> dict[str, Any]:
    return {"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule", **more}


@pytest.mark.parametrize(
    ("spec", "causes"),
    [
        (node_term(key="disk", operator="In", values=["ssd"]), []),
        (node_term(key="cores", operator="Gt", values=["4"]), []),
        (
            {"affinity": {"nodeAffinity": {REQUIRED: {}}}},
            [f"{NODE}: Required value: must have at least one node selector term"],
        ),
        (
            node_term(key="disk", operator="In"),
            [
                f"{NODE}[0].matchExpressions[0].values: Required value: "
                "must be specified when `operator` is 'In' or 'NotIn'"
            ],
        ),
        (
            node_term(key="disk", operator="Like", values=["ssd"]),
            [f'{NODE}[0].matchExpressions[0].operator: Invalid value: "Like": not a valid selector operator'],
        ),
        (
            node_term(key="cores", operator="Lt", values=["1", "2"]),
            [
                f"{NODE}[0].matchExpressions[0].values: Required value: "
                "must be specified single value when `operator` is 'Lt' or 'Gt'"
            ],
        ),
        (
            {"affinity": {"nodeAffinity": {PREFERRED: [{"weight": 101, "preference": {}}]}}},
            [
                f"spec.affinity.nodeAffinity.{PREFERRED}[0].weight: Invalid value: 101: must be in the range 1-100",
            ],
        ),
        (
            {"affinity": {"podAntiAffinity": {REQUIRED: [{"labelSelector": {}}]}}},
            [f"spec.affinity.podAntiAffinity.{REQUIRED}[0].topologyKey: Required value: can not be empty"],
        ),
        ({"topologySpreadConstraints": [spread()]}, []),
        (
            {"topologySpreadConstraints": [spread(maxSkew=0, whenUnsatisfiable="Hope")]},
            [
                "spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero",
                'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Hope": '
                'supported values: "DoNotSchedule", "ScheduleAnyway"',
            ],
        ),
        (
            {"topologySpreadConstraints": [spread(), spread()]},
            [
                "spec.topologySpreadConstraints[1].{topologyKey, whenUnsatisfiable}: "
                'Duplicate value: "{zone, DoNotSchedule}"'
            ],
        ),
        (
            {"topologySpreadConstraints": [spread(minDomains=2, whenUnsatisfiable="ScheduleAnyway")]},
            [
                "spec.topologySpreadConstraints[0].minDomains: Invalid value: 2: "
                "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway"
            ],
        ),
        (
            {"schedulingGates": [{"name": "a.b/c"}, {"name": "a.b/c"}]},
            ['spec.schedulingGates[1]: Duplicate value: "a.b/c"'],
        ),
    ],
)
def test_places(spec: dict[str, Any], causes: list[str]) -> None:
    assert [str(each) for each in placing.validate("spec", spec)] == causes
