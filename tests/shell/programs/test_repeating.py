"""top, watch and stty at a terminal and without one."""

from __future__ import annotations

from tests.shell.containers import machine_of, pod, run
from tests.shell.terminal.typing import Person


async def test_top_goes_on_until_it_is_left() -> None:
    async with Person("sh", image="busybox") as person:
        shown = await person.type("top\r")
        assert "Load average:" in shown and " top\x1b[K" in shown
        assert "Load average:" in await person.type(" ")
        assert (await person.type("q")).endswith("/ # ")
        assert await person.type("echo a\r") == "echo a\r\na\r\n/ # "


async def test_top_without_a_terminal() -> None:
    gnu = await run(machine_of(pod("ubuntu")), "sh", "-c", "top -b -n 1 | head -1; which top")
    assert gnu.status == 1  # Debian's and Ubuntu's images have none
    machine = machine_of(pod("centos"))
    assert (await run(machine, "top")).err == "top: failed tty get\n"
    said = (await run(machine, "top", "-b", "-n", "1")).out.splitlines()
    assert said[1] == "Tasks:   2 total,   1 running,   1 sleeping,   0 stopped,   0 zombie"
    assert said[6].split()[:2] == ["PID", "USER"] and said[-1].endswith("0:00.00 top")
    small = (await run(machine_of(pod("busybox")), "top", "-n", "1")).out.splitlines()
    assert small[3] == "  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND"


async def test_watch() -> None:
    async with Person("sh", image="busybox") as person:
        shown = await person.type("watch -n 5 echo hello\r")
        assert "\x1b[H\x1b[JEvery 5.0s: echo hello" in shown and shown.endswith("hello\r\n")
        assert (await person.type("\x03")).endswith("/ # ")


async def test_stty() -> None:
    async with Person("bash", image="debian") as person:
        assert "24 80\r\n" in await person.type("stty size\r")
        assert "rows 24; columns 80;" in await person.type("stty -a\r")
    said = await run(machine_of(pod("debian")), "stty", "size")
    assert (said.status, said.err) == (1, "stty: 'standard input': Inappropriate ioctl for device\n")


PACKAGES = [
    ("debian", "apt-get install -y curl", 100, "E: Unable to locate package curl"),
    ("nginx", "apt update", 0, "Temporary failure resolving 'deb.debian.org'"),
    ("alpine", "apk add curl", 1, "  curl (no such package):"),
    ("fedora", "yum install -y curl", 1, "Could not resolve host: mirrors.fedoraproject.org"),
    ("busybox", "apt update", 127, "apt: not found"),
]


async def test_packages_are_out_of_reach() -> None:
    for image, line, status, words in PACKAGES:
        made = machine_of(pod(image))
        made.sleep = _at_once  # type: ignore[method-assign]
        said = await run(made, "sh", "-c", line)
        assert said.status == status and words in said.err, line


async def _at_once(seconds: float) -> None:
    return None
