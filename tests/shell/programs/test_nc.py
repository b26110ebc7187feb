"""nc at both ends, and what a conversation with it is."""

from __future__ import annotations

import asyncio

import pytest

from cluster.machinery.objects import PODS, key
from cluster.shell.machine import ContainerMachine
from tests.network import town
from tests.shell.containers import run
from tests.shell.programs import peer


async def listens(machine: ContainerMachine, port: int) -> None:
    """Until a program of the container has taken the port."""
    async with asyncio.timeout(30):
        while machine._machines.network.listeners.at(machine.pod, port, "TCP") is None:  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_what_is_typed_goes_over_and_what_comes_back_is_printed() -> None:
    world = peer.world()
    world.put(
        key(PODS, "default", "web-0"),
        town.pod(
            "web-0",
            "10.244.0.10",
            container={"image": "agnhost", "args": ["serve-hostname", "--http=false", "--tcp", "--udp"]},
        ),
    )
    asker = peer.machine("agnhost", world)
    tcp = await run(asker, "nc", "-v", "-t", "-w", "2", "10.244.0.10", "9376", stdin="hostName\n")
    assert (tcp.out, tcp.status) == ("web-0", 0)
    assert tcp.err == "Connection to 10.244.0.10 9376 port [tcp/*] succeeded!\n"
    udp = await run(asker, "nc", "-v", "-u", "-w", "2", "10.244.0.10", "9376", stdin="hostName\n")
    assert (udp.out, udp.status) == ("web-0", 0)
    nobody = await run(asker, "nc", "-u", "-w", "2", "10.244.0.10", "9", stdin="x")
    assert (nobody.out, nobody.status) == ("", 1)


async def test_one_listens_and_the_other_connects() -> None:
    asker = peer.machine("agnhost")
    listening = asyncio.create_task(run(asker, "nc", "-l", "-v", "1234", stdin="welcome\n"))
    await listens(asker, 1234)
    called = await run(asker, "nc", "-N", "127.0.0.1", "1234", stdin="hello\n")
    heard = await listening
    assert called.out == "welcome\n"
    assert heard.out == "hello\n"
    assert heard.err.splitlines()[0] == "Listening on 0.0.0.0 1234"


@pytest.mark.parametrize(
    ("image", "words"),
    [
        ("busybox:1.36", ("-l", "-p", "1234", "-s", "127.0.0.1")),
        ("agnhost", ("-l", "-s", "127.0.0.1", "1234")),
        ("agnhost", ("-l", "127.0.0.1", "1234")),
    ],
)
async def test_who_listens_at_the_loopback_address_is_met_nowhere_else(image: str, words: tuple[str, ...]) -> None:
    asker = peer.machine(image)
    listening = asyncio.create_task(run(asker, "nc", *words, stdin="welcome\n"))
    await asyncio.sleep(0.01)
    assert (await run(asker, "nc", "-w", "1", "10.244.0.50", "1234")).status == 1
    until_it_ends = () if image.startswith("busybox") else ("-N",)
    assert (await run(asker, "nc", *until_it_ends, "localhost", "1234")).out == "welcome\n"
    await listening


async def test_a_listener_runs_a_program_for_who_comes() -> None:
    asker = peer.machine("busybox:1.36")
    listening = asyncio.create_task(run(asker, "nc", "-l", "-p", "1234", "-e", "/bin/echo", "-n", "hi"))
    await listens(asker, 1234)
    assert (await run(asker, "nc", "127.0.0.1", "1234")).out == "hi"
    await listening
    twice = await run(asker, "nc", "-l", "-p", "80x")
    assert (twice.status, twice.err[:25]) == (1, "BusyBox multi-call binary")
