"""Namespace: the room for names. It goes only when everything in it has gone."""

from __future__ import annotations

from cluster.kinds.cells import AGE, NAME
from cluster.kinds.kind import EVERY_VERB, Admission, Column, Kind, Subresource
from cluster.machinery import names
from cluster.machinery.objects import Obj, status

NAME_LABEL = "kubernetes.io/metadata.name"


def _default(obj: Obj) -> None:
    metadata = obj["metadata"]
    if metadata.get("name"):
        metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: metadata["name"]}


def _prepare(obj: Obj, old: Obj | None, admission: Admission) -> None:
    metadata = obj["metadata"]
    if old is not None:
        obj["spec"] = old["spec"]
        if (metadata.get("labels") or {}).get(NAME_LABEL) != metadata["name"]:
            metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: metadata["name"]}
        return
    metadata["labels"] = {**(metadata.get("labels") or {}), NAME_LABEL: metadata.get("name", "")}
    finalizers = (obj.get("spec") or {}).get("finalizers") or []
    obj["spec"] = {"finalizers": [*finalizers, *(["kubernetes"] if "kubernetes" not in finalizers else [])]}
    obj["status"] = {"phase": "Active"}


KIND = Kind(
    group="",
    version="v1",
    kind="Namespace",
    resource="namespaces",
    singular="namespace",
    namespaced=False,
    short_names=("ns",),
    default=_default,
    prepare=_prepare,
    name_rule=names.dns_label,
    verbs=tuple(verb for verb in EVERY_VERB if verb != "deletecollection"),
    subresources=(Subresource("finalize", ("update",)),),
    columns=(NAME, Column("Status", lambda obj, now: status(obj).get("phase", "")), AGE),
)
