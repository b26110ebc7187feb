"""What came of a hook that is carried out: it is on its way, went well, or failed. Read from the history of answers."""

from __future__ import annotations

from typing import NamedTuple

from cluster.machinery.objects import Obj
from cluster.nodes import hooks
from cluster.nodes.hooks import Event
from cluster.nodes.script import FOREVER
from cluster.nodes.statuses import ContainerStatus
from cluster.nodes.view import View


class Outcome(NamedTuple):
    at: float
    """When it was over, cluster time; FOREVER: it is on its way."""
    failed: bool = False


def outcome(view: View | None, template: Obj, event: Event) -> Outcome | None:
    """Of a container that runs. To ask is to have it carried out, once a start. None: it has no such hook, its words
    tell all, or nobody carries out any."""
    if view is None or not hooks.is_carried_out(template, event):
        return None
    answers = view.answers(template, event)
    if answers is None:
        return None
    return Outcome(answers[-1].since, bool(answers[-1].code)) if answers else Outcome(FOREVER)


def begun(view: View | None, template: Obj, current: ContainerStatus) -> Outcome | None:
    """Of its postStart hook, as long as nobody has reported that the container is through with it."""
    return None if current.get("started") else outcome(view, template, "postStart")
