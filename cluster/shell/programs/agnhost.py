"""agnhost run by hand in a container: the subcommands that ask something of the network or of the pod's DNS settings.

Those that serve are a container's own process, and are started by its arguments.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from cluster.machinery.objects import spec
from cluster.nodes.agnhost import flag
from cluster.nodes.agnhost import words as words_of
from cluster.shell.process import Process
from cluster.shell.programs import issuerdiscovery, mounttest, naming

_FOREVER = 86_400.0
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, None: 1.0}


async def agnhost(process: Process) -> int:
    """The program."""
    words = process.argv[1:]
    match words[:1]:
        case ["connect"]:
            return await _connect(process, words[1:])
        case ["dns-suffix"]:
            await process.stdout.write(",".join(naming.conf(process).search).encode())
        case ["dns-server-list"]:
            await process.stdout.write(",".join(naming.conf(process).nameservers).encode())
        case ["etc-hosts"]:
            await process.stdout.write(naming.text_of(process, "/etc/hosts").encode())
        case ["entrypoint-tester"]:
            await process.stdout.write(f"[{' '.join(process.argv)}]\n".encode())
        case ["logs-generator"]:
            return await _generate(process, words)
        case ["mounttest"]:
            return await mounttest.run(process, words[1:])
        case ["test-service-account-issuer-discovery"]:
            return await issuerdiscovery.run(process, words[1:])
        case _ if words[:1] in ([], ["pause"]) or _is_main(process):
            while True:
                await process.machine.sleep(_FOREVER)
        case _:
            said = f"agnhost: {words[0]} is started by the arguments of a container here, not by hand\n"
            await process.stderr.write(said.encode())
            return 1
    return 0


def _is_main(process: Process) -> bool:
    """It is what the container was started with: what that serves is answered by the network."""
    containers = spec(process.machine.pod).get("containers") or ()
    own = [each for each in containers if each.get("name") == process.machine.container]
    return bool(own) and words_of(own[0]) == process.argv[1:]


async def _connect(process: Process, words: list[str]) -> int:
    """`connect host:port [--timeout=3s] [--protocol=tcp]`: silence when it opens, one word when it does not."""
    wait, udp, target = 3.0, False, ""
    for word in words:
        name, _, value = word.partition("=")
        if name == "--timeout" and (found := _DURATION.fullmatch(value)):
            wait = float(found[1]) * _UNITS[found[2]]
        elif name == "--protocol":
            udp = value == "udp"
        elif not word.startswith("-"):
            target = word
    host, _, port = target.rpartition(":")
    if not host or not port.isdecimal() or len(port) > 5:
        return await _say(process, f"OTHER: address {target}: missing port in address")
    found_addresses = (await naming.lookup(process, host.strip("[]"))).addresses
    if not found_addresses:
        return await _say(process, f"DNS: lookup {host}: no such host")
    try:
        connection = await process.machine.connect(found_addresses[0], int(port), udp=udp)
    except TimeoutError:
        await process.machine.sleep(wait)
        return await _say(process, "TIMEOUT")
    except ConnectionRefusedError:
        return await _say(process, "REFUSED")
    except OSError as error:
        return await _say(process, f"OTHER: dial tcp {target}: connect: {str(error.strerror).lower()}")
    await connection.close()
    return 0


_METHODS, _NAMESPACES = ("GET", "POST", "PUT"), ("kube-system", "default", "ns")
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"
_FLAGS = {"-t": "--log-lines-total", "-d": "--run-duration"}


async def _generate(process: Process, words: list[str]) -> int:
    """`logs-generator --log-lines-total=N --run-duration=D`: so many lines, spread over that time."""
    words = [_FLAGS.get(word, word) for word in words]
    total, duration = flag(words, "log-lines-total", "0"), flag(words, "run-duration", "0")
    found = _DURATION.fullmatch(duration)
    seconds = float(found[1]) * _UNITS[found[2]] if found else 0.0
    if not (total.isascii() and total.isdigit() and len(total) < 7 and int(total) > 0):
        return await _fatal(process, f"Invalid total number of lines: {total}", 53)
    if seconds <= 0:
        return await _fatal(process, f"Invalid duration: {duration}", 57)
    pick = process.machine.pick
    for number in range(int(total)):
        name = "".join(_LETTERS[pick(len(_LETTERS))] for _ in range(3 + pick(2)))
        path = f"/api/v1/namespaces/{_NAMESPACES[pick(3)]}/pods/{name}"
        line = f"{_klog(process, 'I', 76)} {number} {_METHODS[pick(3)]} {path} {200 + pick(400)}"
        await process.stderr.write(f"{line}\n".encode())
        await process.machine.sleep(seconds / int(total))
    return 0


async def _fatal(process: Process, text: str, line: int) -> int:
    await process.stderr.write(f"{_klog(process, 'F', line)} {text}\n".encode())
    return 255


def _klog(process: Process, level: str, line: int) -> str:
    when = datetime.fromtimestamp(process.machine.now(), UTC)
    return f"{level}{when:%m%d %H:%M:%S.%f} {1:>7} logs_generator.go:{line}]"


async def _say(process: Process, text: str) -> int:
    await process.stderr.write(f"{text}\n".encode())
    return 1


async def nonewprivs(process: Process) -> int:
    """A program of root's with the set-user bit: who it becomes is whether it may."""
    context = process.machine.template.get("securityContext") or {}
    effective = process.user if context.get("allowPrivilegeEscalation") is False else 0
    await process.stdout.write(f"Effective uid: {effective}\n".encode())
    return 0


PROGRAMS = {"agnhost": agnhost, "nnp": nonewprivs}
