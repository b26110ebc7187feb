"""mount, as far as a container's processes may: it tells what is mounted."""

from __future__ import annotations

from cluster.shell.commandline import Call, Complaint, program


@program("aflnrst:vwo:", {"all": "a", "types": "t:", "options": "o:", "verbose": "v"}, status=32)
async def mount(call: Call) -> None:
    if call.operands or call.has("a"):
        target = call.operands[-1] if call.operands else "/"
        if call.is_busybox:
            raise Complaint("permission denied (are you root?)", 1)
        raise Complaint(f"{target}: permission denied.", 32)
    wanted = call.value("t")
    for line in call.files.read("/proc/mounts").decode(errors="replace").splitlines():
        what, where, kind, options, *_ = line.split(" ")
        if not wanted or kind == wanted:
            await call.say(f"{what} on {where} type {kind} ({options})\n")


PROGRAMS = {"mount": mount}
