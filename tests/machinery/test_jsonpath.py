from __future__ import annotations

from typing import Any

import pytest

from cluster.machinery import jsonpath

OBJ: dict[str, Any] = {
    "metadata": {"annotations": {"a.b/c": "z"}},
    "spec": {"list": [{"n": "x", "v": 1}, {"n": "y", "v": 2}, {"n": "z", "v": True}], "map": {"k": 1, "l": 2}},
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        (".spec.list[0].v", [1]),
        (".spec.list[-1].n", ["z"]),
        (".spec.list[0:2].n", ["x", "y"]),
        (".spec.list[*].v", [1, 2, True]),
        (".spec.map.*", [1, 2]),
        ('.spec.list[?(@.n=="y")].v', [2]),
        (".spec.list[?(@.v>1)].n", ["y"]),
        (".spec.list[?(@.v!=1)].n", ["y"]),
        (".spec.list[?(@.n=='none')].v", []),
        (".metadata.annotations.a\\.b/c", ["z"]),
        (".metadata.annotations['a.b/c']", ["z"]),
        ('{.metadata.annotations["a.b/c"]}', ["z"]),
        (".spec.nope.further[3]", []),
        (".spec.list.n", []),
        ("$.spec.map.k", [1]),
    ],
)
def test_paths_find_values(path: str, found: list[Any]) -> None:
    assert jsonpath.compile(path)(OBJ) == found


@pytest.mark.parametrize("path", ["spec", ".spec[", ".spec[x]", ".a[?(@.n==x y)]", ".spec[?(@)]"])
def test_a_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(jsonpath.PathError):
        jsonpath.compile(path)
