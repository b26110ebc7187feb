"""read and mapfile."""

from __future__ import annotations

import asyncio
import re

from cluster.shell.builtins.builtin import Builtin, Usage, misused, options, whole_number
from cluster.shell.language.fields import WHITE
from cluster.shell.language.lines import read_line
from cluster.shell.language.parameters import write
from cluster.shell.language.shell import BadDescriptor, Shell, encoded
from cluster.shell.language.variables import NAME

TIMED_OUT = 142
_SECONDS = re.compile(r"\d{1,9}(\.\d*)?\Z|\.\d+\Z", re.ASCII)
_LONGEST_WAIT = 1e9
_USAGE = (
    "read [-ers] [-a array] [-d delim] [-i text] [-n nchars] [-N nchars] [-p prompt] [-t timeout] [-u fd] [name ...]"
)


async def read(shell: Shell, words: list[str]) -> int:
    bash = shell.flavour.is_bash
    try:
        given, names = options(words, "rse" if bash else "rs", valued="adinNptu" if bash else "pntud")
    except Usage as error:
        return await misused(shell, "read", str(error), _USAGE)
    if not names and shell.flavour.name == "dash":
        await shell.complain("arg count", "read")
        return 2
    for name in names:
        if not NAME.match(name.partition("[")[0]):
            await shell.complain(f"`{name}': not a valid identifier" if bash else f"{name}: bad variable name", "read")
            return 1 if bash else 2
    if "t" in given and not _SECONDS.match(given["t"]):
        await shell.complain(f"{given['t']}: invalid timeout specification", "read")
        return 1
    number = whole_number(given.get("u", "0")) or 0
    held = shell.descriptors.get(number)
    if "p" in given and held is not None and held in shell.terminal.values():
        await shell.write(2, given["p"])
    most = whole_number(given.get("N", given.get("n", "")) or "") if "n" in given or "N" in given else None
    delimiter = encoded(given["d"][:1]) or b"\0" if "d" in given else b"\n"
    try:
        text, ended = await _within(
            shell,
            given.get("t"),
            lambda: _logical(shell, number, delimiter, most, raw="r" in given, exact="N" in given),
        )
    except TimeoutError:
        await _store(shell, names, [], given)
        return TIMED_OUT
    except BadDescriptor as error:
        await shell.complain(f"{number}: invalid file descriptor: {error.strerror}", "read")
        return 1
    except OSError as error:
        await shell.complain(f"read error: {number}: {error.strerror}", "read")
        return 1
    shell.budget.check_value(len(text))
    if not names and "a" not in given and bash:
        write(shell, "REPLY", None, "".join(char for char, _ in text))
        return int(ended)
    await _store(shell, names, text, given)
    return int(ended)


async def _within(shell: Shell, limit: str | None, read_: object) -> tuple[list[tuple[str, bool]], bool]:
    """Read, for so many seconds of the cluster's clock at most. TimeoutError."""
    assert callable(read_)
    if limit is None:
        return await read_()  # type: ignore[no-any-return]
    seconds = min(float(limit), _LONGEST_WAIT)
    reading = asyncio.ensure_future(read_())
    sleeping = asyncio.ensure_future(shell.machine.sleep(seconds))
    try:
        await asyncio.wait({reading, sleeping}, return_when=asyncio.FIRST_COMPLETED)
        if reading.done():
            return reading.result()  # type: ignore[no-any-return]
        raise TimeoutError
    finally:
        for task in (reading, sleeping):
            task.cancel()
        await asyncio.gather(reading, sleeping, return_exceptions=True)


async def _logical(
    shell: Shell, number: int, delimiter: bytes, most: int | None, *, raw: bool, exact: bool
) -> tuple[list[tuple[str, bool]], bool]:
    """A line as characters, each with whether a backslash made it plain; lines that end in one go on."""
    found: list[tuple[str, bool]] = []
    while True:
        left = None if most is None else most - len(found)
        line, ended = await read_line(shell, number, delimiter=b"" if exact else delimiter, most=left)
        if raw:
            return [(char, False) for char in line if char != "\0"], ended
        at = 0
        continued = False
        while at < len(line):
            if line[at] == "\\":
                if at + 1 == len(line):
                    continued = not ended
                    break
                at += 1
                found.append((line[at], True))
            else:
                found.append((line[at], False))
            at += 1
        if not continued:
            return found, ended


async def _store(shell: Shell, names: list[str], text: list[tuple[str, bool]], given: dict[str, str]) -> None:
    separators = shell.variables.get("IFS")
    separators = WHITE if separators is None else separators
    if "N" in given:
        separators = ""
    if "a" in given:
        values = split(text, separators, None)
        shell.variables.replace(given["a"], dict(enumerate(values)))
        return
    names = names or ["REPLY"]
    values = split(text, separators, len(names))
    for at, name in enumerate(names):
        base, _, subscript = name.partition("[")
        write(shell, base, subscript[:-1] if subscript else None, values[at] if at < len(values) else "")


def split(text: list[tuple[str, bool]], separators: str, most: int | None) -> list[str]:
    """By IFS into at most so many; the last takes the rest as it is, but for white space around it."""

    def separates(at: int) -> bool:
        return not text[at][1] and text[at][0] in separators

    def white(at: int) -> bool:
        return separates(at) and text[at][0] in WHITE

    values: list[str] = []
    at, size = 0, len(text)
    while at < size and white(at):
        at += 1
    while at < size:
        begin = at
        if most is not None and len(values) == most - 1:
            end = _rest(text, begin, separates, white)
            values.append("".join(char for char, _ in text[begin:end]))
            return values
        while at < size and not separates(at):
            at += 1
        values.append("".join(char for char, _ in text[begin:at]))
        while at < size and white(at):
            at += 1
        if at < size and separates(at) and not white(at):
            at += 1
            while at < size and white(at):
                at += 1
    return values


def _rest(text: list[tuple[str, bool]], begin: int, separates: object, white: object) -> int:
    """Where the last value ends: white space goes, and a single separator that nothing follows."""
    assert callable(separates)
    assert callable(white)
    end = len(text)
    while end > begin and white(end - 1):
        end -= 1
    inner = [at for at in range(begin, end) if separates(at) and not white(at)]
    if inner == [end - 1]:
        end -= 1
        while end > begin and white(end - 1):
            end -= 1
    return end


async def mapfile(shell: Shell, words: list[str]) -> int:
    try:
        given, names = options(words, "t", valued="dnOsuCc")
    except Usage as error:
        return await misused(shell, words[0], str(error))
    most = whole_number(given.get("n", "0")) or 0
    skip = whole_number(given.get("s", "0")) or 0
    start = whole_number(given.get("O", "0")) or 0
    delimiter = encoded(given["d"][:1]) or b"\0" if "d" in given else b"\n"
    lines: list[str] = []
    while not most or len(lines) < most:
        text, ended = await read_line(shell, whole_number(given.get("u", "0")) or 0, delimiter=delimiter)
        if text or not ended:
            if skip:
                skip -= 1
            else:
                lines.append(text if "t" in given or ended else text + delimiter.decode())
                shell.budget.check_fields(len(lines))
        if ended:
            break
    shell.variables.replace(names[0] if names else "MAPFILE", {start + at: line for at, line in enumerate(lines)})
    return 0


READING: dict[str, Builtin] = {"read": read, "mapfile": mapfile, "readarray": mapfile}
