"""sed: its script is read in `sedscript`, and carried out here line by line."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from cluster.shell.commandline import MOST_INPUT, Call, Complaint, program
from cluster.shell.expressions import BadExpression, TooCostly
from cluster.shell.sedscript import Address, BadScript, Command, expanded, parsed

_LONG = {"quiet": "n", "silent": "n", "expression": "e:", "file": "f:", "in-place": "i", "regexp-extended": "E"}
_LONG |= {"separate": "s", "null-data": "z", "unbuffered": "u", "posix": "p", "debug": "D"}
_MOST_JUMPS = 20_000


class _Quit(Exception):
    def __init__(self, status: int, *, prints: bool) -> None:
        super().__init__(status)
        self.status, self.prints = status, prints


@dataclass
class _State:
    """What sed holds between lines."""

    pattern: str = ""
    hold: str = ""
    number: int = 0
    last: bool = False
    replaced: bool = False
    appended: list[str] = field(default_factory=list)
    inside: dict[int, int] = field(default_factory=dict)
    """Ranges that are open, by command, with the line that ends them (0: an expression does)."""
    out: list[str] = field(default_factory=list)
    written: dict[str, list[str]] = field(default_factory=dict)


@program("ne:f:i::EruszlD", _LONG)
async def sed(call: Call) -> int:
    operands = list(call.operands)
    texts: list[str] = []
    for option, value in call.order:
        if option == "e":
            texts.append(value)
        elif option == "f":
            body = await call.whole(value)
            if body is None:
                raise Complaint(f"couldn't open file {value}: No such file or directory")
            texts.append(body.decode(errors="surrogateescape").removesuffix("\n"))
    if not texts:
        if not operands:
            usage = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n"
            await call.process.stderr.write(usage.encode())
            return 1
        texts.append(operands.pop(0))
    try:
        commands, quiet = parsed("\n".join(texts), extended=call.has("E", "r"))
    except (BadScript, BadExpression) as error:
        raise Complaint(f"-e expression #1, {error}" if isinstance(error, BadScript) else str(error)) from None
    call.operands = operands
    editor = _Editor(call, commands, quiet=quiet or call.has("n"))
    try:
        if call.has("i"):
            return await editor.in_place(operands)
        return await editor.run(operands or ["-"])
    except TooCostly as error:
        raise Complaint(str(error)) from None


class _Editor:
    def __init__(self, call: Call, commands: list[Command], *, quiet: bool) -> None:
        self.call, self.commands, self.quiet = call, commands, quiet
        self.labels = {each.text: at for at, each in enumerate(commands) if each.name == ":"}
        jumps = (each.text for each in commands if each.name in "btT")
        missing = next((text for text in jumps if text and text not in self.labels), "")
        if missing:
            raise Complaint(f"can't find label for jump to `{missing}'", 4)

    async def run(self, names: list[str]) -> int:
        state = _State()
        status = 0
        for part in ([name] for name in names) if self.call.has("s") else (names,):
            state.number = 0
            status = await self._edit(state, self._lines(part))
        await self._flush(state)
        return max(status, self.call.status)

    async def in_place(self, names: list[str]) -> int:
        for name in names:
            body = await self._read(name)
            if body is None:
                continue
            state = _State()
            try:
                await self._edit(state, _of(body))
                suffix = self.call.value("i")
                if suffix:
                    self.call.files.write(self.call.path(f"{name}{suffix}"), body)
                text = "".join(state.out).encode(errors="surrogateescape")
                self.call.files.write(self.call.path(name), text)
            except OSError as error:
                await self.call.complain(f"couldn't open temporary file {name}: {error.strerror}")
                return 4
            state.out.clear()
            await self._flush(state)
        return self.call.status

    async def _read(self, name: str) -> bytes | None:
        try:
            return self.call.files.read(self.call.path(name))
        except OSError as error:
            said = "couldn't edit" if isinstance(error, IsADirectoryError) else "can't read"
            tail = "not a regular file" if isinstance(error, IsADirectoryError) else error.strerror
            await self.call.complain(f"{said} {name}: {tail}")
            self.call.status = 4 if isinstance(error, IsADirectoryError) else 2
            return None

    async def _lines(self, names: list[str]) -> AsyncIterator[tuple[str, str, bool]]:
        """(text, its end, whether it is the last one)."""
        waiting: tuple[str, str] | None = None
        for name in names:
            if name != "-":
                try:
                    if self.call.files.stat(self.call.path(name)).kind == "directory":
                        await self.call.complain(f"couldn't edit {name}: read error: Is a directory")
                        self.call.status = 2
                        continue
                except OSError as error:
                    await self.call.complain(f"can't read {name}: {error.strerror}")
                    self.call.status = 2
                    continue
            async for raw in self.call.lines(name):
                if waiting is not None:
                    yield waiting[0], waiting[1] or "\n", False
                text = raw.decode(errors="surrogateescape")
                waiting = text.removesuffix("\n"), "\n" if text.endswith("\n") else ""
        if waiting is not None:
            yield *waiting, True

    async def _edit(self, state: _State, lines: AsyncIterator[tuple[str, str, bool]]) -> int:
        self.lines = lines
        self.end = "\n"
        while (found := await anext(lines, None)) is not None:
            state.pattern, self.end, state.last = found
            state.number += 1
            state.replaced = False
            try:
                again = True
                while again:
                    again = await self._cycle(state)
            except _Quit as quitting:
                if quitting.prints and not self.quiet:
                    state.out.append(state.pattern + self.end)
                state.out += state.appended
                return quitting.status
            if len(state.out) > 200 and not self.call.has("i"):
                await self._flush(state)
        return 0

    async def _flush(self, state: _State) -> None:
        out, state.out = state.out, []
        if out:
            await self.call.say("".join(out))
        for name, texts in state.written.items():
            body = "".join(texts).encode(errors="surrogateescape")
            if name in ("/dev/stdout", "/dev/stderr"):
                await (self.call.process.stdout if name.endswith("out") else self.call.process.stderr).write(body)
            else:
                self.call.files.write(self.call.path(name), body)

    async def _cycle(self, state: _State) -> bool:
        """The script over the pattern space; True: once more without a new line (D)."""
        at = jumps = 0
        prints = True
        while at < len(self.commands):
            command = self.commands[at]
            at += 1
            if not self._selects(state, command, at):
                if command.name == "{":
                    at = command.goal
                continue
            if command.name in "btT":
                jumps += 1
                if jumps > _MOST_JUMPS:
                    raise Complaint(f"the script jumped more than {_MOST_JUMPS:,} times on one line")
                taken = command.name == "b" or state.replaced is (command.name == "t")
                if command.name != "b":
                    state.replaced = False
                if taken:
                    at = self.labels[command.text] + 1 if command.text else len(self.commands)
                continue
            if command.name == "D":
                if "\n" not in state.pattern:
                    prints = False
                    break
                state.pattern = state.pattern.partition("\n")[2]
                self._after(state, prints=False)
                return True
            if command.name in "dc":
                if command.name == "c" and (command.second is None or at not in state.inside):
                    state.out.append(f"{command.text}\n")
                prints = False
                break
            await self._plain(state, command)
        self._after(state, prints=prints)
        return False

    def _after(self, state: _State, *, prints: bool) -> None:
        if prints and not self.quiet:
            state.out.append(state.pattern + self.end)
        if state.appended and state.out and not state.out[-1].endswith("\n"):
            state.out[-1] += "\n"
        state.out += state.appended
        state.appended = []

    async def _plain(self, state: _State, command: Command) -> None:
        match command.name:
            case "p":
                state.out.append(f"{state.pattern}\n")
            case "P":
                state.out.append(state.pattern.partition("\n")[0] + "\n")
            case "=":
                state.out.append(f"{state.number}\n")
            case "l":
                state.out.append(_shown(state.pattern) + "$\n")
            case "a":
                state.appended.append(f"{command.text}\n")
            case "i":
                state.out.append(f"{command.text}\n")
            case "r":
                try:
                    body = self.call.files.read(self.call.path(command.text)).decode(errors="surrogateescape")
                    state.appended.append(body)
                except OSError:
                    return  # a file that cannot be read is an empty one to sed
            case "w":
                state.written.setdefault(command.text, []).append(f"{state.pattern}\n")
            case "h":
                state.hold = state.pattern
            case "H":
                state.hold = _bounded(f"{state.hold}\n{state.pattern}")
            case "g":
                state.pattern = state.hold
            case "G":
                state.pattern = _bounded(f"{state.pattern}\n{state.hold}")
            case "x":
                state.pattern, state.hold = state.hold, state.pattern
            case "y":
                state.pattern = state.pattern.translate(command.table)
            case "q" | "Q":
                raise _Quit(command.number, prints=command.name == "q")
            case "n" | "N":
                await self._next(state, command.name)
            case "s":
                self._substitute(state, command)

    async def _next(self, state: _State, name: str) -> None:
        if state.last:
            # GNU's sed prints the pattern space where there is no next line; POSIX lets it be dropped.
            raise _Quit(0, prints=True)
        if name == "n":
            self._after(state, prints=True)
        found = await anext(self.lines, None)
        if found is None:
            raise _Quit(0, prints=name == "N")
        state.pattern = found[0] if name == "n" else _bounded(f"{state.pattern}\n{found[0]}")
        self.end, state.last = found[1], found[2]
        state.number += 1

    def _substitute(self, state: _State, command: Command) -> None:
        assert command.expression is not None, "s has an expression"
        text, made = state.pattern, ""
        captures = any(part for part in command.replacement if isinstance(part, int))
        at = count = done = 0
        ended, replaced = -1, False
        while at <= len(text) and (found := command.expression.search(text, at, captures=captures)) is not None:
            empty = found.start == found.end
            at = found.end + empty
            if empty and found.start == ended:
                continue  # right behind another match there is no empty one
            count += 1
            ended = found.end
            if count < command.number:
                continue
            made += text[done : found.start] + expanded(command.replacement, found.groups)
            done, replaced = found.end, True
            if not command.every:
                break
        if not replaced:
            return
        state.pattern = _bounded(made + text[done:])
        state.replaced = True
        if command.prints:
            state.out.append(f"{state.pattern}\n")
        if command.target:
            state.written.setdefault(command.target, []).append(f"{state.pattern}\n")

    def _selects(self, state: _State, command: Command, at: int) -> bool:
        return self._in_range(state, command, at) is not command.negated

    def _in_range(self, state: _State, command: Command, at: int) -> bool:
        if command.first is None:
            return True
        if command.second is None:
            return self._at(state, command.first)
        if at in state.inside:
            end = state.inside[at]
            if (end and state.number >= end) or (not end and self._at(state, command.second)):
                del state.inside[at]
                return not (end and state.number > end)
            return True
        if not self._at(state, command.first):
            return False
        second = command.second
        if second.kind == "line":
            if second.number > state.number:
                state.inside[at] = second.number
        elif second.kind == "plus":
            if second.number:
                state.inside[at] = state.number + second.number
        elif second.kind == "multiple":
            goal = -(-state.number // max(second.number, 1)) * second.number
            if goal > state.number:
                state.inside[at] = goal
        elif not (_is_zero(command.first) and self._at(state, second)) and not (second.kind == "last" and state.last):
            state.inside[at] = 0
        return True

    def _at(self, state: _State, address: Address) -> bool:
        match address.kind:
            case "line":
                return state.number == address.number or (address.number == 0 and state.number == 1)
            case "last":
                return state.last
            case "step":
                past = state.number - address.number
                return past == 0 if address.step <= 0 else past >= 0 and past % address.step == 0
        return address.expression is not None and address.expression.search(state.pattern, captures=False) is not None


def _is_zero(address: Address) -> bool:
    return address.kind == "line" and address.number == 0


async def _of(body: bytes) -> AsyncIterator[tuple[str, str, bool]]:
    lines = body.decode(errors="surrogateescape").split("\n")
    ended = lines[-1] == ""
    lines = lines[:-1] if ended else lines
    for at, line in enumerate(lines, 1):
        yield line, "\n" if ended or at < len(lines) else "", at == len(lines)


def _bounded(text: str) -> str:
    if len(text) > MOST_INPUT:
        raise Complaint("memory exhausted")
    return text


def _shown(text: str) -> str:
    known = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\r": "\\r", "\v": "\\v"}
    octets = text.encode(errors="surrogateescape")
    return "".join(known.get(chr(each), chr(each) if 32 <= each < 127 else f"\\{each:03o}") for each in octets)


PROGRAMS = {"sed": sed}
