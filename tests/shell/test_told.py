"""What docs/shell.md says of builtins and limits is so."""

from __future__ import annotations

import re
from pathlib import Path

from cluster.shell.builtins import BUILTINS
from cluster.shell.language import grammar, patterns, reading, scanning
from cluster.shell.language.limits import Limits

TEXT = (Path(__file__).parents[2] / "docs" / "shell.md").read_text()


def section(title: str) -> str:
    return TEXT.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_builtins_are_those_listed() -> None:
    assert re.findall(r"`([^`]+)`", section("Builtins")) == sorted(BUILTINS)


def test_the_limits_are_those_listed() -> None:
    told = [
        int(number.replace(",", "")) for number in re.findall(r"\| [^|]*?([\d,]+)[^|]* \|$", section("Limits"), re.M)
    ]
    limits = Limits()
    assert told == [
        limits.seconds,
        limits.rounds,
        limits.calls,
        limits.processes,
        limits.value,
        limits.memory,
        limits.fields,
        limits.output,
    ]
    assert f"{reading.LONGEST:,} characters" in TEXT
    assert grammar.DEEPEST == scanning.DEEPEST
    assert f"at most {grammar.DEEPEST} deep" in TEXT
    assert f"{patterns.LONGEST:,} characters" in TEXT


def test_the_limits_are_all_listed() -> None:
    assert len(Limits.__dataclass_fields__) == 8
