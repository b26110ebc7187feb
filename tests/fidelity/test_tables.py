"""Tables and partial objects as the real control plane answered with them: columns, cells, and what stands in a row.

A cell that says how long ago something was depends on when it was asked: there must be one `now` that makes the whole
table come out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from cluster.kinds import KINDS
from cluster.kinds.cells import aged
from cluster.kinds.kind import Column, Kind
from cluster.machinery.objects import Obj, seconds
from tests.fidelity import golden
from tests.fidelity.wholes import TABLES as FILE
from tests.fidelity.wholes import identity, wholes

needs_recording = pytest.mark.skipif(bool(golden.absent(FILE)), reason=golden.absent(FILE))

RECORDED: dict[str, Any] = {
    title: each["body"] for title, each in (golden.load(FILE) or {"tables": {}})["tables"].items()
}
TABLES = {title: body for title, body in RECORDED.items() if body["kind"] == "Table" and not title.endswith("scale")}
PARTIALS = {title: body for title, body in RECORDED.items() if body["kind"] == "PartialObjectMetadataList"}

LONGEST = 3600
"""Seconds after the newest object within which the tables were asked for."""


def kind_of(title: str) -> Kind:
    """The kind that a recorded table is of, from the word it begins with."""
    word = title.split()[0]
    return next(kind for kind in KINDS if kind.stored and word in (kind.resource, kind.singular, *kind.short_names))


def facts(columns: Iterable[Any]) -> list[tuple[Any, ...]]:
    return [tuple(each[field] for field in ("name", "type", "format", "priority")) for each in columns]


def computed(columns: Iterable[Column], objects: Iterable[Obj], now: float) -> list[list[Any]]:
    return [[column.cell(obj, now) for column in columns] for obj in objects]


def moment(objects: list[Obj], comes_out: Callable[[float], bool]) -> float | None:
    """The first second after the newest object at which it comes out; None when there is none."""
    newest = max((int(seconds(obj["metadata"]["creationTimestamp"])) for obj in objects), default=0)
    return next((float(newest + passed) for passed in range(LONGEST) if comes_out(newest + passed)), None)


@needs_recording
@pytest.mark.parametrize("title", TABLES)
def test_the_columns_are_those(title: str) -> None:
    columns = kind_of(title).columns
    assert [(each.name, each.type, each.format, each.priority) for each in columns] == facts(
        TABLES[title]["columnDefinitions"]
    )


@needs_recording
@pytest.mark.parametrize("title", [title for title, body in TABLES.items() if body["rows"]])
def test_one_moment_explains_all_ages(title: str) -> None:
    """Also of rows whose objects are not recorded whole: a name and an age are in what every row says of its object."""
    rows = [row for row in TABLES[title]["rows"] if row["object"] is not None] or _same_rows(title)
    titles = [column.name for column in kind_of(title).columns]
    assert [row["object"]["metadata"]["name"] for row in rows] == [row["cells"][titles.index("Name")] for row in rows]
    if "Age" not in titles:
        return
    objects, wanted = [row["object"] for row in rows], [row["cells"][titles.index("Age")] for row in rows]
    assert moment(objects, lambda now: [aged(obj, now) for obj in objects] == wanted) is not None


@needs_recording
@pytest.mark.parametrize("title", [title for title, body in TABLES.items() if body["rows"]])
def test_cells_are_those_of_the_recorded_objects(title: str) -> None:
    """Of every row whose object stands whole, at the same revision, in some answer."""
    known = [(row["cells"], wholes().get(identity(row["object"]))) for row in _same_rows(title)]
    objects = [obj for _, obj in known if obj is not None]
    if not objects:
        pytest.skip("of these objects only names and revisions are recorded")
    wanted = [cells for cells, obj in known if obj is not None]
    columns = kind_of(title).columns
    if moment(objects, lambda now: computed(columns, objects, now) == wanted) is None:
        assert computed(columns, objects, 0.0) == wanted  # which cannot hold either, and shows all that differs


def _same_rows(title: str) -> list[dict[str, Any]]:
    """The rows, each with its object: of a table without objects they are those of the other table of the kind."""
    rows: list[dict[str, Any]] = TABLES[title]["rows"]
    if rows[0]["object"] is not None:
        return rows
    others = (body["rows"] for other, body in TABLES.items() if kind_of(other) is kind_of(title) and other != title)
    same = next(each for each in others if len(each) == len(rows))
    return [{**row, "object": other["object"]} for row, other in zip(rows, same, strict=True)]


@needs_recording
def test_whole_objects_are_among_the_rows() -> None:
    """So that something of cells is compared."""
    assert any(_is_whole(row) for title in TABLES for row in TABLES[title]["rows"] or ())


def _is_whole(row: dict[str, Any]) -> bool:
    return row["object"] is not None and identity(row["object"]) in wholes()
