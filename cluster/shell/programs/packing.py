"""gzip, gunzip, zcat, base64 and the digests."""

from __future__ import annotations

import asyncio
import base64 as coding
import binascii
import gzip as packing
import hashlib

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.programs.archiving import unzipped


@program("123456789cdfklnqrtv", {"decompress": "d", "stdout": "c", "keep": "k", "force": "f", "to-stdout": "c"})
async def gzip(call: Call) -> None:
    unpacks = call.name in ("gunzip", "zcat") or call.has("d")
    for operand in call.inputs:
        body = await call.whole(operand)
        if body is None:
            continue
        if unpacks and body[:2] != b"\x1f\x8b":
            name = "stdin" if operand == "-" else operand
            said = f"{call.name}: invalid magic\n" if call.is_busybox else f"\ngzip: {name}: not in gzip format\n"
            await call.process.stderr.write(said.encode())
            call.status = 1
            continue
        level = next((int(each) for each in "987654321" if call.has(each)), 6)
        made = await (
            asyncio.to_thread(unzipped, body) if unpacks else asyncio.to_thread(packing.compress, body, level, mtime=0)
        )
        if operand == "-" or call.has("c") or call.name == "zcat":
            await call.write(made)
            continue
        if unpacks and not operand.endswith(".gz"):
            await call.complain(f"{operand}: unknown suffix -- ignored")
            continue
        target = operand.removesuffix(".gz") if unpacks else f"{operand}.gz"
        try:
            call.files.write(call.path(target), made)
            if not call.has("k"):
                call.files.unlink(call.path(operand))
        except OSError as error:
            await call.cannot(error, target)


@program("diw:", {"decode": "d", "wrap": "w:", "ignore-garbage": "i"})
async def base64(call: Call) -> None:
    body = await call.whole(call.operands[0] if call.operands else "-")
    if body is None:
        return
    if call.has("d"):
        try:
            await call.write(coding.b64decode(b"".join(body.split()), validate=not call.has("i")))
        except binascii.Error:
            raise Complaint("truncated input" if call.is_busybox else "invalid input") from None
        return
    text = coding.b64encode(body).decode()
    width = call.number(call.value("w", "76"), "invalid wrap size")
    lines = [text[at : at + width] for at in range(0, len(text), width)] if width else [text]
    await call.say("".join(f"{line}\n" for line in lines) if width else text)


@program("bctsw", {"check": "c", "binary": "b", "text": "t", "status": "s", "quiet": "q"})
async def digest(call: Call) -> None:
    kind = call.name.removesuffix("sum")
    if call.has("c"):
        await _check(call, kind)
        return
    for operand in call.inputs:
        body = await call.whole(operand)
        if body is not None:
            mark = "*" if call.has("b") else " "
            await call.say(f"{hashlib.new(kind, body, usedforsecurity=False).hexdigest()} {mark}{operand}\n")


async def _check(call: Call, kind: str) -> None:
    wrong = 0
    for operand in call.inputs:
        body = await call.whole(operand)
        good = 0
        for line in (body or b"").decode(errors="replace").splitlines():
            wanted, _, name = line.partition(" ")
            name = name[1:] if name[:1] in " *" else name
            if len(wanted) != hashlib.new(kind, usedforsecurity=False).digest_size * 2:
                continue
            good += 1
            given = await call.whole(name)
            well = given is not None and hashlib.new(kind, given, usedforsecurity=False).hexdigest() == wanted
            wrong += not well
            if not call.has("s"):
                await call.say(f"{name}: {'OK' if well else 'FAILED'}\n")
        if not good:
            shown = "'standard input'" if operand == "-" else operand
            await call.complain(f"{shown}: no properly formatted checksum lines found")
    if wrong:
        await call.complain(f"WARNING: {wrong} computed checksum{'s' if wrong > 1 else ''} did NOT match")


PROGRAMS = {"gzip": gzip, "gunzip": gzip, "zcat": gzip, "base64": base64}
PROGRAMS |= dict.fromkeys(("md5sum", "sha1sum", "sha256sum", "sha512sum"), digest)
