"""docs/compatibility.md tells of the kinds as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.kinds import KINDS
from cluster.kinds.kind import EVERY_VERB, Kind

_PAGE = Path(__file__).parents[1] / "docs" / "compatibility.md"
_HEADER = "| kind | served as | verbs | subresources | what follows |"
WORDS = {"lives", "decides", "kept", "answered"}


def _rows() -> dict[str, list[str]]:
    lines = _PAGE.read_text().splitlines()
    found = {}
    for line in lines[lines.index(_HEADER) + 2 :]:
        if not line.startswith("|"):
            break
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert cells[0] not in found, f"{cells[0]} is told of twice"
        found[cells[0]] = cells[1:]
    return found


ROWS = _rows()


def _verbs(kind: Kind) -> str:
    missing = [verb for verb in EVERY_VERB if verb not in kind.verbs]
    if not missing:
        return "all"
    return f"all but {', '.join(missing)}" if len(missing) < 3 else ", ".join(kind.verbs)


def test_every_kind_is_told_of() -> None:
    assert list(ROWS) == sorted(kind.kind for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=[kind.kind for kind in KINDS])
def test_as_it_is(kind: Kind) -> None:
    served, verbs, subresources, follows = ROWS[kind.kind]
    assert served == ", ".join(f"`{version}`" for version in kind.every_version)
    assert verbs == _verbs(kind)
    assert subresources == ", ".join(each.name for each in kind.all_subresources)
    assert follows in WORDS
    assert (follows == "answered") == (not kind.stored)
