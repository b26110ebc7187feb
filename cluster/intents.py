"""What somebody wants done to the store, as values. The store admits and executes them; nothing else writes.

An intent names no author: that is said once per commit. It may name a *field manager*: who is recorded in
`metadata.managedFields` as the owner of what a write sets. "" records nobody, as for the controllers' own writes.
"""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from cluster.machinery.objects import Key, Obj

Propagation = Literal["Background", "Foreground", "Orphan"]
FieldValidation = Literal["Strict", "Warn", "Ignore"]


class Create(NamedTuple):
    """Store a new object; `metadata.generateName` gets its suffix in the commit. AlreadyExists if the name is taken."""

    obj: Obj
    manager: str = ""


class Update(NamedTuple):
    """Replace an object (PUT). With `metadata.resourceVersion` it must still be the stored one, else Conflict.

    subresource "" changes all but the status; "status" changes the status, and labels and annotations with it, as
    Kubernetes does (it is how the kubelet and the controllers report); others change what they are named after."""

    obj: Obj
    subresource: str = ""
    manager: str = ""


class Patch(NamedTuple):
    """Change parts of the stored object; `body` is a merge patch, strategic merge patch or list of JSON patch steps."""

    key: Key
    kind: Literal["merge", "strategic", "json"]
    body: Any
    subresource: str = ""
    uid: str = ""
    """When set, Conflict unless the stored object has this uid."""
    api_version: str = ""
    """The version whose fields the body speaks of; "" the one that is stored."""
    manager: str = ""
    validation: FieldValidation = "Ignore"
    """What becomes of fields that the patched object has and its kind does not: refused, dropped and told as the
    result's warnings, or dropped. Only for patches by a field manager; others keep what they bring."""
    found: tuple[str, ...] = ()
    """What a strict reader found wrong with the patch's own text: `duplicate field "spec"`."""


class Apply(NamedTuple):
    """Create the object, or three-way merge it onto the stored one by the last-applied annotation, as
    `kubectl apply` does on the client's side. Nothing is written when nothing changes."""

    obj: Obj


class ServerApply(NamedTuple):
    """Server-side apply: the fields `obj` sets become those of `manager`, what it set before and no longer does goes
    unless others own it too, and all else stays. Creates the object when it is not there. A field that somebody else
    owns with another value is a Conflict, or taken over with `force`. Nothing is written when nothing changes."""

    key: Key
    obj: Obj
    manager: str
    force: bool = False
    subresource: str = ""
    api_version: str = ""
    """The version it was asked in, which must be the object's; "" any that is served."""


class Delete(NamedTuple):
    """Remove an object, or begin to: finalizers, a pod's grace period and foreground deletion set
    `deletionTimestamp` first. `grace_seconds` 0 removes a pod at once; None takes the object's own."""

    key: Key
    uid: str = ""
    resource_version: str = ""
    propagation: Propagation | None = None
    grace_seconds: int | None = None


class Bind(NamedTuple):
    """Put a pod on a node (the `binding` subresource): sets spec.nodeName and condition PodScheduled."""

    key: Key
    uid: str
    node: str


class Evict(NamedTuple):
    """Ask a pod to go, as its disruption budget allows (the `eviction` subresource): the budget's count, the pod's
    condition DisruptionTarget and its deletion are one. TooManyRequests when the budget does not allow it."""

    key: Key
    uid: str = ""
    grace_seconds: int | None = None


Intent = Create | Update | Patch | Apply | ServerApply | Delete | Bind | Evict
