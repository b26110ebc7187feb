"""The versions that one stored object is served in: there and back again.

Which versions a kind has is said by the kind. Most differ in nothing but `apiVersion`; the two that do have a module
each. Those of a custom kind may be a webhook's to convert: whoever works for a cluster says how it is asked
(`converting`). Objects are never changed in place: what comes back may share parts with what was given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from cluster.kinds import autoscalerversion, eventversion
from cluster.kinds.kind import Kind
from cluster.machinery import processes
from cluster.machinery.objects import Obj


class _Version(NamedTuple):
    shown: Callable[[Obj], Obj]
    """The stored object, in this version."""
    stored: Callable[[Obj], Obj]
    """An object of this version, as it is stored."""


_VERSIONS = {
    ("autoscaling/v1", "HorizontalPodAutoscaler"): _Version(autoscalerversion.shown, autoscalerversion.stored),
    ("events.k8s.io/v1", "Event"): _Version(eventversion.shown, eventversion.stored),
}


Convert = Callable[[Obj, str], Obj | None]
"""(object, the version it shall have) -> the object in it; None: nobody converts that kind."""
_by_webhook: ContextVar[Convert | None] = ContextVar("by_webhook", default=None)


@contextmanager
def converting(convert: Convert) -> Iterator[None]:
    """Have custom objects converted so, meanwhile."""
    before = _by_webhook.set(convert)
    try:
        yield
    finally:
        _by_webhook.reset(before)


def convert_from_now_on(convert: Convert) -> None:
    """The same for all that follows in this task."""
    _by_webhook.set(convert)


def _converted(obj: Obj, api_version: str) -> Obj | None:
    convert = _by_webhook.get()
    return convert(obj, api_version) if convert is not None else None


def shown(obj: Obj, api_version: str) -> Obj:
    """A stored object as a reader of that version sees it; itself when that is the version it is stored in."""
    if obj.get("kind") == "Pod":
        obj = processes.told(obj)
    if obj.get("apiVersion") == api_version:
        return obj
    version = _VERSIONS.get((api_version, str(obj.get("kind"))))
    found = version.shown(obj) if version else _converted(obj, api_version) or obj
    return {"apiVersion": api_version, **{part: value for part, value in found.items() if part != "apiVersion"}}


def stored(kind: Kind, obj: Obj) -> Obj:
    """An object of any version its kind is served in, as it is stored; itself when it is so already."""
    api_version = obj.get("apiVersion")
    if api_version not in kind.served_versions:
        return obj
    version = _VERSIONS.get((api_version, kind.kind))
    found = version.stored(obj) if version else _converted(obj, kind.api_version) or obj
    return {"apiVersion": kind.api_version, **{part: value for part, value in found.items() if part != "apiVersion"}}
