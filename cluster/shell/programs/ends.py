"""head and tail."""

from __future__ import annotations

from collections import deque

from cluster.shell.commandline import MOST_INPUT, Call, Complaint, program

_LOOK = 0.5
"""Seconds between two looks of tail -f, by the cluster's clock."""
_LONG = {"lines": "n:", "bytes": "c:", "quiet": "q", "silent": "q", "verbose": "v"}


def _titled(call: Call) -> bool:
    return (len(call.operands) > 1 or call.has("v")) and not call.has("q")


async def _title(call: Call, operand: str, first: bool) -> None:
    name = "standard input" if operand == "-" else operand
    await call.say(f"{'' if first else chr(10)}==> {name} <==\n")


def _amount(call: Call, option: str) -> tuple[str, int]:
    """(sign, number)."""
    text = call.value(option, "10")
    sign = text[:1] if text[:1] in "+-" else ""
    what = "invalid number of bytes" if option == "c" else "invalid number of lines"
    return sign, abs(call.number(text, what))


@program("n:c:qv", _LONG, numbers="n")
async def head(call: Call) -> None:
    sign, count = _amount(call, "c" if call.has("c") else "n")
    first = True
    for operand in call.inputs:
        if await _missing(call, operand):
            continue
        if _titled(call):
            await _title(call, operand, first)
            first = False
        if sign == "-":
            body = await call.whole(operand) or b""
            kept = body[: len(body) - count] if call.has("c") else b"".join(body.splitlines(True)[: -count or None])
            await call.write(kept)
        elif call.has("c"):
            left = count
            async for piece in call.pieces(operand):
                await call.write(piece[:left])
                left -= len(piece)
                if left <= 0:
                    break
        elif count:
            left = count
            async for line in call.lines(operand):
                await call.write(line)
                left -= 1
                if not left:
                    break


@program("n:c:fFqvs:", _LONG | {"follow": "f", "retry": "F"}, numbers="n")
async def tail(call: Call) -> None:
    sign, count = _amount(call, "c" if call.has("c") else "n")
    first = True
    sizes: dict[str, int] = {}
    for operand in call.inputs:
        if await _missing(call, operand):
            if call.has("F"):
                sizes[operand] = 0
            continue
        if _titled(call):
            await _title(call, operand, first)
            first = False
        sizes[operand] = await _last(call, operand, sign, count)
    followed = [each for each in sizes if each != "-"]
    if call.has("f", "F") and followed:
        await _follow(call, sizes, followed)


async def _last(call: Call, operand: str, sign: str, count: int) -> int:
    """Print its end; returns how long it is."""
    size = 0
    if call.has("c"):
        body = await call.whole(operand) or b""
        await call.write(body[max(count - 1, 0) :] if sign == "+" else body[len(body) - min(count, len(body)) :])
        return len(body)
    kept: deque[bytes] = deque(maxlen=None if sign == "+" else count)
    held = 0
    number = 0
    async for line in call.lines(operand):
        size += len(line)
        number += 1
        if sign == "+":
            if number >= count:
                await call.write(line)
            continue
        held += len(line) - (len(kept[0]) if len(kept) == count and kept else 0)
        if held > MOST_INPUT:
            raise Complaint("memory exhausted")
        kept.append(line)
    await call.write(b"".join(kept))
    return size


async def _follow(call: Call, sizes: dict[str, int], followed: list[str]) -> None:
    last = followed[-1]
    while True:
        await call.machine.sleep(_LOOK)
        for operand in followed:
            try:
                body = call.files.read(call.path(operand))
            except OSError:
                continue
            if len(body) < sizes[operand]:
                await call.complain(f"{operand}: file truncated")
                sizes[operand] = 0
            if len(body) > sizes[operand]:
                if len(followed) > 1 and operand != last:
                    await _title(call, operand, first=False)
                    last = operand
                await call.write(body[sizes[operand] :])
                sizes[operand] = len(body)


async def _missing(call: Call, operand: str) -> bool:
    """It cannot be opened, which is said."""
    try:
        call.opened(operand)
    except OSError as error:
        if call.is_busybox:
            await call.unreadable(error, operand)
        elif isinstance(error, IsADirectoryError):
            await call.complain(f"error reading '{operand}': {error.strerror}")
        else:
            await call.complain(f"cannot open '{operand}' for reading: {error.strerror}")
        return True
    return False


PROGRAMS = {"head": head, "tail": tail}
