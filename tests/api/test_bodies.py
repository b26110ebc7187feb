"""Bodies become objects, or are refused in the API server's words; what a type does not have goes, told or not."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cluster.api.bodies import decode, decode_apply, decode_patch
from cluster.kinds import by_kind
from cluster.kinds.kind import Kind
from cluster.machinery.errors import ApiError

JSON, YAML = "application/json", "application/yaml"


def _kind(name: str = "Service") -> Kind:
    found = by_kind("v1", name)
    assert found is not None
    return found


TWICE = (
    b'{"kind": "Service", "metadata": {"name": "a", "name": "b"}, "spec": {"foo": 1, "ports": [{"port": 80, "x": 2}]}}'
)
TWICE_YAML = b"kind: Service\nmetadata:\n  name: a\n  name: b\nspec: {foo: 1}\n"


def test_ignore_drops_without_a_word() -> None:
    obj, told = decode(TWICE, JSON, _kind(), "Ignore")
    assert obj == {
        "kind": "Service",
        "metadata": {"name": "b"},
        "spec": {"ports": [{"port": 80}]},
        "apiVersion": "v1",
    }
    assert told == []


def test_warn_drops_and_tells() -> None:
    obj, told = decode(TWICE, JSON, _kind(), "Warn")
    assert obj["spec"] == {"ports": [{"port": 80}]}
    assert told == ['duplicate field "metadata.name"', 'unknown field "spec.foo"', 'unknown field "spec.ports[0].x"']


def test_strict_refuses() -> None:
    with pytest.raises(ApiError) as refused:
        decode(TWICE, JSON, _kind(), "Strict")
    assert refused.value.message == (
        'Service in version "v1" cannot be handled as a Service: strict decoding error: duplicate field '
        '"metadata.name", unknown field "spec.foo", unknown field "spec.ports[0].x"'
    )


def test_faults_are_told_as_one_comes_upon_them() -> None:
    body = b"""{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {
        "unknown1": 1, "dupe": 1, "dupe": 2, "type": "ClusterIP", "type": "ClusterIP",
        "ports": [{"port": 80, "nested": 1, "name": "x", "name": "y"}]}}"""
    obj, told = decode(body, JSON, _kind(), "Warn")
    assert obj["spec"] == {"type": "ClusterIP", "ports": [{"port": 80, "name": "y"}]}
    assert told == [
        'unknown field "spec.unknown1"',
        'unknown field "spec.dupe"',
        'duplicate field "spec.type"',
        'unknown field "spec.ports[0].nested"',
        'duplicate field "spec.ports[0].name"',
    ]


def test_yaml_is_told_by_line() -> None:
    obj, told = decode(TWICE_YAML, YAML, _kind(), "Warn")
    assert obj["metadata"] == {"name": "b"}
    assert told == ['yaml: unmarshal errors:\n  line 4: key "name" already set in map', 'unknown field "spec.foo"']


@pytest.mark.parametrize(
    ("body", "media", "message"),
    [
        (
            b"[1]",
            JSON,
            "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type",
        ),
        (b'{"kind": 5}', JSON, "json: cannot unmarshal number into Go struct field .kind of type string"),
        (b'{"kind": "Nope"}', JSON, 'no kind "Nope" is registered for version "v1" in scheme'),
        (b'{"kind": "Pod"}', JSON, "converting (v1.Pod) to (core.Service): unknown conversion"),
        (b"a: b: c\n", YAML, "yaml: mapping values are not allowed in this context"),
        (b"a:\n  - b\n c: d\n", YAML, "yaml: line 2: did not find expected key"),
        (b'{"a": 1}' * 20, JSON, '({"a": 1}{"a": 1}{"a": 1}{"a":  ...)'),
    ],
)
def test_what_is_no_object_is_refused(body: bytes, media: str, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        decode(body, media, _kind(), "Warn")
    assert refused.value.code == 400
    assert message in refused.value.message


def test_depth_is_bounded() -> None:
    for body in (b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 100_000):
        with pytest.raises(ApiError) as refused:
            decode(body, JSON, _kind(), "Strict")
        assert refused.value.code == 400


@pytest.mark.parametrize(
    ("body", "how", "found"),
    [
        ({"a": 1}, "merge", ()),
        (b'{"a": 1, "a": 2}', "merge", ('duplicate field "a"',)),
        (b'[{"op": "add", "op": "add", "path": "/a", "x": 1}]', "json", (
            'json patch duplicate field "[0].op"', 'json patch unknown field "[0].x"',
        )),
    ],
)  # fmt: skip
def test_a_patch_tells_what_is_wrong_with_its_text(body: Any, how: str, found: tuple[str, ...]) -> None:
    text = body if isinstance(body, bytes) else orjson.dumps(body)
    assert decode_patch(text, how, "Warn").found == found
    assert decode_patch(text, how, "Ignore").found == ()


def test_an_applied_configuration_is_yaml() -> None:
    assert decode_apply(b"kind: Service\nmetadata: {name: a}\n") == ({"kind": "Service", "metadata": {"name": "a"}}, [])
    twice = b"kind: Service\nkind: Service\n"
    told = 'error converting YAML to JSON: yaml: unmarshal errors:\n  line 2: key "kind" already set in map'
    assert decode_apply(twice, "Warn") == ({"kind": "Service"}, [told])
    with pytest.raises(ApiError, match="error strict decoding YAML: error converting YAML to JSON"):
        decode_apply(twice, "Strict")
    with pytest.raises(
        ApiError, match="error decoding YAML: error converting YAML to JSON: yaml: line 1: did not find"
    ):
        decode_apply(b"a: [")


def test_what_no_type_bounds_is_bounded() -> None:
    entry = {"manager": "m", "operation": "Update", "apiVersion": "v1", "fieldsType": "FieldsV1", "fieldsV1": "HERE"}
    deep = b'{"f:a":' * 600 + b"{}" + b"}" * 600
    body = orjson.dumps({"metadata": {"name": "a", "managedFields": [entry]}}).replace(b'"HERE"', deep)
    for read in (
        lambda: decode(body, JSON, _kind(), "Warn"),
        lambda: decode_patch(body, "merge", "Warn"),
        lambda: decode_apply(body),
    ):
        with pytest.raises(ApiError, match="the object is nested too deeply"):
            read()


@pytest.mark.parametrize("body", [b"[]", b"5", b'{"metadata": 5}', b"metadata: [a]"])
def test_a_configuration_is_an_object_with_metadata(body: bytes) -> None:
    with pytest.raises(ApiError, match="error decoding YAML: json: cannot unmarshal"):
        decode_apply(body)
