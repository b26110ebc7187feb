"""One row of a cluster's log, as everybody above the store sees it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from cluster.machinery.objects import Key, Obj

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]


class Change(NamedTuple):
    """`object` is the full new object (for DELETED the last one, with this revision); never change it in place."""

    revision: int
    type: ChangeType
    key: Key
    object: Obj
    seat: int
    previous: int
    """Revision of this object's change before, 0 for the first."""
    author: str
    """Who: a user's name or a controller's, "statefulset-controller"."""
    cause: str
    """What for: "apply", "scale", "delete", or a controller's verb."""
    wall: float
    time: float
    """Unix seconds: `wall` by the machine's clock, `time` by the cluster's own."""


class Fact(NamedTuple):
    """A change without its object: what a timeline tells, and what a way back is found by."""

    revision: int
    type: ChangeType
    key: Key
    seat: int
    previous: int
    author: str
    cause: str
    wall: float
    time: float
