"""Which fields differ between two moments of an object, and who is told to have changed it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.change import ChangeType, Fact
from cluster.comparing import Act, differences
from cluster.machinery.differences import fields
from cluster.machinery.objects import Key, Obj, copy

PORTS = [{"name": "http", "port": 80}, {"name": "https", "port": 443}]

ROWS: list[tuple[str, Obj, Obj, list[tuple[str, Any, Any]]]] = [
    ("a value", {"spec": {"replicas": 3}}, {"spec": {"replicas": 5}}, [(".spec.replicas", 3, 5)]),
    ("one that came", {"spec": {}}, {"spec": {"a": {"b": 1}}}, [(".spec.a", None, {"b": 1})]),
    ("one that went", {"spec": {"a": 1}}, {"spec": {}}, [(".spec.a", 1, None)]),
    (
        "a name that needs quotes",
        {"metadata": {"labels": {"app.kubernetes.io/name": "a"}}},
        {"metadata": {"labels": {"app.kubernetes.io/name": "b"}}},
        [(".metadata.labels['app.kubernetes.io/name']", "a", "b")],
    ),
    ("items that only moved", {"ports": PORTS}, {"ports": PORTS[::-1]}, []),
    (
        "an item of a list that has names",
        {"containers": [{"name": "a", "image": "x:1"}, {"name": "b"}]},
        {"containers": [{"name": "a", "image": "x:2"}]},
        [('.containers[name="a"].image', "x:1", "x:2"), ('.containers[name="b"]', {"name": "b"}, None)],
    ),
    ("a list of texts", {"args": ["a", "b"]}, {"args": ["b"]}, [(".args", ["a", "b"], ["b"])]),
    (
        "a list without names",
        {"endpoints": [{"addresses": ["10.0.0.1"]}]},
        {"endpoints": [{"addresses": ["10.0.0.1"]}, {"addresses": ["10.0.0.2"]}]},
        [(".endpoints[1]", None, {"addresses": ["10.0.0.2"]})],
    ),
    (
        "what every write brings with it",
        {"metadata": {"resourceVersion": "1", "managedFields": [1]}},
        {"metadata": {"resourceVersion": "2"}},
        [],
    ),
    (
        "a node's heartbeats",
        {"conditions": [{"type": "Ready", "status": "True", "lastHeartbeatTime": "1"}]},
        {"conditions": [{"type": "Ready", "status": "False", "lastHeartbeatTime": "2"}]},
        [('.conditions[type="Ready"].status', "True", "False")],
    ),
    (
        "a Secret's values",
        {"kind": "Secret", "data": {"a": "eA==", "b": "eA=="}},
        {"kind": "Secret", "data": {"a": "eQ==", "c": "eA=="}},
        [
            (".data.a", "*** (before)", "*** (after)"),
            (".data.b", "*** (before)", None),
            (".data.c", None, "*** (after)"),
        ],
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_each_difference_stands_under_its_path(
    what: str, old: Obj, new: Obj, expected: list[tuple[str, Any, Any]]
) -> None:
    assert [tuple(field) for field in fields(old, new)] == expected


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "a", "b"]), inner, max_size=3),
    max_leaves=8,
)


@given(old=VALUES, new=VALUES)
def test_what_is_equal_differs_in_nothing_and_a_difference_is_told_both_ways(old: Any, new: Any) -> None:
    assert fields({"spec": old}, {"spec": copy({"x": old})["x"]}) == []
    there, back = fields({"spec": old}, {"spec": new}), fields({"spec": new}, {"spec": old})
    assert sorted((each.path, str(each.before), str(each.after)) for each in there) == sorted(
        (each.path, str(each.after), str(each.before)) for each in back
    )


def fact(revision: int, type_: ChangeType, name: str, author: str = "ada", cause: str = "apply") -> Fact:
    return Fact(revision, type_, Key("", "pods", "default", name), -1, 0, author, cause, 0.0, 0.0)


def pod(uid: str, **more: Any) -> Obj:
    return {"kind": "Pod", "metadata": {"uid": uid, **more}}


MOUNT = {"mountPath": "/var/run", "name": "kube-api-access-abcde"}
NOISE: list[tuple[str, Obj, Obj, list[str] | None]] = [
    (
        "times of a status alone",
        {"status": {"conditions": [{"type": "Available", "lastUpdateTime": "2026-01-01T00:00:00Z"}]}},
        {"status": {"conditions": [{"type": "Available", "lastUpdateTime": "2026-01-01T00:09:00Z"}]}},
        None,
    ),
    (
        "a time beside what it follows from",
        {"status": {"phase": "Pending", "startTime": "2026-01-01T00:00:00Z"}},
        {"status": {"phase": "Running", "startTime": "2026-01-01T00:09:00Z"}},
        [".status.phase"],
    ),
    (
        "a lease that is renewed",
        {"spec": {"renewTime": "2026-01-01T00:00:00.000000Z"}},
        {"spec": {"renewTime": "2026-01-01T00:09:00.000000Z"}},
        None,
    ),
    (
        "a time that somebody wrote",
        {"metadata": {"annotations": {"restartedAt": "2026-01-01T00:00:00Z"}}},
        {"metadata": {"annotations": {"restartedAt": "2026-01-01T00:09:00Z"}}},
        [".metadata.annotations.restartedAt"],
    ),
    (
        "a volume that got another name",
        {"spec": {"volumes": [{"name": "kube-api-access-abcde"}], "containers": [{"volumeMounts": [MOUNT]}]}},
        {
            "spec": {
                "volumes": [{"name": "kube-api-access-fghij"}],
                "containers": [{"volumeMounts": [{**MOUNT, "name": "kube-api-access-fghij"}]}],
            }
        },
        None,
    ),
]


@pytest.mark.parametrize(("what", "old", "new", "told"), NOISE, ids=[row[0] for row in NOISE])
def test_what_says_nothing_is_left_out(what: str, old: Obj, new: Obj, told: list[str] | None) -> None:
    found = differences([fact(1, "MODIFIED", "a")], {Key("", "pods", "default", "a"): (old, new)})
    assert [[field.path for field in each.fields] for each in found] == ([] if told is None else [told])


def test_every_object_is_told_once_with_all_who_changed_it() -> None:
    told = [
        fact(1, "ADDED", "new"),
        fact(2, "MODIFIED", "both", "kubelet", "report"),
        fact(3, "MODIFIED", "both"),
        fact(4, "MODIFIED", "both", "kubelet", "report"),
        fact(5, "DELETED", "old"),
        fact(6, "DELETED", "again"),
        fact(7, "ADDED", "again"),
        fact(8, "ADDED", "brief"),
        fact(9, "DELETED", "brief"),
        fact(10, "MODIFIED", "back"),
        fact(11, "MODIFIED", "back"),
    ]
    key = {name: Key("", "pods", "default", name) for name in ("new", "both", "old", "again", "brief", "back")}
    pairs: dict[Key, tuple[Obj | None, Obj | None]] = {
        key["new"]: (None, pod("1")),
        key["both"]: (pod("2", name="x"), pod("2", name="y")),
        key["old"]: (pod("3"), None),
        key["again"]: (pod("4"), pod("5")),
        key["brief"]: (None, None),
        key["back"]: (pod("6"), pod("6")),
    }
    found = {each.key.name: each for each in differences(told, pairs)}
    assert {name: each.what for name, each in found.items()} == {
        "again": "replaced",
        "both": "changed",
        "new": "created",
        "old": "deleted",
    }
    assert {each.kind for each in found.values()} == {"Pod"}
    assert found["both"].acts == (Act("ada", "apply", 1, 3), Act("kubelet", "report", 2, 4))
    assert found["both"].changes == 3
    assert [field.path for field in found["again"].fields] == [".metadata.uid"]
