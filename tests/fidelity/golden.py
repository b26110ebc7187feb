"""Where the recordings of a real control plane are, and what is said when they are not there.

`KUBARIUM_GOLDEN` names another directory of the same form; one that was named and is missing fails. A file missing in
it is left out with a line that says so, and a clone without any recordings says that loudly (`tests/conftest.py`).
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

_DEFAULT = Path(__file__).parents[3] / "shared" / "golden"


@cache
def directory() -> Path | None:
    """The recordings; None when none were named and none lie beside this checkout."""
    named = os.environ.get("KUBARIUM_GOLDEN")
    golden = Path(named) if named else _DEFAULT
    if golden.is_dir():
        return golden
    if named:
        pytest.fail(f"KUBARIUM_GOLDEN names {golden}, which is no directory", pytrace=False)
    return None


@cache
def load(file: str) -> Any:
    """One recording as parsed JSON, None when it is not there."""
    golden = directory()
    if golden is None or not (golden / file).is_file():
        return None
    return orjson.loads((golden / file).read_bytes())


def cases(file: str) -> list[dict[str, Any]]:
    """The cases of a recording; none when it is missing, which `absent` then says."""
    found = load(file)
    return found["cases"] if found else []


def absent(file: str) -> str:
    """Why nothing of this file is compared; "" when it is there."""
    if directory() is None:
        return f"NO RECORDINGS: {_DEFAULT} is missing, nothing is compared with a real control plane"
    return "" if load(file) else f"NOT RECORDED: {directory()}/{file} is missing, nothing is compared with it"


def scenarios() -> list[str]:
    """The names of the recorded timelines."""
    golden = directory()
    return sorted(each.stem for each in (golden / "traces").glob("*.json")) if golden is not None else []
