"""dd, od, hexdump and xxd."""

from __future__ import annotations

from collections.abc import Iterator

from cluster.shell.commandline import MOST_INPUT, Call, Complaint, program
from cluster.shell.process import Process

_NAMED = {0: r"\0", 7: r"\a", 8: r"\b", 9: r"\t", 10: r"\n", 11: r"\v", 12: r"\f", 13: r"\r"}
_WORDS = "if of bs ibs obs count skip seek conv status iflag oflag".split()  # noqa: SIM905
_MOST_BYTES = 1 << 31


async def dd(process: Process) -> int:
    call = Call(process, "dd")
    given: dict[str, str] = {}
    try:
        for word in process.argv[1:]:
            name, equals, value = word.partition("=")
            if not equals or name not in _WORDS:
                hint = "Try 'dd --help' for more information."
                await call.complain(f"unrecognized operand '{word}'\n{hint}")
                return 1
            given[name] = value
        return await _copied(call, given)
    except Complaint as complaint:
        await call.complain(complaint.text)
        return 1
    except BrokenPipeError:
        return 141


async def _copied(call: Call, given: dict[str, str]) -> int:
    size = call.number(given.get("bs") or given.get("ibs") or "512")
    if not 0 < size <= MOST_INPUT:
        raise Complaint(f"invalid number: '{given.get('bs') or given.get('ibs')}'")
    most = call.number(given["count"]) if "count" in given else None
    began = call.machine.now()
    try:
        reader = call.opened(given.get("if", "-"))
    except OSError as error:
        raise Complaint(f"failed to open '{given['if']}': {error.strerror}") from None
    conv = given.get("conv", "").split(",")
    try:
        writer = call.process.stdout
        if "of" in given:
            path = call.path(given["of"])
            if "notrunc" in conv or "seek" in given:
                seek = call.number(given.get("seek", "0")) * size
                old = call.files.read(path) if _is_file(call, path) else b""
                if seek > MOST_INPUT:
                    raise OSError(27, "File too large")
                call.files.write(path, old[:seek].ljust(seek, b"\0"))
                writer = call.files.created(path, append=True)
            else:
                writer = call.files.created(path)
    except OSError as error:
        raise Complaint(f"failed to open '{given['of']}': {error.strerror}") from None
    skip = call.number(given.get("skip", "0")) * size
    rest, full, part, total, failure = b"", 0, 0, 0, ""
    while most is None or full + part < most:
        await call.breathe()
        wanted = size + skip
        piece = rest
        while len(piece) < wanted and (more := await reader.read(wanted - len(piece))):
            piece += more
        piece, rest, skip = piece[skip : skip + size], piece[skip + size :], 0
        if not piece:
            break
        try:
            await writer.write(piece.upper() if "ucase" in conv else piece.lower() if "lcase" in conv else piece)
        except OSError as error:
            if isinstance(error, BrokenPipeError):
                raise
            failure = f"dd: error writing '{given.get('of', 'standard output')}': {error.strerror}\n"
            break
        full, part, total = full + (len(piece) == size), part + (len(piece) < size), total + len(piece)
        if total > _MOST_BYTES:
            break
    spent = max(call.machine.now() - began, 1e-6)
    said = f"{failure}{full}+{part} records in\n{full}+{part} records out\n"
    if given.get("status") != "noxfer":
        said += f"{total} bytes {_human(total)}copied, {spent:.6g} s, {_rate(total / spent)}\n"
    if given.get("status") != "none":
        await call.process.stderr.write(said.encode())
    return 1 if failure else 0


def _is_file(call: Call, path: str) -> bool:
    try:
        return call.files.stat(path).kind == "file"
    except OSError:
        return False


def _human(total: int) -> str:
    if total < 1000:
        return ""
    ten = _scaled(total, 1000, ("kB", "MB", "GB"))
    return f"({ten}) " if total < 1024 else f"({ten}, {_scaled(total, 1024, ('KiB', 'MiB', 'GiB'))}) "


def _scaled(total: float, base: int, units: tuple[str, ...]) -> str:
    value, unit = float(total), ""
    for unit in units:  # noqa: B007
        value /= base
        if value < base:
            break
    return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"


def _rate(rate: float) -> str:
    return f"{_scaled(rate, 1000, ('kB', 'MB', 'GB'))}/s" if rate >= 1000 else f"{rate:.1f} B/s"


async def _input(call: Call, skip: str, most: str) -> bytes | None:
    found = b""
    for operand in call.inputs:
        body = await call.whole(operand)
        if body is None:
            return None
        found += body
    start = call.number(skip or "0")
    return found[start : start + call.number(most) if most else None]


def _rows(body: bytes, *, every: bool) -> Iterator[tuple[int, bytes]]:
    """(offset, sixteen octets); nothing in the place of all whole rows that are like the one before."""
    last, folded = b"", False
    for at in range(0, len(body), 16):
        row = body[at : at + 16]
        if row != last or len(row) < 16 or every:
            yield at, row
            last, folded = row, False
        elif not folded:
            yield at, b""
            folded = True


@program("A:bcdj:N:ost:vw:x", {"address-radix": "A:", "format": "t:", "skip-bytes": "j:", "read-bytes": "N:"})
async def od(call: Call) -> None:
    body = await _input(call, call.value("j"), call.value("N"))
    if body is None:
        return
    kind = call.value("t") or next((name for flag, name in _OLD.items() if call.has(flag)), "o2")
    radix = call.value("A", "o")
    start = call.number(call.value("j", "0"))
    for at, row in _rows(body, every=call.has("v")):
        await call.say(_address(radix, start + at) + _cells(row, kind) + "\n" if row else "*\n")
    if radix != "n":
        await call.say(_address(radix, start + len(body)) + "\n")


_OLD = {"c": "c", "x": "x2", "b": "o1", "d": "u2", "o": "o2"}


def _address(radix: str, at: int) -> str:
    return {"o": f"{at:07o}", "d": f"{at:07d}", "x": f"{at:06x}"}.get(radix, "")


def _cells(row: bytes, kind: str) -> str:
    if kind[0] == "c":
        return "".join(f" {_NAMED.get(each) or (chr(each) if 32 <= each < 127 else f'{each:03o}'):>3}" for each in row)
    if kind[0] == "a":
        raise Complaint("invalid type string 'a': named characters are not known here")
    size = int(kind[1:].rstrip("z") or 4) if kind[1:].rstrip("z").isdigit() or not kind[1:].rstrip("z") else 4
    if kind[0] not in "oxud" or size not in (1, 2, 4, 8):
        raise Complaint(f"invalid type string '{kind}'")
    widths = {"o": (3, 6, 11, 22), "x": (2, 4, 8, 16), "u": (3, 5, 10, 20), "d": (4, 6, 11, 20)}
    width = widths[kind[0]][(1, 2, 4, 8).index(size)]
    cells = ""
    for at in range(0, len(row), size):
        value = int.from_bytes(row[at : at + size].ljust(size, b"\0"), "little", signed=kind[0] == "d")
        text = format(value, {"o": "o", "x": "x"}.get(kind[0], "d"))
        cells += " " + (text.zfill(width) if kind[0] in "ox" else text.rjust(width))
    return cells


@program("Cn:s:vbcdox", {"canonical": "C", "length": "n:", "skip": "s:"})
async def hexdump(call: Call) -> None:
    body = await _input(call, call.value("s"), call.value("n"))
    if body is None:
        return
    canonical = call.has("C") or call.name == "hd"
    for at, row in _rows(body, every=call.has("v")):
        if not row:
            await call.say("*\n")
        elif canonical:
            cells = [f"{each:02x}" for each in row]
            left, right = " ".join(cells[:8]), " ".join(cells[8:])
            shown = "".join(chr(each) if 32 <= each < 127 else "." for each in row)
            await call.say(f"{at:08x}  {left:<23}  {right:<23}  |{shown}|\n")
        else:
            pairs = (row[two : two + 2].ljust(2, b"\0") for two in range(0, len(row), 2))
            cells = [f"{int.from_bytes(pair, 'little'):04x}" for pair in pairs]
            await call.say(f"{at:07x} {' '.join(cells):<39}\n")
    if body:
        await call.say(f"{len(body):08x}\n" if canonical else f"{len(body):07x}\n")


@program("c:g:l:prs:u", {})
async def xxd(call: Call) -> None:
    if call.has("r"):
        text = ((await call.whole(call.operands[0] if call.operands else "-")) or b"").decode(errors="replace")
        digits = "".join(line.partition(":")[2][:41] if ":" in line else line for line in text.splitlines())
        try:
            await call.write(bytes.fromhex("".join(digits.split())))
        except ValueError:
            raise Complaint("the input is no dump of octets") from None
        return
    body = await _input(call, call.value("s"), call.value("l"))
    if body is None:
        return
    if call.has("p"):
        width = call.number(call.value("c", "30"))
        await call.say("".join(body[at : at + width].hex() + "\n" for at in range(0, len(body), width)))
        return
    width = max(call.number(call.value("c", "16")), 1)
    group = max(call.number(call.value("g", "2")), 1)
    for at in range(0, len(body), width):
        row = body[at : at + width]
        cells = [row[part : part + group].hex() for part in range(0, len(row), group)]
        shown = "".join(chr(each) if 32 <= each < 127 else "." for each in row)
        full = 2 * width + -(-width // group)
        await call.say(f"{at:08x}: {' '.join(cells):<{full}} {shown}\n")


PROGRAMS = {"dd": dd, "od": od, "hexdump": hexdump, "hd": hexdump, "xxd": xxd}
