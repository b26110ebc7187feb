"""What kubectl really sent, and the forms it does not happen to send."""

from __future__ import annotations

import base64
import struct
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.machinery.protobuf import decode
from tests.machinery.protobuf.encoding import envelope, field, varint

RECORDED = yaml.safe_load((Path(__file__).parents[2] / "data/protobuf/kubectl.yaml").read_text())


@pytest.mark.parametrize("sent", RECORDED, ids=lambda sent: f"{sent['kubectl'][-1]} {sent['command']}")
def test_what_kubectl_sends_is_what_it_prints_as_json(sent: dict[str, Any]) -> None:
    decoded = decode(base64.b64decode(sent["body"]))
    assert decoded.obj == sent["json"]
    assert (decoded.api_version, decoded.kind) == (sent["json"]["apiVersion"], sent["json"]["kind"])


def inside(api_version: str, kind: str, raw: bytes) -> dict[str, Any]:
    obj = decode(envelope(api_version, kind, raw)).obj
    return {key: value for key, value in obj.items() if key not in ("apiVersion", "kind")}


META = field(1, field(1, "x"))
FORMS: list[tuple[str, str, bytes, dict[str, Any]]] = [
    # a delete's options come under the version of what is deleted
    (
        "apps/v1",
        "DeleteOptions",
        field(1, 0) + field(4, "Orphan"),
        {"gracePeriodSeconds": 0, "propagationPolicy": "Orphan"},
    ),
    (
        "v1",
        "DeleteOptions",
        field(2, field(1, "u-1")) + field(5, "All"),
        {"preconditions": {"uid": "u-1"}, "dryRun": ["All"]},
    ),
    (
        "policy/v1",
        "Eviction",
        META + field(2, field(1, 5)),
        {"metadata": {"name": "x"}, "deleteOptions": {"gracePeriodSeconds": 5}},
    ),
    ("autoscaling/v1", "Scale", META + field(2, field(1, 3)), {"metadata": {"name": "x"}, "spec": {"replicas": 3}}),
    (
        "v1",
        "Binding",
        META + field(2, field(1, "Node") + field(3, "n")),
        {"metadata": {"name": "x"}, "target": {"kind": "Node", "name": "n"}},
    ),
    # what is zero: left out, kept, or a number that somebody really set
    ("v1", "Service", field(2, field(1, field(3, 0) + field(5, 0))), {"spec": {"ports": [{"port": 0}]}}),
    ("apps/v1", "Deployment", field(2, field(1, 0) + field(5, 0)), {"spec": {"replicas": 0}}),
    ("v1", "Pod", field(2, field(11, 0) + field(21, 0)), {"spec": {"automountServiceAccountToken": False}}),
    (
        "v1",
        "Pod",
        field(2, field(1, field(1, "v") + field(2, field(2, b"")))),
        {"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}},
    ),
    # numbers below zero take ten bytes
    ("scheduling.k8s.io/v1", "PriorityClass", field(2, -5), {"value": -5}),
    ("v1", "Pod", field(2, field(5, -(2**63))), {"spec": {"activeDeadlineSeconds": -(2**63)}}),
    # single values that are messages
    ("v1", "Event", field(10, field(1, 1_700_000_000) + field(2, 7_000)), {"eventTime": "2023-11-14T22:13:20.000007Z"}),
    (
        "v1",
        "Event",
        field(6, field(1, 1_700_000_000) + field(2, 7)) + field(7, b""),
        {"firstTimestamp": "2023-11-14T22:13:20Z"},
    ),
    (
        "policy/v1",
        "PodDisruptionBudget",
        field(2, field(1, field(1, 1) + field(3, "50%"))),
        {"spec": {"minAvailable": "50%"}},
    ),
    (
        "v1",
        "LimitRange",
        field(2, field(1, field(2, field(1, "cpu") + field(2, field(1, "1500m"))))),
        {"spec": {"limits": [{"max": {"cpu": "1500m"}}]}},
    ),
    (
        "apps/v1",
        "ControllerRevision",
        field(2, field(1, '{"a": [1]}')) + field(3, 2),
        {"data": {"a": [1]}, "revision": 2},
    ),
    (
        "v1",
        "Secret",
        field(2, field(1, "k") + field(2, b"\xff")) + field(5, 0),
        {"data": {"k": "/w=="}, "immutable": False},
    ),
    (
        "v1",
        "ConfigMap",
        field(2, field(1, "empty")) + field(2, field(2, "no key")),
        {"data": {"empty": "", "": "no key"}},
    ),
    (
        "authorization.k8s.io/v1",
        "SubjectAccessReview",
        field(2, field(5, field(1, "scopes") + field(2, field(1, "a") + field(1, "b")))),
        {"spec": {"extra": {"scopes": ["a", "b"]}}},
    ),
    # a list of numbers, one by one and packed
    (
        "v1",
        "Pod",
        field(2, field(14, field(4, 1) + field(4, varint(2) + varint(300)))),
        {"spec": {"securityContext": {"supplementalGroups": [1, 2, 300]}}},
    ),
    # fields and texts this release does not know
    ("v1", "Namespace", META + field(500, "new") + field(501, 1), {"metadata": {"name": "x"}}),
    ("v1", "Namespace", field(1, field(1, b"a\xff")), {"metadata": {"name": "a�"}}),
    # the last one of a field that is there twice holds
    ("v1", "Namespace", field(1, field(1, "a") + field(1, "b")), {"metadata": {"name": "b"}}),
]


@pytest.mark.parametrize(("api_version", "kind", "raw", "expected"), FORMS)
def test_forms(api_version: str, kind: str, raw: bytes, expected: dict[str, Any]) -> None:
    assert inside(api_version, kind, raw) == expected


def test_a_custom_resource_definition_with_what_json_schema_lets_stand_for_each_other() -> None:
    text = field(5, "string")
    schema = (
        field(5, "object")
        + field(29, field(1, "one") + field(2, field(24, field(1, text)) + field(40, 1)))
        + field(29, field(1, "many") + field(2, field(24, field(2, text) + field(2, text))))
        + field(29, field(1, "open") + field(2, field(30, field(1, 1)) + field(38, 1)))
        + field(29, field(1, "shut") + field(2, field(30, field(1, 0) + field(2, text))))
        + field(29, field(1, "value") + field(2, field(8, field(1, "[1]")) + b"\x59" + struct.pack("<d", 0.5)))
        + field(32, field(1, "d") + field(2, field(2, "e")))
    )
    version = field(1, "v1") + field(2, 1) + field(3, 0) + field(4, field(1, schema))
    spec = inside("apiextensions.k8s.io/v1", "CustomResourceDefinition", field(2, field(7, version)))["spec"]
    text_schema = {"type": "string"}
    assert spec["versions"] == [
        {
            "name": "v1",
            "served": True,
            "storage": False,
            "schema": {
                "openAPIV3Schema": {
                    "type": "object",
                    "properties": {
                        "one": {"items": text_schema, "x-kubernetes-int-or-string": True},
                        "many": {"items": [text_schema, text_schema]},
                        "open": {"additionalProperties": True, "x-kubernetes-preserve-unknown-fields": True},
                        "shut": {"additionalProperties": text_schema},
                        "value": {"default": [1], "minimum": 0.5},
                    },
                    "dependencies": {"d": ["e"]},
                }
            },
        }
    ]


def test_the_path_says_what_it_is_where_the_body_does_not() -> None:
    decoded = decode(envelope("", "", META), "v1", "Namespace")
    assert decoded.obj == {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "x"}}
