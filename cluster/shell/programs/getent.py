"""getent: hosts by name and address as the C library has them, accounts and services from their files."""

from __future__ import annotations

from cluster.dns.names import plain_address
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.programs import naming

_FILES = {"passwd": "/etc/passwd", "group": "/etc/group", "shadow": "/etc/shadow", "services": "/etc/services",
          "networks": "/etc/networks", "protocols": "/etc/protocols"}  # fmt: skip
_MISSING = 2


@program("s:i", stops=True)
async def getent(call: Call) -> int:
    if not call.operands:
        raise Complaint("wrong number of arguments\nTry `getent --help' or `getent --usage' for more information.")
    database, *keys = call.operands
    if database in _FILES:
        return await _of_file(call, _FILES[database], keys)
    if database not in ("hosts", "ahosts", "ahostsv4", "ahostsv6"):
        await call.process.stderr.write(f"Unknown database: {database}\n".encode())
        if not call.is_busybox:
            await call.process.stderr.write(b"Try `getent --help' or `getent --usage' for more information.\n")
        return 1
    status = 0
    if not keys and database == "hosts":
        for address, names in naming.hosts(call.process):
            await call.say(f"{address:<15} {' '.join(names)}\n")
    for key in keys:
        found = await (_hosts(call, key) if database == "hosts" else _ahosts(call, key, database))
        status = max(status, 0 if found else _MISSING)
    return status


async def _hosts(call: Call, key: str) -> bool:
    if plain_address(key):
        name = await naming.name_of(call.process, key)
        if name:
            await call.say(f"{key:<15} {name}\n")
        return bool(name)
    found = await naming.lookup(call.process, key, ("AAAA",))
    if not found.addresses:
        found = await naming.lookup(call.process, key, ("A",))
    names = found.canonical or key
    wide = 17 if call.is_busybox else 15
    if call.is_busybox and found.addresses:
        names = f"{names}  {names} {key}" if names != key else f"{names}  {names}"
    elif key.rstrip(".") != names and _is_local(call, key):
        names = f"{names} {key}"
    for address in found.addresses:
        await call.say(f"{address:<{wide}} {names}\n")
    return bool(found.addresses)


def _is_local(call: Call, key: str) -> bool:
    return any(key in names for _, names in naming.hosts(call.process))


async def _ahosts(call: Call, key: str, database: str) -> bool:
    types = {"ahostsv4": ("A",), "ahostsv6": ("AAAA",)}.get(database, ("A", "AAAA"))
    found = await naming.lookup(call.process, key, types)
    named = f" {found.canonical or key}"
    for address in found.addresses:
        for sort in ("STREAM", "DGRAM", "RAW"):
            await call.say(f"{address:<15} {sort:<6}{named if sort == 'STREAM' else ' '}\n")
            named = " " if sort == "STREAM" else named
    return bool(found.addresses)


async def _of_file(call: Call, path: str, keys: list[str]) -> int:
    lines = [line for line in naming.text_of(call.process, path).splitlines() if line and not line.startswith("#")]
    if not keys:
        await call.say("".join(f"{line}\n" for line in lines))
        return 0
    status = 0
    for key in keys:
        # By name, or by number where a field of an account is one.
        found = [line for line in lines if key in (line.split(":")[0], *line.split(":")[2:3]) or line.split()[0] == key]
        await call.say("".join(f"{line}\n" for line in found[:1]))
        status = status if found else _MISSING
    return status


PROGRAMS = {"getent": getent}
