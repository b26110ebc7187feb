"""Event as events.k8s.io/v1: the same happening under other names."""

from __future__ import annotations

from cluster.machinery.objects import Obj

_NAMES = {
    "involvedObject": "regarding",
    "message": "note",
    "reportingComponent": "reportingController",
    "source": "deprecatedSource",
    "firstTimestamp": "deprecatedFirstTimestamp",
    "lastTimestamp": "deprecatedLastTimestamp",
    "count": "deprecatedCount",
}
"""Stored name -> name in events.k8s.io/v1; the other fields are called the same."""
_BACK = {theirs: ours for ours, theirs in _NAMES.items()}


def shown(obj: Obj) -> Obj:
    """The stored v1 event as events.k8s.io/v1."""
    return {_NAMES.get(field, field): value for field, value in obj.items()}


def stored(obj: Obj) -> Obj:
    """The events.k8s.io/v1 event as it is stored."""
    return {_BACK.get(field, field): value for field, value in obj.items()}
