"""PodTemplate: a template that stands by itself. Nothing makes pods of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cluster.kinds.cells import NAME, labels_text
from cluster.kinds.kind import Column, Kind
from cluster.kinds.podtemplate import default_template, validate_template
from cluster.machinery.errors import Cause
from cluster.machinery.objects import Obj


def _default(obj: Obj) -> None:
    default_template(obj.setdefault("template", {}))


def _validate(obj: Obj) -> Iterator[Cause]:
    yield from validate_template("template", obj["template"])


def _containers(obj: Obj, field: str) -> str:
    containers: list[dict[str, Any]] = ((obj.get("template") or {}).get("spec") or {}).get("containers") or []
    return ",".join(each.get(field, "") for each in containers)


def _labels(obj: Obj, now: float) -> str:
    return labels_text(((obj.get("template") or {}).get("metadata") or {}).get("labels"))


KIND = Kind(
    group="",
    version="v1",
    kind="PodTemplate",
    resource="podtemplates",
    singular="podtemplate",
    default=_default,
    validate=_validate,
    has_status=False,
    has_generation=True,
    columns=(
        NAME,
        Column("Containers", lambda obj, now: _containers(obj, "name")),
        Column("Images", lambda obj, now: _containers(obj, "image")),
        Column("Pod Labels", _labels),
    ),
)
