"""Sessions at a terminal, keystroke by keystroke (`tests/data/shell/terminal.yaml`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.containers.carrying import carry
from cluster.containers.instances import Instance
from cluster.containers.mainprocess import Streams
from cluster.shell.process import Window
from tests.containers.sessions import Collected
from tests.shell.containers import machine_of, pod
from tests.shell.terminal.typing import Keyboard, Person

SESSIONS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[2] / "data" / "shell" / "terminal.yaml").read_text()
)


@pytest.mark.parametrize("session", SESSIONS, ids=[session["about"] for session in SESSIONS])
async def test_a_session(session: dict[str, Any]) -> None:
    async with Person(*session["runs"], image=session["image"]) as person:
        assert person.printed == session["greets"]
        for step in session["typed"]:
            for keys, shown in step.items():
                assert await person.type(keys) == shown, keys
        assert await person.status() == session["status"]


async def test_a_client_that_goes_ends_its_shell() -> None:
    async with Person("bash") as person:
        person.leave()
        assert await person.status() == 0


async def test_what_is_typed_ahead_is_not_lost() -> None:
    async with Person("bash") as person:
        shown = await person.type("cat\rfor cat\r\x04echo for bash\r")
        assert shown == "cat\r\nfor cat\r\nroot@web-0:/# echo for bash\r\nfor bash\r\nroot@web-0:/# "


async def test_ps_shows_what_is_at_the_same_terminal_the_main_process_too() -> None:
    machine = machine_of(pod("slongstreet/bind-utils:latest", command=["bash"], stdin=True, tty=True))
    keyboard, shown = Keyboard(), Collected()
    instance = Instance(machine.pod, machine.template, 0, 0.0)
    main = asyncio.create_task(carry(machine, instance, Streams(keyboard, shown, shown, Window())))
    keyboard.type("ps\r")
    await shown.saw(b"00:00:00 ps\r\n")
    assert b"TIME CMD\r\n      1 pts/0    00:00:00 bash\r\n" in shown.text
    async with Person("bash", machine=machine) as person:
        seen = await person.type("ps\r")
        assert " 1 pts/0" not in seen and seen.count(" bash\r\n") == 1
    keyboard.type("exit\r")
    assert await main == 0


PIPED = ["ps | cat", "ps > /tmp/x; cat /tmp/x", "bash -c 'ps; true' | cat", "echo $(ps) | xargs -n 4 echo"]


@pytest.mark.parametrize("line", PIPED)
async def test_ps_in_a_pipe_is_still_at_its_terminal(line: str) -> None:
    async with Person(
        "bash", machine=machine_of(pod("slongstreet/bind-utils:latest", command=["sleep", "9"]))
    ) as person:
        printed = (await person.type(f"{line}\r")).splitlines()
        (own,) = [row.split() for row in printed if row.endswith(" ps")]
        assert own[1:] == ["pts/0", "00:00:00", "ps"]
        assert any(row.split()[1:] == ["pts/0", "00:00:00", "bash"] for row in printed)


async def test_a_window_that_grows_is_seen_at_the_next_prompt() -> None:
    async with Person("bash") as person:
        person.window.columns = 20
        await person.type("\r")
        assert "\x1b[2A" in await person.type("echo a line that is longer than this\x01")


async def test_a_session_that_is_ended_ends_whatever_it_has_trapped() -> None:
    async with Person("bash") as person:
        await person.type("trap 'echo no' INT TERM HUP; trap '' QUIT; while :; do sleep 100; done\r")
        assert (await person.type("\x03")).startswith("^Cno")
        await person.end()
    assert [each.pid for each in person.machine.processes.list()] == [1]
