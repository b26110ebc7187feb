"""Claims: made before the pod, used again, waited for when they are being deleted, owned as the policy says."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers.statefulset import CONTROLLER
from cluster.controllers.statefulset.storage import with_claims
from cluster.intents import Create, Delete
from cluster.machinery.objects import CLAIMS, PODS, STATEFUL_SETS, Obj, key
from cluster.store.system import system_objects
from cluster.worker.assembly import CONTROLLERS
from cluster.worker.street import Street
from tests.controllers.simulator import Simulator
from tests.controllers.statefulset.sets import WEB, claim_template, stateful_set

DATA_0 = key(CLAIMS, "default", "data-web-0")


def with_storage(replicas: int = 2, deleted: str = "Retain", scaled: str = "Retain", **given: Any) -> Simulator:
    sim = Simulator(CONTROLLER)
    policy = {"whenDeleted": deleted, "whenScaled": scaled}
    made = stateful_set(
        replicas,
        volumeClaimTemplates=[claim_template()],
        persistentVolumeClaimRetentionPolicy=policy,
        **given,
    )
    sim.do(Create(made))
    return sim


def owners(sim: Simulator, ordinal: int) -> list[str]:
    claim = sim.get("PersistentVolumeClaim", f"data-web-{ordinal}")
    return [each["kind"] for each in claim["metadata"].get("ownerReferences") or []]


def test_a_claim_is_made_before_its_pod_with_its_events_in_order() -> None:
    sim = with_storage(1)
    sim.run()
    made = [(kind, name) for verb, kind, name in sim.log if verb == "ADDED"]
    assert made[2:] == [("PersistentVolumeClaim", "data-web-0"), ("Pod", "web-0")]
    assert [each.message for each in sim.notes] == [
        "create Claim data-web-0 Pod web-0 in StatefulSet web success",
        "create Pod web-0 in StatefulSet web successful",
    ]
    volumes = sim.pod("web-0")["spec"]["volumes"]
    assert volumes == [{"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}}]
    assert sim.get("PersistentVolumeClaim", "data-web-0")["metadata"]["labels"] == {"app": "web"}


BARE: Obj = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web"}},
    "spec": {"containers": [{"name": "nginx", "image": "nginx:1.27"}]},
}


def test_a_pod_that_was_taken_over_without_its_volume_gets_its_claim_and_cannot_be_changed() -> None:
    street = Street(*CONTROLLERS)
    street.create(*system_objects(street.config, "kubeadm"))
    claim = claim_template()
    claim["spec"]["resources"] = {"requests": {"storage": "1Gi"}}
    street.create(BARE, stateful_set(2, volumeClaimTemplates=[claim]))
    street.rest(20.0)
    assert street.world.find(CLAIMS, "default", "data-web-0") is not None
    assert street.world.find(PODS, "default", "web-1") is None
    made, refused, *_ = [each.message for each in street.notes if each.component == "statefulset-controller"]
    assert made == "create Claim data-web-0 Pod web-0 in StatefulSet web success"
    assert refused.startswith('update Pod web-0 in StatefulSet web failed error: Pod "web-0" is invalid: spec: ')
    plan = CONTROLLER.plan(street.world, key(STATEFUL_SETS, "default", "web"), street.now, street.config)
    lacks = "Waiting for web-0 to be deleted: it lacks the volume of its claim, and no update can give it one."
    assert [(each.seat, each.text) for each in plan.reasons if each.code == "lacks-volume"] == [
        (None, lacks),
        (1, lacks),
    ]
    street.do(Delete(key(PODS, "default", "web-0"), grace_seconds=0))
    street.rest(60.0)
    pod = street.world.find(PODS, "default", "web-0")
    assert pod is not None
    assert pod["spec"]["volumes"][0]["persistentVolumeClaim"] == {"claimName": "data-web-0"}


def test_claims_stay_and_are_used_again() -> None:
    sim = with_storage(2)
    sim.settle()
    before = sim.get("PersistentVolumeClaim", "data-web-1")["metadata"]["uid"]
    for replicas in (1, 2):
        sim.edit("StatefulSet", "web", {"spec": {"replicas": replicas}})
        sim.settle()
    assert sim.get("PersistentVolumeClaim", "data-web-1")["metadata"]["uid"] == before


def test_a_claim_that_is_being_deleted_holds_its_pod_up() -> None:
    sim = with_storage(1)
    claim: Obj = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data-web-0", "namespace": "default", "finalizers": ["kubernetes.io/pvc-protection"]},
        "spec": {},
    }
    sim.do(Create(claim))
    sim.do(Delete(DATA_0))
    sim.run()
    assert sim.pods() == []
    reason = sim.reasons(WEB)[0]
    assert (reason.seat, reason.text) == (0, "Waiting for claim data-web-0 to be gone: it is being deleted.")
    assert {each.message for each in sim.notes} == {
        "create Pod web-0 in StatefulSet web failed error: pvc data-web-0 is being deleted"
    }
    sim.edit("PersistentVolumeClaim", "data-web-0", {"metadata": {"finalizers": None}})
    sim.do(Delete(DATA_0))
    sim.run()
    assert [each["metadata"]["name"] for each in sim.pods()] == ["web-0"]


def test_a_pending_pod_gets_its_vanished_claim_back() -> None:
    sim = with_storage(1)
    sim.run()
    sim.do(Delete(DATA_0))
    sim.run()
    assert DATA_0 in sim.world


def test_a_templates_own_volume_of_that_name_gives_way() -> None:
    given = [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {}}]
    assert with_claims(given, {"data": "data-web-0"}) == [
        {"name": "data", "persistentVolumeClaim": {"claimName": "data-web-0"}},
        {"name": "tmp", "emptyDir": {}},
    ]


# whenDeleted, whenScaled -> owners of a living pod's claim, owners of a claim whose pod is scaled away
RETENTION = [
    ("Retain", "Retain", [], []),
    ("Delete", "Retain", ["StatefulSet"], ["StatefulSet"]),
    ("Retain", "Delete", [], ["Pod"]),
    ("Delete", "Delete", ["StatefulSet"], ["Pod"]),
]


@pytest.mark.parametrize(("deleted", "scaled", "living", "gone"), RETENTION)
def test_claims_are_owned_as_the_policy_says(deleted: str, scaled: str, living: list[str], gone: list[str]) -> None:
    sim = with_storage(2, deleted, scaled)
    sim.settle()
    assert owners(sim, 1) == living
    sim.edit("StatefulSet", "web", {"spec": {"replicas": 1}})
    sim.run()
    assert owners(sim, 1) == gone
    assert owners(sim, 0) == living


def test_a_changed_policy_reaches_the_claims_there_are() -> None:
    sim = with_storage(1)
    sim.settle()
    sim.edit("StatefulSet", "web", {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}}})
    sim.run()
    assert owners(sim, 0) == ["StatefulSet"]
    sim.edit("StatefulSet", "web", {"spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Retain"}}})
    sim.run()
    assert owners(sim, 0) == []


def test_a_claim_of_the_pod_before_is_not_taken_by_the_next() -> None:
    sim = with_storage(2, scaled="Delete")
    sim.settle()
    sim.edit("StatefulSet", "web", {"spec": {"replicas": 1}})
    sim.settle()
    sim.edit("StatefulSet", "web", {"spec": {"replicas": 2}})
    sim.run()
    assert key(PODS, "default", "web-1") not in sim.world
    told = [(each.seat, each.text) for each in sim.reasons(WEB)]
    assert told == [(1, "Waiting for claim data-web-1 to be gone: it goes with the former web-1.")]
    sim.do(Delete(key(CLAIMS, "default", "data-web-1")))  # what the garbage collector does
    sim.run()
    assert key(PODS, "default", "web-1") in sim.world
