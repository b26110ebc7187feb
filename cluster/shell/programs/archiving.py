"""tar: what `kubectl cp` speaks, and a little more. Archives are read and written whole, in memory."""

from __future__ import annotations

import asyncio
import fnmatch
import gzip
import io
import tarfile
import zlib
from datetime import UTC, datetime

from cluster.shell.commandline import MOST_INPUT, Call, Complaint, program
from cluster.shell.owners import owner_names
from cluster.shell.process import Process, Stat
from cluster.shell.programs.listing import mode_text

_LONG = {"create": "c", "extract": "x", "get": "x", "list": "t", "file": "f:", "directory": "C:", "verbose": "v"}
_LONG |= {"gzip": "z", "gunzip": "z", "touch": "m", "preserve-permissions": "p", "to-stdout": "O", "append": "r"}
_LONG |= {"no-same-owner": "o", "no-same-permissions": "M", "exclude": "X:", "strip-components": "S:", "overwrite": "w"}
_LONG |= {"keep-old-files": "k", "absolute-names": "P", "no-overwrite-dir": "D", "warning": "W:"}
_MOST_MEMBERS = 20_000


@program("cxtrf:C:vzmpOokPhjJ", _LONG, status=2)
async def tar(call: Call) -> int | None:
    """Options may stand without a dash before all others: `tar cf - .`."""
    kinds = [each for each in "cxtr" if call.has(each)]
    if len(kinds) != 1:
        said = "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
        many = "You may not specify more than one '-Acdtrux', '--delete' or  '--test-label' option"
        await call.misused(many if kinds else said, 2)
    if call.has("j", "J"):
        raise Complaint("only gzip is known here: use -z", 2)
    if kinds[0] == "r":
        raise Complaint("an archive is not added to here: make it anew with -c", 2)
    if kinds[0] == "c":
        await _create(call)
    else:
        await _extract(call, lists=kinds[0] == "t")
    if call.status and not call.is_busybox:
        await call.process.stderr.write(b"tar: Exiting with failure status due to previous errors\n")
    return 2 if call.status and not call.is_busybox else call.status


async def run(process: Process) -> int:
    """With the first word's dash put in where it was left out."""
    words = process.argv
    if len(words) > 1 and not words[1].startswith("-"):
        letters, rest = words[1], words[2:]
        valued = [each for each in letters if each in "fC"]
        taken, rest = rest[: len(valued)], rest[len(valued) :]
        flags = "".join(each for each in letters if each not in "fC")
        given = [part for option, value in zip(valued, taken, strict=False) for part in (f"-{option}", value)]
        words = [words[0], *([f"-{flags}"] if flags else []), *given, *rest]
    return await tar(process.child(words))


# -- making ------------------------------------------------------------------------------------------------


async def _create(call: Call) -> None:
    if not call.operands:
        raise Complaint("Cowardly refusing to create an empty archive", 2)
    target = call.value("f", "-")
    out = io.BytesIO()
    stripped = False
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for operand in _in_folders(call):
            folder, name = operand
            base = call.path(folder) if folder else call.process.cwd
            stored = name if call.has("P") else name.lstrip("/")
            if stored != name and not stripped:
                stripped = True
                await call.process.stderr.write(b"tar: Removing leading `/' from member names\n")
            await _add(call, archive, base, name, stored or "./", target)
    body = out.getvalue()
    if call.has("z"):
        body = await asyncio.to_thread(gzip.compress, body, 6, mtime=0)
    if target == "-":
        for start in range(0, len(body), 65_536):
            await call.write(body[start : start + 65_536])
        return
    try:
        call.files.write(call.path(target), body)
    except OSError as error:
        raise Complaint(f"{target}: Cannot open: {error.strerror}", 2) from None


def _in_folders(call: Call) -> list[tuple[str, str]]:
    """(folder, name): the last -C counts for all names here, as in all that kubectl sends."""
    return [(call.value("C"), name) for name in call.operands]


async def _add(call: Call, archive: tarfile.TarFile, base: str, name: str, stored: str, target: str) -> None:
    await call.breathe()
    path = name if name.startswith("/") else f"{base.rstrip('/')}/{name}"
    if any(fnmatch.fnmatchcase(each, pattern) for pattern in call.options.get("X", ()) for each in (name, stored)):
        return
    try:
        stat = call.files.stat(path) if call.has("h") else call.files.lstat(path)
    except OSError as error:
        await call.complain(f"{name}: Cannot stat: {error.strerror}")
        return
    if target != "-" and path == call.path(target):
        await call.process.stderr.write(f"tar: {name}: file is the archive; not dumped\n".encode())
        return
    member = tarfile.TarInfo(stored.rstrip("/") if stat.kind != "directory" else stored.rstrip("/") or ".")
    member.mode, member.mtime = stat.mode, int(stat.modified)
    member.uid, member.gid = stat.owner, stat.group
    member.uname, member.gname = owner_names(call.files, stat.owner, stat.group)
    body = b""
    if stat.kind == "directory":
        member.type = tarfile.DIRTYPE
    elif stat.kind == "link":
        member.type, member.linkname = tarfile.SYMTYPE, call.files.readlink(path)
    elif stat.kind == "device":
        await call.complain(f"{name}: devices are not archived here")
        return
    else:
        body = call.files.read(path)
        member.size = len(body)
    archive.addfile(member, io.BytesIO(body))
    if call.has("v"):
        shown = f"{stored.rstrip('/')}/" if stat.kind == "directory" else stored
        await (call.process.stderr if target == "-" else call.process.stdout).write(f"{shown}\n".encode())
    if stat.kind == "directory":
        for each in call.files.listdir(path):
            inner = f"{stored.rstrip('/')}/{each}"
            await _add(call, archive, base, f"{name.rstrip('/')}/{each}", inner, target)


# -- unpacking ---------------------------------------------------------------------------------------------


async def _extract(call: Call, *, lists: bool) -> None:
    source = call.value("f", "-")
    if call.has("C"):
        folder = call.path(call.value("C"))
        try:
            if call.files.stat(folder).kind != "directory":
                raise NotADirectoryError(20, "Not a directory")
        except OSError as error:
            said = f"can't change directory to '{call.value('C')}': {error.strerror}"
            full = f"{call.value('C')}: Cannot open: {error.strerror}\ntar: Error is not recoverable: exiting now"
            raise Complaint(said if call.is_busybox else full, 1 if call.is_busybox else 2) from None
    else:
        folder = call.process.cwd
    body = await _archive(call, source)
    try:
        with tarfile.open(fileobj=io.BytesIO(body), mode="r:") as archive:
            members = 0
            for member in archive:
                members += 1
                await call.breathe()
                if members > _MOST_MEMBERS:
                    raise Complaint(f"more than {_MOST_MEMBERS:,} files are not unpacked here", 2)
                if call.operands and not any(_is_under(member.name, each) for each in call.operands):
                    continue
                if lists:
                    await _list(call, member)
                else:
                    await _unpack(call, archive, member, folder)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        if not body:
            return
        said = "short read" if call.is_busybox else "This does not look like a tar archive"
        raise Complaint(said, 1 if call.is_busybox else 2) from error


async def _archive(call: Call, source: str) -> bytes:
    try:
        reader = call.opened(source)
    except OSError as error:
        said = f"{source}: Cannot open: {error.strerror}\ntar: Error is not recoverable: exiting now"
        busy = f"can't open '{source}': {error.strerror}"
        raise Complaint(busy if call.is_busybox else said, 1 if call.is_busybox else 2) from None
    body = bytearray()
    while piece := await reader.read():
        body += piece
        if len(body) > 4 * MOST_INPUT:
            raise Complaint(f"an archive here has at most {4 * MOST_INPUT:,} bytes", 2)
    if body[:2] == b"\x1f\x8b":
        return await asyncio.to_thread(unzipped, bytes(body))
    if call.has("z") and body:
        raise Complaint("stdin: not in gzip format", 2)
    return bytes(body)


def unzipped(body: bytes) -> bytes:
    """At most so much as is kept in memory. Complaint when it is no gzip, or larger."""
    found = bytearray()
    rest = body
    try:
        while rest:
            inflate = zlib.decompressobj(31)
            found += inflate.decompress(rest, 4 * MOST_INPUT)
            if inflate.unconsumed_tail or len(found) > 4 * MOST_INPUT:
                raise Complaint(f"more than {4 * MOST_INPUT:,} bytes are not unpacked here", 2)
            if not inflate.eof:
                raise Complaint("unexpected end of file")
            rest = inflate.unused_data.lstrip(b"\0")
    except zlib.error:
        raise Complaint("invalid compressed data--format violated") from None
    return bytes(found)


def _is_under(name: str, wanted: str) -> bool:
    bare, goal = name.removeprefix("./").rstrip("/"), wanted.removeprefix("./").rstrip("/")
    return bare == goal or bare.startswith(f"{goal}/")


async def _list(call: Call, member: tarfile.TarInfo) -> None:
    name = f"{member.name}/" if member.isdir() else member.name
    if call.has("v"):
        kind = "directory" if member.isdir() else "link" if member.issym() else "file"
        mode = mode_text(Stat(kind, member.size, member.mode & 0o7777, member.mtime))  # type: ignore[arg-type]
        when = datetime.fromtimestamp(member.mtime, UTC).strftime("%Y-%m-%d %H:%M")
        owner = f"{member.uname or member.uid}/{member.gname or member.gid}"
        target = f" -> {member.linkname}" if member.issym() else ""
        width = max(0, 19 - len(owner) - len(str(member.size)) - 1)
        await call.say(f"{mode} {owner} {' ' * width}{member.size} {when} {name}{target}\n")
    else:
        await call.say(f"{name}\n")


async def _unpack(call: Call, archive: tarfile.TarFile, member: tarfile.TarInfo, folder: str) -> None:
    parts = [part for part in member.name.split("/") if part not in ("", ".")]
    strip = call.number(call.value("S", "0"))
    parts = parts[strip:]
    if ".." in parts:
        await call.complain(f"{member.name}: Member name contains '..'")
        return
    if not parts:
        return
    path = "/".join((folder.rstrip("/"), *parts))
    if call.has("v") and not call.has("O"):
        await call.say(f"{member.name}{'/' if member.isdir() else ''}\n")
    if call.has("O"):
        taken = archive.extractfile(member) if member.isfile() else None
        await call.write(taken.read() if taken else b"")
        return
    try:
        _make_way(call, path)
        await _place(call, archive, member, path)
    except OSError as error:
        if call.is_busybox:
            await call.complain(f"can't open '{member.name}': {error.strerror}")
        else:
            await call.complain(f"{member.name}: Cannot open: {error.strerror}")


def _make_way(call: Call, path: str) -> None:
    at = ""
    for part in path.split("/")[1:-1]:
        at += f"/{part}"
        try:
            call.files.stat(at)
        except FileNotFoundError:
            call.files.mkdir(at)


async def _place(call: Call, archive: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    files = call.files
    try:
        there = files.lstat(path).kind
    except FileNotFoundError:
        there = None
    mode = member.mode & (0o7777 if call.has("p") else 0o755)
    if member.isdir():
        if there is None:
            files.mkdir(path, mode or 0o755)
        return
    if there == "link" or (there is not None and member.issym()):
        files.unlink(path)
    if member.issym():
        files.symlink(member.linkname, path)
        return
    if member.islnk():
        files.write(path, files.read(f"{path.removesuffix(member.name)}{member.linkname}"), mode=mode)
        return
    taken = archive.extractfile(member)
    if taken is None:
        await call.complain(f"{member.name}: Unknown file type")
        return
    files.write(path, taken.read(), mode=mode)
    files.chmod(path, mode)
    if not call.has("m"):
        files.touch(path, float(member.mtime))


PROGRAMS = {"tar": run}
