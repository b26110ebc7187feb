"""wget beside the machine's own of GNU, put to the same server."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.shell.containers import run
from tests.shell.programs.bridge import bridged, really
from tests.shell.programs.peer import machine

COMMANDS = """
    wget URL
    wget URL/
    wget -qO- URL
    wget -O- URL
    wget URL/nowhere
    wget -q URL/nowhere
    wget --spider URL
    wget --spider URL/nowhere
    wget -S -O /dev/null URL
    wget -T1 -t1 http://127.0.0.1:1/
    wget
    wget -nv URL -O x
    wget -q -O - --header 'X-Team: blue' URL URL
    wget --post-data a=b URL
"""
_MEASURED = re.compile(r"(?m)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d|\(?[0-9.]+ [KMG]?B/s\)?|(?<=100%).*$")


def plain(text: str) -> str:
    return _MEASURED.sub("", text)


@pytest.mark.parametrize("command", [line.strip() for line in COMMANDS.strip().splitlines()])
async def test_it_prints_what_the_real_one_prints(command: str, tmp_path: Path) -> None:
    if shutil.which("wget") is None:
        pytest.skip("the machine has no wget")
    ours = machine("jessie-dnsutils:1.7")
    async with bridged(ours, "10.244.0.10", 80) as port:
        filled = command.replace("URL", f"http://127.0.0.1:{port}")
        found = await run(ours, *shlex.split(filled))
        out, err, status = await really(f"env LC_ALL=C.UTF-8 {filled}", folder=str(tmp_path))
    assert plain(found.out) == plain(out)
    assert plain(found.err) == plain(err)
    assert found.status == status
