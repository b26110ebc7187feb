"""Which form a client wants its answer in, from the Accept header. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Literal, NamedTuple

from cluster.api.refusals import NotAcceptable

Shape = Literal["object", "table", "metadata"]
JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"


class Form(NamedTuple):
    media: str = JSON
    shape: Shape = "object"
    version: str = "v1"
    """Of meta.k8s.io, for tables and metadata."""

    @property
    def meta_version(self) -> str:
        return f"meta.k8s.io/{self.version}"


_SHAPES: dict[str, Shape] = {
    "Table": "table",
    "PartialObjectMetadata": "metadata",
    "PartialObjectMetadataList": "metadata",
}
_MEDIA = {
    JSON: JSON,
    YAML: YAML,
    "application/*": JSON,
    "*/*": JSON,
    "": JSON,
}


_LAST = {PROTOBUF: PROTOBUF}
"""Written for who takes nothing else: for us it is more work than JSON, and no client is better off with it."""


class Clause(NamedTuple):
    media: str
    parameters: dict[str, str]
    quality: float


@lru_cache(maxsize=256)
def clauses(accept: str) -> tuple[Clause, ...]:
    """The clauses of an Accept header, the most wanted first; of equal ones in the order given."""
    found = []
    for part in accept.split(","):
        media, *rest = (piece.strip() for piece in part.split(";"))
        pairs = [piece.partition("=") for piece in rest if piece]
        parameters = {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}
        try:
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            quality = 0.0
        if media or not accept.strip():
            found.append(Clause(media.lower(), parameters, quality))
    return tuple(sorted(found, key=lambda each: -each.quality))


@lru_cache(maxsize=256)
def form(accept: str, *, listed: bool = False, metadata_only: bool = True) -> Form:
    """The first form that the client takes and the server has. NotAcceptable.

    `listed`: asked of a collection. `metadata_only` False: what is asked for has no table and no metadata."""
    return _first(accept, _MEDIA, listed, metadata_only) or _first(accept, _LAST, listed, metadata_only) or _refused()


def _first(accept: str, known: Mapping[str, str], listed: bool, metadata_only: bool) -> Form | None:
    for clause in clauses(accept):
        if not clause.quality:
            continue
        media = known.get(clause.media)
        if media is None:
            continue
        wanted = clause.parameters.get("as")
        if wanted is None:
            return Form(media)
        shape = _SHAPES.get(wanted)
        version = clause.parameters.get("v", "")
        if clause.parameters.get("g") != "meta.k8s.io" or version not in ("v1", "v1beta1") or shape is None:
            continue
        if not metadata_only or (shape == "metadata" and listed != wanted.endswith("List")):
            continue
        if shape == "table" and media == PROTOBUF:
            continue
        return Form(media, shape, version)
    return None


def _refused() -> Form:
    raise NotAcceptable
