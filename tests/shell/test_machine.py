"""A container as its programs meet it."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from cluster.clock import Clock
from cluster.config import ClusterConfig
from cluster.machinery.errors import BadRequest
from cluster.nodes.imagefiles import program_file
from cluster.shell.images import flavour, lookup
from cluster.shell.launching import launch
from cluster.shell.process import Process
from cluster.store.rows import Head
from tests.shell.containers import NOW, Input, Output, Time, machine_of, pod


def test_programs_lie_where_the_image_has_them_and_move_with_their_files() -> None:
    machine = machine_of(pod("mysql:5.7"))
    assert "/usr/bin/mysql" in machine.programs
    assert lookup(machine.files, "mysql", machine.path) == "/usr/bin/mysql"
    machine.files.rename("/usr/bin/mysql", "/usr/bin/mysql.off")
    assert "/usr/bin/mysql" not in machine.programs
    assert "/usr/bin/mysql.off" in machine.programs
    with pytest.raises(FileNotFoundError):
        lookup(machine.files, "mysql", machine.path)
    machine.files.chmod("/usr/bin/mysql.off", 0o644)
    with pytest.raises(PermissionError):
        lookup(machine.files, "/usr/bin/mysql.off", machine.path)


@pytest.mark.parametrize(
    ("image", "path", "there"),
    [
        ("busybox", "/bin/ls", True),
        ("busybox", "/bin/bash", False),
        ("alpine", "/bin/ls", True),
        ("nginx", "/bin/ls", True),
        ("nginx", "/usr/bin/curl", True),
        ("nginx", "/usr/bin/ps", False),
        ("nginx:1.27-alpine", "/usr/sbin/nginx", True),
        ("team/app", "/usr/bin/ps", True),
        ("registry.k8s.io/pause:3.10", "/bin/sh", False),
        ("gcr.io/distroless/static", "/bin/sh", False),
    ],
)
def test_which_image_has_which_program(image: str, path: str, there: bool) -> None:
    assert (path in machine_of(pod(image)).programs) is there


def test_whose_words_are_printed() -> None:
    assert [flavour(image) for image in ("busybox", "nginx:alpine", "nginx", "team/app")] == ["busybox"] * 2 + [
        "gnu"
    ] * 2


def test_a_container_that_is_not_there() -> None:
    with pytest.raises(BadRequest, match="container side is not valid for pod web-0"):
        machine_of(container="side")


def test_what_a_process_is_given() -> None:
    machine = machine_of(pod("httpd", env=[{"name": "LEVEL", "value": "1"}]))
    process = machine.process(["ls"], Input(), Output(), Output())
    assert (process.cwd, process.user, process.env["LEVEL"]) == ("/usr/local/apache2", 0, "1")
    assert process.env["PATH"].startswith("/usr/local/apache2/bin:")
    assert machine_of(pod("curlimages/curl")).process([], Input(), Output(), Output()).user == 100


async def test_devices_are_read_in_pieces_and_files_written_in_pieces() -> None:
    files = machine_of().files
    assert await files.opened("/dev/zero").read(4) == b"\0\0\0\0"
    assert await files.opened("/dev/null").read() == b""
    assert len(await files.opened("/dev/urandom").read(8)) == 8
    writer = files.created("/tmp/log")
    await writer.write(b"1")
    await writer.write(b"2")
    assert files.read("/tmp/log") == b"12"
    files.unlink("/tmp/log")
    await writer.write(b"3")
    assert files.listdir("/tmp") == []


async def test_sleep_follows_the_cluster_s_clock() -> None:
    time = Time()
    machine = machine_of(time=time)
    mirror = machine._machines.mirror
    sleeping = asyncio.ensure_future(machine.sleep(3600))
    await asyncio.sleep(0)
    head = head_of()
    mirror.look(head._replace(clock=(NOW, NOW, 0.0)))
    await asyncio.sleep(0)
    assert not sleeping.done()
    time.now = NOW + 1
    mirror.look(head._replace(clock=(NOW + 1, NOW + 3600, 1.0)))
    await asyncio.wait_for(sleeping, 30)
    assert mirror.clock == Clock(NOW + 1, NOW + 3600, 1.0)


def head_of() -> Head:
    return Head(1, "c" * 32, 1, 0, b"{}", ClusterConfig(), (NOW, NOW, 1.0), (0, 0))


async def test_a_script_with_an_interpreter_and_what_nobody_can_run() -> None:
    machine = machine_of(pod("debian"))
    machine.files.write("/tmp/run", b"#!/tmp/own -x\nbody\n", mode=0o755)
    machine.files.write("/tmp/text", b"no interpreter\n", mode=0o755)
    with pytest.raises(FileNotFoundError):
        await launch(machine.process(["/tmp/run"], Input(), Output(), Output()))
    with pytest.raises(OSError, match="Exec format error"):
        await launch(machine.process(["/tmp/text"], Input(), Output(), Output()))
    machine.files._put("/tmp/own", program_file("nobody-knows"), "/tmp/own")
    told = Output()
    assert await launch(machine.process(["/tmp/run"], Input(), Output(), told)) == 126
    assert told.data.startswith(b"nobody-knows: this program is there")


async def test_processes_are_listed_while_they_run_and_can_be_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = machine_of(pod("nginx"))
    began = asyncio.Event()

    async def wait(process: Process) -> int:
        began.set()
        await asyncio.Event().wait()
        return 0

    monkeypatch.setattr("cluster.shell.programs.known", lambda: {"sleep": wait})
    running = asyncio.ensure_future(launch(machine.process(["sleep", "600"], Input(), Output(), Output())))
    await began.wait()
    assert [(each.pid, each.argv[0]) for each in machine.processes.list()] == [
        (1, "nginx: master process nginx -g daemon off;"),
        (7, "nginx: worker process"),
        (8, "sleep"),
    ]
    machine.processes.kill(8, 15)
    assert await running == 143
    with pytest.raises(ProcessLookupError):
        machine.processes.kill(8, 15)
    told: list[int] = []
    machine._machines.on_main = lambda _, number, first: told.append(number) if first else None
    machine.processes.kill(1, 9)
    machine.processes.kill(1, 15)
    assert told == [15]
    running = asyncio.ensure_future(launch(machine.process(["sleep", "600"], Input(), Output(), Output())))
    await asyncio.sleep(0)
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert running.cancelled()
