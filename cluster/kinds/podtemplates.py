"""PodTemplate: a template that stands by itself. Nothing makes pods of it."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.kinds.cells import NAME, labels_text, of_containers
from cluster.kinds.kind import Column, Kind
from cluster.kinds.podtemplate import default_template, validate_template
from cluster.machinery.errors import Cause
from cluster.machinery.objects import GroupResource, Obj

_KIND = GroupResource("", "podtemplates")


def _default(obj: Obj) -> None:
    default_template(obj.setdefault("template", {}))


def _validate(obj: Obj) -> Iterator[Cause]:
    yield from validate_template("template", obj["template"])


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
        Column("Containers", of_containers(_KIND, "name")),
        Column("Images", of_containers(_KIND, "image")),
        Column("Pod Labels", _labels),
    ),
)
