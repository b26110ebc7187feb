"""Jobs for tests, in few words, on a street with one node."""

from __future__ import annotations

from typing import Any

from cluster.config import Pace
from cluster.controllers import garbage, job, scheduler, ttl_after_finished
from cluster.intents import Patch, Update
from cluster.machinery.objects import JOBS, PODS, Obj, annotations_of, key, labels, name, spec, status
from cluster.nodes import kubelet
from tests.controllers.daemonset.daemons import node
from tests.controllers.street import Street

PI = key(JOBS, "default", "pi")


def job_of(script: str = "sleep 5", restart: str = "Never", **fields: Any) -> Obj:
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "pi", "namespace": "default"},
        "spec": {
            "template": {
                "spec": {
                    "restartPolicy": restart,
                    "containers": [{"name": "pi", "image": "perl:5", "command": ["sh", "-c", script]}],
                }
            },
            **fields,
        },
    }


def cluster(pace: Pace = "instant") -> Street:
    street = Street(
        job.CONTROLLER,
        ttl_after_finished.CONTROLLER,
        scheduler.CONTROLLER,
        kubelet.CONTROLLER,
        garbage.CONTROLLER,
        pace=pace,
    )
    street.create({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}, node("node-1"))
    return street


def started(made: Obj, pace: Pace = "instant", seconds: float = 1.0) -> Street:
    """The Job as it is so many seconds after it was created."""
    street = cluster(pace)
    street.create(made)
    street.rest(seconds)
    return street


def edit(street: Street, **fields: Any) -> None:
    street.do(Patch(PI, "merge", {"spec": fields}))


def pods(street: Street) -> list[Obj]:
    return street.world.list(PODS, "default")


def phases(street: Street) -> list[str]:
    """In order of their creation."""
    made = [each.key.name for each in street.log if each.type == "ADDED" and each.key.kind == PODS]
    found = {name(pod): str(status(pod)["phase"]) for pod in pods(street)}
    return [found[each] for each in made if each in found]


def told(street: Street) -> dict[str, Any]:
    return status(street.world.get(PI) or {})


def conditions(street: Street) -> list[str]:
    """ "Complete True CompletionsReached"."""
    return [
        " ".join(filter(None, (each["type"], each["status"], each.get("reason"))))
        for each in told(street).get("conditions") or ()
    ]


def counts(street: Street) -> dict[str, int]:
    return {field: told(street)[field] for field in ("active", "succeeded", "failed") if field in told(street)}


def events(street: Street) -> list[str]:
    ours = [each for each in street.notes if each.component == "job-controller"]
    return [f"{each.type} {each.reason} {each.message}" for each in ours]


def reasons(street: Street) -> list[str]:
    plans = (each.plan(street.world, PI, street.now, street.config) for each in street.controllers[:2])
    return [reason.text for plan in plans for reason in plan.reasons]


def finish(street: Street, pod: Obj, phase: str, exit_code: int = 0, **more: Any) -> None:
    """A kubelet's report that the pod's container has ended."""
    ended = {"name": "pi", "state": {"terminated": {"exitCode": exit_code}}}
    report = {**status(pod), "phase": phase, "containerStatuses": [ended], **more}
    street.do(Update({**pod, "status": report}, "status"))


def index(pod: Obj) -> str:
    found = annotations_of(pod)["batch.kubernetes.io/job-completion-index"]
    assert labels(pod)["batch.kubernetes.io/job-completion-index"] == found
    assert spec(pod)["hostname"] == f"pi-{found}"
    return found
