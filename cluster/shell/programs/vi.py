"""vi as BusyBox has it: the editor of `cluster.shell.vi` at a terminal, over the container's files."""

from __future__ import annotations

import asyncio
import re

from cluster.shell.commandline import Call, Complaint, program
from cluster.shell.launching import launch
from cluster.shell.pipes import Nothing, Printed
from cluster.shell.terminal.keys import Keys
from cluster.shell.terminal.terminal import Terminal
from cluster.shell.vi.drawing import Drawing
from cluster.shell.vi.editor import Editor
from cluster.shell.vi.outcome import Asked

_KEY = re.compile(rb"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Z])|\x1b|[^\x1b]+")
_PAGES = {b"\x1b[5~": "pageup", b"\x1b[6~": "pagedown"}
_ALTERNATE, _NORMAL = "\x1b[?1049h", "\x1b[?1049l"


@program("Rc:")
async def vi(call: Call) -> int:
    terminal = call.process.stdin
    if not isinstance(terminal, Terminal) or call.process.tty is None:
        raise Complaint("standard input is not a terminal")
    session = _Session(call, terminal, Editor(call.operands[0] if call.operands else ""))
    for each in call.options.get("c", []):
        session.commands.append(each)
    return await session.run()


class _Session:
    def __init__(self, call: Call, terminal: Terminal, editor: Editor) -> None:
        self._call, self._terminal, self._editor = call, terminal, editor
        self._drawing, self._keys = Drawing(), Keys()
        self._locked = call.has("R")
        self.commands: list[str] = []

    async def run(self) -> int:
        editor = self._editor
        if editor.path:
            self._load(editor.path)
        async with self._terminal.raw():
            await self._terminal.send(_ALTERNATE)
            try:
                for each in self.commands:
                    for key in (":", *each, "enter"):
                        editor.press(key)
                    if await self._answer():
                        return 0
                return await self._edit()
            finally:
                await self._terminal.send(f"\x1b[{self._terminal.window.rows};1H\x1b[K{_NORMAL}")

    async def _edit(self) -> int:
        await self._draw()
        while data := await self._terminal.read():
            for key in self._pressed(data):
                self._editor.rows = self._terminal.window.rows
                self._editor.press(key)
                if await self._answer():
                    return 0
            await self._draw()
        return 1

    def _pressed(self, data: bytes) -> list[str]:
        found: list[str] = []
        for piece in _KEY.findall(data):
            if piece == b"\x1b":
                found.append("esc")
            else:
                found += [_PAGES[piece]] if piece in _PAGES else self._keys.feed(piece)
        return found

    async def _draw(self) -> None:
        window = self._terminal.window
        await self._terminal.send(self._drawing.update(self._editor, window.columns, window.rows))

    # -- files -------------------------------------------------------------------------------------------------

    async def _answer(self) -> bool:
        """What the editor asks for; whether it is over."""
        asked, self._editor.asked = self._editor.asked, []
        for each in asked:
            try:
                if each.what == "quit":
                    return True
                await self._one(each)
            except OSError as error:
                self._editor.message = f"'{each.path or self._editor.path}' {error.strerror}"
                return False
        return False

    async def _one(self, asked: Asked) -> None:
        editor, text = self._editor, self._editor.text
        path = asked.path or editor.path
        if asked.what == "write":
            if self._locked and not asked.forced:
                editor.message = f"'{path}' is read only"
                raise _Refused
            lines = text.lines[asked.first : asked.last + 1 or None]
            body = text.body() if lines == text.lines else "\n".join(lines) + "\n"
            self._call.files.write(self._call.path(path), body.encode("utf-8", "surrogateescape"))
            editor.path = editor.path or path
            if path == editor.path and len(lines) == len(text.lines):
                text.saved = text.lines.copy()
            editor.message = f"'{path}' {len(lines)}L, {len(body)}C"
        elif asked.what == "edit":
            self._load(path)
        elif asked.what == "read":
            body = self._call.files.read(self._call.path(path)).decode("utf-8", "surrogateescape")
            text.remember()
            text.lines[asked.first + 1 : asked.first + 1] = body.removesuffix("\n").split("\n")
            text.row, text.column = asked.first + 1, 0
            editor.message = f"'{path}' {body.count(chr(10))}L, {len(body)}C"
        elif asked.what == "run":
            await self._run(asked.path)
        else:
            self._drawing.forget()

    def _load(self, path: str) -> None:
        editor = self._editor
        editor.path = path
        try:
            body = self._call.files.read(self._call.path(path)).decode("utf-8", "surrogateescape")
        except FileNotFoundError:
            editor.text.load("")
            editor.message = f"'{path}' [New file]"
            return
        except OSError as error:
            editor.text.load("")
            editor.message = f"'{path}' {error.strerror}"
            return
        editor.text.load(body)

    async def _run(self, line: str) -> None:
        """`:!`: a command, and what it prints until a key is hit."""
        printed = Printed()
        child = self._call.process.child(["sh", "-c", line], stdin=Nothing(), stdout=printed, stderr=printed, tty=None)
        await launch(child)
        text = printed.data.decode(errors="replace").replace("\n", "\r\n")
        await self._terminal.send(f"\x1b[H\x1b[J{text}[Hit return to continue] ")
        await asyncio.shield(self._terminal.read())
        self._drawing.forget()


class _Refused(OSError):
    def __init__(self) -> None:
        super().__init__(30, "Read-only file system")


PROGRAMS = {"vi": vi}
