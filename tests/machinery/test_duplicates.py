"""Keys that a JSON text gives twice are found wherever they stand, and never where they do not."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cluster.machinery.duplicates import duplicates


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1, "b": 2}', []),
        ('{"a": 1, "a": 2}', ["a"]),
        ('{"metadata": {"name": "x", "name": "y"}}', ["metadata.name"]),
        ('[{"a": 1}, {"a": {"b": 1, "b": 2}}]', ["[1].a.b"]),
        ('{"listen": ":8080", "other": ":"}', []),
        ('{"listen": ":8080", "listen": ":8080"}', ["listen"]),
        (r'{"a\"": 1, "b": "\": 2"}', []),
        (r'{"a\\": 1, "b": 1, "b": 2}', ["b"]),
        (r'{"a\\": 1, "b": ":"}', []),
    ],
)
def test_what_stands_twice(text: str, found: list[str]) -> None:
    assert duplicates(text.encode(), orjson.loads(text)) == found


keys = st.sampled_from(["a", "b", ":", '"', "\\", 'x":', "\\\\"])
trees = st.recursive(
    st.integers() | st.sampled_from([":", '":', '\\":', "\\"]),
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(keys, inner), max_size=4).map(tuple),
    max_leaves=12,
)


def _text(tree: Any) -> str:
    """As JSON; a tuple is an object of which keys may stand twice."""
    if isinstance(tree, tuple):
        return "{" + ", ".join(f"{json.dumps(key)}: {_text(each)}" for key, each in tree) + "}"
    return "[" + ", ".join(map(_text, tree)) + "]" if isinstance(tree, list) else json.dumps(tree)


def _doubles(tree: Any) -> bool:
    """Whether an object that the decoder keeps has a key twice."""
    if isinstance(tree, tuple):
        return len(dict(tree)) != len(tree) or any(_doubles(each) for each in dict(tree).values())
    return isinstance(tree, list) and any(map(_doubles, tree))


@given(trees)
def test_the_quick_look_misses_none_and_sees_none_too_many(tree: Any) -> None:
    text = _text(tree).encode()
    assert bool(duplicates(text, orjson.loads(text))) == _doubles(tree)
