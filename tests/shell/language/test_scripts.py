"""Scripts with what they print, say and end with: ours does, and so does the shell it is modelled on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.shell.language.stage import REAL, Ran, ours, real

DATA = Path(__file__).parents[2] / "data" / "shell"
CASES: list[tuple[str, dict[str, Any]]] = [
    (shell, case) for shell in ("bash", "dash") for case in yaml.safe_load((DATA / f"{shell}.yaml").read_text())
]
ASH: list[dict[str, Any]] = yaml.safe_load((DATA / "ash.yaml").read_text())


def _agrees(ran: Ran, case: dict[str, Any]) -> None:
    assert (ran.out, ran.status) == (case.get("prints", ""), case.get("status", 0)), ran.err
    if "says" in case:
        assert ran.err == case["says"]


@pytest.mark.parametrize(("shell", "case"), CASES, ids=[f"{shell}: {case['script'][:60]}" for shell, case in CASES])
async def test_a_script(shell: str, case: dict[str, Any]) -> None:
    _agrees(await ours(shell, "-c", case["script"]), case)


@pytest.mark.parametrize("case", ASH, ids=[case["script"][:60] for case in ASH])
async def test_a_script_of_busybox(case: dict[str, Any]) -> None:
    """No real one is at hand: its words are those of its source."""
    _agrees(await ours("ash", "-c", case["script"]), case)


@pytest.mark.parametrize("shell", REAL)
def test_the_real_shell_says_the_same(shell: str) -> None:
    if not REAL[shell].exists():
        pytest.skip(f"no {REAL[shell]} here")
    wrong = []
    for case in (case for name, case in CASES if name == shell):
        ran = real(shell, "-c", case["script"])
        if (ran.out, ran.status) != (case.get("prints", ""), case.get("status", 0)):
            wrong.append((case["script"], ran))
    assert not wrong
