"""Commands in containers as this process carries them out: started, refused, and ended with what they run in."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cluster.api.streams import running
from cluster.api.streams.containers import Terminal
from cluster.api.streams.running import KILLED, Running
from cluster.machinery.errors import ApiError
from cluster.machinery.objects import PODS, Obj, key
from cluster.world import World
from tests.shell.containers import Input, Output, machine_of, pod

WHERE = key(PODS, "default", "web-0")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LOOK", 0.001)


def here() -> tuple[Running, World, Obj]:
    machine = machine_of()
    mirror = machine._machines.mirror
    return Running(mirror), mirror.world, machine.pod


async def test_what_a_program_prints_and_how_it_ends() -> None:
    run, _, made = here()
    out, err = Output(), Output()
    assert await run.execute(made, "app", ["cat", "-", "/no/such"], Terminal(Input(b"read\n"), out, err)) == 1
    assert (out.data, b"No such file or directory" in err.data) == (b"read\n", True)


REFUSALS = [
    ("nope", 'exec: "nope": executable file not found in $PATH: unknown'),
    ("/nope", 'exec: "/nope": stat /nope: no such file or directory: unknown'),
    ("/etc/hostname", 'exec: "/etc/hostname": permission denied: unknown'),
    ("/etc", 'exec: "/etc": permission denied: unknown'),
]


@pytest.mark.parametrize(("program", "expected"), REFUSALS)
async def test_what_cannot_be_started(program: str, expected: str) -> None:
    run, _, made = here()
    with pytest.raises(ApiError) as refused:
        await run.execute(made, "app", [program], Terminal(None, Output(), Output()))
    assert refused.value.message.startswith(
        "Internal error occurred: error executing command in container: failed to exec in container: failed to start "
    )
    assert refused.value.message.endswith(expected)


def restarted(made: Obj) -> Obj:
    (status,) = made["status"]["containerStatuses"]
    return {**made, "status": {**made["status"], "containerStatuses": [{**status, "restartCount": 1}]}}


def over(made: Obj) -> Obj:
    (status,) = made["status"]["containerStatuses"]
    state = {"terminated": {"exitCode": 0}}
    return {**made, "status": {**made["status"], "containerStatuses": [{**status, "state": state}]}}


def another(made: Obj) -> Obj:
    return {**made, "metadata": {**made["metadata"], "uid": "another"}}


@pytest.mark.parametrize("becomes", [restarted, over, another, None])
async def test_a_program_ends_with_its_container(becomes: Any) -> None:
    run, world, made = here()
    working = asyncio.ensure_future(run.execute(made, "app", ["sleep", "1000000"], Terminal(None, Output(), Output())))
    for _ in range(20):
        await asyncio.sleep(0)
    assert not working.done()
    if becomes is None:
        world.drop(WHERE)
    else:
        world.put(WHERE, becomes(made))
    assert await working == KILLED


async def test_who_goes_away_takes_the_program_along() -> None:
    run, _, made = here()
    machine = run._machines.machine(pod(), "app")
    working = asyncio.ensure_future(run.execute(made, "app", ["sleep", "1000000"], Terminal(None, Output(), Output())))
    for _ in range(20):
        await asyncio.sleep(0)
    assert any("sleep" in str(each.argv) for each in machine.processes.list())
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert not any("sleep" in str(each.argv) for each in machine.processes.list())


async def test_a_port_is_one_of_that_very_pod() -> None:
    run, world, made = here()
    with pytest.raises(ConnectionRefusedError):
        await run.open_port(made, 81)
    for becomes in (another(made), None):
        if becomes is None:
            world.drop(WHERE)
        else:
            world.put(WHERE, becomes)
        with pytest.raises(ProcessLookupError):
            await run.open_port(made, 81)
