"""Objects as rows, the way `kubectl get` prints them: the columns are the kind's own. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from cluster.api.negotiation import Form
from cluster.kinds.cells import CREATED, NAME
from cluster.kinds.kind import Column, Kind
from cluster.machinery.objects import Obj

Include = Literal["Metadata", "Object", "None"]

_OF_ANY = (NAME, CREATED)
_ABOUT = {
    "Name": "The object's name, unique among its kind in its namespace.",
    "Age": "Time since the object was made.",
    "Created At": "When the object was made.",
}


def definitions(columns: Iterable[Column], kind: Kind) -> list[dict[str, Any]]:
    return [
        {
            "name": column.name,
            "type": column.type,
            "format": column.format,
            "description": column.description or _ABOUT.get(column.name, f"{column.name} of the {kind.kind}."),
            "priority": column.priority,
        }
        for column in columns
    ]


def rows(objects: Iterable[Obj], kind: Kind, now: float, form: Form, include: Include) -> list[dict[str, Any]]:
    cells = [column.cell for column in kind.columns]
    about = form.meta_version
    made = []
    for obj in objects:
        row: dict[str, Any] = {"cells": [cell(obj, now) for cell in cells]}
        if conditions := kind.row_conditions(obj):
            row["conditions"] = conditions
        if include == "Object":
            row["object"] = obj
        elif include == "Metadata":
            row["object"] = {"kind": "PartialObjectMetadata", "apiVersion": about, "metadata": obj["metadata"]}
        else:
            row["object"] = None
        made.append(row)
    return made


def table(
    objects: Iterable[Obj],
    kind: Kind,
    now: float,
    form: Form,
    include: Include,
    metadata: dict[str, Any],
    *,
    with_columns: bool = True,
) -> dict[str, Any]:
    """A meta.k8s.io Table; without columns for what follows the first event of a watch. A kind without columns of its
    own has null for no rows, as the real server's table of any object does."""
    made = rows(objects, kind, now, form, include)
    return {
        "kind": "Table",
        "apiVersion": form.meta_version,
        "metadata": metadata,
        "columnDefinitions": definitions(kind.columns, kind) if with_columns else None,
        "rows": None if not made and kind.columns == _OF_ANY else made,
    }


def partial(obj: Obj, form: Form) -> dict[str, Any]:
    return {"kind": "PartialObjectMetadata", "apiVersion": form.meta_version, "metadata": obj["metadata"]}
