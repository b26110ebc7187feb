"""Strategic merge and kubectl's three-way apply: tables, laws, and kubectl itself where there is one."""

from __future__ import annotations

import shutil
import subprocess
import warnings
from pathlib import Path
from typing import Any

import orjson
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery import patch, schema
from cluster.machinery.errors import ApiError, Invalid
from cluster.machinery.objects import Obj, copy
from tests.kinds.recorded import recording

TABLE: list[Obj] = yaml.safe_load((Path(__file__).parents[1] / "data" / "strategic.yaml").read_text())
_MERGES = [row for row in TABLE if "patch" in row]
_APPLIES = [row for row in TABLE if "new" in row]


def _whole(kind: str, part: Obj) -> Obj:
    api_version, _, name = kind.rpartition("/")
    return {"apiVersion": api_version, "kind": name, "metadata": {"name": "x", **part.get("metadata", {})}} | {
        key: value for key, value in part.items() if key != "metadata"
    }


def _schema(kind: str) -> patch.Schema:
    api_version, _, name = kind.rpartition("/")
    return schema.patch_schema(api_version, name)


@pytest.mark.parametrize("row", _MERGES, ids=[row["name"] for row in _MERGES])
def test_strategic(row: Obj) -> None:
    target = _whole(row["kind"], row["target"])
    before = copy(target), copy(row["patch"])
    if "error" in row:
        with pytest.raises(ApiError) as refused:
            patch.strategic(target, row["patch"], _schema(row["kind"]))
        assert refused.value.message == row["error"]
    else:
        merged = patch.strategic(target, row["patch"], _schema(row["kind"]))
        assert merged == _whole(row["kind"], row["result"])
    assert (target, row["patch"]) == before


@pytest.mark.parametrize("row", _APPLIES, ids=[row["name"] for row in _APPLIES])
def test_three_way(row: Obj) -> None:
    last, new, current = (_whole(row["kind"], row[each]) for each in ("last", "new", "current"))
    before = copy(last), copy(new), copy(current)
    assert patch.three_way(last, new, current, _schema(row["kind"])) == _whole(row["kind"], row["result"])
    assert (last, new, current) == before


def test_the_recorded_misfit() -> None:
    case = next(case for case in recording("errors.json")["cases"] if case["name"] == "strategic-bad")
    target = _whole("v1/Service", {"spec": {"ports": [{"port": 80}]}})
    with pytest.raises(Invalid) as refused:
        patch.strategic(target, case["request"], _schema("v1/Service"))
    assert refused.value.message == case["response"]["message"]


# Objects small enough to meet: two ports, three labels, finalizers. Values that a three-way merge tells apart.
_PORTS = st.lists(
    st.fixed_dictionaries(
        {"port": st.integers(80, 83)}, optional={"name": st.sampled_from("ab"), "nodePort": st.just(1)}
    ),
    max_size=3,
    unique_by=lambda port: port["port"],
)
_MAPS = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xy"), max_size=3)


@st.composite
def _services(draw: st.DrawFn) -> Obj:
    spec: Obj = {"ports": draw(_PORTS), "selector": draw(_MAPS)}
    metadata: Obj = {"name": "x", "labels": draw(_MAPS)}
    metadata["finalizers"] = draw(st.lists(st.sampled_from("abc"), max_size=3, unique=True))
    for holder, key in ((spec, "ports"), (spec, "selector"), (metadata, "labels"), (metadata, "finalizers")):
        if draw(st.integers(0, 3)) == 0:
            del holder[key]
    return {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec}


_SERVICE = _schema("v1/Service")


@given(_services())
def test_applying_what_is_there_changes_nothing(service: Obj) -> None:
    assert patch.three_way(service, service, service, _SERVICE) == service


@given(_services(), _services(), _services())
def test_applying_twice_is_applying_once(last: Obj, new: Obj, current: Obj) -> None:
    once = patch.three_way(last, new, current, _SERVICE)
    assert patch.three_way(new, new, once, _SERVICE) == once


@given(_services(), _services(), _services())
def test_what_is_wanted_is_there_and_only_what_was_applied_goes(last: Obj, new: Obj, current: Obj) -> None:
    result = patch.three_way(last, new, current, _SERVICE)
    assert _nodes(new) <= _nodes(result)
    dropped = {path for path, _ in _nodes(last)} - {path for path, _ in _nodes(new)}
    gone = {path for path, _ in _nodes(current)} - {path for path, _ in _nodes(result)}
    # With a part that was applied and is wanted no more goes all that others put into it.
    assert [path for path in gone if not any(path[:length] in dropped for length in range(1, len(path) + 1))] == []


def _nodes(value: Any, path: tuple[str, ...] = ()) -> set[tuple[tuple[str, ...], Any]]:
    """Everything with its path; ports go by their number, finalizers by themselves, so that order does not matter."""
    inner: list[tuple[str, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = [(str(each["port"]) if isinstance(each, dict) else each, each) for each in value]
    shown = value if not isinstance(value, dict | list) else type(value).__name__
    return {(path, shown)} | {node for name, each in inner for node in _nodes(each, (*path, name))}


@given(_services(), _services())
def test_laying_an_object_over_another_twice_is_once(target: Obj, change: Obj) -> None:
    once = patch.strategic(target, change, _SERVICE)
    assert patch.strategic(once, change, _SERVICE) == once


def test_a_long_list_is_merged_in_linear_time() -> None:
    """20,000 ports over 20,000 others: with a search in a list for each it would take minutes."""
    ports = [{"port": number} for number in range(20_000)]
    target = _whole("v1/Service", {"spec": {"ports": ports}})
    merged = patch.strategic(target, {"spec": {"ports": [{"port": n + 10_000} for n in range(20_000)]}}, _SERVICE)
    assert len(merged["spec"]["ports"]) == 30_000


def test_a_kind_nobody_described_merges_maps_and_replaces_lists() -> None:
    merged = patch.strategic({"a": {"b": 1}, "c": [{"name": 1}]}, {"a": {"d": 2}, "c": [{"name": 2}]}, patch.UNTYPED)
    assert merged == {"a": {"b": 1, "d": 2}, "c": [{"name": 2}]}


@pytest.mark.parametrize("row", _MERGES, ids=[row["name"] for row in _MERGES])
def test_as_kubectl(row: Obj, tmp_path: Path) -> None:
    """kubectl holds the same code as the API server. It leaves nulls in new parts, which the server then drops."""
    kubectl = shutil.which("kubectl")
    if kubectl is None or row.get("kubectl") is False:
        if kubectl is None:
            warnings.warn("NO KUBECTL: strategic merge is not compared with it", stacklevel=1)
        pytest.skip("NOT COMPARED: no kubectl here" if kubectl is None else "kubectl differs, see the row")
    (tmp_path / "target.json").write_bytes(orjson.dumps(_whole(row["kind"], row["target"])))
    text = orjson.dumps(row["patch"]).decode()
    command = [kubectl, "patch", "--local", "-f", str(tmp_path / "target.json"), "-p", text, "-o", "json"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if "error" in row:
        assert ran.returncode != 0
        assert row["error"].split()[0] in ran.stderr
    else:
        assert ran.returncode == 0, ran.stderr
        assert _clean(orjson.loads(ran.stdout)) == _clean(_whole(row["kind"], row["result"]))


def _clean(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items() if each is not None and key != "$retainKeys"}
    return [_clean(each) for each in value] if isinstance(value, list) else value
