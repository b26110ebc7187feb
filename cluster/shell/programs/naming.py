"""How programs of a container find names: its /etc/hosts and /etc/resolv.conf as they lie in its files, its C library's
way through the search list, and messages to servers. Every program that takes a host asks here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cluster.dns import resolver, wire
from cluster.dns.answer import Question
from cluster.dns.names import plain_address
from cluster.dns.resolver import Habit, ResolvConf
from cluster.dns.wire import Message, Wish
from cluster.shell.network import resolving
from cluster.shell.network.resolving import Found
from cluster.shell.process import Process

DNS_PORT = 53
WAIT_SECONDS = 5.0
"""So long a server is waited for before the next try."""
TRIES = 2


def is_busybox(process: Process) -> bool:
    """Its programs are BusyBox's."""
    return _exists(process, "/bin/busybox")


def has_bind(process: Process) -> bool:
    """BIND's own nslookup is there, which comes with dig."""
    return any(_exists(process, f"{folder}/dig") for folder in ("/usr/bin", "/bin", "/usr/local/bin"))


def _exists(process: Process, path: str) -> bool:
    try:
        process.files.stat(path)
    except OSError:
        return False
    return True


def habit(process: Process) -> Habit:
    """How the image's C library walks the search list."""
    return resolver.MUSL if is_busybox(process) else resolver.GLIBC


def conf(process: Process) -> ResolvConf:
    """The container's /etc/resolv.conf as it is now."""
    return resolving.parse_conf(text_of(process, "/etc/resolv.conf"))


def text_of(process: Process, path: str) -> str:
    """A file's text; "" where there is none."""
    try:
        return process.files.read(path).decode(errors="replace")
    except OSError:
        return ""


def hosts(process: Process) -> Iterator[tuple[str, list[str]]]:
    """(address, names) of each line of /etc/hosts."""
    for line in text_of(process, "/etc/hosts").splitlines():
        words = line.split("#")[0].split()
        if len(words) > 1:
            yield words[0], words[1:]


async def lookup(process: Process, host: str, types: tuple[str, ...] = ("A", "AAAA")) -> Found:
    """The addresses of a host as `getaddrinfo` gives them: an address as it is, /etc/hosts, then DNS."""
    bare = host.removeprefix("[").removesuffix("]")
    if plain_address(bare):
        return Found((bare,), bare)
    wanted = host.rstrip(".").lower()
    local = [(address, names[0]) for address, names in hosts(process) if wanted in [each.lower() for each in names]]
    kinds = [each for each in local if ("AAAA" if ":" in each[0] else "A") in types]
    if kinds:
        kinds.sort(key=lambda each: ":" in each[0])
        return Found(tuple(dict.fromkeys(address for address, _ in kinds)), kinds[0][1])

    async def put(server: str, packet: bytes) -> bytes | None:
        for _ in range(TRIES):
            raw = await process.machine.exchange(server, DNS_PORT, packet)
            if raw is not None:
                return raw
            await process.machine.sleep(WAIT_SECONDS)
        return None

    return await resolving.addresses(host, conf(process), put, habit(process), process.machine.pick, types)


async def name_of(process: Process, address: str) -> str:
    """What an address is called, by /etc/hosts or DNS; "" when it has no name."""
    for known, names in hosts(process):
        if known == address:
            return names[0]

    async def put(server: str, packet: bytes) -> bytes | None:
        return await process.machine.exchange(server, DNS_PORT, packet)

    return await resolving.name_of(address, conf(process), put, process.machine.pick)


# -- messages ----------------------------------------------------------------------------------------------------


class Heard(NamedTuple):
    message: Message | None
    """None: nobody answered."""
    server: str = ""
    tcp: bool = False
    told: tuple[str, ...] = ()
    """What went wrong on the way, in the words of BIND's programs."""


async def ask(
    process: Process,
    question: Question,
    servers: tuple[str, ...],
    port: int = DNS_PORT,
    *,
    wish: Wish = wire.PLAIN,
    tcp: bool = False,
    wait: float = WAIT_SECONDS,
    tries: int = 3,
    keep_truncated: bool = False,
) -> Heard:
    """One question as BIND's programs put it: try after try, server after server, over TCP what is cut short."""
    machine = process.machine
    packet = wire.asked(question, machine.pick(65536), wish)
    told: list[str] = []
    for _ in range(tries):
        for server in servers:
            try:
                raw = await machine.exchange(server, port, packet, tcp=tcp)
            except ConnectionRefusedError:
                told.append(f";; communications error to {server}#{port}: connection refused")
                continue
            except OSError as error:
                told.append(f";; communications error to {server}#{port}: {str(error.strerror).lower()}")
                continue
            if raw is None:
                await machine.sleep(wait)
                told.append(f";; communications error to {server}#{port}: timed out")
                continue
            message = wire.parse(raw)
            if "tc" in message.flags and not tcp and not keep_truncated:
                told.append(";; Truncated, retrying in TCP mode.")
                raw = await machine.exchange(server, port, packet, tcp=True)
                return Heard(wire.parse(raw) if raw else None, server, True, tuple(told))
            return Heard(message, server, tcp, tuple(told))
    return Heard(None, told=tuple(told))


def candidates(name: str, search: tuple[str, ...], ndots: int, *, listed: bool = True) -> list[str]:
    """Absolute names in the order in which dig +search, nslookup and host try them."""
    if name.endswith("."):
        return [name]
    absolute, walked = f"{name}.", [f"{name}.{domain.rstrip('.')}." for domain in search]
    if not listed or not walked:
        return [absolute]
    return [absolute, *walked] if name.count(".") >= ndots else [*walked, absolute]
