"""The table against the API's schema: every kind is there, with every field, under its JSON name and of its type."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cluster.machinery import schema, shapes
from cluster.machinery.protobuf.table import Field, fields_of, message_of, messages

KINDS = sorted(
    (version, kind)
    for kind in {"DeleteOptions", *(name.rpartition(".")[2] for name in messages())}
    for version in schema.versions(kind)
    if message_of(version, kind)
)
SHAPES: dict[str, tuple[type[shapes.Shape], str]] = {
    "text": (shapes.Text, ""),
    "bool": (shapes.Flag, ""),
    "double": (shapes.Number, ""),
    "int32": (shapes.Whole, "int32"),
    "int64": (shapes.Whole, "int64"),
    "bytes": (shapes.Bytes, ""),
    "time": (shapes.Moment, "v1.Time"),
    "microtime": (shapes.Moment, "v1.MicroTime"),
    "quantity": (shapes.Amount, ""),
    "intorstring": (shapes.IntOrText, ""),
    "strings": (shapes.Items, ""),
}


def flat(message: str) -> Iterator[tuple[str, Field]]:
    """The fields as they stand in one JSON object."""
    for each in fields_of(message).values():
        if each.name:
            yield each.name, each
        else:
            yield from flat(each.type)


def differences(message: str, struct: shapes.Struct, seen: set[tuple[str, int]]) -> Iterator[str]:
    if (message, id(struct)) in seen:
        return
    seen.add((message, id(struct)))
    ours = dict(flat(message))
    theirs = {name: each.shape for name, each in struct.fields.items() if name not in ("apiVersion", "kind")}
    bare = {name for name in ("apiVersion", "kind") if name in ours}
    theirs |= {name: struct.fields[name].shape for name in bare}
    for name in ours.keys() ^ theirs.keys():
        yield f"{message}.{name} is only in the {'table' if name in ours else 'schema'}"
    for name in ours.keys() & theirs.keys():
        field, shape = ours[name], theirs[name]
        if field.shape != "one":
            if type(shape) is not (shapes.Items if field.shape == "list" else shapes.Table):
                yield f"{message}.{name} is no {field.shape} in the schema"
                continue
            assert isinstance(shape, shapes.Items | shapes.Table)
            shape = shape.each.shape
        if field.type in SHAPES:
            wanted, go = SHAPES[field.type]
            if type(shape) is not wanted or (go and shape.go != go):
                yield f"{message}.{name}: {field.type} in the table, {shape.go} in the schema"
        elif isinstance(shape, shapes.Struct):
            yield from differences(field.type, shape, seen)


@pytest.mark.parametrize(("api_version", "kind"), KINDS)
def test_a_kind_has_the_fields_that_the_schema_gives_it(api_version: str, kind: str) -> None:
    message, struct = message_of(api_version, kind), schema.patch_schema(api_version, kind)
    assert message is not None and isinstance(struct, shapes.Field) and isinstance(struct.shape, shapes.Struct)
    assert list(differences(message, struct.shape, set())) == []


def test_every_stable_kind_is_known() -> None:
    """Those that can be sent: not lists, nor what an API server alone says."""
    answers = {"WatchEvent", "Status", "APIGroup", "APIVersions"}
    stable = {
        (version, kind)
        for version, kind in schema._definitions().kinds
        if "alpha" not in version and "beta" not in version and not kind.endswith("List") and kind not in answers
    }
    assert {(version, kind) for version, kind in stable if message_of(version, kind) is None} == set()


def test_each_message_that_a_field_names_is_told() -> None:
    plain = {"text", "bool", "int32", "int64", "double", "bytes", *SHAPES, "raw"}
    named = {each.type for message in messages() for each in fields_of(message).values()} - plain
    assert named <= messages().keys()
