"""JSON merge patch and JSON patch."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import patch
from cluster.machinery.errors import ApiError, BadRequest
from cluster.machinery.objects import Obj, copy
from tests.kinds.recorded import recording

_CASES = {case["name"]: case for case in recording("errors.json")["cases"]}
SERVICE: Obj = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "base", "labels": {"app": "base"}},
    "spec": {"clusterIP": "None", "ports": [{"port": 80, "name": "http"}]},
}

MERGES: list[tuple[Obj, Any, Obj]] = [  # RFC 7386's own table, where target and patch are objects
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("target", "change", "expected"), MERGES)
def test_merge(target: Obj, change: Any, expected: Obj) -> None:
    before = copy(target)
    assert patch.merge(target, change) == expected
    assert target == before


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
_OBJECTS = st.dictionaries(st.sampled_from("abc"), _JSON, max_size=3)


def _said(value: Any) -> Any:
    """Without nulls in objects: inside a list they stay or go by what stood there before, as the real one has it."""
    if isinstance(value, dict):
        return {name: _said(each) for name, each in value.items() if each is not None}
    return [_said(each) for each in value] if isinstance(value, list) else value


@given(_OBJECTS, _OBJECTS)
def test_merging_twice_is_merging_once(target: Obj, change: Obj) -> None:
    once = patch.merge(target, change)
    assert _said(patch.merge(once, change)) == _said(once)


def test_a_merge_patch_is_an_object() -> None:
    with pytest.raises(BadRequest, match="cannot unmarshal array into Go value of type map"):
        patch.merge(SERVICE, [])


@pytest.mark.parametrize("name", ["jsonpatch-test-fails", "jsonpatch-path-missing", "jsonpatch-bad"])
def test_json_patch_refuses_as_recorded(name: str) -> None:
    with pytest.raises(ApiError) as refused:
        patch.json_patch(SERVICE, _CASES[name]["request"])
    assert refused.value.status() == _CASES[name]["response"]


def test_json_patch_steps() -> None:
    steps = [
        {"op": "test", "path": "/metadata/name", "value": "base"},
        {"op": "add", "path": "/metadata/annotations", "value": {}},
        {"op": "add", "path": "/metadata/annotations/a~1b", "value": "x"},
        {"op": "replace", "path": "/spec/ports/0/port", "value": 81},
        {"op": "copy", "from": "/spec/ports/0", "path": "/spec/ports/-"},
        {"op": "move", "from": "/spec/ports/1/name", "path": "/spec/type"},
        {"op": "remove", "path": "/metadata/labels"},
    ]
    before = copy(SERVICE)
    assert patch.json_patch(SERVICE, steps) == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "base", "annotations": {"a/b": "x"}},
        "spec": {"clusterIP": "None", "type": "http", "ports": [{"port": 81, "name": "http"}, {"port": 81}]},
    }
    assert before == SERVICE


def test_json_patch_is_as_kind_as_the_servers() -> None:
    steps = [
        {"op": "replace", "path": "/data", "value": {"a": "b"}},
        {"op": "add", "path": "/nothing"},
        {"op": "test", "path": "/nowhere", "value": None},
        {"op": "copy", "from": "/nowhere", "path": "/none"},
        {"op": "add", "path": "/spec/ports/-1", "value": {"port": 1}},
        {"op": "remove", "path": "/spec/ports/-2"},
    ]
    made = patch.json_patch(SERVICE, steps)
    assert made["data"] == {"a": "b"}
    assert (made["nothing"], made["none"]) == (None, None)
    assert made["spec"]["ports"] == [{"port": 1}]


REJECTED: list[list[Obj]] = [
    [{"op": "nope", "path": "/a"}],
    [{"op": "add"}],
    [{"op": "copy", "path": "/a"}],
    [{"op": "add", "path": "no-slash", "value": 1}],
    [{"op": "add", "path": "/metadata/name/x", "value": 1}],
    [{"op": "add", "path": "/nope/x", "value": 1}],
    [{"op": "add", "path": "/spec/ports/99", "value": 1}],
    [{"op": "add", "path": "/spec/ports/x", "value": 1}],
    [{"op": "replace", "path": "", "value": 3}],
    [{"op": "move", "from": "/spec", "path": "/spec/ports"}],
]


@pytest.mark.parametrize("steps", REJECTED)
def test_json_patch_rejects(steps: list[Obj]) -> None:
    with pytest.raises(patch.Rejected):
        patch.json_patch(SERVICE, steps)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (["x"], "error decoding patch: json: cannot unmarshal string into Go value of type handlers.jsonPatchOp"),
        (
            [{"op": 3}],
            "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string",
        ),
    ],
)
def test_json_patch_that_is_none(steps: Any, message: str) -> None:
    with pytest.raises(BadRequest) as refused:
        patch.json_patch(SERVICE, steps)
    assert refused.value.message == message


def test_json_patch_is_bounded() -> None:
    step = {"op": "test", "path": "/kind", "value": "Service"}
    with pytest.raises(patch.TooLarge, match="10000, got 10001"):
        patch.json_patch(SERVICE, [step] * (patch.MOST_STEPS + 1))
    doubling = [{"op": "add", "path": "/a", "value": {"x": "y" * 1000}}]
    doubling += [{"op": "copy", "from": "/a", "path": f"/a/{index}"} for index in range(40)]
    with pytest.raises(patch.Rejected):
        patch.json_patch(SERVICE, doubling)
