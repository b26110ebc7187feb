"""From bound to running: the kubelet takes the pod, pulls images, runs its init containers one by one, starts the rest.

Every moment follows from when the pod was bound and, after an init container, from when that one was through.
"""

from __future__ import annotations

from collections.abc import Sequence

from cluster.config import Pace
from cluster.machinery.objects import Obj, condition, seconds, spec, status, uid
from cluster.machinery.processes import HOOK
from cluster.nodes import configuring, hooked, images, pace, probing, programs, pulling, restarts, statuses
from cluster.nodes.stages import Facts, Said, Step, Why
from cluster.nodes.statuses import ContainerStatus

_EVENT_SECONDS = 0.1
"""How soon to ask again for the scheduler's event, which alone knows the moment of binding exactly."""
_LOST_FRACTION = 0.7
"""Reports have whole seconds; more than the mean of what is lost is added, so that a stage is seen."""

_NO_SANDBOX = "FailedCreatePodSandBox"


def accepted(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Bound: the kubelet takes it. At instant a pod that lacks nothing runs with the same report."""
    inits = spec(pod).get("initContainers") or ()
    lacks = facts.unmounted or facts.unsandboxed or facts.misconfigured or _missing(pod, spec(pod)["containers"])
    if speed == "instant" and not inits and not lacks and not any(map(hooked.takes_time, spec(pod)["containers"])):
        return starting(pod, facts, now, speed)
    due = _bound_at(pod, facts) + pace.duration(speed, "setup", uid(pod))
    if now < due:
        return Step(again_at=look(pod, facts, due, now), why=(("wait", f"{facts.node} prepares it.", "creating"),))
    first = [inits[0]] if inits else spec(pod)["containers"]
    return Step(statuses.creating(pod, facts.address, now), _pulling(pod, first, facts, speed))


def starting(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Its next init container, or its containers proper."""
    if facts.unbound_claim:
        return Step(why=(("wait", f"Waits for claim {facts.unbound_claim} to be bound.", "waits-for-claim"),))
    if facts.unmounted:
        failed = () if "FailedMount" in facts.told else (Said("Warning", "FailedMount", facts.unmounted),)
        cause = facts.unmounted.partition(" : ")[2]
        return Step(None, failed, why=(("fail", f"Its volumes cannot be set up: {cause}.", "unmounted"),))
    if facts.unsandboxed:
        words = f"Failed to create pod sandbox: {facts.unsandboxed}"
        failed = () if _NO_SANDBOX in facts.told else (Said("Warning", _NO_SANDBOX, words),)
        return Step(None, failed, why=(("fail", f"It cannot be set up: {facts.unsandboxed}.", "no-sandbox"),))
    inits = zip(spec(pod).get("initContainers") or (), statuses.init_statuses(pod), strict=False)
    for through, (template, current) in enumerate(inits):
        if not statuses.is_through(template, current):
            return _initializing(pod, template, current, through, facts, now, speed)
    containers = spec(pod)["containers"]
    pulled_at, due = _moments(pod, containers, facts, speed)
    if (missing := _missing(pod, containers)) and now >= pulled_at:
        return _unpullable(pod, missing[0], facts, now, pulled_at)
    if now < due:
        return _waiting(pod, containers, facts, now, pulled_at, pulled_at if missing else due, speed)
    if any(each["name"] in facts.misconfigured for each in containers):
        return _misconfigured(pod, containers, facts, now, speed)
    return started(pod, facts, now, speed)


def started(pod: Obj, facts: Facts, now: float, speed: Pace) -> Step:
    """Those of its containers that have not been started are, in their order, up to one whose hook is waited for."""
    templates = spec(pod)["containers"]
    known = statuses.container_statuses(pod) or [statuses.waiting(each, "ContainerCreating") for each in templates]
    troubles = _troubles(templates, facts)
    said: list[Said] = []
    containers: list[ContainerStatus] = []
    hook = ""
    for template, current in zip(templates, known, strict=True):
        found = current
        if not hook and not statuses.was_started(current):
            said += _start(template, facts, speed)
            found = statuses.first(pod, template, now, troubles.get(template["name"], ""))
            if hooked.begins(template, current, found):
                hook, found = template["name"], {**found, "started": False}
        containers.append(found)
    return Step(statuses.started(pod, facts.address, now, containers, hook), tuple(said))


def running_since(pod: Obj, current: ContainerStatus, facts: Facts, speed: Pace) -> float:
    """When a running container was started; more exact than its report, where that is known."""
    started = seconds(current["state"]["running"].get("startedAt"))
    if current["restartCount"] or spec(pod).get("initContainers"):
        return started
    # The report has whole seconds; the moment it was due is exact, and within the same second.
    planned = _moments(pod, spec(pod)["containers"], facts, speed)[1]
    return planned if 0 <= planned - started < 1 else started


def look(pod: Obj, facts: Facts, due: float, now: float) -> float:
    """When to look again for what is due: events come a moment late, so until then it is looked for."""
    if facts.bound_at or now > _bound_at(pod, facts) + 1.0:
        return due
    return min(due, now + _EVENT_SECONDS)


# -- init containers ---------------------------------------------------------------------------------------


def _initializing(
    pod: Obj, template: Obj, current: ContainerStatus, through: int, facts: Facts, now: float, speed: Pace
) -> Step:
    """The init container whose turn it is. Sidecars that are up are looked after elsewhere."""
    state = current["state"]
    if "running" in state:
        return _init_running(pod, template, current, through, facts, now, speed)
    if record := state.get("terminated"):
        return _init_failed(pod, template, current, record, facts, now)
    said: list[Said] = []
    if (moves_at := restarts.moves_at(current)) is not None:
        if now < moves_at:
            return Step(again_at=moves_at, why=(restarts.held_back(pod, current),))
        report = hooked.held(template, current, restarts.moved(pod, template, current, now, said, facts.view))
    else:
        pulled_at, due = _moments(pod, [template], facts, speed)
        if (missing := _missing(pod, [template])) and now >= pulled_at:
            return _unpullable(pod, missing[0], facts, now, pulled_at)
        if now < due:
            return _waiting(pod, [template], facts, now, pulled_at, pulled_at if missing else due, speed)
        if template["name"] in facts.misconfigured:
            return _misconfigured(pod, [template], facts, now, speed)
        said += _start(template, facts, speed)
        report = statuses.first(pod, template, now, _troubles([template], facts).get(template["name"], ""))
        report = hooked.held(template, current, report)
        if "running" in report["state"] and statuses.is_sidecar(template) and not template.get("readinessProbe"):
            report["ready"] = report["started"]
        base = statuses.placed(pod, facts.address, now)
        pod = {**pod, "status": base}
    following = after(pod, through, facts, speed) if statuses.is_through(template, report) else ()
    return Step(_with(pod, template, report, now), (*said, *following))


def _init_failed(pod: Obj, template: Obj, current: ContainerStatus, record: Obj, facts: Facts, now: float) -> Step:
    """Whoever carried it out has reported that it failed: so has the pod, or it is tried again."""
    if spec(pod).get("restartPolicy") == "Never":
        return Step(_with(pod, template, current, now, phase="Failed"))
    said: list[Said] = []
    forgiven = restarts.lived(record) >= restarts.FORGIVEN_AFTER
    report = restarts.next_start(pod, template, current, record, now, said, facts.view, forgiven=forgiven)
    report = hooked.held(template, current, report)
    return Step(_with(pod, template, report, now), tuple(said))


def _init_running(
    pod: Obj, template: Obj, current: ContainerStatus, through: int, facts: Facts, now: float, speed: Pace
) -> Step:
    label = current["name"]
    order = f"init container {through + 1} of {len(spec(pod)['initContainers'])}"
    if statuses.is_sidecar(template):
        since = seconds(current["state"]["running"].get("startedAt"))
        probed = hooked.probed(facts.view, template, current)
        verdict = probing.verdict(pod, probed, now - since, facts.view, patient=speed == "real")
        if verdict.started:
            report = {**current, "started": True, "ready": verdict.ready}
            return Step(_with(pod, template, report, now), after(pod, through, facts, speed))
        ends = restarts.ending(pod, template, current, now, speed, facts.view)
        again_at = min(since + verdict.changes_at, ends.at if ends else probing.NEVER)
        why: Why = ("wait", f"Waiting for {label} to have started ({order}).", "initializing")
        return Step(again_at=again_at if again_at < probing.NEVER else None, why=(why,))
    run = programs.run(pod, template, speed)
    if unknown := [each for each in run.waits_for if each in facts.unknown_names]:
        text = f"Waiting for {label} ({order}): no Service {unknown[0]} is there."
        return Step(why=(("wait", text, "init-waits-for-service"),))
    end = restarts.ending(pod, template, current, now, speed, facts.view)
    if end is None or now < end.at:
        text = f"Waiting for {label} to end ({order})."
        return Step(again_at=end.at if end else None, why=(("wait", text, "initializing"),))
    said: list[Said] = []
    policy = "Never" if spec(pod).get("restartPolicy") == "Never" else "OnFailure"
    report = restarts.after(pod, template, current, end, policy, now, said, facts.view)
    if "terminated" in report["state"]:
        report["ready"] = not end.exit_code
        if not end.exit_code:
            said += after(pod, through, facts, speed)
    failed = policy == "Never" and bool(end.exit_code)
    return Step(_with(pod, template, report, now, phase="Failed" if failed else "Pending"), tuple(said))


def _with(pod: Obj, template: Obj, report: ContainerStatus, now: float, phase: str = "Pending") -> statuses.Status:
    before = statuses.init_statuses(pod)
    inits = [report if each["name"] == template["name"] else each for each in before]
    base = {**status(pod), "phase": phase, "initContainerStatuses": inits}
    if any(hooked.begins(template, each, report) for each in before if each["name"] == template["name"]):
        base[HOOK] = template["name"]
    return statuses.reported(pod, base, statuses.container_statuses(pod), now)


def after(pod: Obj, through: int, facts: Facts, speed: Pace) -> tuple[Said, ...]:
    """What is pulled once so many init containers and one more are through."""
    inits = spec(pod).get("initContainers") or ()
    return _pulling(pod, [inits[through + 1]] if through + 1 < len(inits) else spec(pod)["containers"], facts, speed)


# -- images ------------------------------------------------------------------------------------------------


def _missing(pod: Obj, containers: Sequence[Obj]) -> list[Obj]:
    return [each for each in containers if images.is_missing(pod, str(each.get("image") or ""))]


def _pulling(pod: Obj, containers: Sequence[Obj], facts: Facts, speed: Pace) -> tuple[Said, ...]:
    return tuple(
        pulling.pulling(each)
        for each in containers
        if pulling.pulls(each, facts)
        and each.get("image") not in facts.pulls
        and not images.misnamed(str(each.get("image") or ""))
        and (speed != "instant" or images.is_missing(pod, str(each.get("image") or "")))
    )


def _start(container: Obj, facts: Facts, speed: Pace) -> tuple[Said, ...]:
    trouble = _troubles([container], facts).get(container["name"], "")
    return (*pulling.pulled(container, facts, speed), *restarts.start_told(container, trouble))


def _troubles(containers: Sequence[Obj], facts: Facts) -> dict[str, str]:
    """By container, why the runtime cannot start it."""
    if facts.view is None:
        return {}
    found = {each["name"]: facts.view.trouble(each) for each in containers}
    return {name: words for name, words in found.items() if words}


def _unpullable(pod: Obj, container: Obj, facts: Facts, now: float, first_at: float) -> Step:
    label = container["name"]
    both = (*statuses.init_statuses(pod), *statuses.container_statuses(pod))
    current = next(each for each in both if each["name"] == label)
    if not first_at:
        first_at = seconds(status(pod).get("startTime"))  # at instant no moment is planned
    tried = pulling.attempt(container, current, first_at, now)
    why: tuple[Why, ...] = (("fail", images.unpullable(pod, container["image"]), "image-missing"),)
    if tried.status is None:
        return Step(None, tried.said, again_at=tried.again_at, why=why)
    report = tried.status
    base = dict(status(pod))
    if statuses.init_statuses(pod):
        inits = [report if each["name"] == label else each for each in statuses.init_statuses(pod)]
        base["initContainerStatuses"] = inits
    containers = [report if each["name"] == label else each for each in statuses.container_statuses(pod)]
    return Step(statuses.reported(pod, base, containers, now), tried.said, again_at=tried.again_at, why=why)


# -- variables ---------------------------------------------------------------------------------------------


def _misconfigured(pod: Obj, containers: Sequence[Obj], facts: Facts, now: float, speed: Pace) -> Step:
    """Containers whose variables have no value wait until they have; until then none of these starts."""
    said: list[Said] = []
    why: list[Why] = []
    wrong = {each["name"]: each for each in containers if each["name"] in facts.misconfigured}

    def held(current: ContainerStatus) -> ContainerStatus:
        label = current["name"]
        if label not in wrong:
            return current
        words = facts.misconfigured[label]
        why.append(("fail", f"{label} cannot start: {words}.", "misconfigured"))
        state = {"reason": configuring.HELD_BACK, "message": words}
        if current["state"].get("waiting") == state:
            return current
        said.extend(pulling.pulled(wrong[label], facts, speed))
        said.append(Said("Warning", "Failed", f"Error: {words}", label))
        return statuses.waiting(wrong[label], configuring.HELD_BACK, words, before=current)

    base = statuses.placed(pod, facts.address, now)
    if inits := statuses.init_statuses(pod):
        base["initContainerStatuses"] = [held(each) for each in inits]
    reported = statuses.reported(pod, base, [held(each) for each in statuses.container_statuses(pod)], now)
    return Step(reported if said else None, tuple(said), why=tuple(why))


# -- moments and words -------------------------------------------------------------------------------------


def _waiting(
    pod: Obj, containers: Sequence[Obj], facts: Facts, now: float, pulled_at: float, due: float, speed: Pace
) -> Step:
    pulled = next((each["image"] for each in containers if pulling.pulls(each, facts)), "")
    if pulled and now < pulled_at:
        return Step(again_at=look(pod, facts, due, now), why=(("wait", f"Pulling {pulled}.", "pulling"),))
    names = ", ".join(each["name"] for each in containers)
    return Step(again_at=look(pod, facts, due, now), why=(("wait", f"Starting {names}.", "starting"),))


def _bound_at(pod: Obj, facts: Facts) -> float:
    """When the pod was bound: exactly by the scheduler's event, else at the end of the second its condition names."""
    if facts.bound_at:
        return facts.bound_at
    scheduled = condition(pod, "PodScheduled") or {}
    return seconds(scheduled.get("lastTransitionTime") or pod["metadata"].get("creationTimestamp")) + 1.0


def _moments(pod: Obj, containers: Sequence[Obj], facts: Facts, speed: Pace) -> tuple[float, float]:
    """When the images of these containers are there, and when they run."""
    if speed == "instant":
        return 0.0, 0.0
    before = [_over_at(each) for each in statuses.init_statuses(pod) if "waiting" not in each["state"]]
    bound = _bound_at(pod, facts)
    begin = max(before) + _LOST_FRACTION if before else bound + pace.duration(speed, "setup", uid(pod))
    waits = [pace.pull(speed, each["image"], facts.node) for each in containers if pulling.pulls(each, facts)]
    pulled_at = begin + max(waits, default=0.0)
    return pulled_at, pulled_at + pace.duration(speed, "start", uid(pod))


def _over_at(current: ContainerStatus) -> float:
    state = current["state"]
    return seconds(state["terminated"]["finishedAt"] if "terminated" in state else state["running"].get("startedAt"))
