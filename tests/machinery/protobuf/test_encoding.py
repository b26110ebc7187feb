"""Writing is the inverse of reading: for what kubectl sent, and for what it does not happen to send."""

from __future__ import annotations

import base64
import struct
from typing import Any

import pytest

from cluster.machinery.protobuf import decode
from cluster.machinery.protobuf.encoding import encode, encodes, frame, message
from cluster.machinery.protobuf.fill import Decoding
from cluster.machinery.protobuf.wire import Counted, fields, octets
from tests.machinery.protobuf.test_decode import RECORDED

META = {"name": "x", "creationTimestamp": None}


@pytest.mark.parametrize("sent", RECORDED, ids=lambda sent: f"{sent['kubectl'][-1]} {sent['command']}")
def test_what_kubectl_sent_is_read_again_as_it_was(sent: dict[str, Any]) -> None:
    decoded = decode(base64.b64decode(sent["body"])).obj
    assert decode(encode(decoded)).obj == decoded


@pytest.mark.parametrize(
    ("api_version", "kind", "rest"),
    [
        ("v1", "Secret", {"data": {"a": "AAEC"}, "immutable": False}),
        ("coordination.k8s.io/v1", "Lease", {"spec": {"renewTime": "2026-11-23T05:48:07.405729Z"}}),
        ("v1", "Service", {"spec": {"ports": [{"port": 80, "targetPort": "web"}, {"port": 81, "targetPort": 8081}]}}),
        ("v1", "Event", {"involvedObject": {}, "source": {}, "count": -1}),
        ("v1", "Pod", {"metadata": {**META, "creationTimestamp": "2026-11-23T05:48:07Z", "labels": {"ä": "€"}}}),
        ("v1", "PersistentVolume", {"spec": {"capacity": {"storage": "1Gi"}}}),
        ("autoscaling/v1", "Scale", {"spec": {"replicas": 3}, "status": {"replicas": 2, "selector": "a=b"}}),
    ],
)
def test_each_form_of_value(api_version: str, kind: str, rest: dict[str, Any]) -> None:
    obj = {"apiVersion": api_version, "kind": kind, "metadata": dict(META), **rest}
    read = decode(encode(obj)).obj
    assert {part: value for part, value in _known(read, obj).items() if part != "metadata"} == {
        part: value for part, value in obj.items() if part != "metadata"
    }


def _known(read: Any, wanted: Any) -> Any:
    """Only what was written: reading fills in what Go's JSON always shows."""
    if isinstance(wanted, dict):
        return {part: _known(read.get(part), value) for part, value in wanted.items()}
    if isinstance(wanted, list):
        return [_known(one, other) for one, other in zip(read, wanted, strict=True)]
    return read


@pytest.mark.parametrize(
    "schema",
    [{"items": {"type": "a"}}, {"additionalProperties": False}, {"dependencies": {"a": ["b"]}}, {"enum": ["x", 1]}],
)
def test_what_is_one_of_two_things_in_a_schema(schema: dict[str, Any]) -> None:
    name = "apiextensions.v1.JSONSchemaProps"
    assert Decoding(Counted()).message(name, memoryview(message(name, schema))) == schema


def test_a_list_holds_its_items_and_where_it_goes_on() -> None:
    items = [{"metadata": {"name": "a"}}, {"metadata": {"name": "b"}}]
    about = {"resourceVersion": "7", "continue": "token", "remainingItemCount": 2}
    written = encode({"apiVersion": "v1", "kind": "PodList", "metadata": about, "items": items})
    raw = next(value for number, _, value in fields(memoryview(written)[4:]) if number == 2)
    assert isinstance(raw, memoryview)
    (first, *rest) = [value for _, _, value in fields(raw)]
    assert isinstance(first, memoryview)
    assert Decoding(Counted()).message("meta.v1.ListMeta", first) == about
    assert len(rest) == 2


def test_an_event_of_a_watch_says_its_length_first() -> None:
    status = {"apiVersion": "v1", "kind": "Status", "metadata": {}, "status": "Failure", "code": 410}
    written = frame("ERROR", status)
    assert struct.unpack(">I", written[:4]) == (len(written) - 4,)
    words = [octets("type", wire, value) for number, wire, value in fields(memoryview(written)[4:]) if number == 1]
    assert [bytes(word) for word in words] == [b"ERROR"]


def test_a_custom_kind_has_no_such_form() -> None:
    assert not encodes("example.com/v1", "Gadget")
    with pytest.raises(KeyError):
        encode({"apiVersion": "example.com/v1", "kind": "Gadget"})
