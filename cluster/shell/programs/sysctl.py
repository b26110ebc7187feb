"""sysctl: the kernel's settings as this pod has them."""

from __future__ import annotations

from cluster.kinds import sysctls
from cluster.machinery.objects import spec
from cluster.shell.commandline import Call, program

_USUAL = {
    "kernel.shm_rmid_forced": "0",
    "net.ipv4.ip_local_port_range": "32768\t60999",
    "net.ipv4.ip_unprivileged_port_start": "0",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv4.tcp_syncookies": "1",
}


@program("na")
async def sysctl(call: Call) -> None:
    settings = {**_USUAL, **sysctls.of(spec(call.machine.pod))}
    for given in sorted(settings) if call.has("a") else call.operands:
        name = given.replace("/", ".")
        if name not in settings:
            path = f"/proc/sys/{name.replace('.', '/')}"
            await call.complain(f"error: '{path}' is an unknown key: No such file or directory")
            continue
        await call.say(f"{settings[name]}\n" if call.has("n") else f"{name} = {settings[name]}\n")


PROGRAMS = {"sysctl": sysctl}
