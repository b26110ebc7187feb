"""Several files as one text, and which line of which file a line of it is."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import BadRequest
from dashboard.clusters.joining import joined, place_in

FILES = [("a.yaml", b"kind: A\nname: a"), ("b c.json", b"{}\n")]


def test_each_file_stands_below_its_name() -> None:
    assert joined("kind: X", FILES) == "kind: X\n---\n# a.yaml\nkind: A\nname: a\n---\n# b c.json\n{}\n"
    assert joined(" ", FILES[:1]) == "kind: A\nname: a"


def test_what_is_no_text_is_named() -> None:
    with pytest.raises(BadRequest, match=r"^x.yaml is no text: byte 2 fits no UTF-8.$"):
        joined("", [("x.yaml", b"a\xff")])


@pytest.mark.parametrize(
    ("text", "line", "place"),
    [
        (joined("", FILES), 3, "a.yaml, line 2"),
        (joined("", FILES), 6, "b c.json, line 1"),
        (joined("kind: X", FILES), 1, ""),
        (joined("kind: X", FILES), 4, "a.yaml, line 1"),
        (joined("", FILES[:1]), 2, ""),
        ("# a comment.\nkind: A\n---\n# another\nkind: B", 5, ""),
        ("", 0, ""),
    ],
)
def test_a_line_is_found_in_its_file(text: str, line: int, place: str) -> None:
    assert place_in(text, line) == place
