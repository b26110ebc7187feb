"""What nobody may do for ever, or at any size: each script ends with the name of the limit it met, and while it runs
everybody else has their turn."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from cluster.shell.language.limits import Limits
from cluster.shell.session import execute
from tests.shell.containers import Input, Output
from tests.shell.language.stage import container

SMALL = Limits(seconds=0.4, rounds=2000, output=20_000)
NOT_A_TIME = "bash: line 1: read: nan: invalid timeout specification\n"
PATIENT = replace(SMALL, seconds=30.0)
TIME = "computing time limit of 0.4 seconds reached"
VALUE = "memory limit of 1048576 bytes for a value reached"
PROCESSES = "fork: limit of 200 processes reached"


async def outcome(script: str, limits: Limits) -> tuple[int, str, str, int]:
    """Status, output, errors, and how many turns somebody else had meanwhile."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    out, err = Output(), Output()
    process = container().process(["bash", "-c", script], Input(), out, err)
    process.cwd = "/scratch"
    waiting = asyncio.create_task(other())
    try:
        status = await asyncio.wait_for(execute(process, limits=limits), 60)
    finally:
        waiting.cancel()
    return status, out.data.decode(), err.data.decode(), turns


@pytest.mark.parametrize(
    ("script", "limit"),
    [
        ("while :; do :; done", "loop limit of 2000 rounds reached"),
        ("f() { :; }; while f; do for i in {1..1000}; do f; done; done", TIME),
        ("for ((;;)); do :; done", "loop limit of 2000 rounds reached"),
        ("f() { f; }; f", "f: maximum function nesting level exceeded (1200)"),
        ("f() { eval f; }; f", "limit of 1200 nested calls reached"),
        ("echo '. ./s' > s; . ./s", "limit of 1200 nested calls reached"),
        ("f() { (f); }; f", PROCESSES),
        ("f() { f | f; }; f", PROCESSES),
        ("while :; do sleep 100 & done", PROCESSES),
        ("x=a; while :; do x=$x$x; done", VALUE),
        ("x=$(yes)", VALUE),
        ("read x < /dev/zero", VALUE),
        ("printf -v x '%99999s' {1..99}", VALUE),
        (
            "a=(); while :; do a+=(" + "x" * 10_000 + "); done",
            "memory limit of 16777216 bytes for all variables reached",
        ),
        ("echo {1..1000000}", "limit of 50000 words for an expansion reached"),
        ("echo {1..300}{1..300}", "limit of 50000 words for an expansion reached"),
        ("yes", "output limit of 20000 bytes reached"),
        ("yes > /dev/null", TIME),
        ("cat < /dev/zero > /dev/null", TIME),
    ],
)
async def test_a_limit_ends_the_session_and_says_which(script: str, limit: str) -> None:
    status, _, err, turns = await outcome(script, SMALL if limit == TIME else PATIENT)
    assert (status, err) == (137, f"bash: {limit}\n")
    assert turns > 1


@pytest.mark.parametrize(
    ("script", "out", "err"),
    [
        ("x=$(printf '%9999s'); [[ $x == *a*b*c*d*e*f*g*h ]]; echo $?", "1\n", ""),
        ("x=$(printf '%4000s'); [[ $x =~ ^( +)+(( +)*)*$ ]]; echo $?; [[ $x =~ ( *)*a ]]; echo $?", "0\n1\n", ""),
        ("x=$(printf '%99999s'); y=${x// /b}; echo ${#y} ${#x} \"[${x##* }]\"", "99999 99999 []\n", ""),
        ("x=$(printf '%99999s'); echo ${x##a*b*c}", "", "bash: line 1: pattern: too long a text for so many stars\n"),
        ("echo $((2 ** 999999999)) $((1 << 999))", "0 549755813888\n", ""),
        ("eval \"$(printf '{ %.0s' {1..500})\"", "", "bash: eval: line 1: commands nested too deep\n"),
        ("eval \"$(printf '\\x24(%.0s' {1..500})\"", "", "bash: eval: line 1: commands nested too deep\n"),
        ("printf '%(%Y)T\\n' 99999999999999999; printf '%(%Y)T\\n' -99999999999999999", "9999\n1\n", ""),
        ("x=$'a\\0b'; printf -v y 'c\\0d'; echo $x$y $'\\ud800'z; read -t nan x; echo $?", "ac z\n1\n", NOT_A_TIME),
        ("x=1; x=x; echo $((x))", "", 'bash: line 1: x: expression recursion level exceeded (error token is "x")\n'),
    ],
)
async def test_what_is_costly_elsewhere_is_not_here(script: str, out: str, err: str) -> None:
    _, printed, said, _ = await outcome(script, PATIENT)
    assert (printed, said) == (out, err)


async def test_nothing_that_runs_in_the_background_outlives_its_session() -> None:
    machine = container()
    out = Output()
    process = machine.process(["bash", "-c", "sleep 100 & (while :; do sleep 0.01; done) & echo $!"], Input(), out, out)
    assert await execute(process) == 0
    assert [each.pid for each in machine.processes.list()] == [1]
