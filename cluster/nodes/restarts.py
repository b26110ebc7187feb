"""Containers that end, by themselves or killed by a probe: ended for good, started again, or held back for longer each
time.

The first restart follows at once, the next ones after 10, 20, 40 … at most 300 seconds, at every pace. Who ran for ten
minutes begins anew. A container that a probe kills has its back-off counted from its end before, as kubelets do it. One
whose image is changed is stopped and started at once, with the new one; an image that cannot be had is tried again.
"""

from __future__ import annotations

from typing import NamedTuple

from cluster import faults
from cluster.config import Pace
from cluster.machinery.objects import Obj, seconds, spec, status
from cluster.machinery.processes import HOOK
from cluster.nodes import executables, hooked, images, killing, pace, probes, probing, programs, pulling, statuses
from cluster.nodes.script import FOREVER
from cluster.nodes.stages import Said, Step, Why
from cluster.nodes.statuses import ContainerStatus
from cluster.nodes.view import View

FORGIVEN_AFTER = 600.0
HELD_BACK = "CrashLoopBackOff"
LONGEST_COMMAND = 120
_KILLING: tuple[probes.Kind, ...] = ("startup", "liveness")
_FAILED_STARTS = (statuses.START_FAILED, statuses.HOOK_FAILED)
_SHOWN_WAITING = (HELD_BACK, *_FAILED_STARTS, *pulling.IN_VAIN)
SHOWN_SECONDS = 1.0
"""For so long a start that failed is shown before what follows from it."""


class Ending(NamedTuple):
    at: float
    exit_code: int
    killed_at: float = FOREVER
    kind: str = ""
    """The probe that kills it, "" when it ends by itself."""
    message: str = ""
    """What it left behind to be told."""
    failure: str = ""
    """What the probe's last look found, or what the kubelet says of the hook."""
    by_hook: bool = False
    """Its postStart hook failed."""
    hook_failed: bool = False
    """Its preStop hook did."""
    changed: bool = False
    """It is to run another image."""


def backoff(restarts: int) -> float:
    """Seconds a container that has been restarted so often waits for the next time."""
    return min(pulling.FIRST_BACKOFF * 2.0 ** min(max(restarts - 1, 0), 10), pulling.LONGEST_BACKOFF)


def ending(
    pod: Obj, template: Obj, current: ContainerStatus, now: float, speed: Pace, view: View | None = None
) -> Ending | None:
    """How and when a running container will end; None: it will not. Stopping one for another image takes no time that
    is shown: nothing says when it began."""
    if statuses.is_changed(template, current):
        before = {**template, "image": current["image"]}
        run = programs.run(pod, before, speed, view.variables(before) if view else None)
        stop = killing.stop(before, run, view, now, killing.grace_of(pod), speed)
        return Ending(now, stop.exit_code, now, hook_failed=stop.hook_failed, changed=True)
    run = programs.run(pod, template, speed, view.variables(template) if view else None)
    started = seconds(current["state"]["running"].get("startedAt"))
    if status(pod).get(HOOK) == current["name"]:
        hook = hooked.of_start(pod, view, template, current)
        if hook.failed and hook.at <= started + run.seconds:
            begun = Ending(hook.at, 0, hook.at, failure=hook.says, by_hook=True)
            return _killed(template, run, begun, killing.grace_of(pod), now, speed, view)
        killed = probing.Death(probing.NEVER)
    else:
        killed = probing.death(pod, hooked.probed(view, template, current), view)
    if run.seconds == FOREVER and killed.at == probing.NEVER:
        return None
    if run.seconds <= killed.at:
        return Ending(started + run.seconds, run.exit_code, message=programs.last_words(template, run))
    grace = killing.grace_of(pod) if killed.grace is None else float(killed.grace)
    begun = Ending(started + killed.at, 0, started + killed.at, killed.kind, failure=killed.failure)
    return _killed(template, run, begun, grace, now, speed, view)


def _killed(
    template: Obj, run: programs.Run, begun: Ending, grace: float, now: float, speed: Pace, view: View | None
) -> Ending:
    """One that is killed from then on; until then nobody asks for its hook."""
    if now < begun.killed_at:
        return begun
    stop = killing.stop(template, run, view, begun.killed_at, grace, speed)
    at = begun.killed_at + stop.seconds
    return begun._replace(at=at, exit_code=stop.exit_code, hook_failed=stop.hook_failed)


def living(pod: Obj, now: float, speed: Pace, view: View | None = None) -> Step | None:
    """The report due because a process ended or its back-off is over; None when there is none."""
    said: list[Said] = []
    templates = statuses.templates(pod)
    hook = ""

    def moved(current: ContainerStatus, policy: str) -> ContainerStatus:
        nonlocal hook
        template = templates.get(current["name"])
        if template is None or hook:
            return current  # while a hook runs none is started
        found = _moved(pod, template, current, policy, now, speed, said, view)
        if found is not current and hooked.begins(template, current, found):
            hook, found = current["name"], {**found, "started": False}
        return found

    sidecars = {name for name, each in templates.items() if statuses.is_sidecar(each)}
    inits = [moved(each, "Always") if each["name"] in sidecars else each for each in statuses.init_statuses(pod)]
    policy = policy_of(pod)
    containers = [moved(each, policy) for each in statuses.container_statuses(pod)]
    before = (*statuses.init_statuses(pod), *statuses.container_statuses(pod))
    over = all("terminated" in each["state"] for each in containers)
    if not over and all(one is other for one, other in zip(before, (*inits, *containers), strict=True)):
        return None
    base = status(pod)
    if over:
        failed = any(each["state"]["terminated"]["exitCode"] for each in containers)
        base = {**base, "phase": "Failed" if failed else "Succeeded"}
        # Sidecars are stopped once the containers proper are done.
        inits = statuses.killed(inits, now, 0)
        if beside := statuses.ephemeral_statuses(pod):
            base["ephemeralContainerStatuses"] = statuses.killed(beside, now)
    if inits:
        base = {**base, "initContainerStatuses": inits}
    if hook:
        base = {**base, HOOK: hook}
    return Step(statuses.reported(pod, base, containers, now), tuple(said))


def policy_of(pod: Obj) -> str:
    """Whether its containers proper are started again."""
    return str(spec(pod).get("restartPolicy") or "Always")


def next_moment(pod: Obj, now: float, speed: Pace, view: View | None = None) -> float | None:
    """When the next process ends or is killed, or the next back-off is over."""
    templates = statuses.templates(pod)
    moments: list[float] = []
    for each in (*statuses.init_statuses(pod), *statuses.container_statuses(pod)):
        template = templates.get(each["name"])
        if template is not None and (moment := _moment(pod, template, each, now, speed, view)) is not None:
            moments.append(moment)
    return min(moments, default=None)


def reasons(pod: Obj) -> list[Why]:
    """Containers that are held back, for a person."""
    return [
        held_back(pod, each)
        for each in (*statuses.init_statuses(pod), *statuses.container_statuses(pod))
        if (each["state"].get("waiting") or {}).get("reason") in _SHOWN_WAITING
    ]


def held_back(pod: Obj, current: ContainerStatus) -> Why:
    """Why a container is not started again at once: how it ended, and of which command."""
    last = (current.get("lastState") or {}).get("terminated") or {}
    if current["state"]["waiting"]["reason"] in pulling.IN_VAIN:
        return ("fail", images.unpullable(pod, current["image"]), "image-missing")
    if current["state"]["waiting"]["reason"] == statuses.HOOK_FAILED:
        return ("fail", f"{current['name']} was stopped: its postStart hook failed.", "hook-failed")
    said = f"Back-off restarting {current['name']}"
    if not last:
        return ("fail", f"{said}.", "crash-loop")
    if last.get("reason") == statuses.NOT_STARTED:
        return ("fail", f"{current['name']} cannot be started: {executables.cause(last['message'])}.", "start-error")
    code = last.get("exitCode", 0)
    return ("fail", f"{said}: it ended with exit code {code}{_cause(pod, current, code)}.", "crash-loop")


def _cause(pod: Obj, current: ContainerStatus, code: int) -> str:
    if faults.is_on(pod, faults.CRASH):
        return f", since {faults.CRASH} is set"
    template = statuses.templates(pod).get(current["name"]) or {}
    if template and programs.run(pod, template, "instant").seconds == FOREVER:
        return _killer(pod, template) or (", killed" if code == programs.SIGKILL_EXIT else "")
    if code == programs.SIGKILL_EXIT:
        return ", killed"
    words = " ".join(str(word) for word in (*(template.get("command") or ()), *(template.get("args") or ())))
    if words:
        return f" of its command {words if len(words) <= LONGEST_COMMAND else f'{words[:LONGEST_COMMAND]}…'}"
    return f": {template.get('image')} has nothing to do without a command" if not code else ""


def _killer(pod: Obj, template: Obj) -> str:
    """The probe that kills a container which would not end by itself."""
    for kind in _KILLING:
        found = probes.find(pod, template, kind)
        if found.failure:
            return f", killed as its {kind} probe fails: {found.text.partition(': ')[2].removesuffix('.')}"
    return ""


def released_at(current: ContainerStatus) -> float:
    """When a container that is held back may start again."""
    last = (current.get("lastState") or {}).get("terminated") or {}
    return seconds(last.get("finishedAt")) + backoff(current["restartCount"])


def after(
    pod: Obj,
    template: Obj,
    current: ContainerStatus,
    end: Ending,
    policy: str,
    now: float,
    said: list[Said],
    view: View | None,
) -> ContainerStatus:
    """What becomes of a container whose process is over."""
    label = current["name"]
    if end.kind and end.at == end.killed_at:  # else it was told when its stopping began
        said += (Said("Warning", "Unhealthy", end.failure, label), told_killed(label, end.kind))
    elif end.by_hook and end.at == end.killed_at:
        said += told_hook_failed(label)
    elif end.changed:
        said.append(Said("Normal", "Killing", f"Container {label} definition changed, will be restarted", label))
    if end.hook_failed:
        said.append(killing.hook_failed(label))
    if end.changed:
        return _started(pod, template, current, statuses.termination(current, end.exit_code, now), now, said, view)
    if not _starts_again(policy, end.exit_code) and not (end.kind and policy == "OnFailure"):
        return statuses.ended(current, end.exit_code, now, end.message)
    last = statuses.termination(current, end.exit_code, now, end.message)
    if end.by_hook:
        before = {**current, "lastState": {"terminated": last}}
        return statuses.waiting(template, statuses.HOOK_FAILED, end.failure, before=before)
    return next_start(pod, template, current, last, now, said, view, forgiven=_is_forgiven(current, end, now))


def _starts_again(policy: str, exit_code: int) -> bool:
    return policy == "Always" or (policy == "OnFailure" and bool(exit_code))


def next_start(
    pod: Obj,
    template: Obj,
    current: ContainerStatus,
    last: Obj,
    now: float,
    said: list[Said],
    view: View | None,
    *,
    forgiven: bool,
) -> ContainerStatus:
    """The next start of a container that ended as `last` says, or its wait for it."""
    label, count = current["name"], current["restartCount"]
    if not count or forgiven:
        return _started(pod, template, current, last, now, said, view)
    described = statuses.described(pod)
    said.append(Said("Warning", "BackOff", f"Back-off restarting failed container {label} in pod {described}", label))
    message = f"back-off {pace.shown(backoff(count))} restarting failed container={label} pod={described}"
    return statuses.waiting(template, HELD_BACK, message, before={**current, "lastState": {"terminated": last}})


def again(
    pod: Obj, template: Obj, current: ContainerStatus, now: float, said: list[Said], view: View | None
) -> ContainerStatus:
    """A container whose back-off is over."""
    last = (current.get("lastState") or {}).get("terminated")
    return _started(pod, template, current, last, now, said, view)


def _started(
    pod: Obj, template: Obj, current: ContainerStatus, last: Obj | None, now: float, said: list[Said], view: View | None
) -> ContainerStatus:
    count = current["restartCount"] + 1
    image = str(template.get("image") or "")
    if images.is_missing(pod, image):
        before = {**current, "lastState": {"terminated": last} if last else {}}
        tried = pulling.attempt(template, before, now, now)
        said += tried.said if images.misnamed(image) else (pulling.pulling(template), *tried.said)
        return tried.status or current
    trouble = view.trouble(template) if view else ""
    told = pulling.image_told(
        str(spec(pod).get("nodeName")), template, present=not statuses.is_changed(template, current)
    )
    said += (*told, *start_told(template, trouble))
    if trouble:
        return statuses.unstarted(pod, template, trouble, now, again=True, restarts=count)
    return statuses.running(pod, template, now, restarts=count, last=last)


def _first_try(current: ContainerStatus) -> float:
    """When the image of one that ran before was first asked for in vain."""
    last = current["lastState"]["terminated"]
    held = current["restartCount"] and lived(last) < FORGIVEN_AFTER
    return released_at(current) if held else seconds(last.get("finishedAt"))


def told_killed(label: str, kind: str) -> Said:
    return Said("Normal", "Killing", f"Container {label} failed {kind} probe, will be restarted", label)


def told_hook_failed(label: str) -> tuple[Said, Said]:
    return (
        Said("Warning", "FailedPostStartHook", "PostStartHook failed", label),
        Said("Normal", "Killing", "FailedPostStartHook", label),
    )


def lived(record: Obj) -> float:
    """Seconds from a start to its end."""
    if record.get("reason") == statuses.NOT_STARTED:
        return 0.0
    return seconds(record.get("finishedAt")) - seconds(record.get("startedAt"))


def start_told(template: Obj, trouble: str) -> tuple[Said, Said]:
    """What is told of a container that is made and started, or not for that `trouble`."""
    label = template["name"]
    done = Said("Normal", "Started", f"Started container {label}", label)
    failed = Said("Warning", "Failed", f"Error: {trouble}", label)
    return Said("Normal", "Created", f"Created container: {label}", label), failed if trouble else done


def _is_forgiven(current: ContainerStatus, end: Ending, now: float) -> bool:
    if now - seconds(current["state"]["running"].get("startedAt")) >= FORGIVEN_AFTER:
        return True
    before = (current.get("lastState") or {}).get("terminated") or {}
    return bool(end.kind) and now >= seconds(before.get("finishedAt")) + backoff(current["restartCount"])


def _moment(
    pod: Obj, template: Obj, current: ContainerStatus, now: float, speed: Pace, view: View | None
) -> float | None:
    if "running" in current["state"]:
        end = ending(pod, template, current, now, speed, view)
        return None if end is None else end.at
    waits_for_image = pulling.is_asked_again(current)
    moment = pulling.moves_at(current, _first_try(current), now) if waits_for_image else moves_at(current)
    held = waits_for_image or moment is not None
    return now if held and statuses.is_changed(template, current) else moment


def moves_at(current: ContainerStatus) -> float | None:
    """When a container that waits for its next start moves; None: it does not wait for that."""
    reason = (current["state"].get("waiting") or {}).get("reason")
    if reason == HELD_BACK:
        return released_at(current)
    if reason in _FAILED_STARTS:
        return seconds(current["lastState"]["terminated"].get("finishedAt")) + SHOWN_SECONDS
    return None


def moved(
    pod: Obj, template: Obj, current: ContainerStatus, now: float, said: list[Said], view: View | None
) -> ContainerStatus:
    """What becomes of one that has waited for its next start: another try, or a wait for that."""
    same = pulling.is_asked_again(current) and not statuses.is_changed(template, current)
    if same and images.is_missing(pod, str(template.get("image") or "")):
        tried = pulling.attempt(template, current, _first_try(current), now)
        said += tried.said
        return tried.status or current
    if current["state"]["waiting"]["reason"] in _FAILED_STARTS:
        last = current["lastState"]["terminated"]
        return next_start(pod, template, current, last, now, said, view, forgiven=False)
    return again(pod, template, current, now, said, view)


def _moved(
    pod: Obj,
    template: Obj,
    current: ContainerStatus,
    policy: str,
    now: float,
    speed: Pace,
    said: list[Said],
    view: View | None,
) -> ContainerStatus:
    if record := current["state"].get("terminated"):
        # Whoever ran it has reported its end; what follows from it is decided here.
        if not _starts_again(policy, record["exitCode"]):
            return current
        return next_start(pod, template, current, record, now, said, view, forgiven=lived(record) >= FORGIVEN_AFTER)
    moment = _moment(pod, template, current, now, speed, view)
    if moment is None or now < moment:
        return current
    if "waiting" in current["state"]:
        return moved(pod, template, current, now, said, view)
    end = ending(pod, template, current, now, speed, view)
    return current if end is None else after(pod, template, current, end, policy, now, said, view)
