"""Programs in their containers: BusyBox's words, terminals, the clock, what runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from cluster.shell.machine import Machines
from cluster.shell.process import Window
from tests.shell.containers import NOW, Input, Output, machine_of, pod, run

TABLE = yaml.safe_load((Path(__file__).parents[2] / "data" / "shell" / "busybox.yaml").read_text())


@pytest.mark.parametrize("case", TABLE, ids=lambda case: " ".join(case["run"]))
async def test_busybox_s_own_words(case: dict[str, Any]) -> None:
    machine = machine_of(pod("busybox", command=["sleep", "3600"]))
    machine.files.mkdir("/w")
    machine.files.mkdir("/w/dir")
    machine.files.write("/w/a.txt", b"one two\n")
    found = await run(machine, *case["run"], cwd="/w")
    assert (found.status, found.out, found.err) == (case["status"], case.get("out", ""), case.get("err", ""))


async def test_a_long_list_has_modes_owners_and_dates_of_the_cluster_s_clock() -> None:
    machine = machine_of(pod("nginx"))
    machine.files.mkdir("/w")
    machine.files.write("/w/page", b"hello\n")
    machine.files.symlink("page", "/w/soft")
    machine.files.touch("/w/page", NOW - 400 * 86_400)
    found = await run(machine, "ls", "-l", "/w")
    assert found.out == (
        "total 4\n-rw-r--r-- 1 root root 6 Oct 20  2024 page\nlrwxrwxrwx 1 root root 4 Nov 24 16:00 soft -> page\n"
    )


async def test_a_terminal_gets_columns() -> None:
    machine = machine_of(pod("debian"))
    for name in ("one", "two", "three"):
        machine.files.write(f"/tmp/{name}", b"")
    out = Output()
    process = machine.process(["ls", "/tmp"], Input(), out, out, Window(20, 24))
    await machine.programs["/bin/ls"](process)
    assert out.data == b"one  three  two\n"


async def test_tail_follows_by_the_cluster_s_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = machine_of(pod("debian"))
    machine.files.write("/tmp/log", b"1\n")
    later = [(b"2\n", True), (b"x\n", False)]

    async def sleep(machines: Machines, seconds: float) -> None:
        if not later:
            raise BrokenPipeError
        line, append = later.pop(0)
        machine.files.write("/tmp/log", line, append=append)

    monkeypatch.setattr(Machines, "sleep", sleep)
    found = await run(machine, "tail", "-f", "/tmp/log")
    assert (found.out, found.err) == ("1\n2\nx\n", "tail: /tmp/log: file truncated\n")


async def test_what_a_container_is_told_of_its_volumes() -> None:
    volumes = {"volumes": [{"name": "v", "emptyDir": {}}]}
    machine = machine_of(pod("debian", volumeMounts=[{"name": "v", "mountPath": "/data"}], spec=volumes))
    found = await run(machine, "df", "-h", "/data")
    assert found.out.splitlines()[1].split() == ["/dev/vda1", "100G", "25G", "75G", "25%", "/data"]


async def test_full_is_said_in_the_system_s_words() -> None:
    machine = machine_of(pod("debian"))
    found = await run(machine, "tee", "/tmp/big", stdin=b"x" * (17 * 1024 * 1024))
    assert (found.status, found.err) == (1, "tee: /tmp/big: No space left on device\n")


@pytest.mark.parametrize(
    ("image", "argv", "status", "out", "err"),
    [
        ("busybox", ["busybox", "echo", "hi"], 0, "hi\n", ""),
        ("busybox", ["busybox", "nope"], 127, "", "nope: applet not found\n"),
        ("alpine", ["busybox", "wc", "-l", "/etc/alpine-release"], 0, "1 /etc/alpine-release\n", ""),
        ("alpine", ["nice", "-n", "5", "echo", "hi"], 0, "hi\n", ""),
        ("nginx:1.27.5", ["nginx", "-v"], 0, "", "nginx version: nginx/1.27.5\n"),
        (
            "nginx",
            ["nginx", "-t"],
            0,
            "",
            "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n"
            "nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
        ),
        ("postgres", ["pg_isready"], 0, "/var/run/postgresql:5432 - accepting connections\n", ""),
        ("postgres", ["pg_isready", "-p", "1"], 2, "/var/run/postgresql:1 - no response\n", ""),
    ],
)
async def test_programs_by_their_images(image: str, argv: list[str], status: int, out: str, err: str) -> None:
    found = await run(machine_of(pod(image)), *argv)
    assert (found.status, found.out, found.err) == (status, out, err)
