"""busybox by its own name, nice, and what servers say of themselves: nginx -v and -t, postgres' pg_isready."""

from __future__ import annotations

from cluster.nodes import images, listening, software
from cluster.shell import programs as known
from cluster.shell.commandline import BUSYBOX_VERSION, Call, Complaint, program
from cluster.shell.process import Process
from cluster.shell.programs.telling import started


async def busybox(process: Process) -> int:
    """`busybox ls -l` is `ls -l`."""
    words = process.argv[1:]
    applets = sorted(set(software.of(process.machine.image).system.programs.values()) - {"busybox", "apk", "getent"})
    if words[:1] == ["--list"]:
        await process.stdout.write("".join(f"{each}\n" for each in applets).encode())
        return 0
    if not words or words[0] == "--help":
        said = f"BusyBox v{BUSYBOX_VERSION} multi-call binary.\n\nUsage: busybox [function [arguments]...]\n"
        await process.stdout.write(f"{said}\nCurrently defined functions:\n\t{', '.join(applets)}\n".encode())
        return 0
    found = known.known().get(words[0]) if words[0] in applets else None
    if found is None:
        await process.stderr.write(f"{words[0]}: applet not found\n".encode(errors="replace"))
        return 127
    return await found(process.child(words))


@program("n:", {"adjustment": "n:"}, stops=True, status=125)
async def nice(call: Call) -> int:
    if not call.operands:
        await call.say("0\n")
        return 0
    return await started(call, call.process.child(call.operands))


@program("?hvVtTqs:p:e:c:g:")
async def nginx(call: Call) -> int:
    tag = images.tag(call.machine.image).split("-")[0]
    version = f"nginx/{tag if tag.replace('.', '').isdigit() else '1.27.5'}"
    told = call.process.stderr.write
    if call.has("v", "V"):
        await told(f"nginx version: {version}\n".encode())
        return 0
    if call.has("t", "T"):
        path = call.value("c", "/etc/nginx/nginx.conf")
        try:
            body = call.files.read(call.path(path))
        except OSError as error:
            said = f'open() "{path}" failed ({error.errno}: {error.strerror})'
            await told(f"nginx: [emerg] {said}\nnginx: configuration file {path} test failed\n".encode())
            return 1
        await told(f"nginx: the configuration file {path} syntax is ok\n".encode())
        await told(f"nginx: configuration file {path} test is successful\n".encode())
        if call.has("T"):
            await call.say(f"# configuration file {path}:\n")
            await call.write(body)
        return 0
    if call.has("s"):
        if call.value("s") not in ("stop", "quit", "reopen", "reload"):
            await told(f'nginx: invalid option: "-s {call.value("s")}"\n'.encode())
            return 1
        if call.value("s") in ("stop", "quit"):
            call.machine.processes.kill(1, 15)
        return 0
    raise Complaint("[emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)")


@program("h:p:U:d:t:q", {"host": "h:", "port": "p:", "username": "U:", "dbname": "d:", "timeout": "t:", "quiet": "q"})
async def pg_isready(call: Call) -> int:
    host, port = call.value("h", "/var/run/postgresql"), call.number(call.value("p", "5432"))
    local = host.startswith(("/", "127.", "localhost", "::1"))
    there = local and listening.at(call.machine.pod, port, inside=True) is not None
    if not local:
        try:
            await (await call.machine.connect(host, port)).close()
            there = True
        except OSError:
            there = False
    if not call.has("q"):
        await call.say(f"{host}:{port} - {'accepting connections' if there else 'no response'}\n")
    return 0 if there else 2


PROGRAMS = {"busybox": busybox, "nice": nice, "nginx": nginx, "pg_isready": pg_isready}
