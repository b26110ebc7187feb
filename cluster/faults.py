"""Faults of nodes that a person sets on purpose, as annotations. Values only; what follows from them is decided where
nodes and pods are.

    kubarium.dev/lost: "true"       on a Node: it falls silent. Taken away, it comes back
    kubarium.dev/not-ready: "true"  on a Node: it goes on reporting, and reports that it is not ready
"""

from __future__ import annotations

from cluster.machinery.objects import Obj, annotations_of

LOST = "kubarium.dev/lost"
LOST_SINCE = "kubarium.dev/lost-since"
"""Written by the cluster itself: when a lost node was last heard of."""
NOT_READY = "kubarium.dev/not-ready"
ON = {LOST: "true", NOT_READY: "true"}
"""What each is set to where a person only says that it should be."""


def is_lost(node: Obj) -> bool:
    return annotations_of(node).get(LOST) == "true"


def is_unready(node: Obj) -> bool:
    return annotations_of(node).get(NOT_READY) == "true"
