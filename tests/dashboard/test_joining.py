"""Several files as one text, and which line of which file a line of it is."""

from __future__ import annotations

import pytest

from cluster.machinery.errors import BadRequest
from dashboard.clusters.joining import Places, joined, titles

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
    assert Places(text).of(line) == place


def test_a_document_is_counted_where_its_file_has_several() -> None:
    text = joined("", [("a.yaml", b"# so\n---\nkind: A\n---\nkind: B\n"), FILES[1]])
    assert text.split("\n")[5] == "kind: B"
    assert [Places(text).of(line) for line in (4, 6, 9)] == [
        "a.yaml, document 1, line 3",
        "a.yaml, document 2, line 5",
        "b c.json, line 1",
    ]


def test_the_files_of_a_text_are_told() -> None:
    assert titles(joined("kind: X", FILES)) == [(3, "a.yaml"), (7, "b c.json")]
    assert titles("# a.yaml\nkind: A\n# b.yaml\n") == [(1, "a.yaml")]


@pytest.mark.parametrize(
    ("name", "said"), [("kustomization.yaml", "kubectl kustomize"), ("Chart.yaml", "helm template")]
)
def test_a_recipe_is_refused_with_what_would_work(name: str, said: str) -> None:
    with pytest.raises(BadRequest, match=f"^{name} says how manifests are made: .*Run {said} on its folder"):
        joined("", [(name, b"resources: [web.yaml]")])


def test_bytes_of_zero_are_no_text() -> None:
    with pytest.raises(BadRequest, match=r"^x.yaml is no text: it holds bytes of zero.$"):
        joined("", [("x.yaml", b"a\0b")])
