"""The kubectl commands beside the apply form."""

from __future__ import annotations

import pytest

from dashboard.clusters.commands import commands

FILES = "# a.yaml\nkind: A\n---\n# k/b c.yaml\nkind: B\n"
MANY = "---\n".join(f"# shop/{number}.yaml\nkind: A\n" for number in range(9))


@pytest.mark.parametrize(
    ("text", "whole", "words"),
    [
        ("kind: A\n", True, "-f -"),
        ("", True, "-f -"),
        (FILES, True, "-f a.yaml -f 'k/b c.yaml'"),
        (FILES, False, "-f -"),
        ("kind: X\n---\n" + FILES, True, "-f -"),
        (MANY, True, "-R -f shop"),
        (MANY + "---\n# other.yaml\nkind: B\n", True, "-R -f ."),
    ],
)
def test_files_are_named_as_long_as_they_are_few(text: str, whole: bool, words: str) -> None:
    assert commands(text, "default", whole=whole) == {
        "apply": f"kubectl apply {words}",
        "diff": f"kubectl diff {words}",
    }


def test_another_namespace_is_said() -> None:
    assert commands("kind: A\n", "shop", whole=True)["apply"] == "kubectl apply -f - -n shop"
