"""The next stage of a pod's life on its node: what to report, which events to tell, when to look again. PURE.

bound -> creating -> running -> ready -> (restarts, not ready, ended) -> stopped. Each stage is one report, so each has
a revision of its own. Every moment follows from the pod and its uid; nothing is remembered here.
"""

from __future__ import annotations

from cluster.config import Pace
from cluster.machinery.objects import Obj, condition, is_terminating, seconds, spec, status, uid
from cluster.nodes import images, pace, probes, programs, restarts, statuses
from cluster.nodes.stages import IDLE, Facts, Level, Said, Step

_EVENT_SECONDS = 0.1
"""How soon to ask again for the scheduler's event, which alone knows the moment of binding exactly."""


def step(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """The next stage of a pod that is bound to a node that answers."""
    if is_terminating(pod):
        return _stopping(pod, facts, now, speed)
    if status(pod).get("phase") in ("Succeeded", "Failed"):
        return IDLE
    containers = statuses.container_statuses(pod)
    if not containers:
        return _accepted(pod, facts, now, speed)
    if not status(pod).get("podIP"):
        return _starting(pod, facts, now, speed)
    return restarts.living(pod, now) or _readiness(pod, facts, now, speed)


# -- coming to life ----------------------------------------------------------------------------------------


def _accepted(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Bound: the kubelet takes it. At instant a pod that lacks nothing runs with the same report."""
    missing = [each for each in _images(pod) if images.is_missing(pod, each)]
    if speed == "instant" and not missing:
        return _starting(pod, facts, now, speed)
    due = _bound_at(pod, facts) + pace.duration(speed, "setup", uid(pod))
    if now < due:
        return Step(again_at=_look(pod, facts, due, now), why=(("wait", f"{facts.node} prepares it.", "creating"),))
    pulls = [
        Said("Normal", "Pulling", f'Pulling image "{each["image"]}"', each["name"])
        for each in spec(pod)["containers"]
        if _is_pulled(each, facts)
    ]
    return Step(statuses.creating(pod, facts.address, now), tuple(pulls))


def _starting(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    if facts.unbound_claim:
        return Step(why=(("wait", f"Waits for claim {facts.unbound_claim} to be bound.", "waits-for-claim"),))
    pulled_at, due = _moments(pod, facts, speed)
    missing = next((each for each in spec(pod)["containers"] if images.is_missing(pod, each["image"])), None)
    if missing is not None and now >= pulled_at:
        return _unpullable(pod, missing, now, pulled_at)
    if now < due:
        pulling = next((each["image"] for each in spec(pod)["containers"] if _is_pulled(each, facts)), "")
        if pulling and now < pulled_at:
            again_at = _look(pod, facts, pulled_at if missing else due, now)
            return Step(again_at=again_at, why=(("wait", f"Pulling {pulling}.", "pulling"),))
        return Step(again_at=_look(pod, facts, due, now), why=(("wait", f"Starting {_names(pod)}.", "starting"),))
    said: list[Said] = []
    for container in (*(spec(pod).get("initContainers") or ()), *spec(pod)["containers"]):
        label = container["name"]
        said.append(Said("Normal", "Pulled", _pulled(container, facts, speed), label))
        said.append(Said("Normal", "Created", f"Created container: {label}", label))
        said.append(Said("Normal", "Started", f"Started container {label}", label))
    return Step(statuses.started(pod, facts.address, now), tuple(said))


def _unpullable(pod: Obj, container: Obj, now: float, pulled_at: float) -> Step:
    """ErrImagePull first, a second later ImagePullBackOff, and so it stays until the image is another."""
    image, label = str(container["image"]), container["name"]
    trouble = images.pull_trouble(image)
    present = next((each for each in statuses.container_statuses(pod) if each["name"] == label), {})
    stage = ((present.get("state") or {}).get("waiting") or {}).get("reason")
    why: tuple[tuple[Level, str, str], ...] = (("fail", f"{image} cannot be pulled.", "image-missing"),)
    if stage == "ImagePullBackOff":
        return Step(why=why)
    backs_off = stage == "ErrImagePull"
    if backs_off and now < pulled_at + 1.0:
        return Step(again_at=pulled_at + 1.0, why=why)
    if backs_off:
        reason, message = "ImagePullBackOff", f'Back-off pulling image "{image}": ErrImagePull: {trouble}'
        said = (
            Said("Normal", "BackOff", f'Back-off pulling image "{image}"', label),
            Said("Warning", "Failed", "Error: ImagePullBackOff", label),
        )
    else:
        reason, message = "ErrImagePull", trouble
        said = (
            Said("Warning", "Failed", f'Failed to pull image "{image}": {trouble}', label),
            Said("Warning", "Failed", "Error: ErrImagePull", label),
        )
    containers = [
        statuses.waiting(container, reason, message, before=each) if each["name"] == label else each
        for each in statuses.container_statuses(pod)
    ]
    return Step(statuses.reported(pod, status(pod), containers, now), said, why=why)


# -- being ready -------------------------------------------------------------------------------------------


def _readiness(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Compare each running container's readiness with what its probe finds now."""
    templates = {each["name"]: each for each in spec(pod)["containers"]}
    containers: list[statuses.ContainerStatus] = []
    said: list[Said] = []
    why: list[tuple[Level, str, str]] = []
    again: list[float] = [end for end in (restarts.next_moment(pod),) if end is not None]
    for current in statuses.container_statuses(pod):
        template = templates.get(current["name"])
        if template is None or "running" not in current["state"]:
            containers.append(current)
            continue
        finding = probes.find(pod, template)
        if current["ready"] and not finding.code:
            containers.append(current)
            continue
        due = _ready_at(pod, template, current, facts, speed)
        ready = not finding.code and now >= due
        containers.append(current if current["ready"] == ready else {**current, "ready": ready})
        if finding.code and now >= due:
            why.append(("fail" if finding.failure else "wait", finding.text, finding.code))
            if finding.failure and "Unhealthy" not in facts.told:
                said.append(Said("Warning", "Unhealthy", finding.failure, current["name"]))
        elif not ready:
            again.append(_look(pod, facts, due, now))
            why.append(("wait", _wait_text(template, due, now), "waits-for-probe"))
    why.extend(restarts.reasons(pod))
    again_at = min(again, default=None)
    before = status(pod)
    same = all(one is other for one, other in zip(containers, before["containerStatuses"], strict=True))
    if same and not spec(pod).get("readinessGates"):
        return Step(None, tuple(said), again_at=again_at, why=tuple(why))
    reported = statuses.reported(pod, before, containers, now)
    return Step(None if reported == before else reported, tuple(said), again_at=again_at, why=tuple(why))


def _ready_at(pod: Obj, template: Obj, current: Obj, facts: Facts, speed: Pace) -> float:
    started = seconds(current["state"]["running"].get("startedAt"))
    if not current["restartCount"]:
        # The report has whole seconds; the moment it was due is exact, and within the same second.
        planned = _moments(pod, facts, speed)[1]
        started = planned if 0 <= planned - started < 1 else started
    return started + pace.duration(speed, "ready", uid(pod)) + probes.delay(pod, template, with_probe=speed == "real")


def _wait_text(template: Obj, due: float, now: float) -> str:
    left = max(round(due - now), 0)
    soon = f"in {left} s" if left else "at once"
    if template.get("readinessProbe"):
        return f"Not Ready: the readiness probe of {template['name']} answers {soon}."
    return f"Not Ready: {template['name']} is up {soon}."


# -- ending ------------------------------------------------------------------------------------------------


def _stopping(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Deletion: the process is asked to end, then it has ended, then the pod may go."""
    containers = statuses.container_statuses(pod)
    alive = [each for each in containers if "running" in each["state"]]
    if not alive or status(pod).get("phase") in ("Succeeded", "Failed"):
        return Step(gone=True)
    templates = {each["name"]: each for each in spec(pod)["containers"]}
    metadata = pod["metadata"]
    grace = float(metadata.get("deletionGracePeriodSeconds") or 0)
    asked_at = seconds(metadata["deletionTimestamp"]) - grace
    runs = {each["name"]: programs.run(pod, templates[each["name"]]) for each in alive if each["name"] in templates}
    longest = max((run.stop_seconds for run in runs.values()), default=0.0)
    due = asked_at + _stop_seconds(speed, pod, longest, grace)
    said = tuple(
        Said("Normal", "Killing", f"Stopping container {each['name']}", each["name"])
        for each in alive
        if "Killing" not in facts.told
    )
    if speed != "instant" and now < due:
        return Step(None, said, again_at=due, why=(("wait", f"Stopping {_names(pod)}.", "stopping"),))
    over = [
        statuses.ended(each, _exit_code(runs.get(each["name"]), grace), now) if each in alive else each
        for each in containers
    ]
    codes = [(each["state"].get("terminated") or {}).get("exitCode", 0) for each in over]
    phase = "Failed" if any(codes) else "Succeeded"
    return Step(statuses.reported(pod, {**status(pod), "phase": phase}, over, now), said, gone=True)


def _stop_seconds(speed: Pace, pod: Obj, longest: float, grace: float) -> float:
    # The moment it was asked is known in whole seconds; more than the mean of what is lost is added, so it is seen.
    quick = pace.duration(speed, "stop", uid(pod)) + 0.7
    return min(max(quick, longest), max(grace, quick)) if speed == "real" else min(quick, grace)


def _exit_code(run: programs.Run | None, grace: float) -> int:
    return programs.SIGKILL_EXIT if run is not None and run.stop_seconds > grace else 0


# -- moments and words -------------------------------------------------------------------------------------


def _bound_at(pod: Obj, facts: Facts) -> float:
    """When the pod was bound: exactly by the scheduler's event, else at the end of the second its condition names."""
    if facts.bound_at:
        return facts.bound_at
    scheduled = condition(pod, "PodScheduled") or {}
    return seconds(scheduled.get("lastTransitionTime") or pod["metadata"].get("creationTimestamp")) + 1.0


def _look(pod: Obj, facts: Facts, due: float, now: float) -> float:
    """When to look again for what is due: events come a moment late, so until then it is looked for."""
    if facts.bound_at or now > _bound_at(pod, facts) + 1.0:
        return due
    return min(due, now + _EVENT_SECONDS)


def _moments(pod: Obj, facts: Facts, speed: Pace) -> tuple[float, float]:
    """When all images are there, and when the containers run."""
    if speed == "instant":
        return 0.0, 0.0
    begin = _bound_at(pod, facts) + pace.duration(speed, "setup", uid(pod))
    pulls = [pace.pull(speed, each["image"], facts.node) for each in spec(pod)["containers"] if _is_pulled(each, facts)]
    pulled_at = begin + max(pulls, default=0.0)
    inits = len(spec(pod).get("initContainers") or ())
    return pulled_at, pulled_at + pace.duration(speed, "start", uid(pod)) * (1 + inits)


def _is_pulled(container: Obj, facts: Facts) -> bool:
    """Whether this pod pulls the image: its policy, and what the node has; an event told before settles it."""
    policy = container.get("imagePullPolicy") or "IfNotPresent"
    if policy == "Never":
        return False
    return policy == "Always" or "Pulling" in facts.told or container.get("image") not in facts.images


def _pulled(container: Obj, facts: Facts, speed: Pace) -> str:
    image = str(container.get("image") or "")
    if speed == "instant" or not _is_pulled(container, facts):
        return f'Container image "{image}" already present on machine'
    took = pace.shown(pace.pull(speed, image, facts.node))
    weighs = f"Image size: {images.size(image)} bytes."
    return f'Successfully pulled image "{image}" in {took} ({took} including waiting). {weighs}'


def _images(pod: Obj) -> list[str]:
    return [str(each.get("image") or "") for each in spec(pod)["containers"]]


def _names(pod: Obj) -> str:
    return ", ".join(each["name"] for each in spec(pod)["containers"])
