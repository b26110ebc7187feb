"""Whatever comes instead: a refusal in words, or an object that can be stored; soon, never Python's own exception."""

from __future__ import annotations

import base64
import random

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.errors import BadRequest
from cluster.machinery.protobuf import decode
from cluster.machinery.protobuf.fill import MOST_LEVELS
from cluster.machinery.protobuf.table import messages
from cluster.machinery.protobuf.wire import MOST_VALUES, PREFIX
from tests.machinery.protobuf.encoding import envelope, field, varint
from tests.machinery.protobuf.test_decode import RECORDED

POD = ("v1", "Pod")
ASKED_FOR = 'Pod in version "v1" cannot be handled as a Pod: '
TOO_LONG = varint(2 << 3 | 2) + varint(2**63)
FAULTS = [
    (
        b"",
        "the object provided is unrecognized (must be of type Pod): provided data does not appear to be a protobuf "
        "message, expected prefix [107 56 115 0] (<empty>)",
    ),
    (
        b'{"kind": "Pod", "apiVersion": "v1"}',
        "the object provided is unrecognized (must be of type Pod): provided data "
        'does not appear to be a protobuf message, expected prefix [107 56 115 0] ({"kind": "Pod", "apiVersion":  ...)',
    ),
    (PREFIX + b"\xff", "the object provided is unrecognized (must be of type Pod): unexpected EOF (6b387300ff)"),
    (
        PREFIX + b"\x08\x01",
        "the object provided is unrecognized (must be of type Pod): proto: wrong wireType = 0 for "
        "field TypeMeta (6b3873000801)",
    ),
    (envelope("v1", "Pod", b"\x0a"), ASKED_FOR + "unexpected EOF"),
    (envelope("v1", "Pod", b"\x0a\x05ab"), ASKED_FOR + "unexpected EOF"),
    (envelope("v1", "Pod", TOO_LONG), ASKED_FOR + "proto: negative length found during unmarshaling"),
    (envelope("v1", "Pod", b"\x0a" + b"\xff" * 11), ASKED_FOR + "proto: integer overflow"),
    (envelope("v1", "Pod", b"\x02\x00"), ASKED_FOR + "proto: illegal tag 0 (wire type 2)"),
    (envelope("v1", "Pod", b"\x0b"), ASKED_FOR + "proto: illegal wireType 3"),
    (envelope("v1", "Pod", field(1, 5)), ASKED_FOR + "proto: wrong wireType = 0 for field Metadata"),
    (envelope("v1", "Pod", field(2, field(11, "x"))), ASKED_FOR + "proto: wrong wireType = 2 for field HostNetwork"),
    (
        envelope("v1", "Pod", field(1, field(8, field(1, 2**62)))),
        ASKED_FOR + "the time in field creationTimestamp is outside of the years 1 to 9999",
    ),
    (
        envelope("v1", "Pod", field(1, field(17, field(7, field(1, "{"))))),
        ASKED_FOR + "field fieldsV1 does not hold JSON: ",
    ),
    (
        envelope("v1", "Cat", b""),
        'Cat in version "v1" cannot be handled as a Pod: no kind "Cat" is registered for version "v1"',
    ),
    (
        envelope("v9", "Pod", b""),
        'Pod in version "v9" cannot be handled as a Pod: no kind "Pod" is registered for version "v9"',
    ),
    (
        envelope("v1", "Pod", field(1, field(14, "")) * (MOST_VALUES // 2 + 1)),
        ASKED_FOR + f"more than {MOST_VALUES} values in one object",
    ),
]


@pytest.mark.parametrize(("body", "message"), FAULTS)
def test_what_is_wrong_is_said(body: bytes, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        decode(body, *POD)
    assert refused.value.message.startswith(message)


NOTHING = b"\x80\x01\x00" * 900_000
"""Fields that nobody knows, three bytes each."""
MANY = [
    PREFIX + NOTHING,
    PREFIX + field(1, NOTHING),
    envelope("v1", "Pod", NOTHING),
    envelope("v1", "Pod", field(1, field(8, NOTHING))),
    envelope("v1", "ResourceQuota", field(2, field(1, field(1, "cpu") + field(2, NOTHING)))),
    envelope("policy/v1", "PodDisruptionBudget", field(2, field(1, NOTHING))),
    envelope("v1", "Pod", field(2, field(14, field(4, b"\x01" * 900_000)))),
]


@pytest.mark.parametrize("body", MANY, ids=range(len(MANY)))
def test_no_more_is_read_than_an_object_can_have(body: bytes) -> None:
    with pytest.raises(BadRequest, match=f"more than {MOST_VALUES} values"):
        decode(body)


def nested(levels: int) -> bytes:
    """A JSON schema in a JSON schema in …"""
    schema = b""
    for _ in range(levels):
        schema = field(28, schema)
    version = field(4, field(1, schema))
    return envelope("apiextensions.k8s.io/v1", "CustomResourceDefinition", field(2, field(7, version)))


def test_levels_end_somewhere() -> None:
    assert decode(nested(MOST_LEVELS // 2)).kind == "CustomResourceDefinition"
    for levels in (MOST_LEVELS, 20_000):
        with pytest.raises(BadRequest, match=f"more than {MOST_LEVELS} messages inside each other"):
            decode(nested(levels))


def test_json_inside_may_not_be_deeper_than_json_can_be_written() -> None:
    with pytest.raises(BadRequest, match="cannot be written as JSON"):
        decode(envelope("apps/v1", "ControllerRevision", field(2, field(1, "[" * 300 + "]" * 300))))


def settles(body: bytes) -> None:
    try:
        decoded = decode(body)
    except BadRequest:
        return
    orjson.dumps(decoded.obj)


@given(st.sampled_from(RECORDED), st.randoms(use_true_random=False))
def test_damaged_recordings(sent: dict[str, str], dice: random.Random) -> None:
    body = bytearray(base64.b64decode(sent["body"]))
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(4, len(body))
        match dice.randrange(3):
            case 0:
                body[at] = dice.randrange(256)
            case 1:
                del body[at : at + dice.randint(1, 8)]
            case _:
                body[at:at] = dice.randbytes(dice.randint(1, 8))
        if len(body) < 6:
            break
    settles(bytes(body))


_ANYTHING = st.recursive(
    st.integers(-(2**63), 2**64 - 1) | st.binary(max_size=12),
    lambda inner: st.lists(st.tuples(st.integers(1, 45), inner), max_size=6).map(
        lambda found: b"".join(field(number, value) for number, value in found)
    ),
    max_leaves=40,
)
_KINDS = sorted(name for name in messages() if name.startswith(("core.v1.", "apiextensions.v1.", "batch.v1.")))


@given(st.sampled_from(_KINDS), st.lists(st.tuples(st.integers(1, 45), _ANYTHING), max_size=8))
def test_any_fields_in_any_message(message: str, given_: list[tuple[int, int | bytes]]) -> None:
    package, _, kind = message.rpartition(".")
    group, version = package.split(".")
    raw = b"".join(field(number, value) for number, value in given_)
    settles(envelope(version if group == "core" else f"{group}/{version}", kind, raw))
