"""A quota's status says what is in use, and what it refuses is told by who wanted it."""

from __future__ import annotations

from cluster.controllers import deployment, endpoints, namespace, replicaset, resourcequota
from cluster.intents import Delete, Patch
from cluster.machinery.objects import DEPLOYMENTS, PODS, RESOURCE_QUOTAS, Obj, key, status
from tests.controllers.street import Street

QUOTA = key(RESOURCE_QUOTAS, "default", "q")


def street() -> Street:
    made = Street(
        namespace.CONTROLLER,
        resourcequota.CONTROLLER,
        deployment.CONTROLLER,
        replicaset.CONTROLLER,
        endpoints.CONTROLLER,
    )
    made.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    return made


def quota(**hard: str) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "q", "namespace": "default"},
        "spec": {"hard": hard},
    }


def rollout(replicas: int) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            },
        },
    }


def test_the_status_follows_what_is_stored() -> None:
    made = street()
    made.create(quota(pods="5", configmaps="3"))
    made.rest()
    assert status(made.world.get(QUOTA) or {}) == {
        "hard": {"pods": "5", "configmaps": "3"},
        "used": {"pods": "0", "configmaps": "0"},
    }
    made.create(rollout(3))
    made.rest()
    assert status(made.world.get(QUOTA) or {})["used"] == {"pods": "3", "configmaps": "0"}
    made.do(Patch(key(DEPLOYMENTS, "default", "web"), "merge", {"spec": {"replicas": 1}}))
    made.rest()
    assert status(made.world.get(QUOTA) or {})["used"] == {"pods": "1", "configmaps": "0"}
    made.do(Patch(QUOTA, "merge", {"spec": {"hard": {"pods": "7", "configmaps": None}}}))
    made.rest()
    assert status(made.world.get(QUOTA) or {}) == {"hard": {"pods": "7"}, "used": {"pods": "1"}}


def test_a_controller_tells_that_it_may_not_and_goes_on_when_there_is_room() -> None:
    made = street()
    made.create(quota(pods="2"), rollout(3))
    made.rest(5)
    pods = made.world.bucket(PODS, "default")
    assert len(pods) == 2
    told = [note.message for note in made.notes if note.reason == "FailedCreate"]
    assert told and all("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2" in each for each in told)
    (reason,) = resourcequota.plan(made.world, QUOTA, made.now, made.config).reasons
    assert reason.text == "q has no room left for pods: 2 of 2 in use."
    made.do(Delete(QUOTA))
    made.rest(2000)
    assert len(made.world.bucket(PODS, "default")) == 3
