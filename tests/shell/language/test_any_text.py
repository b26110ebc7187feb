"""Any text is a script or is told to be none; whatever is run ends by itself or at a limit."""

from __future__ import annotations

import asyncio
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cluster.shell.language import syntax
from cluster.shell.language.grammar import judge
from cluster.shell.language.lexing import tokenize
from cluster.shell.language.limits import Limits
from cluster.shell.language.reading import read_script
from cluster.shell.session import execute
from tests.shell.containers import Input, Output
from tests.shell.language.stage import container
from tests.shell.language.written import scripts

CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parents[2] / "data" / "shell" / "bash.yaml").read_text())

PIECES = [
    *"(){};\n|&<>!#$*?[]~'\"`\\ =:+-%/,@^",
    *(
        "&&",
        "||",
        ";;",
        "$(",
        "${",
        "$((",
        "))",
        "((",
        "[[ ",
        " ]]",
        "<<E\n",
        "\nE\n",
        "<<<",
        ">&2",
        "2>&1",
        "|&",
        "<(",
    ),
    *(
        "if ",
        "then ",
        "elif ",
        "else ",
        "fi",
        "for ",
        "in ",
        "do ",
        "done",
        "case ",
        "esac",
        "while ",
        "until ",
        "select ",
    ),
    *(
        "function ",
        "time ",
        "! ",
        "f()",
        "a=",
        "a+=(",
        "a[1]",
        "$a",
        "$@",
        "$?",
        "echo ",
        "cat ",
        "read ",
        "exec ",
        "eval ",
    ),
    *(
        "declare ",
        "local ",
        "unset ",
        "set -e;",
        "trap ",
        "return ",
        "exit ",
        "break ",
        "shift ",
        "wait ",
        "printf ",
        "cd ",
    ),
    *("x", "1", "0x", "16#", "é", "\x00", "\x7f", "\r", "\udc80", "**", "<=", "++", "-eq ", "=~ "),
]
LIMITS = Limits(seconds=0.5, rounds=200, processes=30, value=10_000, fields=1000, output=100_000)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
@settings(derandomize=True, deadline=None)
def test_any_text_is_read(text: str) -> None:
    script = read_script(text)
    assert len(script.commands) == len(script.groups)


def commands(node: object) -> int:
    """How many simple commands, conditions and calculations there are in a command."""
    if isinstance(node, (syntax.Simple, syntax.Test, syntax.Calculation)):
        return 1
    if isinstance(node, (list, tuple)):
        return sum(map(commands, node))
    return sum(commands(getattr(node, each.name)) for each in fields(node)) if is_dataclass(node) else 0


@given(scripts())
@settings(derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_tree_holds_every_command_that_the_tokens_make(text: str) -> None:
    assert commands(read_script(text).commands) == judge(tokenize(text).items).commands


@pytest.mark.parametrize("case", CASES, ids=[case["script"][:60] for case in CASES])
def test_so_it_does_for_scripts_by_hand(case: dict[str, Any]) -> None:
    script = read_script(case["script"])
    if script.problem is None:
        assert commands(script.commands) == judge(tokenize(case["script"]).items).commands


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(["bash", "dash"]))
@settings(derandomize=True, deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
def test_any_text_is_run(text: str, shell: str) -> None:
    async def run() -> int:
        process = container().process([shell, "-c", text], Input(b"a line\n"), Output(), Output())
        process.cwd = "/scratch"
        return await asyncio.wait_for(execute(process, limits=LIMITS), 30)

    assert 0 <= asyncio.run(run()) < 256
