"""ping and traceroute, iputils' and BusyBox's. Pods and nodes answer; a cluster IP does not."""

from __future__ import annotations

from cluster.dns.names import plain_address
from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.programs import echoes, naming

_MOST_HOPS = 30
_LINGER = 10.0
"""So long the last answer is waited for."""


@program("46c:i:W:w:s:t:qnvI:fDAbB", {"count": "c:"}, status=2)
async def ping(call: Call) -> int:
    if not call.operands:
        if call.is_busybox:
            raise Complaint("usage: ping [OPTIONS] HOST")
        raise Complaint("usage error: Destination address required", 1)
    host = call.operands[-1]
    count = _whole(call, "c", 0)
    interval, size = _seconds(call, "i", 1.0), _whole(call, "s", 56)
    deadline = _seconds(call, "w", 0.0)
    types = ("AAAA",) if call.has("6") else ("A",)
    found = await naming.lookup(call.process, host, types)
    if not found.addresses:
        if call.is_busybox:
            raise Complaint(f"bad address '{host}'")
        why = "Temporary failure in name resolution" if found.trouble == "again" else "Name or service not known"
        raise Complaint(f"{host}: {why}", 2)
    address = found.addresses[0]
    shown = await _shown(call, host, address)
    called = found.canonical or host
    if call.is_busybox:
        await call.say(f"PING {host} ({address}): {size} data bytes\n")
    else:
        await call.say(f"PING {called} ({address}) {size}({size + 28}) bytes of data.\n")
    times: list[float] = []
    sent, began = 0, call.machine.now()
    try:
        while not count or sent < count:
            if sent:
                await call.machine.sleep(interval)
            if deadline and call.machine.now() - began >= deadline:
                break
            sent += 1
            way = echoes.way(call.machine.world, call.machine.config, call.machine.pod, address)
            if not way.hops:
                continue
            times.append(_time(call, len(way.hops)))
            if not call.has("q"):
                await call.say(_line(call, shown, address, size, sent, way.ttl, times[-1]))
        if len(times) < sent:
            await call.machine.sleep(_seconds(call, "W", _LINGER))
    finally:
        await call.say(_statistics(call, called if not call.is_busybox else host, sent, times, interval))
    return 0 if times else 1


def _whole(call: Call, option: str, default: int) -> int:
    text = call.value(option)
    if text and not (text.isascii() and text.isdecimal() and len(text) < 8):
        raise Complaint(f"invalid argument: '{text}'", 1)
    return int(text) if text else default


def _seconds(call: Call, option: str, default: float) -> float:
    text = call.value(option)
    if text and not (text.isascii() and text.replace(".", "", 1).isdecimal() and len(text) < 8):
        raise Complaint(f"invalid argument: '{text}'", 1)
    return max(float(text), 0.002) if text else default


async def _shown(call: Call, host: str, address: str) -> str:
    """Who answers, as its lines call it."""
    if call.is_busybox or call.has("n") or plain_address(host):
        return address
    name = await naming.name_of(call.process, address)
    return f"{name or address} ({address})"


def _time(call: Call, hops: int) -> float:
    """Milliseconds: more over another node."""
    base, spread = (0.045, 60) if hops == 1 else (0.31, 250)
    return base + call.machine.pick(spread) / 1000


def _line(call: Call, shown: str, address: str, size: int, number: int, ttl: int, time: float) -> str:
    if call.is_busybox:
        return f"{size + 8} bytes from {address}: seq={number - 1} ttl={ttl} time={time:.3f} ms\n"
    return f"{size + 8} bytes from {shown}: icmp_seq={number} ttl={ttl} time={time:.3f} ms\n"


def _statistics(call: Call, host: str, sent: int, times: list[float], interval: float) -> str:
    lost = round((sent - len(times)) * 100 / sent) if sent else 0
    lines = ["", f"--- {host} ping statistics ---"]
    least, most, mean = (min(times), max(times), sum(times) / len(times)) if times else (0.0, 0.0, 0.0)
    if call.is_busybox:
        lines.append(f"{sent} packets transmitted, {len(times)} packets received, {lost}% packet loss")
        if times:
            lines.append(f"round-trip min/avg/max = {least:.3f}/{mean:.3f}/{most:.3f} ms")
    else:
        took = round(max(sent - 1, 0) * interval * 1000)
        lines.append(f"{sent} packets transmitted, {len(times)} received, {lost}% packet loss, time {took}ms")
        deviation = (sum((each - mean) ** 2 for each in times) / len(times)) ** 0.5 if times else 0.0
        lines.append(f"rtt min/avg/max/mdev = {least:.3f}/{mean:.3f}/{most:.3f}/{deviation:.3f} ms" if times else "")
    return "".join(f"{line}\n" for line in lines)


@program("46nIm:q:w:f:p:TUs:i:F", status=2)
async def traceroute(call: Call) -> int:
    if not call.operands:
        raise Complaint('Specify "host" missing argument.' if not call.is_busybox else "usage: traceroute HOST", 2)
    host = call.operands[0]
    most, probes = min(_whole(call, "m", _MOST_HOPS), 255), min(_whole(call, "q", 3), 10)
    found = await naming.lookup(call.process, host, ("A",))
    if not found.addresses:
        if call.is_busybox:
            raise Complaint(f"bad address '{host}'")
        await call.process.stderr.write(f"{host}: Name or service not known\n".encode())
        return 2
    address = found.addresses[0]
    size = 46 if call.is_busybox else 60
    await call.say(f"traceroute to {host} ({address}), {most} hops max, {size} byte packets\n")
    way = echoes.way(call.machine.world, call.machine.config, call.machine.pod, address)
    for at in range(most):
        if at >= len(way.hops):
            if way.hops:
                break
            await call.machine.sleep(_seconds(call, "w", 5.0) * probes)
            await call.say(f"{at + 1:>2}  {' '.join('*' * probes)}\n")
            continue
        hop = way.hops[at]
        name = "" if call.has("n") else await naming.name_of(call.process, hop) or hop
        times = "  ".join(f"{_time(call, at + 1):.3f} ms" for _ in range(probes))
        await call.say(f"{at + 1:>2}  {f'{name} ({hop})' if name else hop}  {times}\n")
    return 0


PROGRAMS = {"ping": ping, "ping6": ping, "traceroute": traceroute}
