"""What is typed ahead or pasted, key by key: a real bash at a real terminal prints the same."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.shell.terminal.typing import Person

PATIENCE = 60
WAITS = "echo on; until [ -e go ]; do sleep 0.05; done"
"""Says that it runs: what comes before that is not echoed, since the terminal still belongs to the line's editor."""
GO = "(now it may go on)"
"""A step: what the command before waits for comes to be."""

Steps = list[tuple[str, str]]
SESSIONS: dict[str, Steps] = {
    "four lines at once, one of which takes its time": [
        (f"echo one\r{WAITS}\recho two\recho three\r", f"echo one\r\none\r\n$ {WAITS}\r\non\r\n"),
        (GO, "$ echo two\r\ntwo\r\n$ echo three\r\nthree\r\n$ "),
    ],
    "lines that come while a command runs": [
        (f"{WAITS}\r", f"{WAITS}\r\non\r\n"),
        ("echo two\recho three\recho fo", "echo two\r\necho three\r\necho fo"),
        (GO, "$ echo two\r\ntwo\r\n$ echo three\r\nthree\r\n$ echo fo"),
        ("ur\r", "ur\r\nfour\r\n$ "),
    ],
    "some that came with the command, some after it": [
        (f"{WAITS}\recho two\r", f"{WAITS}\r\non\r\n"),
        ("echo three\r", "echo three\r\n"),
        (GO, "$ echo two\r\ntwo\r\n$ echo three\r\nthree\r\n$ "),
    ],
}


@contextmanager
def real(folder: Path) -> Iterator[tuple[Callable[[str], None], Callable[[int], str]]]:
    """Bash at a terminal: how to type, and how to read so many characters."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        env = {"PATH": os.environ["PATH"], "HOME": str(folder), "PS1": "$ ", "TERM": "xterm", "INPUTRC": "inputrc"}
        os.execve("/bin/bash", ["bash", "--norc", "--noprofile", "-i"], env)
    seen = ""

    def read(count: int) -> str:
        nonlocal seen
        until = time.monotonic() + PATIENCE
        while len(seen) < count and time.monotonic() < until:
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65_536).decode()
        found, seen = seen, ""
        return found

    def type_(text: str) -> None:
        os.write(terminal, text.encode())

    try:
        yield type_, read
    finally:
        os.close(terminal)
        os.waitpid(pid, 0)


@pytest.mark.parametrize("about", SESSIONS)
def test_a_real_bash_prints_it(about: str, tmp_path: Path) -> None:
    (tmp_path / "inputrc").write_text("set enable-bracketed-paste off\n")
    with real(tmp_path) as (type_, read):
        assert read(2) == "$ "
        for keys, shown in SESSIONS[about]:
            if keys == GO:
                (tmp_path / "go").touch()
            else:
                type_(keys)
            assert read(len(shown)) == shown, keys


@pytest.mark.parametrize("about", SESSIONS)
async def test_ours_prints_it(about: str) -> None:
    async with Person("bash", "--norc") as person:
        await person.type("PS1='$ '\r")
        for keys, shown in SESSIONS[about]:
            begun = len(person.printed)
            if keys == GO:
                person.machine.files.write("/go", b"")
            else:
                await person.type(keys)
            async with asyncio.timeout(PATIENCE):
                while len(person.printed) - begun < len(shown):
                    await person.settle()
            await person.settle()
            assert person.printed[begun:] == shown, keys
