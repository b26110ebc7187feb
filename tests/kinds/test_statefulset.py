"""StatefulSets: what may change of one, what may not, and what is not looked at."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.config import ClusterConfig
from cluster.machinery.errors import Invalid
from cluster.machinery.objects import Obj
from tests.kinds.sandbox import Sandbox

_TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}


def _set(**spec: Any) -> Obj:
    spec = {"selector": {"matchLabels": {"app": "web"}}, "serviceName": "web", "template": _TEMPLATE, **spec}
    return {"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "web"}, "spec": spec}


MUTABLE: list[Obj] = [
    {"replicas": 0},
    {"ordinals": {"start": 5}},
    {"template": {**_TEMPLATE, "spec": {"containers": [{"name": "c", "image": "nginx:2"}]}}},
    {"updateStrategy": {"type": "OnDelete"}},
    {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
    {"persistentVolumeClaimRetentionPolicy": {"whenScaled": "Delete"}},
    {"minReadySeconds": 5},
]


@pytest.mark.parametrize("spec", MUTABLE, ids=[next(iter(spec)) for spec in MUTABLE])
def test_what_may_change(spec: Obj) -> None:
    sandbox = Sandbox()
    stored = sandbox.change(sandbox.create(_set()), spec=spec)
    assert stored["metadata"]["generation"] == 2


CLAIM: Obj = {"metadata": {"name": "data"}, "spec": {"accessModes": ["ReadWriteOnce"],
         "resources": {"requests": {"storage": "1Gi"}}}}  # fmt: skip
IMMUTABLE: list[Obj] = [
    {"serviceName": "other"},
    {"podManagementPolicy": "Parallel"},
    {"revisionHistoryLimit": 3},
    {"volumeClaimTemplates": [CLAIM]},
]


@pytest.mark.parametrize("spec", IMMUTABLE, ids=[next(iter(spec)) for spec in IMMUTABLE])
def test_what_may_not(spec: Obj) -> None:
    sandbox = Sandbox()
    with pytest.raises(Invalid) as refused:
        sandbox.change(sandbox.create(_set()), spec=spec)
    assert refused.value.message == (
        'StatefulSet.apps "web" is invalid: spec: Forbidden: updates to statefulset spec for fields other than '
        "'replicas', 'ordinals', 'template', 'updateStrategy', 'persistentVolumeClaimRetentionPolicy' and "
        "'minReadySeconds' are forbidden"
    )


ACCEPTED: list[Obj] = [
    {"serviceName": "Not_A_Name"},
    {"template": {**_TEMPLATE, "spec": {}}},
    {"template": {**_TEMPLATE, "spec": {"containers": [{"name": "c", "image": ""}]}}},
]


@pytest.mark.parametrize("spec", ACCEPTED, ids=["service name", "no containers", "no image"])
def test_what_is_not_looked_at(spec: Obj) -> None:
    assert Sandbox().create(_set(**spec))["metadata"]["name"] == "web"


def test_max_unavailable_waits_for_its_gate() -> None:
    asked = _set(updateStrategy={"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": 2}})
    assert Sandbox().create(asked)["spec"]["updateStrategy"]["rollingUpdate"] == {"partition": 0}
    gates = ClusterConfig(gates=frozenset({"MaxUnavailableStatefulSet"}))
    made = Sandbox(config=gates).create(asked)
    assert made["spec"]["updateStrategy"]["rollingUpdate"] == {"partition": 0, "maxUnavailable": 2}


def test_claim_templates_are_completed() -> None:
    made = Sandbox().create(_set(volumeClaimTemplates=[CLAIM]))["spec"]["volumeClaimTemplates"][0]
    assert made == {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "creationTimestamp": None},
        "spec": {**CLAIM["spec"], "volumeMode": "Filesystem"},
        "status": {"phase": "Pending"},
    }


@pytest.mark.parametrize(
    ("given", "causes"),
    [
        (None, 1),
        ("30%", "30%"),
        (0, ["cannot be 0"]),
        ("0%", ["cannot be 0"]),
        ("101%", ["must not be greater than 100%"]),
        (-1, ["must be greater than or equal to 0"]),
    ],
)
def test_max_unavailable_where_the_gate_is_on(given: int | str | None, causes: int | str | list[str]) -> None:
    """1 where nothing is said; neither nothing nor more than all."""
    sandbox = Sandbox(config=ClusterConfig(gates=frozenset({"MaxUnavailableStatefulSet"})))
    rolling = {} if given is None else {"maxUnavailable": given}
    asked = _set(updateStrategy={"type": "RollingUpdate", "rollingUpdate": rolling})
    if not isinstance(causes, list):
        assert sandbox.create(asked)["spec"]["updateStrategy"]["rollingUpdate"]["maxUnavailable"] == causes
        return
    with pytest.raises(Invalid) as refused:
        sandbox.create(asked)
    assert {each.field for each in refused.value.causes} == {"spec.updateStrategy.rollingUpdate.maxUnavailable"}
    assert [each.message.rpartition(": ")[2] for each in refused.value.causes] == causes
