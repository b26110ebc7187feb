"""Ephemeral containers: started beside what runs, never started again, never counted. The pod is not touched by them.

When one was added stands nowhere; so the node remembers since when it pulls the image of each.
"""

from __future__ import annotations

from cluster.config import Pace
from cluster.machinery.objects import Obj, seconds, spec, status, uid
from cluster.machinery.processes import PULLING
from cluster.nodes import configuring, images, pace, programs, pulling, restarts, statuses
from cluster.nodes.script import FOREVER
from cluster.nodes.stages import IDLE, Facts, Said, Step, Why
from cluster.nodes.statuses import ContainerStatus, Status


def unstarted(pod: Obj) -> list[Obj]:
    """Those that have not been started yet."""
    given = spec(pod).get("ephemeralContainers")
    if not given:
        return []
    begun = {each["name"] for each in statuses.ephemeral_statuses(pod) if "waiting" not in each["state"]}
    return [each for each in given if each["name"] not in begun]


def beside(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """What is due with the pod's ephemeral containers; IDLE where it has none."""
    if not spec(pod).get("ephemeralContainers") or not status(pod).get("startTime"):
        return IDLE
    again: list[float] = []
    why: list[Why] = []
    for container in unstarted(pod):
        found = _starting(pod, container, facts, now, speed)
        if found.status is not None or found.said:
            return found
        again += [] if found.again_at is None else [found.again_at]
        why += found.why
    for current in statuses.ephemeral_statuses(pod):
        end = _end(pod, current, speed)
        if end is None:
            continue
        at, code = end
        if now >= at:
            return Step(reported(pod, statuses.ended(current, code, now)))
        again.append(at)
    return Step(again_at=min(again, default=None), why=tuple(why))


def reported(pod: Obj, report: ContainerStatus) -> Status:
    """The pod's status with this report of one of its ephemeral containers."""
    before = {each["name"]: each for each in statuses.ephemeral_statuses(pod)}
    before[report["name"]] = report
    order = [each["name"] for each in spec(pod).get("ephemeralContainers") or ()]
    after = {**status(pod), "ephemeralContainerStatuses": [before[name] for name in order if name in before]}
    waits = {
        label: at for label, at in _pulling_since(pod).items() if "waiting" in before.get(label, {}).get("state", {})
    }
    after.pop(PULLING, None)
    return {**after, PULLING: waits} if waits else after


def _pulling_since(pod: Obj) -> dict[str, float]:
    found: dict[str, float] = status(pod).get(PULLING) or {}
    return found


def _starting(pod: Obj, container: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    label, image = container["name"], str(container.get("image") or "")
    current = next((each for each in statuses.ephemeral_statuses(pod) if each["name"] == label), None)
    since = _pulling_since(pod).get(label)
    # What was pulled for the pod's other containers is there by now.
    facts = facts._replace(pulls=frozenset({image} if since is not None else ()), told=frozenset())
    missing = images.is_missing(pod, image)
    pulls = missing or (speed != "instant" and pulling.pulls(container, facts))
    if pulls and current is None:
        waits = reported(pod, statuses.waiting(container, "ContainerCreating"))
        waits[PULLING] = {**_pulling_since(pod), label: now}
        return Step(waits, () if images.misnamed(image) else (pulling.pulling(container),))
    why: Why = ("wait", f"Pulling {image} for {label}.", "pulling")
    if pulls:
        took = pace.pull(speed, image, facts.node) if speed != "instant" else 0.0
        start = 0.0 if missing or speed == "instant" else pace.duration(speed, "start", f"{uid(pod)}/{label}")
        due = (since or 0.0) + took + start
        if now < due:
            return Step(again_at=due, why=(why,))
        if missing and current is not None:
            return _unpullable(pod, container, current, due, now)
    if words := facts.misconfigured.get(label):
        return _misconfigured(pod, container, current, words, facts, speed)
    trouble = facts.view.trouble(container) if facts.view else ""
    said = (*pulling.pulled(container, facts, speed), *restarts.start_told(container, trouble))
    if trouble:
        return Step(reported(pod, statuses.unstarted(pod, container, trouble, now, again=False)), said)
    return Step(reported(pod, statuses.running(pod, container, now)), said)


def _unpullable(pod: Obj, container: Obj, current: ContainerStatus, first_at: float, now: float) -> Step:
    tried = pulling.attempt(container, current, first_at, now)
    why: Why = ("fail", images.unpullable(pod, container["image"]), "image-missing")
    report = None if tried.status is None else reported(pod, tried.status)
    return Step(report, tried.said, again_at=tried.again_at, why=(why,))


def _misconfigured(
    pod: Obj, container: Obj, current: ContainerStatus | None, words: str, facts: Facts, speed: Pace
) -> Step:
    label = container["name"]
    why: Why = ("fail", f"{label} cannot start: {words}.", "misconfigured")
    held = {"reason": configuring.HELD_BACK, "message": words}
    if current is not None and current["state"].get("waiting") == held:
        return Step(why=(why,))
    said = (*pulling.pulled(container, facts, speed), Said("Warning", "Failed", f"Error: {words}", label))
    report = statuses.waiting(container, configuring.HELD_BACK, words, before=current)
    return Step(reported(pod, report), said, why=(why,))


def _end(pod: Obj, current: ContainerStatus, speed: Pace) -> tuple[float, int] | None:
    """When a running one ends by itself, and how; None: it does not."""
    running = current["state"].get("running")
    template = next((each for each in spec(pod)["ephemeralContainers"] if each["name"] == current["name"]), None)
    if running is None or template is None:
        return None
    run = programs.run(pod, template, speed)
    return None if run.seconds == FOREVER else (seconds(running["startedAt"]) + run.seconds, run.exit_code)
