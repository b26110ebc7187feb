"""cat, tac, rev, nl, tee, and the pagers, which print all here since nobody can page back."""

from __future__ import annotations

from cluster.shell.commandline import Call, program


@program("AbeEnstTuv", {"number": "n", "show-all": "A", "show-ends": "E", "squeeze-blank": "s", "show-tabs": "T"})
async def cat(call: Call) -> None:
    plain = not call.has("A", "b", "e", "E", "n", "s", "t", "T", "v")
    number, blank, begins = 0, False, True
    for operand in call.inputs:
        if plain:
            async for piece in call.pieces(operand):
                await call.write(piece)
            continue
        async for line in call.lines(operand):
            bare = line.rstrip(b"\n")
            if call.has("s") and blank and not bare:
                continue
            blank = not bare
            head = b""
            if begins and (bare if call.has("b") else call.has("n")):
                number += 1
                head = b"%6d\t" % number
            begins = line.endswith(b"\n")
            await call.write(head + _shown(call, bare) + (_end(call) if begins else b""))


def _end(call: Call) -> bytes:
    return b"$\n" if call.has("A", "e", "E") else b"\n"


def _shown(call: Call, line: bytes) -> bytes:
    tabs = call.has("A", "t", "T")
    if not call.has("A", "e", "t", "v"):
        return line.replace(b"\t", b"^I") if tabs else line
    found = bytearray()
    for octet in line:
        high, low = (b"M-", octet - 128) if octet >= 128 else (b"", octet)
        if octet == 9 and not tabs:
            found += b"\t"
        elif low < 32:
            found += high + b"^" + bytes((low + 64,))
        else:
            found += high + (b"^?" if low == 127 else bytes((low,)))
    return bytes(found)


@program()
async def tac(call: Call) -> None:
    for operand in call.inputs:
        body = await call.whole(operand)
        if body:
            lines = body.split(b"\n")
            tail = lines.pop()
            await call.write(tail + b"".join(line + b"\n" for line in reversed(lines)))


@program()
async def rev(call: Call) -> None:
    for operand in call.inputs:
        async for line in call.lines(operand):
            bare = line.rstrip(b"\n")
            await call.write(bare.decode(errors="surrogateescape")[::-1].encode(errors="surrogateescape"))
            await call.write(line[len(bare) :])


@program("b:v:w:s:n:i:")
async def nl(call: Call) -> None:
    number, step = call.number(call.value("v", "1")), call.number(call.value("i", "1"))
    width, gap = call.number(call.value("w", "6")), call.value("s", "\t")
    for operand in call.inputs:
        async for line in call.lines(operand):
            if line == b"\n" and call.value("b", "t") != "a":
                await call.write(b" " * (width + len(gap)) + b"\n")
                continue
            await call.write(f"{number:>{width}}{gap}".encode() + line)
            number += step


@program("ai", {"append": "a", "ignore-interrupts": "i"})
async def tee(call: Call) -> None:
    writers = []
    for operand in call.operands:
        try:
            writers.append((operand, call.files.created(call.path(operand), append=call.has("a"))))
        except OSError as error:
            await call.cannot(error, operand)
    while piece := await call.process.stdin.read():
        await call.write(piece)
        for operand, writer in list(writers):
            try:
                await writer.write(piece)
            except OSError as error:
                writers.remove((operand, writer))
                await call.cannot(error, operand)


@program("ceEFgiIMmnNqQrRsSuwXz")
async def pager(call: Call) -> None:
    for operand in call.inputs:
        async for piece in call.pieces(operand):
            await call.write(piece)


PROGRAMS = {"cat": cat, "tac": tac, "rev": rev, "nl": nl, "tee": tee, "less": pager, "more": pager}
