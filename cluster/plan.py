"""What a controller decides: actions to take, the reasons to show, and when to look again. Values only.

A controller is `keys` and `plan`, both pure. The worker is the one that executes plans; the page shows the reasons.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from cluster.change import Change
from cluster.config import ClusterConfig
from cluster.contents import Entry
from cluster.intents import Intent
from cluster.machinery.objects import Key, Obj
from cluster.world import World


class Note(NamedTuple):
    """A Kubernetes Event to record about `regarding`. In Action.failed the message may hold "{error}"."""

    regarding: Obj
    type: Literal["Normal", "Warning"]
    reason: str
    message: str
    component: str
    """source.component, "statefulset-controller"; "default-scheduler" events use the events.k8s.io fields."""
    host: str = ""
    field_path: str = ""
    """involvedObject.fieldPath, e.g. spec.containers{nginx}."""


class Action(NamedTuple):
    """One intent with the events its outcome is told by. Actions of a plan run in order; a failed one ends the plan
    (the key is tried again with back-off) unless it `may_fail`; what is to happen `regardless` of that still does."""

    intent: Intent
    succeeded: tuple[Note, ...] = ()
    failed: tuple[Note, ...] = ()
    may_fail: bool = False
    regardless: bool = False


class Reason(NamedTuple):
    """Why something is as it is, in words for a person. Recomputed from (world, key, now), never stored."""

    about: Key
    level: Literal["ok", "wait", "fail", "info"]
    text: str
    """Present tense, the object first, then the cause: "Waiting for web-1 to be Ready." """
    code: str
    """A stable word for tests and styles: "waits-for-predecessor", "selects-nothing"."""
    seat: int | None = None
    """The seat (ordinal) in the workload this is about, when the pod for it does not exist."""


Write = tuple[str, str, Entry]
"""(layer, path, what is there from its `since` on)."""


class Plan(NamedTuple):
    actions: tuple[Action, ...] = ()
    reasons: tuple[Reason, ...] = ()
    notes: tuple[Note, ...] = ()
    """Events to record that hang on no action (FailedScheduling); equal ones are counted, not repeated."""
    again_at: float | None = None
    """Cluster time (Unix seconds) at which to plan this key again though nothing changed."""
    writes: tuple[Write, ...] = ()
    """Files to be written, see cluster.contents."""


NOTHING = Plan()


class Controller(NamedTuple):
    """keys(change, old, world): which of this controller's keys a change concerns (`old` = the object before it).
    every(world): all keys, for a start or a resync. plan(world, key, now, config): the decision. stirred(layers,
    world): which keys the writing of files concerns (layers as in cluster.keeping); none where it is not given."""

    name: str
    keys: Callable[[Change, Obj | None, World], Iterable[Key]]
    every: Callable[[World], Iterable[Key]]
    plan: Callable[[World, Key, float, ClusterConfig], Plan]
    stirred: Callable[[frozenset[str], World], Iterable[Key]] | None = None
