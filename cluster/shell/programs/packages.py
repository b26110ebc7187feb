"""apt, apk, dnf and yum where nothing can be fetched: containers here reach no mirror, and these say so as they do."""

from __future__ import annotations

from cluster.nodes import software
from cluster.nodes.systems import System
from cluster.shell.process import Process

_UNSTABLE = "\nWARNING: apt does not have a stable CLI interface. Use with caution in scripts.\n\n"
_READING = "Reading package lists... Done\nBuilding dependency tree... Done\nReading state information... Done\n"
_SOURCES = {
    "debian": (
        ("http://deb.debian.org/debian", "bookworm"),
        ("http://deb.debian.org/debian", "bookworm-updates"),
        ("http://deb.debian.org/debian-security", "bookworm-security"),
    ),
    "ubuntu": (
        ("http://archive.ubuntu.com/ubuntu", "noble"),
        ("http://archive.ubuntu.com/ubuntu", "noble-updates"),
        ("http://archive.ubuntu.com/ubuntu", "noble-backports"),
        ("http://security.ubuntu.com/ubuntu", "noble-security"),
    ),
}


def _system(process: Process) -> System:
    return software.of(process.machine.image).system


def _words(process: Process) -> list[str]:
    return [word for word in process.argv[1:] if not word.startswith("-")]


async def _out(process: Process, text: str) -> None:
    await process.stdout.write(text.encode())


async def _err(process: Process, text: str) -> None:
    await process.stderr.write(text.encode(errors="replace"))


async def apt(process: Process) -> int:
    if process.tty is None:
        await _err(process, _UNSTABLE)
    return await apt_get(process)


async def apt_get(process: Process) -> int:
    words = _words(process)
    if not words:
        await _out(process, f"{process.argv[0].rpartition('/')[2]} 2.6.1 (amd64)\n")
        return 0
    match words[0]:
        case "update":
            return await _update(process)
        case "install" | "remove" | "purge" | "show" | "download":
            await _out(process, _READING)
            for name in words[1:]:
                await _err(process, f"E: Unable to locate package {name}\n")
            return 100 if words[1:] else 0
        case "upgrade" | "dist-upgrade" | "autoremove" | "full-upgrade":
            done = "Calculating upgrade... Done\n" if "upgrade" in words[0] else ""
            await _out(process, f"{_READING}{done}0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n")
            return 0
        case "clean" | "autoclean" | "list" | "search":
            return 0
    await _err(process, f"E: Invalid operation {words[0]}\n")
    return 100


async def _update(process: Process) -> int:
    sources = _SOURCES.get(_system(process).name, _SOURCES["debian"])
    for number, (address, suite) in enumerate(sources, 1):
        await _out(process, f"Ign:{number} {address} {suite} InRelease\n")
    await process.machine.sleep(3)
    for number, (address, suite) in enumerate(sources, len(sources) + 1):
        await _out(process, f"Err:{number} {address} {suite} InRelease\n  {_unresolved(address)}\n")
    await _out(process, "Reading package lists... Done\n")
    for address, suite in sources:
        await _err(process, f"W: Failed to fetch {address}/dists/{suite}/InRelease  {_unresolved(address)}\n")
    await _err(process, "W: Some index files failed to download. They have been ignored, or old ones used instead.\n")
    return 0


def _unresolved(address: str) -> str:
    return f"Temporary failure resolving '{address.split('/')[2]}'"


async def apk(process: Process) -> int:
    words, system = _words(process), _system(process)
    release = f"v{system.version.rpartition('.')[0]}"
    if not words:
        await _out(process, "apk-tools 2.14.6, compiled for x86_64.\n")
        return 1
    if words[0] in ("add", "update", "fetch", "upgrade"):
        for part in ("main", "community"):
            address = f"https://dl-cdn.alpinelinux.org/alpine/{release}/{part}"
            await _out(process, f"fetch {address}/x86_64/APKINDEX.tar.gz\n")
            await process.machine.sleep(2)
            await _err(process, f"WARNING: fetching {address}: temporary error (try again later)\n")
    match words[0]:
        case "update":
            await _err(process, "2 unavailable, 0 stale; 15 distinct packages available\n")
            return 2
        case "add" | "fetch":
            await _err(process, "ERROR: unable to select packages:\n")
            for name in words[1:]:
                await _err(process, f"  {name} (no such package):\n    required by: world[{name}]\n")
            return max(len(words) - 1, 1)
        case "del" | "info" | "list" | "search" | "upgrade":
            await _out(process, "OK: 8 MiB in 15 packages\n" if words[0] in ("del", "upgrade") else "")
            return 0
    await _err(process, f"ERROR: '{words[0]}' is not an apk command. See 'apk --help'.\n")
    return 1


async def dnf(process: Process) -> int:
    words, name = _words(process), _system(process).name
    if not words:
        await _err(process, "usage: dnf [options] COMMAND\n")
        return 1
    repository, host = {
        "fedora": ("fedora", "mirrors.fedoraproject.org"),
        "ol": ("ol9_baseos_latest", "yum.oracle.com"),
    }.get(name, ("baseos", "mirrors.centos.org"))
    await process.machine.sleep(2)
    await _err(
        process,
        f"Error: Failed to download metadata for repo '{repository}': Cannot prepare internal mirrorlist:"
        f" Curl error (6): Couldn't resolve host name for https://{host}/metalink [Could not resolve host: {host}]\n",
    )
    return 1


PROGRAMS = {"apt": apt, "apt-get": apt_get, "apk": apk, "dnf": dnf, "yum": dnf}
