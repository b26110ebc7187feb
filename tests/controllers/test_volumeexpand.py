"""Claims that grow: first the volume, then the file system on the node of a pod that uses it."""

from __future__ import annotations

from typing import Any

from cluster.config import ClusterConfig
from cluster.controllers import volumeexpand
from cluster.intents import Update
from cluster.machinery.objects import CLAIMS, PODS, VOLUMES, Obj, key, status
from cluster.plan import Plan
from cluster.world import World
from tests.controllers.test_volumes import CLAIM, VOLUME, claim, pod, storage_class, volume, world_of


class Growth:
    """A bound claim that asks for 2Gi of a volume of one."""

    def __init__(self, *others: Obj, wanted: str = "2Gi") -> None:
        given: dict[str, Any] = {"volumeName": "v1", "resources": {"requests": {"storage": wanted}}}
        made = claim("Bound", spec=given)
        made["status"]["capacity"] = {"storage": "1Gi"}
        self.world: World = world_of(made, volume(phase="Bound"), storage_class(), *others)
        self.told: list[str] = []

    def step(self) -> Plan:
        plan = volumeexpand.plan(self.world, CLAIM, 0.0, ClusterConfig())
        for action in plan.actions:
            assert isinstance(action.intent, Update)
            kind = {"PersistentVolumeClaim": CLAIMS, "PersistentVolume": VOLUMES}[action.intent.obj["kind"]]
            metadata = action.intent.obj["metadata"]
            self.world.put(key(kind, metadata.get("namespace", ""), metadata["name"]), action.intent.obj)
            self.told += [f"{note.component}: {note.reason}" for note in action.succeeded]
        return plan

    @property
    def status(self) -> Obj:
        return status(self.world.get(CLAIM) or {})

    @property
    def condition(self) -> str:
        (found,) = self.status["conditions"]
        return str(found["type"])


def _running() -> Obj:
    return {**pod("node-1"), "status": {"phase": "Running"}}


def test_a_claim_grows_in_three_steps() -> None:
    growth = Growth(_running())
    growth.step()
    assert (growth.condition, growth.status["allocatedResourceStatuses"]) == (
        "Resizing",
        {"storage": "ControllerResizeInProgress"},
    )
    assert growth.status["allocatedResources"] == {"storage": "2Gi"}
    growth.step()
    assert (growth.condition, growth.status["capacity"]) == ("FileSystemResizePending", {"storage": "1Gi"})
    assert (growth.world.get(VOLUME) or {})["spec"]["capacity"] == {"storage": "2Gi"}
    growth.step()
    assert growth.status == {
        "phase": "Bound",
        "capacity": {"storage": "2Gi"},
        "allocatedResources": {"storage": "2Gi"},
    }
    assert growth.told == [
        "external-resizer kubarium.dev/simulated: Resizing",
        "external-resizer kubarium.dev/simulated: FileSystemResizeRequired",
        "kubelet: FileSystemResizeSuccessful",
        "kubelet: FileSystemResizeSuccessful",
    ]
    assert growth.step() == Plan()


def test_the_file_system_waits_for_a_pod() -> None:
    growth = Growth(pod("node-1"))
    growth.step()
    growth.step()
    (reason,) = growth.step().reasons
    assert reason.text == "Its volume has grown to 2Gi; its file system does once a pod uses it."
    growth.world.put(key(PODS, "default", "web-0"), _running())
    growth.step()
    assert growth.status["capacity"] == {"storage": "2Gi"}


def test_who_asks_for_no_more_is_left_alone() -> None:
    assert Growth(_running(), wanted="1Gi").step() == Plan()
    assert volumeexpand.plan(world_of(claim()), CLAIM, 0.0, ClusterConfig()) == Plan()
