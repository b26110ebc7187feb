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


def pasted(text: str) -> str:
    """As a terminal sends it that was asked for brackets."""
    return f"\x1b[200~{text}\x1b[201~"


ON, OFF = "\x1b[?2004h", "\x1b[?2004l\r"


def marked(*lines: str) -> str:
    return "\r\n\r".join(f"\x1b[7m{line}\x1b[27m" if line else "" for line in lines)


BRACKETED: dict[str, Steps] = {
    "lines that are typed": [
        ("echo a\r", f"echo a\r\n{OFF}a\r\n{ON}$ "),
        ("\r", f"\r\n{OFF}{ON}$ "),
        ("if true\r", f"if true\r\n{OFF}{ON}> "),
        ("then echo x\r", f"then echo x\r\n{OFF}{ON}> "),
        ("fi\r", f"fi\r\n{OFF}x\r\n{ON}$ "),
        ("\x04", f"{OFF}\r\nexit\r\n"),
    ],
    "one line": [
        (pasted("echo one"), marked("echo one")),
        ("\r", f"\r$ echo one\r\n{OFF}one\r\n{ON}$ "),
        (pasted("echo one"), marked("echo one")),
        ("x", "\r$ echo onex"),
        ("\r", f"\r\n{OFF}onex\r\n{ON}$ "),
    ],
    "several lines stand there until Enter, and are run without a prompt between": [
        (pasted("echo one\recho two\recho three"), marked("echo one", "echo two", "echo three")),
        ("\r", f"\x1b[A\x1b[A\r$ echo one\r\n\recho two\r\n\recho three\r\n{OFF}one\r\ntwo\r\nthree\r\n{ON}$ "),
        ("\x1b[A", "echo three"),
        ("\r", f"\r\n{OFF}three\r\n{ON}$ "),
        ("history\r", f"history\r\n{OFF}    1  echo one\r\n    2  echo two\r\n    3  echo three\r\n"
         f"    4  echo three\r\n    5  history\r\n{ON}$ "),
    ],
    "the last of which has an end": [
        (pasted("echo one\recho two\r"), marked("echo one", "echo two", "")),
        ("\r", f"\x1b[A\x1b[A$ echo one\r\n\recho two\r\n\r\x1b[A\r\n{OFF}one\r\ntwo\r\n{ON}$ "),
    ],
    "lines that end otherwise, a tab, and lines with nothing": [
        (pasted("echo a\tb\n\r\recho c"), "\x1b[7mecho a        b\x1b[27m\r\n\r\n\r\n\r\x1b[7mecho c\x1b[27m"),
        ("\r", f"\x1b[A\x1b[A\x1b[A\r$ echo a        b\r\n\r\n\r\n\recho c\r\n{OFF}a b\r\nc\r\n{ON}$ "),
    ],
    "a command of several lines, and one that is not whole": [
        (pasted("if true\rthen echo x\rfi"), marked("if true", "then echo x", "fi")),
        ("\r", f"\x1b[A\x1b[Aif true\r\n\rthen echo x\r\n\rfi\r\n{OFF}x\r\n{ON}$ "),
        ("\x1b[A", "if true; then echo x; fi"),
        ("\r", f"\r\n{OFF}x\r\n{ON}$ "),
        (pasted("for i in 1 2\rdo echo $i"), marked("for i in 1 2", "do echo $i")),
        ("\r", f"\x1b[A\r$ for i in 1 2\r\n\rdo echo $i\r\n{OFF}{ON}> "),
        ("done\r", f"done\r\n{OFF}1\r\n2\r\n{ON}$ "),
    ],
    "what is pasted is not read by the commands, what is typed after it is": [
        (pasted("read -p '? ' x\recho got $x"), marked("read -p '? ' x", "echo got $x")),
        ("\r", f"\x1b[A\r$ read -p '? ' x\r\n\recho got $x\r\n{OFF}? "),
        ("hello\r", f"hello\r\ngot hello\r\n{ON}$ "),
    ],
    "behind what is typed, twice": [
        ("echo ", "echo "),
        (pasted("one\recho two"), marked("one", "echo two")),
        ("\r", f"\x1b[A\bone\r\n\recho two\r\n{OFF}one\r\ntwo\r\n{ON}$ "),
        (pasted("echo "), marked("echo ")),
        (pasted("one"), f"\r$ echo {marked('one')}"),
        ("\r", f"\b\b\bone\r\n{OFF}one\r\n{ON}$ "),
    ],
    "the cursor goes back into it": [
        (pasted("echo one\recho two"), marked("echo one", "echo two")),
        ("\x1b[D", "\x1b[A\r$ echo one\r\n\recho two\b"),
        ("\x1b[D", "\b"),
    ],
}  # fmt: skip


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
    really(tmp_path, "$ ", SESSIONS[about])


@pytest.mark.parametrize("about", BRACKETED)
def test_a_real_bash_takes_a_paste_so(about: str, tmp_path: Path) -> None:
    (tmp_path / "inputrc").touch()
    really(tmp_path, f"{ON}$ ", BRACKETED[about])


def really(tmp_path: Path, greets: str, steps: Steps) -> None:
    with real(tmp_path) as (type_, read):
        assert read(len(greets)) == greets
        for keys, shown in steps:
            if keys == GO:
                (tmp_path / "go").touch()
            else:
                type_(keys)
            assert read(len(shown)) == shown, keys


@pytest.mark.parametrize("about", SESSIONS)
async def test_ours_prints_it(about: str) -> None:
    async with Person("bash", "--norc") as person:
        await ours(person, SESSIONS[about])


@pytest.mark.parametrize("about", BRACKETED)
async def test_ours_takes_a_paste_so(about: str) -> None:
    async with Person("bash", "--norc", brackets=True) as person:
        await ours(person, BRACKETED[about])


async def test_a_paste_that_is_given_up() -> None:
    """A real bash says so too, when its line has been drawn for a while by then."""
    async with Person("bash", "--norc", brackets=True) as person:
        given_up = f"^C{OFF}{ON}{OFF}\r\n{ON}$ "
        typed = [("ab", "ab"), ("\x03", given_up), (pasted("echo one\recho two"), marked("echo one", "echo two"))]
        await ours(person, [*typed, ("\x03", given_up), ("echo x\r", f"echo x\r\n{OFF}x\r\n{ON}$ ")])


@pytest.mark.parametrize(("argv", "image"), [(["sh"], "busybox"), (["dash"], "debian")])
async def test_other_shells_take_a_paste_line_by_line(argv: list[str], image: str) -> None:
    async with Person(*argv, image=image, brackets=True) as person:
        assert "2004" not in person.printed + await person.type("echo one\recho two\r")
        assert "\r\none\r\n" in person.printed and person.printed.count("two\r\n") == 2


async def test_a_terminal_that_can_do_nothing_is_not_asked_for_brackets() -> None:
    async with Person("env", "TERM=dumb", "bash", brackets=True) as person:
        assert "2004" not in person.printed + await person.type("echo one\r")


async def test_a_paste_may_be_long() -> None:
    async with Person("bash", "--norc", brackets=True) as person:
        text = "\r".join(f"echo line {n} of many" for n in range(1000))
        await person.type(pasted(text))
        assert "line 999 of many\r\n" in await person.type("\r")
        assert (await person.type("history\r")).count("of many") == 499


async def ours(person: Person, steps: Steps) -> None:
    await person.type("PS1='$ '; history -c\r")
    for keys, shown in steps:
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
