"""The interfaces and routes of a pod, as `ip`, `ifconfig` and `route` print them. What they are follows from the pod's
addresses and its node's range.
"""

from __future__ import annotations

import hashlib
import ipaddress
from typing import NamedTuple

from cluster.machinery.objects import NODES, spec, status
from cluster.nodes import identity
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.process import Machine
from cluster.shell.programs.echoes import gateway

_PREFIX = 24
_CHANGES, _MADE, _ALL = ("add", "del", "delete", "set"), ("dummy", "bridge"), "ff:ff:ff:ff:ff:ff"
_FOREVER = "       valid_lft forever preferred_lft forever\n"
_IP_USAGE = "Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }\nwhere  OBJECT := { address | link | route | neigh }\n"


class Interface(NamedTuple):
    address: str
    prefix: int
    peer: int
    """The number of its other end on the node."""

    @property
    def network(self) -> ipaddress.IPv4Network:
        return ipaddress.IPv4Network(f"{self.address}/{self.prefix}", strict=False)

    @property
    def mac(self) -> str:
        """As the bridge plugin makes it of the address."""
        return "0a:58:" + ":".join(f"{int(each):02x}" for each in self.address.split("."))


def of(machine: Machine) -> Interface | None:
    """The pod's own beside lo; None while it has no address."""
    pod = machine.pod
    address = str(status(pod).get("podIP") or "")
    if "." not in address:
        return None
    node = machine.world.find(NODES, "", str(spec(pod).get("nodeName") or "")) or {}
    given = str(spec(node).get("podCIDR") or "").rpartition("/")[2]
    prefix = int(given) if given.isdecimal() and not spec(pod).get("hostNetwork") else _PREFIX
    return Interface(address, prefix, 4 + int(address.rpartition(".")[2]))


# -- ip ------------------------------------------------------------------------------------------------------------


@program("46bdhosfnV", {"brief": "b"}, status=255)
async def ip(call: Call) -> int:
    words = [word for word in call.process.argv[1:] if not word.startswith("-")]
    flags = [word for word in call.process.argv[1:] if word.startswith("-")]
    if "-V" in flags:
        await call.say("ip utility, iproute2-6.1.0\n")
        return 0
    if not words:
        await call.process.stderr.write(_IP_USAGE.encode())
        return 255
    what = words[0]
    for name, show in (("address", _addresses), ("link", _links), ("route", _routes), ("neighbour", _neighbours)):
        if name.startswith(what) or (name == "neighbour" and "neighbor".startswith(what)):
            if name == "link" and words[1:2] and words[1] in _CHANGES:
                return await _changed(call, words[1:])
            if words[1:] and not any(each.startswith(words[1]) for each in ("show", "list", "dev", "get")):
                raise Complaint("RTNETLINK answers: Operation not permitted", 2)
            return await show(call, words[1:], brief="-br" in flags or "-brief" in flags)
    raise Complaint(f'Object "{what}" is unknown, try "ip help".', 1)


async def _changed(call: Call, words: list[str]) -> int:
    """An interface that a container makes for itself, as long as its pod is there."""
    machine, rest = call.machine, [word for word in words[1:] if word not in ("name", "dev")]
    if not identity.may(machine.pod, machine.template, "NET_ADMIN"):
        raise Complaint("RTNETLINK answers: Operation not permitted", 2)
    called = rest[0] if rest else ""
    if words[0] == "add":
        kind = rest[rest.index("type") + 1] if "type" in rest[:-1] else ""
        if not called or called == "type" or kind not in _MADE:
            said = f"RTNETLINK answers: {'Operation not supported' if kind else 'Invalid argument'}"
            raise Complaint(said, 2)
        if called in machine.interfaces or called in ("lo", "eth0"):
            raise Complaint("RTNETLINK answers: File exists", 2)
        machine.interfaces[called] = False
    elif called not in machine.interfaces:
        raise Complaint(f"can't find device '{called}'" if call.is_busybox else f'Cannot find device "{called}"')
    elif words[0] == "set":
        machine.interfaces[called] = "up" in rest or (machine.interfaces[called] and "down" not in rest)
    else:
        del machine.interfaces[called]
    return 0


def _own(call: Call) -> str:
    """What was made in this pod, as `ip link` shows it."""
    rest = "qlen 1000" if call.is_busybox else "mode DEFAULT group default qlen 1000"
    shown = []
    for number, (called, up) in enumerate(call.machine.interfaces.items(), start=3):
        flags = "BROADCAST,NOARP,UP,LOWER_UP" if up else "BROADCAST,NOARP"
        mac = "02:" + hashlib.sha256(called.encode()).digest()[:5].hex(":")
        shown.append(f"{number}: {called}: <{flags}> mtu 1500 qdisc noop {rest}\n    link/ether {mac} brd {_ALL}\n")
    return "".join(shown)


def _named(words: list[str]) -> str:
    """The interface that is asked for; "": all."""
    return words[-1] if words and words[-1] not in ("show", "list", "dev") else ""


async def _addresses(call: Call, words: list[str], *, brief: bool) -> int:
    own, wanted = of(call.machine), _named(words)
    known = {"lo", "eth0"} if own else {"lo"}
    if wanted and wanted not in known:
        raise Complaint(f"can't find device '{wanted}'" if call.is_busybox else f'Device "{wanted}" does not exist.')
    if brief:
        lines = ["lo               UNKNOWN        127.0.0.1/8 ::1/128 "] if wanted in ("", "lo") else []
        if own and wanted in ("", "eth0"):
            lines.append(f"eth0@if{own.peer:<8} UP             {own.address}/{own.prefix} ")
        await call.say("".join(f"{line}\n" for line in lines))
        return 0
    if wanted in ("", "lo"):
        await call.say(_lo(call) + "    inet 127.0.0.1/8 scope host lo\n" + _FOREVER)
        await call.say("    inet6 ::1/128 scope host \n" + _FOREVER)
    if own and wanted in ("", "eth0"):
        broadcast = own.network.broadcast_address
        line = f"    inet {own.address}/{own.prefix} brd {broadcast} scope global eth0\n"
        await call.say(_eth0(call, own) + line + _FOREVER)
    return 0


def _lo(call: Call) -> str:
    rest = "qlen 1000" if call.is_busybox else "state UNKNOWN group default qlen 1000"
    head = f"1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue {rest}\n"
    return head + "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"


def _eth0(call: Call, own: Interface) -> str:
    if call.is_busybox:
        head = f"2: eth0@if{own.peer}: <BROADCAST,MULTICAST,UP,LOWER_UP,M-DOWN> mtu 1500 qdisc noqueue \n"
        return head + f"    link/ether {own.mac} brd ff:ff:ff:ff:ff:ff\n"
    head = f"2: eth0@if{own.peer}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default \n"
    return head + f"    link/ether {own.mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"


async def _links(call: Call, words: list[str], *, brief: bool) -> int:
    own = of(call.machine)
    if brief:
        lines = ["lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP> "]
        if own:
            lines.append(f"eth0@if{own.peer:<8} UP             {own.mac} <BROADCAST,MULTICAST,UP,LOWER_UP> ")
        await call.say("".join(f"{line}\n" for line in lines))
        return 0
    mode = "" if call.is_busybox else "mode DEFAULT "
    shown = _lo(call) + (_eth0(call, own) if own else "")
    await call.say(shown.replace("group default", f"{mode}group default") + _own(call))
    return 0


async def _routes(call: Call, words: list[str], *, brief: bool) -> int:
    own = of(call.machine)
    if own is None:
        return 0
    by = gateway(call.machine.world, call.machine.pod)
    if words[:1] == ["get"] and len(words) > 1:
        on_link = _is_in(words[1], own)
        via = "" if on_link else f"via {by} "
        await call.say(f"{words[1]} {via}dev eth0 src {own.address} uid 0 \n    cache \n")
        return 0
    kernel = "scope link " if call.is_busybox else "proto kernel scope link"
    await call.say(f"default via {by} dev eth0 \n{own.network} dev eth0 {kernel} src {own.address} \n")
    return 0


def _is_in(text: str, own: Interface) -> bool:
    try:
        return ipaddress.ip_address(text) in own.network
    except ValueError:
        raise Complaint(f'an inet prefix is expected rather than "{text}".') from None


async def _neighbours(call: Call, words: list[str], *, brief: bool) -> int:
    own = of(call.machine)
    if own is not None:
        by = gateway(call.machine.world, call.machine.pod)
        mac = "0a:58:" + ":".join(f"{int(each):02x}" for each in by.split("."))
        await call.say(f"{by} dev eth0 lladdr {mac} {'used 0/0/0 probes 1 ' if call.is_busybox else ''}REACHABLE \n")
    return 0


# -- ifconfig, route -------------------------------------------------------------------------------------------


@program("a")
async def ifconfig(call: Call) -> int:
    own, wanted = of(call.machine), call.operands[0] if call.operands else ""
    if wanted not in ("", "lo", "eth0") or (wanted == "eth0" and own is None):
        if call.is_busybox:
            raise Complaint(f"{wanted}: error fetching interface information: Device not found")
        await call.process.stderr.write(f"{wanted}: error fetching interface information: Device not found\n".encode())
        return 1
    shown = []
    if own and wanted in ("", "eth0"):
        shown.append(_configured(call, own))
    if wanted in ("", "lo"):
        shown.append(_LO_BUSYBOX if call.is_busybox else _LO)
    await call.say("\n".join(shown) + "\n")
    return 0


_COUNTS_BUSYBOX = """\
          RX packets:0 errors:0 dropped:0 overruns:0 frame:0
          TX packets:0 errors:0 dropped:0 overruns:0 carrier:0
          collisions:0 txqueuelen:{queue} 
          RX bytes:0 (0.0 B)  TX bytes:0 (0.0 B)
"""
_COUNTS = """\
        RX packets 0  bytes 0 (0.0 B)
        RX errors 0  dropped 0  overruns 0  frame 0
        TX packets 0  bytes 0 (0.0 B)
        TX errors 0  dropped 0 overruns 0  carrier 0  collisions 0
"""
_LO_BUSYBOX = """\
lo        Link encap:Local Loopback  
          inet addr:127.0.0.1  Mask:255.0.0.0
          inet6 addr: ::1/128 Scope:Host
          UP LOOPBACK RUNNING  MTU:65536  Metric:1
""" + _COUNTS_BUSYBOX.format(queue=1000)
_LO = (
    """\
lo: flags=73<UP,LOOPBACK,RUNNING>  mtu 65536
        inet 127.0.0.1  netmask 255.0.0.0
        inet6 ::1  prefixlen 128  scopeid 0x10<host>
        loop  txqueuelen 1000  (Local Loopback)
"""
    + _COUNTS
)


def _configured(call: Call, own: Interface) -> str:
    mask, broadcast = own.network.netmask, own.network.broadcast_address
    if call.is_busybox:
        return (
            f"eth0      Link encap:Ethernet  HWaddr {own.mac.upper()}  \n"
            f"          inet addr:{own.address}  Bcast:{broadcast}  Mask:{mask}\n"
            "          UP BROADCAST RUNNING MULTICAST  MTU:1500  Metric:1\n" + _COUNTS_BUSYBOX.format(queue=0)
        )
    return (
        "eth0: flags=4163<UP,BROADCAST,RUNNING,MULTICAST>  mtu 1500\n"
        f"        inet {own.address}  netmask {mask}  broadcast {broadcast}\n"
        f"        ether {own.mac}  txqueuelen 0  (Ethernet)\n" + _COUNTS
    )


@program("ne")
async def route(call: Call) -> int:
    own = of(call.machine)
    rows = []
    if own is not None:
        net = own.network
        first = "0.0.0.0" if call.has("n") else "default"
        rows = [(first, gateway(call.machine.world, call.machine.pod), "0.0.0.0", "UG")]
        rows.append((str(net.network_address), "0.0.0.0" if call.has("n") else "*", str(net.netmask), "U"))
    head = "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n"
    lines = [f"{to:<15} {by:<15} {mask:<15} {flags:<5} 0      0        0 eth0" for to, by, mask, flags in rows]
    await call.say(head + "".join(f"{line}\n" for line in lines))
    return 0


PROGRAMS = {"ip": ip, "ifconfig": ifconfig, "route": route}
