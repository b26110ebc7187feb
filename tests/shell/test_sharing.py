"""Containers that see each other's processes and files: in a pod that shares them, from a debugger, from a node's."""

from __future__ import annotations

import copy

import pytest

from cluster.machinery.objects import Obj, timestamp
from cluster.shell.machine import ContainerMachine
from tests.shell.containers import NOW, Outcome, machine_of, pod, run

LINES = """\
  PID USER      TIME COMMAND
    1 root      0:00 nginx: master process nginx -g daemon off;
    7 root      0:00 nginx: worker process
    8 root      0:00 sleep 600
    9 root      0:00 ps
"""
SHARED = """\
  PID USER      TIME COMMAND
    1 65535     0:00 /pause
    8 root      0:00 nginx: master process nginx -g daemon off;
    9 root      0:00 nginx: worker process
   10 root      0:00 sleep 600
   11 root      0:00 ps
"""


def with_another(part: str, reports: str, **more: object) -> Obj:
    """nginx, and a busybox `shell` beside it."""
    made = copy.deepcopy(pod("nginx"))
    spec, state = made["spec"], {"running": {"startedAt": timestamp(NOW - 30)}}
    spec.setdefault(part, []).append({"name": "shell", "image": "busybox", "command": ["sleep", "600"], **more})
    made["status"].setdefault(reports, []).append({"name": "shell", "state": state, "restartCount": 0})
    return made


def debugged() -> Obj:
    return with_another("ephemeralContainers", "ephemeralContainerStatuses", targetContainerName="app")


def sharing() -> Obj:
    made = with_another("containers", "containerStatuses")
    made["spec"]["shareProcessNamespace"] = True
    return made


def both(made: Obj) -> tuple[ContainerMachine, ContainerMachine]:
    """The shell's machine, and that of the container beside it in the same cluster."""
    shell = machine_of(made, container="shell")
    return shell, shell._machines.machine(shell.pod, "app")


async def says(machine: ContainerMachine, command: str) -> Outcome:
    return await run(machine, "sh", "-c", command)


@pytest.mark.parametrize(("made", "lines"), [(debugged(), LINES), (sharing(), SHARED)], ids=["target", "pod"])
async def test_ps_shows_what_is_shared(made: Obj, lines: str) -> None:
    shell, app = both(made)
    assert (await run(shell, "ps")).out == lines
    if "/pause" in lines:
        assert app.processes.list()[0].argv == ("/pause",)


async def test_containers_that_do_not_share_see_their_own() -> None:
    shell, app = both(with_another("containers", "containerStatuses"))
    assert [each.argv for each in shell.processes.list()] == [("sleep", "600")]
    assert [each.pid for each in app.processes.list()] == [1, 7]
    unrelated, _ = both(with_another("ephemeralContainers", "ephemeralContainerStatuses"))
    assert [each.argv for each in unrelated.processes.list()] == [("sleep", "600")]


@pytest.mark.parametrize(("made", "pid"), [(debugged(), 1), (sharing(), 8)], ids=["target", "pod"])
async def test_the_files_of_another_are_below_its_process(made: Obj, pid: int) -> None:
    shell, app = both(made)
    app.files.write("/etc/nginx/mark", b"hello\n")
    assert (await says(shell, f"head -1 /proc/{pid}/root/etc/nginx/mark")).out == "hello\n"
    assert (await says(shell, f"tr '\\0' ' ' < /proc/{pid}/cmdline")).out == "nginx -g daemon off; "
    assert (await says(shell, f"echo more > /proc/{pid}/root/tmp/from-shell")).status == 0
    assert app.files.read("/tmp/from-shell") == b"more\n"
    assert (await says(shell, "cat /proc/self/comm")).out == "sleep\n"
    assert "/proc/" not in (await says(shell, "cat /proc/mounts; df")).out.replace("proc /proc proc", "")


@pytest.mark.parametrize("number", [1, 9, 15])
async def test_a_signal_reaches_another_containers_process(number: int) -> None:
    shell, _ = both(sharing())
    told: list[tuple[str, int, bool]] = []
    shell._machines.on_main = lambda machine, number, first: told.append((machine.container, number, first))
    assert (await says(shell, f"kill -{number} 8")).status == 0
    assert (await says(shell, f"kill -{number} 1")).status == 0
    assert told == [("app", number, False)]


async def test_a_pod_in_the_nodes_namespace_sees_the_nodes_processes() -> None:
    looking = copy.deepcopy(pod("busybox", "looking", command=["sleep", "9"]))
    looking["spec"]["hostPID"] = True
    machine = machine_of(looking, pod("nginx", "web-1"), container="app")
    lines = (await run(machine, "ps")).out
    assert lines.splitlines()[1].split() == ["1", "root", "0:00", "/sbin/init"]
    for each in ("/usr/bin/kubelet", "sleep 9", "nginx: master process"):
        assert each in lines


async def test_chroot_into_the_files_of_a_node() -> None:
    volume, mount = {"name": "host", "hostPath": {"path": "/"}}, {"name": "host", "mountPath": "/host"}
    machine = machine_of(pod("busybox", volumeMounts=[mount], spec={"volumes": [volume]}))
    machine.files.write("/host/etc/mark", b"of the node\n")
    assert (await run(machine, "chroot", "/host", "cat", "/etc/mark")).out == "of the node\n"
    assert (await says(machine, "chroot /host sh -c 'cd /etc; pwd; ls mark; cat /host/etc/mark'")).out == "/etc\nmark\n"
    assert (await run(machine, "chroot", "/host", "bash", "-c", "echo $BASH_VERSION > /tmp/v")).status == 0
    assert machine.files.read("/host/tmp/v").startswith(b"5.")
    missing = await run(machine, "chroot", "/none", "ls")
    assert (missing.status, missing.err) == (
        1,
        "chroot: can't change root directory to '/none': No such file or directory\n",
    )
    assert (await run(machine, "chroot", "/host", "none")).status == 127
