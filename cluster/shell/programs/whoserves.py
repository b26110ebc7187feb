"""What listens in a pod, as `ss` and `netstat` print it: containers' servers by what is known of them."""

from __future__ import annotations

from cluster.nodes import listening
from cluster.shell.commandline import Call, program
from cluster.shell.programs.interfaces import route

_HEAD = "Proto Recv-Q Send-Q Local Address           Foreign Address         State       "


def _ports(call: Call) -> list[tuple[int, str, str]]:
    """(port, transport, address) by transport and port; without a choice both."""
    wanted = {name for name, option in (("TCP", "t"), ("UDP", "u")) if call.has(option)} or {"TCP", "UDP"}
    every = (each.port for each in listening.of_pod(call.machine.pod, inside=True))
    found = {(each.number, each.transport, "127.0.0.1" if each.local else "0.0.0.0") for each in every}
    return sorted((each for each in found if each[1] in wanted), key=lambda each: (each[1], each[0]))


@program("tulnpeaWcr", {"tcp": "t", "udp": "u", "listening": "l", "numeric": "n", "programs": "p", "all": "a"})
async def netstat(call: Call) -> int:
    if call.has("r"):
        return await route(call.process.child(["route", "-n"]))
    only = call.has("l")
    title = "only servers" if only else "servers and established" if call.has("a") else "w/o servers"
    last = "PID/Program name    " if call.has("p") else ""
    lines = [f"Active Internet connections ({title})", _HEAD + last]
    for port, transport, address in _ports(call) if only or call.has("a") else ():
        state = "LISTEN" if transport == "TCP" else ""
        owner = f"{'-':<20}" if call.has("p") else ""
        lines.append(
            f"{transport.lower():<5} {0:>6} {0:>6} {f'{address}:{port}':<23} {'0.0.0.0:*':<23} {state:<11} {owner}"
        )
    await call.say("".join(f"{line}\n" for line in lines))
    return 0


@program("tulnpaeoms46HiO", {"tcp": "t", "udp": "u", "listening": "l", "numeric": "n", "processes": "p", "all": "a"})
async def ss(call: Call) -> int:
    both = not call.has("t") and not call.has("u")
    several = both or (call.has("t") and call.has("u"))
    net, head = ("Netid ", "") if several else ("", "")
    rows = [f"{net}State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess{head}"]
    for port, transport, address in _ports(call) if call.has("l") or call.has("a") else ():
        state, queue = ("LISTEN", 511) if transport == "TCP" else ("UNCONN", 0)
        first = f"{transport.lower():<6}" if several else ""
        rows.append(f"{first}{state:<6} {0:<6} {queue:<6} {address:>13}:{port:<5} {'0.0.0.0':>11}:*          ")
    await call.say("".join(f"{row}\n" for row in (rows[1:] if call.has("H") else rows)))
    return 0


PROGRAMS = {"netstat": netstat, "ss": ss}
