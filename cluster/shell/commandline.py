"""What programs share: options read as getopt reads them, input by lines, complaints in the words of their flavour.

    @program(short="ln:", long={"lines": "n"})
    async def head(call: Call) -> int: …

Options with a value are followed by a colon, by two where the value may be left out. `call.operands` is what is left.
A program that complains goes on, and ends with status 1.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from itertools import pairwise
from typing import NoReturn

from cluster.nodes.systems import Flavour
from cluster.shell.images import flavour
from cluster.shell.process import Files, Machine, Process, Program, Reader

MOST_INPUT = 16 * 1024 * 1024
"""Bytes of input that a program takes into memory."""
TURN = 0.005
"""Seconds that a program may hold the loop, about."""
BUSYBOX_VERSION = "1.37.0"


class Failed(Exception):
    """The program ends here; its last words are said already."""

    def __init__(self, status: int = 1) -> None:
        super().__init__(status)
        self.status = status


class Complaint(Exception):
    """The program ends with this sentence after its name."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.text, self.status = text, status


class Call:
    """One run of a program."""

    def __init__(self, process: Process, name: str) -> None:
        self.process, self.name = process, name
        self.options: dict[str, list[str]] = {}
        self.order: list[tuple[str, str]] = []
        """Options as they were given."""
        self.operands: list[str] = []
        self.status = 0
        self._breathed = 0.0

    @property
    def files(self) -> Files:
        return self.process.files

    @property
    def machine(self) -> Machine:
        return self.process.machine

    @property
    def flavour(self) -> Flavour:
        return flavour(self.process.machine.image)

    @property
    def is_busybox(self) -> bool:
        return self.flavour == "busybox"

    def has(self, *options: str) -> bool:
        return any(each in self.options for each in options)

    def value(self, option: str, default: str = "") -> str:
        """The last one given."""
        given = self.options.get(option)
        return given[-1] if given else default

    async def breathe(self) -> None:
        """Let others have their turn now and then: programs share one loop with all that a server does."""
        now = asyncio.get_running_loop().time()
        if now - self._breathed > TURN:
            await asyncio.sleep(0)
            self._breathed = asyncio.get_running_loop().time()

    def path(self, operand: str) -> str:
        """Absolute."""
        if operand.startswith("/"):
            return operand
        return f"{self.process.cwd.rstrip('/')}/{operand}" if operand else ""

    async def say(self, text: str) -> None:
        await self.process.stdout.write(text.encode(errors="surrogateescape"))

    async def write(self, data: bytes) -> None:
        if data:
            await self.process.stdout.write(data)

    async def complain(self, text: str) -> None:
        """On standard error, after the program's name; it will end with status 1."""
        self.status = max(self.status, 1)
        await self.process.stderr.write(f"{self.name}: {text}\n".encode(errors="replace"))

    async def cannot(self, error: OSError, operand: str, doing: str = "") -> None:
        """A call that failed. `doing`: "cannot remove", where GNU's words have it."""
        await self.complain(self.reason(error, operand, doing))

    def reason(self, error: OSError, operand: str, doing: str = "") -> str:
        why = error.strerror or os.strerror(error.errno or 0)
        if self.is_busybox:
            said = _BUSYBOX.get(doing, f"{doing} '{{}}'") if doing else "{}"
            return f"{said.format(operand)}: {why}"
        return f"{doing} {quoted(operand)}: {why}" if doing else f"{operand}: {why}"

    # -- input ---------------------------------------------------------------------------------------------

    def opened(self, operand: str) -> Reader:
        """For "-" and /dev/stdin the standard input. OSError."""
        if operand in ("-", "/dev/stdin"):
            return self.process.stdin
        return self.files.opened(self.path(operand))

    async def pieces(self, operand: str) -> AsyncIterator[bytes]:
        """What is read, piece by piece; complains of what cannot be read."""
        try:
            reader = self.opened(operand)
        except OSError as error:
            await self.unreadable(error, operand)
            return
        while piece := await reader.read():
            yield piece
            await self.breathe()

    async def unreadable(self, error: OSError, operand: str) -> None:
        why = error.strerror or ""
        if self.is_busybox:
            said = "read error" if isinstance(error, IsADirectoryError) else f"can't open '{operand}'"
            await self.complain(f"{said}: {why}")
        else:
            await self.complain(f"{operand}: {why}")

    async def whole(self, operand: str) -> bytes | None:
        """All of it; None, with a complaint, when it cannot be read."""
        before = self.status
        self.status = 0
        found = bytearray()
        async for piece in self.pieces(operand):
            found += piece
            if len(found) > MOST_INPUT:
                raise Complaint("memory exhausted")
        failed = self.status
        self.status = max(before, failed)
        return None if failed else bytes(found)

    async def lines(self, operand: str) -> AsyncIterator[bytes]:
        """Each with its end, the last one perhaps without."""
        rest = b""
        async for piece in self.pieces(operand):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line + b"\n"
                await self.breathe()
            if len(rest) > MOST_INPUT:
                raise Complaint("memory exhausted")
        if rest:
            yield rest

    @property
    def inputs(self) -> list[str]:
        """The operands, or standard input."""
        return self.operands or ["-"]

    # -- words ---------------------------------------------------------------------------------------------

    async def misused(self, text: str, status: int = 1) -> NoReturn:
        """A wrong option or operand: GNU's hint, or BusyBox's usage."""
        if self.is_busybox:
            said = (
                f"{self.name}: {text}\nBusyBox v{BUSYBOX_VERSION} multi-call binary.\n\nUsage: {self.name} [OPTIONS]\n"
            )
        else:
            said = f"{self.name}: {text}\nTry '{self.name} --help' for more information.\n"
        await self.process.stderr.write(said.encode(errors="replace"))
        raise Failed(status)

    def number(self, text: str, what: str = "invalid number") -> int:
        """Complaint when it is none."""
        multiple = _MULTIPLES.get(text[-1:], 1)
        digits = text[:-1] if multiple > 1 else text
        if not digits.lstrip("+-").isascii() or not digits.lstrip("+-").isdigit() or len(digits) > 18:
            raise Complaint(f"invalid number '{text}'" if self.is_busybox else f"{what}: {quoted(text)}")
        return int(digits) * multiple


_MULTIPLES = {"k": 1024, "K": 1024, "M": 1024**2, "G": 1024**3, "b": 512}
_BUSYBOX = {
    "cannot remove": "can't remove '{}'",
    "cannot create directory": "can't create directory '{}'",
    "cannot stat": "can't stat '{}'",
    "cannot open": "can't open '{}'",
    "cannot touch": "{}",
    "cannot access": "{}",
    "failed to remove": "'{}'",
    "cannot move": "can't rename '{}'",
    "cannot create regular file": "can't create '{}'",
    "cannot open directory": "can't open '{}'",
}


def quoted(text: str) -> str:
    """As GNU's programs quote a name in a message."""
    return f"'{text}'" if "'" not in text else f'"{text}"'


def program(
    short: str = "",
    long: Mapping[str, str] | None = None,
    *,
    status: int = 1,
    stops: bool = False,
    numbers: str = "",
) -> Callable[[Callable[[Call], Awaitable[int | None]]], Program]:
    """`long`: name -> short option. `status`: of a wrong option. `stops`: the first operand ends the options.
    `numbers`: `-5` means this option with that value."""
    valued = {each for each, after in pairwise(f"{short} ") if after == ":"}
    optional = {short[at - 1] for at in range(1, len(short) - 1) if short[at : at + 2] == "::"}
    known = set(short.replace(":", ""))
    names = dict(long or {})

    def made(body: Callable[[Call], Awaitable[int | None]]) -> Program:
        async def run(process: Process) -> int:
            call = Call(process, process.argv[0].rpartition("/")[2])
            try:
                await _options(call, known, valued - optional, optional, names, status, stops=stops, numbers=numbers)
                found = await body(call)
            except Failed as failed:
                return failed.status
            except Complaint as complaint:
                await process.stderr.write(f"{call.name}: {complaint.text}\n".encode(errors="replace"))
                return complaint.status
            except BrokenPipeError:
                return 141
            except OSError as error:
                await call.complain(f"write error: {error.strerror}")
                return 1
            return call.status if found is None else found

        return run

    return made


async def _options(
    call: Call,
    known: set[str],
    valued: set[str],
    optional: set[str],
    names: Mapping[str, str],
    status: int,
    *,
    stops: bool,
    numbers: str,
) -> None:
    words = list(call.process.argv[1:])
    while words:
        word = words.pop(0)
        if word == "--":
            call.operands += words
            return
        if word.startswith("--") and len(word) > 2:
            await _long(call, word, words, names, status)
        elif numbers and word[:1] == "-" and word[1:].isdigit():
            _add(call, numbers, word[1:])
        elif word.startswith("-") and len(word) > 1:
            letter = next((at for at, each in enumerate(word) if at and each in optional), 0)
            if letter and not any(each in valued for each in word[1:letter]):
                _add(call, word[letter], word[letter + 1 :])
                word = word[:letter]
            await _short(call, word[1:], words, known, valued, status)
        else:
            call.operands.append(word)
            if stops:
                call.operands += words
                return


async def _short(call: Call, letters: str, words: list[str], known: set[str], valued: set[str], status: int) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in known:
            text = f"unrecognized option: {letter}" if call.is_busybox else f"invalid option -- '{letter}'"
            await call.misused(text, status)
        if letter not in valued:
            _add(call, letter, "")
            continue
        if not letters and not words:
            text = (
                f"option requires an argument: {letter}"
                if call.is_busybox
                else f"option requires an argument -- '{letter}'"
            )
            await call.misused(text, status)
        _add(call, letter, letters or words.pop(0))
        return


async def _long(call: Call, word: str, words: list[str], names: Mapping[str, str], status: int) -> None:
    name, equals, value = word[2:].partition("=")
    target = names.get(name)
    if target is None:
        near = [each for each in names if each.startswith(name)]
        target = names[near[0]] if len(near) == 1 else None
    if target is None:
        text = f"unrecognized option: {name}" if call.is_busybox else f"unrecognized option '{word}'"
        await call.misused(text, status)
    if not target.endswith(":"):
        _add(call, target, value if equals else "")
        return
    if not equals:
        if not words:
            await call.misused(f"option '--{name}' requires an argument", status)
        value = words.pop(0)
    _add(call, target.rstrip(":"), value)


def _add(call: Call, option: str, value: str) -> None:
    call.options.setdefault(option, []).append(value)
    call.order.append((option, value))
