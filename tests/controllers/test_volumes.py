"""Claims and volumes: what is bound to what, in which words the rest waits, and what is given back."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.controllers import volumes
from cluster.intents import Create, Delete, Update
from cluster.machinery.objects import CLAIMS, EVENTS, PODS, STORAGE_CLASSES, VOLUMES, Obj, key, status
from cluster.plan import Plan
from cluster.world import World
from tests.controllers.recorded import timeline

CLAIM = key(CLAIMS, "default", "data")
VOLUME = key(VOLUMES, "", "v1")


def claim(phase: str = "Pending", finalizers: tuple[str, ...] = (volumes.CLAIM_FINALIZER,), **more: Any) -> Obj:
    given = {"metadata": {}, "spec": {}, **more}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {
            "name": "data",
            "namespace": "default",
            "uid": "uid-data",
            "resourceVersion": "5",
            "finalizers": list(finalizers),
            **given["metadata"],
        },
        "spec": {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": "1Gi"}},
            "storageClassName": "standard",
            "volumeMode": "Filesystem",
            **given["spec"],
        },
        "status": {"phase": phase},
    }


def volume(name: str = "v1", size: str = "1Gi", phase: str = "Available", **spec: Any) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": name, "uid": f"uid-{name}", "finalizers": [volumes.VOLUME_FINALIZER]},
        "spec": {
            "capacity": {"storage": size},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": "standard",
            "persistentVolumeReclaimPolicy": "Delete",
            **spec,
        },
        "status": {"phase": phase},
    }


def storage_class(mode: str = "WaitForFirstConsumer") -> Obj:
    return {
        "kind": "StorageClass",
        "metadata": {"name": "standard"},
        "provisioner": "kubarium.dev/simulated",
        "reclaimPolicy": "Delete",
        "volumeBindingMode": mode,
    }


def pod(node: str = "") -> Obj:
    return {
        "kind": "Pod",
        "metadata": {"name": "web-0", "namespace": "default", "uid": "uid-web-0"},
        "spec": {
            "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}],
            **({"nodeName": node} if node else {}),
        },
    }


def world_of(*objects: Obj) -> World:
    kinds = {"Pod": PODS, "PersistentVolumeClaim": CLAIMS, "PersistentVolume": VOLUMES, "StorageClass": STORAGE_CLASSES}
    world = World()
    for obj in objects:
        metadata = obj["metadata"]
        world.put(key(kinds[obj["kind"]], metadata.get("namespace", ""), metadata["name"]), obj)
    return world


def plan(*objects: Obj, where: Any = CLAIM) -> Plan:
    return volumes.plan(world_of(*objects), where, 0.0, ClusterConfig())


def chosen(found: Plan) -> str:
    updates = [action.intent.obj for action in found.actions if isinstance(action.intent, Update)]
    return str(next((each["spec"]["volumeName"] for each in updates if each["kind"] == "PersistentVolumeClaim"), ""))


@pytest.mark.parametrize(
    ("objects", "text", "told"),
    [
        ([storage_class()], "Waits for a pod that uses it.", "WaitForFirstConsumer"),
        ([storage_class(), pod()], "Waits for web-0 to be scheduled.", ""),
        ([], "Not bound: there is no storage class standard.", "ProvisioningFailed"),
    ],
)
def test_what_a_claim_waits_for(objects: list[Obj], text: str, told: str) -> None:
    found = plan(claim(), *objects)
    assert found.actions == ()
    assert [reason.text for reason in found.reasons] == [text]
    assert [note.reason for note in found.notes] == ([told] if told else [])


def test_a_claim_without_class_says_it_once() -> None:
    lonely = claim(spec={"storageClassName": ""})
    found = plan(lonely)
    (note,) = found.notes
    assert (note.type, note.reason, note.component) == ("Normal", "FailedBinding", "persistentvolume-controller")
    assert note.message == "no persistent volumes available for this claim and no storage class is set"
    world = world_of(lonely)
    world.put(
        key(EVENTS, "default", "e"),
        {"metadata": {"name": "e"}, "involvedObject": {"uid": "uid-data"}, "reason": "FailedBinding"},
    )
    assert volumes.plan(world, CLAIM, 0.0, ClusterConfig()).notes == ()


@pytest.mark.parametrize("objects", [[storage_class(), pod("node-1")], [storage_class("Immediate")]])
def test_a_simulated_volume_is_made_and_bound(objects: list[Obj]) -> None:
    found = plan(claim(), *objects)
    made, marked, named, reported = (action.intent for action in found.actions)
    assert isinstance(made, Create) and made.obj["metadata"]["name"] == "pvc-uid-data"
    assert made.obj["spec"]["capacity"] == {"storage": "1Gi"}
    assert made.obj["spec"]["claimRef"]["uid"] == "uid-data"
    assert isinstance(marked, Update) and (marked.subresource, status(marked.obj)) == ("status", {"phase": "Bound"})
    assert isinstance(named, Update) and named.obj["spec"]["volumeName"] == "pvc-uid-data"
    assert isinstance(reported, Update) and reported.subresource == "status"
    assert "resourceVersion" not in reported.obj["metadata"], "the write before has raised it"
    assert [note.reason for action in found.actions for note in action.succeeded] == ["ProvisioningSucceeded"]


@pytest.mark.parametrize(
    ("offered", "taken"),
    [
        ([volume("big", "5Gi"), volume("fits", "2Gi"), volume("small", "500Mi")], "fits"),
        ([volume("small", "500Mi")], ""),
        ([volume("other", storageClassName="slow")], ""),
        ([volume("other", accessModes=["ReadOnlyMany"])], ""),
        ([volume("released", phase="Released")], ""),
        ([volume("free"), volume("kept", "9Gi", claimRef={"namespace": "default", "name": "data"})], "kept"),
        ([volume("kept", "9Gi", claimRef={"namespace": "default", "name": "data"})], "kept"),
        ([volume("taken", claimRef={"namespace": "default", "name": "data", "uid": "another"})], ""),
        ([volume("taken", claimRef={"namespace": "default", "name": "else"})], ""),
    ],
)
def test_the_smallest_volume_that_fits(offered: list[Obj], taken: str) -> None:
    assert chosen(plan(claim(), storage_class(), *offered)) == taken


def test_a_claim_is_bound_as_recorded() -> None:
    history = [event.object for event in timeline("sts-pvc-ordinals") if event.key.name == "data-web-5"]
    claims = [each for each in history if each["kind"] == "PersistentVolumeClaim"]
    before = next(each for each in claims if each["metadata"].get("ownerReferences"))
    named, reported = [each for each in claims if each["metadata"].get("annotations")][:2]
    kept = volume(
        named["spec"]["volumeName"],
        claimRef={"namespace": before["metadata"]["namespace"], "name": "data-web-5"},
        storageClassName="",
    )
    world = world_of(before, kept)
    where = key(CLAIMS, before["metadata"]["namespace"], "data-web-5")
    writes = [
        action.intent.obj
        for action in volumes.plan(world, where, 0.0, ClusterConfig()).actions
        if isinstance(action.intent, Update) and action.intent.obj["kind"] == "PersistentVolumeClaim"
    ]
    assert [(each["metadata"]["annotations"], each["spec"]) for each in writes] == [
        (named["metadata"]["annotations"], named["spec"])
    ] * 2
    assert writes[1]["status"] == reported["status"]


@pytest.mark.parametrize(("users", "let_go"), [([], True), ([pod()], True), ([pod("node-1")], False)])
def test_a_claim_in_use_is_kept(users: list[Obj], let_go: bool) -> None:
    found = plan(claim("Bound", metadata={"deletionTimestamp": "t"}), *users)
    updates = [action.intent.obj for action in found.actions if isinstance(action.intent, Update)]
    assert [each["metadata"].get("finalizers") for each in updates] == ([None] if let_go else [])
    assert [reason.text for reason in found.reasons] == ([] if let_go else ["Kept while web-0 uses it."])


BOUND: dict[str, Any] = {"claimRef": {"namespace": "default", "name": "data", "uid": "uid-data"}}


def test_a_volume_follows_its_claim() -> None:
    assert plan(volume(phase="Bound", **BOUND), claim("Bound"), where=VOLUME).actions == ()
    (action,) = plan(volume(phase="Bound", **BOUND), where=VOLUME).actions
    assert action.intent == Delete(VOLUME, "uid-v1")
    retained = volume(phase="Bound", persistentVolumeReclaimPolicy="Retain", **BOUND)
    (action,) = plan(retained, where=VOLUME).actions
    assert isinstance(action.intent, Update) and status(action.intent.obj)["phase"] == "Released"
    (action,) = plan(volume(phase="Pending"), where=VOLUME).actions
    assert isinstance(action.intent, Update) and status(action.intent.obj)["phase"] == "Available"
    going = volume(phase="Bound", **BOUND)
    going["metadata"]["deletionTimestamp"] = "t"
    (action,) = plan(going, where=VOLUME).actions
    assert isinstance(action.intent, Update) and "finalizers" not in action.intent.obj["metadata"]
    assert plan(going, claim("Bound"), where=VOLUME).reasons[0].text == "Kept while claim data is bound to it."


def test_keys() -> None:
    world = world_of(claim(), pod("node-1"), volume())
    change = Change(1, "MODIFIED", key(PODS, "default", "web-0"), pod("node-1"), -1, 0, "", "", 0.0, 0.0)
    assert list(volumes.keys(change, pod(), world)) == [CLAIM]
    assert list(volumes.keys(change, pod("node-1"), world)) == []
    assert list(volumes.keys(change._replace(type="DELETED"), pod("node-1"), world)) == [CLAIM]
    added = change._replace(key=VOLUME, object=volume(), type="ADDED")
    assert list(volumes.keys(added, None, world)) == [VOLUME, CLAIM]
    gone = change._replace(key=CLAIM, object=claim("Bound", spec={"volumeName": "v1"}), type="DELETED")
    assert list(volumes.keys(gone, None, world)) == [VOLUME]
    assert list(volumes.every(world)) == [CLAIM, VOLUME]
