"""Commands of network programs and what they print: tables of truth."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.shell.containers import run
from tests.shell.programs.peer import machine

TABLES = Path(__file__).parents[2] / "data" / "network"
CASES = [(path.stem, case) for path in sorted(TABLES.glob("*.yaml")) for case in yaml.safe_load(path.read_text())]


@pytest.mark.parametrize(("table", "case"), CASES, ids=[f"{table}: {case['run']}" for table, case in CASES])
async def test_what_is_printed(table: str, case: dict[str, Any]) -> None:
    given = {name: case[name] for name in ("stdin",) if name in case}
    found = await run(machine(case["image"]), *shlex.split(case["run"]), **given)
    assert found.out == case.get("prints", "")
    assert found.err == case.get("errors", "")
    assert found.status == case.get("status", 0)
