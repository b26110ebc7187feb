"""wc, uniq and seq."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from cluster.shell.commandline import Call, Complaint, program

_MOST = 10_000_000


@program("lwcmL", {"lines": "l", "words": "w", "bytes": "c", "chars": "m", "max-line-length": "L"})
async def wc(call: Call) -> None:
    wanted = [each for each in "lwmcL" if call.has(each)] or ["l", "w", "c"]
    rows: list[tuple[dict[str, int], str]] = []
    for operand in call.inputs:
        before = call.status
        call.status = 0
        found = await _counted(call, operand)
        failed, call.status = call.status, max(call.status, before)
        if not failed:
            rows.append((found, operand if call.operands else ""))
    if len(call.operands) > 1:
        names = ("l", "w", "m", "c", "L")
        total = {each: (max if each == "L" else sum)([row[each] for row, _ in rows] or [0]) for each in names}
        rows.append((total, "total"))
    width = _width(call, rows, wanted)
    for row, name in rows:
        text = " ".join(f"{row[each]:>{width}}" for each in wanted)
        await call.say(f"{text}{' ' if name else ''}{name}\n")


def _width(call: Call, rows: list[tuple[dict[str, int], str]], wanted: list[str]) -> int:
    if call.is_busybox:
        return 9 if len(wanted) > 1 or len(call.operands) > 1 else 1
    if len(wanted) == 1 and len(rows) == 1:
        return 1
    if not call.operands or "-" in call.operands:
        return 7
    return max((len(str(row["c"])) for row, _ in rows), default=1)


async def _counted(call: Call, operand: str) -> dict[str, int]:
    lines = words = size = chars = longest = 0
    async for line in call.lines(operand):
        lines += line.endswith(b"\n")
        words += len(line.split())
        size += len(line)
        text = line.decode(errors="surrogateescape")
        chars += len(text)
        longest = max(longest, len(text.rstrip("\n").expandtabs(8)))
    return {"l": lines, "w": words, "m": chars, "c": size, "L": longest}


@program("cdiuf:s:w:", {"count": "c", "repeated": "d", "unique": "u", "ignore-case": "i"})
async def uniq(call: Call) -> None:
    if len(call.operands) > 2:
        await call.misused(f"extra operand '{call.operands[2]}'")
    skip, start, width = (call.number(call.value(each, "0")) for each in "fsw")
    last: bytes | None = None
    count = 0
    out = call.files.created(call.path(call.operands[1])) if len(call.operands) > 1 else call.process.stdout

    def key(line: bytes) -> bytes:
        text = line.rstrip(b"\n")
        for _ in range(skip):
            text = text.lstrip(b" \t")
            text = text[len(text.split(None, 1)[0]) :] if text.split(None, 1) else b""
        text = text[start:]
        text = text[:width] if width else text
        return text.lower() if call.has("i") else text

    async def flush() -> None:
        if last is None or (call.has("d") and count < 2) or (call.has("u") and count > 1):
            return
        line = last if last.endswith(b"\n") else last + b"\n"
        await out.write((b"%7d " % count if call.has("c") else b"") + line)

    async for line in call.lines(call.operands[0] if call.operands else "-"):
        if last is not None and key(line) == key(last):
            count += 1
            continue
        await flush()
        last, count = line, 1
    await flush()


@program("s:w", {"separator": "s:", "equal-width": "w"}, stops=True)
async def seq(call: Call) -> None:
    words = call.operands
    if not words:
        await call.misused("missing operand")
    if len(words) > 3:
        await call.misused(f"extra operand '{words[3]}'")
    numbers = [await _decimal(call, word) for word in words]
    first = numbers[0] if len(numbers) > 1 else Decimal(1)
    step = numbers[1] if len(numbers) == 3 else Decimal(1)
    last = numbers[-1]
    if not step:
        await call.misused(f"invalid Zero increment value: '{words[1]}'")
    places = max(_places(word) for word in (words[:-1] or ["1"]))
    width = max(len(f"{each:.{places}f}") for each in (first, last)) if call.has("w") else 0
    gap = call.value("s", "\n")
    batch: list[str] = []
    current, printed = first, 0
    while current <= last if step > 0 else current >= last:
        batch.append(f"{current:0{width}.{places}f}" if width else f"{current:.{places}f}")
        current += step
        printed += 1
        if printed >= _MOST:
            raise Complaint(f"more than {_MOST:,} numbers are not printed here")
        if len(batch) == 1000:
            await call.breathe()
            await call.say(gap.join(batch) + (gap if current <= last else ""))
            batch = []
    if batch:
        await call.say(gap.join(batch))
    if printed:
        await call.say("\n")


async def _decimal(call: Call, word: str) -> Decimal:
    try:
        found = Decimal(word)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or len(word) > 30 or abs(found) > Decimal(10) ** 20:
        kind = "invalid number" if call.is_busybox else "invalid floating point argument:"
        await call.misused(f"{kind} '{word}'")
    return found


def _places(word: str) -> int:
    return len(word.partition(".")[2]) if "e" not in word.lower() else 0


PROGRAMS = {"wc": wc, "uniq": uniq, "seq": seq}
