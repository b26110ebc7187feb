""">(…): a script that reads what a command writes. The real one runs beside it, so the outcome alone is alike."""

from __future__ import annotations

import pytest

from tests.shell.containers import machine_of, pod, run

SAID = [
    ("echo a b c | tee >(wc -w) > /dev/null", "3\n"),
    ("echo a b | tee >(tr a-z A-Z) >(wc -w)", "a b\nA B\n2\n"),
    ("{ echo one; echo two; } > >(sed 's/^/> /')", "> one\n> two\n"),
    ("for i in 1 2; do echo $i; done > >(sort -r); echo end", "2\n1\nend\n"),
    ("false > >(cat); echo $?", "1\n"),
    ("ls /nope 2> >(sed 's/^/err: /')", "err: ls: cannot access '/nope': No such file or directory\n"),
    ("exec > >(sed 's/$/ !/'); echo hi; echo ho", "hi !\nho !\n"),
    ("x=1; echo a > >(x=2; cat); echo $x", "a\n1\n"),
]


@pytest.mark.parametrize(("script", "said"), SAID)
async def test_what_comes_out(script: str, said: str) -> None:
    machine = machine_of(pod("debian"))
    found = await run(machine, "bash", "-c", script)
    assert (found.out, found.err) == (said, "")
    assert machine.files.listdir("/tmp") == []
