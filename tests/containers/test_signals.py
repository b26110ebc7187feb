"""Signals to process 1 from inside its container."""

from __future__ import annotations

import pytest

from cluster.containers.signals import heed
from cluster.machinery.objects import Obj
from cluster.shell.machine import Machines
from cluster.shell.processes import SIGHUP, SIGKILL, SIGTERM
from tests.containers.sessions import pod
from tests.containers.test_attending import Ground, ground

__all__ = ["ground"]

pytestmark = pytest.mark.django_db(transaction=True)

SERVER: Obj = {"image": "nginx", "stdin": False, "command": ["nginx"]}
SLEEPER: Obj = {"stdin": False, "command": ["sleep", "3600"]}
APART = [
    (SERVER, SIGTERM, 0),
    (SERVER, SIGKILL, 137),
    (SLEEPER, SIGTERM, 143),
    (SLEEPER, SIGHUP, 129),
    (SERVER, SIGHUP, None),
]
SENT = [(SERVER, SIGTERM, True), (SERVER, SIGHUP, False), (SERVER, SIGKILL, False), (SLEEPER, SIGTERM, False)]


@pytest.mark.parametrize(("container", "number", "ends"), SENT)
async def test_what_it_makes_of_a_signal(ground: Ground, container: Obj, number: int, ends: bool) -> None:
    await ground.put(pod(container))
    machines = Machines(ground.mirror)
    heed(machines)
    machines.machine(ground.pod(), "c").processes.kill(1, number)
    if ends:
        assert (await ground.ended())["exitCode"] == 0
    else:
        assert "running" in ground.pod()["status"]["containerStatuses"][0]["state"]


@pytest.mark.parametrize(("container", "number", "code"), APART)
async def test_where_it_is_not_process_1(ground: Ground, container: Obj, number: int, code: int | None) -> None:
    shared = pod(container)
    shared["spec"]["shareProcessNamespace"] = True
    await ground.put(shared)
    machines = Machines(ground.mirror)
    heed(machines)
    machine = machines.machine(ground.pod(), "c")
    machine.processes.kill(machine.processes.first(machine.instance), number)
    if code is None:
        assert "running" in ground.pod()["status"]["containerStatuses"][0]["state"]
    else:
        assert (await ground.ended())["exitCode"] == code
