"""What came of a hook: it is on its way, went well, or failed. One that is carried out is read from the history of
answers, any other off its words. And what hangs on a postStart hook: its container's probes begin once it is over.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from cluster.machinery import processes
from cluster.machinery.errors import shown
from cluster.machinery.objects import Obj
from cluster.nodes import hooks, programs, statuses
from cluster.nodes.hooks import Event
from cluster.nodes.script import FOREVER
from cluster.nodes.statuses import ContainerStatus
from cluster.nodes.view import View

_PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
_LOST_FRACTION = 0.7
"""A start has whole seconds; more than the mean of what is lost is added, so that a short hook is seen."""


class Outcome(NamedTuple):
    at: float
    """When it was over, cluster time; FOREVER: it is on its way."""
    failed: bool = False
    says: str = ""
    """What went wrong, in the kubelet's words."""


def outcome(view: View | None, template: Obj, event: Event) -> Outcome | None:
    """Of a container that runs. To ask is to have it carried out, once a start. None: it has no such hook, its words
    tell all, or nobody carries out any."""
    if view is None or not hooks.is_carried_out(template, event):
        return None
    answers = view.answers(template, event)
    if answers is None:
        return None
    return Outcome(answers[-1].since, bool(answers[-1].code), answers[-1].says) if answers else Outcome(FOREVER)


def takes_time(template: Obj) -> bool:
    """Whether its postStart hook is waited for: one that is read off to be over at once, and well, is not."""
    if "postStart" not in (template.get("lifecycle") or {}):
        return False
    end = programs.started_by_hook(template)
    return bool(end.seconds or end.exit_code) or hooks.is_carried_out(template, "postStart")


def begins(template: Obj, before: ContainerStatus, after: ContainerStatus) -> bool:
    """Whether a container has been started whose hook is waited for."""
    started = "running" in after["state"] and before.get("containerID") != after.get("containerID")
    return started and takes_time(template)


def held(template: Obj, before: ContainerStatus, after: ContainerStatus) -> ContainerStatus:
    """The same as it counts while its hook is waited for: not started."""
    return {**after, "started": False} if begins(template, before, after) else after


def of_start(pod: Obj, view: View | None, template: Obj, current: ContainerStatus) -> Outcome:
    """Of the postStart hook of a container whose process runs."""
    began = processes.begun(current) or 0.0
    if hooks.is_carried_out(template, "postStart"):
        return outcome(view, template, "postStart") or Outcome(began)
    end = programs.started_by_hook(template)
    if end.exit_code:
        words = hooks.command(hooks.handler(template, "postStart"))
        return Outcome(began + end.seconds, True, failure(pod, template, "postStart", exited(words, end.exit_code)))
    return Outcome(began + end.seconds + _LOST_FRACTION)


def exited(words: tuple[str, ...], code: int, said: str = "") -> str:
    """The error of a command that failed, as a container runtime tells it."""
    return f"command '{' '.join(words)}' exited with {code}: {said}"


def failure(pod: Obj, container: Obj, event: str, error: str, output: str = "") -> str:
    """What a kubelet says of one that failed with that error."""
    given = hooks.handler(container, event)
    where = f'for Container "{container.get("name")}" in Pod "{statuses.described(pod)}" failed - error: {error}'
    if words := hooks.command(given):
        return f"Exec lifecycle hook ([{' '.join(words)}]) {where}, message: {shown(output)}"
    if request := given.get("httpGet"):
        return f"HTTP lifecycle hook ({request.get('path') or ''}) {where}"
    return f"Cannot run handler: {error}"


def probed(view: View | None, template: Obj, current: ContainerStatus) -> Obj:
    """The container as its probes see it: none looks before its postStart hook is over."""
    if not takes_time(template) or not any(template.get(each) for each in _PROBES):
        return template
    began = processes.begun(current) or 0.0
    over = began + programs.started_by_hook(template).seconds
    if view is not None and (answers := view.known_answers(template, "postStart")):
        over = answers[-1].since
    waited = math.ceil(max(over - began, 0.0))
    later = {
        each: {**template[each], "initialDelaySeconds": max(waited, template[each].get("initialDelaySeconds") or 0)}
        for each in _PROBES
        if template.get(each)
    }
    return {**template, **later}
