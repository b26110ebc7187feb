"""dig, nslookup and host beside the machine's own of BIND, put to the same server: the same to the character."""

from __future__ import annotations

import asyncio
import re
import shlex
import shutil
from functools import partial
from types import SimpleNamespace

import pytest

from cluster.config import ClusterConfig
from cluster.dns import root
from cluster.dns.server import DnsServer
from tests.shell.containers import run
from tests.shell.programs.peer import NOW, machine, world

HERE = "127.0.0.1"
COMMANDS = """
    dig -p PORT @HERE web.default.svc.cluster.local
    dig -p PORT @HERE hl.default.svc.cluster.local SRV +nocookie
    dig -p PORT @HERE +short hl.default.svc.cluster.local
    dig -p PORT @HERE +noall +answer hl.default.svc.cluster.local SRV
    dig -p PORT @HERE nope.default.svc.cluster.local MX +nocookie +tcp
    dig -p PORT @HERE -x 10.96.1.2 +norecurse web.default.svc.cluster.local AAAA
    dig -p PORT @HERE +search +domain=default.svc.cluster.local web +nostats
    dig -p PORT @HERE +search +domain=default.svc.cluster.local nope +nostats
    dig -p PORT @HERE +showsearch +domain=default.svc.cluster.local nope +noall +comments
    dig -p PORT @HERE ext.default.svc.cluster.local
    dig -p PORT @HERE a.com
    dig -p PORT @HERE +nocomments web.default.svc.cluster.local
    dig -p PORT @HERE +noall +question +stats web.default.svc.cluster.local
    dig -p PORT @HERE +noall +answer +nottlid +noclass web.default.svc.cluster.local
    dig -p PORT @HERE +noall +answer +ttlunits web.default.svc.cluster.local
    dig -p PORT @HERE +nocmd +multiline cluster.local SOA
    dig -p PORT @HERE +nocmd +noedns nope.cluster.local TXT
    dig -p PORT @HERE +qr +nocookie web.default.svc.cluster.local
    dig -p PORT @HERE +qr web.default.svc.cluster.local +noall +answer
    dig -p PORT @HERE +dnssec +bufsize=4096 web.default.svc.cluster.local
    dig -p PORT @HERE +short ext.default.svc.cluster.local A nope.default.svc.cluster.local
    dig -p PORT @HERE A web.default.svc.cluster.local AAAA hl.default.svc.cluster.local
    dig -p PORT @HERE -t TXT -q dns-version.cluster.local
    dig -p PORT @HERE cluster.local NS
    dig -p PORT @HERE cluster.local ANY +noadflag +cdflag
    dig -p PORT @HERE
    nslookup -port=PORT web.default.svc.cluster.local HERE
    nslookup -port=PORT hl.default.svc.cluster.local HERE
    nslookup -port=PORT nope.default.svc.cluster.local HERE
    nslookup -port=PORT -type=SRV hl.default.svc.cluster.local HERE
    nslookup -port=PORT 10.96.1.2 HERE
    nslookup -port=PORT -type=PTR 10.96.1.2 HERE
    nslookup -port=PORT 10.96.9.9 HERE
    nslookup -port=PORT ext.default.svc.cluster.local HERE
    nslookup -port=PORT a.com HERE
    nslookup -port=PORT -type=MX web.default.svc.cluster.local HERE
    nslookup -port=PORT default.svc.cluster.local HERE
    nslookup -port=PORT -type=TXT dns-version.cluster.local HERE
    nslookup -port=PORT -type=SOA cluster.local HERE
    nslookup -port=PORT -type=NS cluster.local HERE
    nslookup -port=PORT -type=any web.default.svc.cluster.local HERE
    nslookup -port=PORT -debug web.default.svc.cluster.local HERE
    nslookup -port=PORT -domain=default.svc.cluster.local web HERE
    nslookup -port=PORT -domain=default.svc.cluster.local nope HERE
    nslookup -port=PORT -type=AAAA web.default.svc.cluster.local HERE
    nslookup -port=PORT -type=CNAME ext.default.svc.cluster.local HERE
    host -p PORT web.default.svc.cluster.local HERE
    host -p PORT hl.default.svc.cluster.local HERE
    host -p PORT nope.default.svc.cluster.local HERE
    host -p PORT -t SRV hl.default.svc.cluster.local HERE
    host -p PORT 10.96.1.2 HERE
    host -p PORT 10.96.9.9 HERE
    host -p PORT ext.default.svc.cluster.local HERE
    host -p PORT a.com HERE
    host -p PORT -t TXT dns-version.cluster.local HERE
    host -p PORT -t SOA cluster.local HERE
    host -p PORT -t NS cluster.local HERE
    host -p PORT -a web.default.svc.cluster.local HERE
    host -p PORT -v web.default.svc.cluster.local HERE
    host -p PORT -t AAAA web.default.svc.cluster.local HERE
"""
CONVERSATIONS = [
    "web.default.svc.cluster.local\nset type=SRV\nhl.default.svc.cluster.local\nserver 127.0.0.1\nset all\nexit\n",
    "set port=PORT\nset type=TXT\ndns-version.cluster.local\nset q=A\nnope.default.svc.cluster.local\n",
]
_DIFFERS = re.compile(
    r"(?m)^;; (?:WHEN|Query time).*\n|(?<=, id: )\d+|(?<=COOKIE: )\w+|<<>> DiG \S+|(?<=in )\d+(?= ms$)"
    r"|^.*\tSOA\t.*\n|^\t\t\t\t\d+ +; serial\n|^\tserial = \d+\n|(?<=timeout = )\d+|(?<=ndots = )\d+"
)


def plain(text: str) -> list[str]:
    """The lines in any order of addresses, without what differs from one asking to the next."""
    return sorted(_DIFFERS.sub("", text).splitlines())


async def really(command: str, stdin: str = "") -> tuple[list[str], int]:
    process = await asyncio.create_subprocess_exec(
        *shlex.split(command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    out, _ = await process.communicate(stdin.encode())
    return plain(out.decode()), process.returncode or 0


async def both(command: str, stdin: str = "") -> tuple[tuple[list[str], int], tuple[list[str], int]]:
    """What it prints here, and what the machine's own prints; both ask a server over the same cluster."""
    if shutil.which("dig") is None:
        pytest.skip("the machine has none of BIND's programs")
    held = world()
    ours = machine("slongstreet/bind-utils:latest", held)
    ours.files.write("/etc/resolv.conf", b"nameserver 127.0.0.1\n")
    outside = partial(root.answer, now=NOW)
    server = DnsServer(SimpleNamespace(world=held, config=ClusterConfig()), outside=outside)
    port = await server.start(HERE, 0)
    network = ours._machines.network
    put = network.exchange

    async def exchange(where: object, address: str, number: int, packet: bytes, *, tcp: bool = False) -> bytes | None:
        assert (address, number) == (HERE, port)
        return await put(ours._where, "10.96.0.10", 53, packet, tcp=tcp)

    network.exchange = exchange  # type: ignore[method-assign, assignment]
    try:
        filled, typed = command.replace("PORT", str(port)).replace("HERE", HERE), stdin.replace("PORT", str(port))
        found = await run(ours, *shlex.split(filled), stdin=typed)
        return (plain(found.out), found.status), await really(filled, typed)
    finally:
        await server.stop()


@pytest.mark.parametrize("command", [line.strip() for line in COMMANDS.strip().splitlines()])
async def test_it_prints_what_the_real_one_prints(command: str) -> None:
    ours, theirs = await both(command)
    assert ours == theirs


@pytest.mark.parametrize("lines", CONVERSATIONS)
async def test_a_conversation_with_nslookup(lines: str) -> None:
    ours, theirs = await both("nslookup -port=PORT - HERE", lines)
    assert ours == theirs
