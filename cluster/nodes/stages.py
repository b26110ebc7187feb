"""How a stage of a pod's life is told: what a kubelet knows, what it reports, what it says. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from cluster.nodes.statuses import Status
from cluster.nodes.view import View

Level = Literal["ok", "wait", "fail", "info"]
Why = tuple[Level, str, str]
"""(level, text, code) for a person."""


class Said(NamedTuple):
    """An event to tell; `container` is the one it is about, "" for the pod as a whole."""

    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    container: str = ""


class Facts(NamedTuple):
    """What a kubelet knows besides the pod itself."""

    node: str
    address: str
    bound_at: float = 0.0
    """When it was bound, as exactly as is known; 0.0: by the pod's own condition."""
    images: frozenset[str] = frozenset()
    """Images of this pod that the node has already."""
    unbound_claim: str = ""
    """A claim that has no volume yet."""
    unmounted: str = ""
    """Why its volumes cannot be set up."""
    misconfigured: Mapping[str, str] = {}
    """By container, which of its variables has no value."""
    told: frozenset[str] = frozenset()
    """Reasons of the events about this pod that are recorded already."""
    told_at: Mapping[str, float] = {}
    """When an event of this reason was recorded last, in whole seconds."""
    pulls: frozenset[str] = frozenset()
    """Images whose pulling has been told."""
    unknown_names: frozenset[str] = frozenset()
    """Names that its init containers wait for and that no Service has."""
    view: View | None = None
    """What its containers hold; None: nobody has looked."""
    overfull: str = ""
    """Which of its own volumes holds more than it may."""
    unsandboxed: str = ""
    """Why no sandbox can be made for it."""


class Step(NamedTuple):
    """`status` None: nothing to report. `gone`: the pod is stopped and may be removed."""

    status: Status | None = None
    said: tuple[Said, ...] = ()
    gone: bool = False
    again_at: float | None = None
    why: tuple[Why, ...] = ()


IDLE = Step()
