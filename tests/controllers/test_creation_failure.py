"""Pods that cannot be created: told on the ReplicaSet and its Deployment as long as it lasts."""

from __future__ import annotations

from typing import Any

import pytest

from cluster.controllers import deployment, replicaset
from cluster.controllers.creation_failure import creation_failure, with_failure
from cluster.intents import Create
from cluster.machinery.objects import (
    DEPLOYMENTS,
    REPLICA_SETS,
    Obj,
    condition,
    key,
    name,
    timestamp,
)
from cluster.worker.events import Recorder
from cluster.world import World
from tests.controllers.street import Street

WEB = key(DEPLOYMENTS, "default", "web")
OWNER: Obj = {"metadata": {"name": "web-1", "namespace": "default", "uid": "u"}}
MISSING = 'error looking up service account default/robot: serviceaccount "robot" not found'


def _told(*events: tuple[str, str, float]) -> World:
    """(reason, message, when) as events about the owner."""
    world = World()
    for number, (reason, message, when) in enumerate(events):
        event = {
            "metadata": {"name": f"e{number}", "namespace": "default", "resourceVersion": str(number + 1)},
            "involvedObject": {"uid": "u"},
            "reason": reason,
            "message": message,
            "lastTimestamp": timestamp(when),
        }
        world.put(key(DEPLOYMENTS._replace(group="", resource="events"), "default", f"e{number}"), event)
    return world


STORIES: list[tuple[list[tuple[str, str, float]], str]] = [
    ([], ""),
    ([("SuccessfulCreate", "Created pod: a", 10)], ""),
    ([("FailedCreate", "Error creating: no", 10)], "no"),
    ([("FailedCreate", "Error creating: no", 10), ("SuccessfulCreate", "Created pod: a", 20)], ""),
    ([("SuccessfulCreate", "Created pod: a", 10), ("FailedCreate", "Error creating: no", 20)], "no"),
    ([("SuccessfulCreate", "Created pod: a", 10), ("FailedCreate", "Error creating: no", 10)], "no"),
    ([("FailedCreate", "Error creating: no", 10), ("SuccessfulCreate", "Created pod: a", 10)], ""),
    ([("FailedCreate", "Error creating: old", 10), ("FailedCreate", "Error creating: new", 20)], "new"),
    ([("FailedCreate", "(combined from similar events): Error creating: no", 10)], "no"),
]


@pytest.mark.parametrize(("events", "failure"), STORIES)
def test_what_the_events_say(events: list[tuple[str, str, float]], failure: str) -> None:
    assert creation_failure(OWNER, _told(*events)) == failure


def test_the_condition_keeps_its_first_message_and_goes_with_the_failure() -> None:
    conditions = with_failure(OWNER, "first", 10.0)
    owner = {**OWNER, "status": {"conditions": conditions}}
    assert with_failure(owner, "second", 20.0) == conditions
    assert with_failure(owner, "", 30.0) == []


def _record(street: Street, recorder: Recorder) -> None:
    """What the worker does in a quiet moment."""
    for note in street.notes:
        intent = recorder.intent(note, street.now)
        if intent is not None:
            street.do(intent, "event-recorder")
    street.notes.clear()


def _conditions(street: Street) -> list[dict[str, Any] | None]:
    (found,) = street.world.list(REPLICA_SETS, "default")
    return [condition(each, "ReplicaFailure") for each in (found, street.world.get(WEB) or {})]


def test_a_service_account_that_is_missing_and_then_comes() -> None:
    street, recorder = Street(deployment.CONTROLLER, replicaset.CONTROLLER), Recorder()
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}})
    template = {
        "metadata": {"labels": {"app": "web"}},
        "spec": {"serviceAccountName": "robot", "containers": [{"name": "c", "image": "nginx"}]},
    }
    made = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": template},
    }
    street.create(made)
    street.rest()
    assert "service account default/robot" in street.refused[0]
    assert _conditions(street) == [None, None]
    _record(street, recorder)
    (owner,) = street.world.list(REPLICA_SETS, "default")
    where = key(REPLICA_SETS, "default", name(owner))
    street.look(where)
    street.rest()
    first, second = _conditions(street)
    assert first is not None and second is not None
    assert (first["status"], first["reason"]) == ("True", "FailedCreate")
    assert first["message"].endswith(f"is forbidden: {MISSING}")
    assert (second["reason"], second["message"]) == (first["reason"], first["message"])
    assert second["lastUpdateTime"] == first["lastTransitionTime"]
    plan = deployment.plan(street.world, WEB, street.now, street.config)
    assert plan.reasons[0].text == f"Pods cannot be created: {first['message']}."
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "robot", "namespace": "default"},
    }
    street.do(Create(account))
    street.look(where)
    street.rest()
    assert _conditions(street) == [None, None]
