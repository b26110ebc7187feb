"""Deployments for tests, in few words."""

from __future__ import annotations

from typing import Any

from cluster.controllers import deployment, replicaset
from cluster.intents import Create
from cluster.machinery.objects import DEPLOYMENTS, REPLICA_SETS, Obj, key
from tests.controllers.simulator import Simulator

WEB = key(DEPLOYMENTS, "default", "web")


def template(image: str) -> Obj:
    return {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "nginx", "image": image}]}}


def make(replicas: int = 3, surge: Any = "25%", unavailable: Any = "25%", **spec: Any) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}},
            "revisionHistoryLimit": 10,
            "progressDeadlineSeconds": 600,
            "template": template("nginx:1"),
            **spec,
        },
    }


def running(made: Obj) -> Simulator:
    sim = Simulator(deployment.CONTROLLER, replicaset.CONTROLLER)
    sim.do(Create(made))
    sim.run()
    return sim


def set_image(sim: Simulator, image: str) -> None:
    sim.edit("Deployment", "web", {"spec": {"template": template(image)}})


def replica_sets(sim: Simulator) -> list[Obj]:
    """By revision, the newest last."""
    found = sim.world.list(REPLICA_SETS, "default")
    return sorted(found, key=lambda each: int(each["metadata"]["annotations"]["deployment.kubernetes.io/revision"]))


def progressing(sim: Simulator) -> dict[str, Any]:
    conditions = sim.get("Deployment", "web")["status"]["conditions"]
    return next(each for each in conditions if each["type"] == "Progressing")
