"""chroot: a program in a folder as if that were all there is, such as a node's files in a pod that looks after it."""

from __future__ import annotations

from typing import cast

from cluster.nodes import software
from cluster.shell.commandline import Call, program
from cluster.shell.process import Machine
from cluster.shell.programs.telling import started
from cluster.shell.rooted import Rooted


@program("u:g:", {"userspec": "u:", "groups": "g:"}, stops=True, status=125)
async def chroot(call: Call) -> int:
    if not call.operands:
        await call.misused("missing operand", 125)
    root, command = call.operands[0], call.operands[1:]
    path = call.process.env.get("PATH", software.PATH)
    try:
        machine = Rooted(call.machine, call.path(root), path)
    except OSError as error:
        said = f"cannot change root directory to '{root}'"
        await call.complain(
            f"can't change root directory to '{root}': {error.strerror}"
            if call.is_busybox
            else f"{said}: {error.strerror}"
        )
        return 1 if call.is_busybox else 125
    shell = [call.process.env.get("SHELL") or "/bin/sh", "-i"]
    return await started(call, call.process.child(command or shell, machine=cast("Machine", machine), cwd="/"))


PROGRAMS = {"chroot": chroot}
