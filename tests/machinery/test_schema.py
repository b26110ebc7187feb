"""The API types: every recorded object fits them, and misfits get the API server's words."""

from __future__ import annotations

import subprocess
import sys
import timeit
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from cluster.machinery import schema
from cluster.machinery.objects import Obj, copy
from tests.kinds.recorded import recording

_CASES = {case["name"]: case for case in recording("errors.json")["cases"]}
REFUSED = [
    "type-error-string-for-int",
    "type-error-int-for-string",
    "unknown-field-strict",
    "unknown-field-sts-strict",
    "duplicate-field-strict",
    "pod-resources-bad",
]


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_to_the_character(name: str) -> None:
    case = _CASES[name]
    text = case["request"] if isinstance(case["request"], str) else orjson.dumps(case["request"])
    obj = orjson.loads(text)
    error = schema.decode_error(obj["apiVersion"], obj["kind"], obj, duplicates=schema.duplicate_fields(text))
    assert error is not None
    assert error.status() == case["response"]


def test_what_is_not_strict_lets_unknown_fields_pass() -> None:
    obj = _CASES["unknown-field-warn"]["request"]
    assert schema.decode_error("v1", "Service", obj, strict=False) is None
    assert schema.unknown_fields("v1", "Service", obj) == ["spec.foo"]


def _objects(value: Any) -> Iterator[Obj]:
    if isinstance(value, dict):
        if "uid" in (value.get("metadata") or ()) and isinstance(value.get("kind"), str):
            yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


@pytest.mark.parametrize("name", ["defaults.json", "listwatch.json", "ssa.json"])
def test_every_recorded_object_fits(name: str) -> None:
    found = list(_objects(recording(name)))
    assert found
    for obj in found:
        assert schema.known(obj["apiVersion"], obj["kind"])
        assert schema.decode_error(obj["apiVersion"], obj["kind"], obj) is None


_FIELD = "json: cannot unmarshal {} into Go struct field {} of type {}"
# kind, object, path, message
MISFITS: list[tuple[str, Obj, str, str]] = [
    ("v1/Service", {"metadata": 5}, "metadata", _FIELD.format("number", "Service.metadata", "v1.ObjectMeta")),
    (
        "v1/Service",
        {"metadata": {"labels": {"app": 5}}},
        "metadata.labels.app",
        _FIELD.format("number", "ObjectMeta.metadata.labels", "string"),
    ),
    (
        "v1/Service",
        {"spec": {"ports": [{}, {"port": 1.5}]}},
        "spec.ports[1].port",
        _FIELD.format("number 1.5", "ServicePort.spec.ports.port", "int32"),
    ),
    (
        "v1/Service",
        {"spec": {"ports": [{"port": 2**31}]}},
        "spec.ports[0].port",
        _FIELD.format("number 2147483648", "ServicePort.spec.ports.port", "int32"),
    ),
    (
        "v1/Service",
        {"spec": {"ports": {"port": 80}}},
        "spec.ports",
        _FIELD.format("object", "ServiceSpec.spec.ports", "[]v1.ServicePort"),
    ),
    (
        "v1/Service",
        {"spec": {"ports": [{"targetPort": True}]}},
        "spec.ports[0].targetPort",
        _FIELD.format("bool", "ServicePort.spec.ports.targetPort", "int32"),
    ),
    (
        "v1/Service",
        {"spec": {"type": []}},
        "spec.type",
        _FIELD.format("array", "ServiceSpec.spec.type", "v1.ServiceType"),
    ),
    (
        "v1/Service",
        {"spec": {"publishNotReadyAddresses": "yes"}},
        "spec.publishNotReadyAddresses",
        _FIELD.format("string", "ServiceSpec.spec.publishNotReadyAddresses", "bool"),
    ),
    (
        "v1/Pod",
        {"spec": {"containers": [{"env": [{"name": "A", "value": 1}]}]}},
        "spec.containers[0].env[0].value",
        _FIELD.format("number", "EnvVar.spec.containers.env.value", "string"),
    ),
    (
        "v1/Secret",
        {"data": {"a": "aGk=", "b": "not base64!"}},
        "data.b",
        "illegal base64 data at input byte 3",
    ),
    (
        "v1/Pod",
        {"metadata": {"creationTimestamp": "yesterday"}},
        "metadata.creationTimestamp",
        'parsing time "yesterday" as "2006-01-02T15:04:05Z07:00": cannot parse "yesterday" as "2006"',
    ),
    (
        "v1/Pod",
        {"metadata": {"creationTimestamp": "2026-13-01T00:00:00Z"}},
        "metadata.creationTimestamp",
        'parsing time "2026-13-01T00:00:00Z": month out of range',
    ),
]


@pytest.mark.parametrize(("kind", "obj", "path", "message"), MISFITS, ids=[row[2] for row in MISFITS])
def test_misfits(kind: str, obj: Obj, path: str, message: str) -> None:
    api_version, _, name = kind.rpartition("/")
    assert schema.type_errors(api_version, name, obj) == [(path, message)]


def test_a_type_that_reads_itself_is_reported_first() -> None:
    obj = {"spec": {"containers": [{"name": 5, "resources": {"limits": {"cpu": "lots"}}}]}}
    assert [path for path, _ in schema.type_errors("v1", "Pod", obj)] == [
        "spec.containers[0].resources.limits.cpu",
        "spec.containers[0].name",
    ]


def test_nulls_fit_everywhere() -> None:
    obj = {"metadata": None, "spec": {"ports": [None, {"port": None, "targetPort": None}], "selector": None}}
    assert schema.decode_error("v1", "Service", obj) is None


def test_an_unknown_kind_has_nothing_to_be_wrong_about() -> None:
    assert not schema.known("example.com/v1", "Widget")
    assert schema.decode_error("example.com/v1", "Widget", {"spec": 5}) is None


@pytest.mark.parametrize(
    ("path", "type_"),
    [
        ("spec.ports[0].port", "int32"),
        ("spec.ports", "[]v1.ServicePort"),
        ("spec.type", "v1.ServiceType"),
        ("metadata.annotations[a.b/c]", "string"),
        ("metadata.creationTimestamp", "v1.Time"),
        ("spec.ports[0].targetPort", "int32"),
        ("spec.nope", None),
        ("spec.type.more", None),
    ],
)
def test_field_types(path: str, type_: str | None) -> None:
    assert schema.field_type("v1", "Service", path) == type_


def test_versions_of_a_kind() -> None:
    assert schema.versions("StatefulSet") == ["apps/v1"]
    assert schema.versions("Event") == ["events.k8s.io/v1", "v1"]
    assert schema.versions("Widget") == []


def test_duplicate_fields() -> None:
    text = '{"a": {"b": 1, "b": 2}, "c": [{"d": 1}, {"d": 1, "e": {}, "d": 2, "d": 3}], "a": {"b": 1, "b": 2}}'
    assert schema.duplicate_fields(text) == ["a", "a.b", "c[1].d"]


def _pod() -> Obj:
    pods = [obj for obj in _objects(recording("defaults.json")) if obj["kind"] == "Pod"]
    pod = max(pods, key=lambda obj: len(orjson.dumps(obj)))
    pod["metadata"].pop("managedFields", None)
    return pod


def test_checking_a_pod_is_quick() -> None:
    """Aim: 30 us, where copying the same pod by orjson takes 17. Measured against that: the machine may be busy."""
    pod = _pod()
    check = min(timeit.repeat(lambda: schema.decode_error("v1", "Pod", pod), number=100, repeat=20))
    copying = min(timeit.repeat(lambda: copy(pod), number=100, repeat=20))
    assert check < 5 * copying


def test_the_definitions_take_little_memory_and_time() -> None:
    program = (
        "import resource, time\n"
        "from cluster.machinery import schema\n"
        "size = lambda: int(open('/proc/self/statm').read().split()[1]) * resource.getpagesize()\n"
        "before, start = size(), time.process_time()\n"
        "assert schema.known('v1', 'Pod')\n"
        "print((size() - before) / 1e6, time.process_time() - start)\n"
    )
    if sys.platform != "linux":
        pytest.skip("NOT MEASURED: resident memory is read from /proc")
    output = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    megabytes, seconds = map(float, output.split())
    assert megabytes < 10
    assert seconds < 0.3
