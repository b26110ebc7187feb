"""hostname: the pod's, by its /etc/hostname and /etc/hosts."""

from __future__ import annotations

from cluster.machinery.objects import status
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.programs import naming

_LONG = {
    "fqdn": "f",
    "long": "f",
    "ip-address": "i",
    "all-ip-addresses": "I",
    "short": "s",
    "domain": "d",
    "alias": "a",
}


@program("fiIsdaAF:", _LONG)
async def hostname(call: Call) -> int:
    own = naming.text_of(call.process, "/etc/hostname").strip()
    if call.operands or call.has("F"):
        raise Complaint(
            "sethostname: Operation not permitted" if call.is_busybox else "you must be root to change the host name"
        )
    if call.has("I") and not call.is_busybox:
        addresses = [str(each.get("ip")) for each in status(call.machine.pod).get("podIPs") or ()]
        await call.say("".join(f"{address} " for address in addresses) + "\n")
        return 0
    if not call.has("f", "i", "d", "A"):
        await call.say(("" if call.has("a") else own.partition(".")[0] if call.has("s") else own) + "\n")
        return 0
    found = await naming.lookup(call.process, own)
    if not found.addresses:
        raise Complaint(f"{own}: Unknown host" if call.is_busybox else "Name or service not known")
    full = found.canonical or own
    if call.has("i"):
        ends = "" if call.is_busybox else " "
        await call.say(" ".join(found.addresses) + (ends if len(found.addresses) > 1 else "") + "\n")
    elif call.has("d"):
        domain = full.partition(".")[2]
        await call.say(f"{domain}\n" if domain or call.is_busybox else "")
    else:
        await call.say(f"{full}\n")
    return 0


PROGRAMS = {"hostname": hostname}
