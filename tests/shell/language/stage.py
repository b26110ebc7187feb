"""Where scripts are run for tests: in a container of ours with a handful of plain programs, or in the real shell."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from cluster.shell.launching import launch
from cluster.shell.machine import ContainerMachine
from cluster.shell.process import Process, Program
from tests.shell.containers import Input, Output, machine_of, pod

ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "HOME": "/root"}
REAL = {name: Path(f"/bin/{name}") for name in ("bash", "dash")}


class Ran(NamedTuple):
    out: str
    status: int
    err: str = ""


async def cat(process: Process) -> int:
    for name in process.argv[1:] or ["-"]:
        if name == "-":
            while piece := await process.stdin.read():
                await process.stdout.write(piece)
            continue
        try:
            await process.stdout.write(process.files.read(name if name[0] == "/" else f"{process.cwd}/{name}"))
        except OSError as error:
            await process.stderr.write(f"cat: {name}: {error.strerror}\n".encode())
            return 1
    return 0


async def head(process: Process) -> int:
    """head -n N."""
    for _ in range(int(process.argv[-1])):
        while (byte := await process.stdin.read(1)) not in (b"", b"\n"):
            await process.stdout.write(byte)
        await process.stdout.write(byte)
    return 0


async def yes(process: Process) -> int:
    while True:
        await process.stdout.write(b"y\n")


async def seq(process: Process) -> int:
    for number in range(1, int(process.argv[1]) + 1):
        await process.stdout.write(f"{number}\n".encode())
    return 0


async def sleep(process: Process) -> int:
    """No time passes, but everybody else has a turn, often; a long one never ends by itself."""
    seconds = float(process.argv[1])
    if seconds > 1:
        await asyncio.Event().wait()
    for _ in range(int(seconds * 1000)):
        await asyncio.sleep(0)
    return 0


async def env(process: Process) -> int:
    await process.stdout.write("".join(f"{name}={value}\n" for name, value in process.env.items()).encode())
    return 0


PLAIN: dict[str, Program] = {"cat": cat, "env": env, "head": head, "seq": seq, "sleep": sleep, "yes": yes}


class _With(dict[str, Program]):
    """The image's programs, with the plain ones in the place of its own."""

    def __init__(self, own: Mapping[str, Program]) -> None:
        super().__init__({f"/usr/bin/{name}": program for name, program in PLAIN.items()})
        self._own = own

    def get(self, path: str, default: Program | None = None) -> Program | None:  # type: ignore[override]
        return super().get(path) or self._own.get(path, default)


def container(image: str = "debian") -> ContainerMachine:
    machine = machine_of(pod(image))
    machine.files.mkdir("/scratch")
    machine.programs = _With(machine.programs)
    return machine


async def ours(
    shell: str, *arguments: str, stdin: bytes = b"", machine: ContainerMachine | None = None, limit: float = 20
) -> Ran:
    """A shell with these arguments, in a container."""
    machine = machine or container("busybox" if shell == "ash" else "debian")
    out, err = Output(), Output()
    process = machine.process([shell, *arguments], Input(stdin), out, err)
    process.cwd = "/scratch"
    process.env = dict(ENVIRONMENT)
    status = await asyncio.wait_for(launch(process), limit)
    return Ran(out.data.decode(errors="replace"), status, err.data.decode(errors="replace"))


def _hears_all() -> None:
    """Whoever is started in the background by a script ignores these, and so would the shell that we ask."""
    for each in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(each, signal.SIG_DFL)


def real(shell: str, *arguments: str, stdin: bytes = b"") -> Ran:
    """The same by the machine's own shell, in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [shell, *arguments],
            executable=REAL[shell],
            cwd=folder,
            env=ENVIRONMENT,
            input=stdin,
            capture_output=True,
            timeout=60,
            check=False,
            preexec_fn=_hears_all,
        )
    return Ran(done.stdout.decode(errors="replace"), done.returncode, done.stderr.decode(errors="replace"))
