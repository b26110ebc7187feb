"""One line asked for at a terminal: keys into the editor, the editor onto the screen."""

from __future__ import annotations

from cluster.shell.language.shell import Shell
from cluster.shell.terminal.completion import Offer, complete
from cluster.shell.terminal.editing import Editor
from cluster.shell.terminal.inputrc import brackets_pastes
from cluster.shell.terminal.keys import Keys, Pasted
from cluster.shell.terminal.prompts import visible
from cluster.shell.terminal.screen import Mark, Screen
from cluster.shell.terminal.terminal import Terminal

_ON, _OFF = "\x1b[?2004h", "\x1b[?2004l\r"
"""That a terminal puts brackets around what is pasted, so that it is not taken for typed."""


class Ended(Exception):
    """Ctrl-D on an empty line, or the client is gone."""


class Interrupted(Exception):
    """Ctrl-C: the line is given up."""


class Asking:
    """Keeps what one line's keys leave over for the next."""

    def __init__(self, shell: Shell, terminal: Terminal) -> None:
        self.shell, self.terminal = shell, terminal
        self._keys = Keys()
        self._editor = Editor()
        self._screen = Screen(80, 0)
        self._tabs = 0
        self._mark: Mark | None = None
        self._brackets: bool | None = None
        """Whether pastes are to come in brackets; None: nothing was asked for yet."""

    async def line(self, prompt: str) -> str:
        """The line, without its end; one that was pasted may have lines of its own. Ended, Interrupted."""
        self._editor = Editor(self.shell.history, killed=self._editor.killed)
        self._tabs = 0
        if self._brackets is None:
            self._brackets = brackets_pastes(self.shell)
        await self.terminal.send(_ON * self._brackets)
        await self._start(prompt)
        async with self.terminal.raw():
            while data := await self.terminal.read():
                for key in self._keys.feed(data):
                    if (line := await self._press(key, prompt)) is not None:
                        return line
        await self._end()
        raise Ended

    async def _end(self) -> None:
        """Of the input: the cursor leaves the prompt's line, as readline has it where it has to say something there."""
        await self.terminal.send(f"{_OFF}\r\n" if self._brackets else "")

    async def _start(self, prompt: str) -> None:
        sent, indent = visible(prompt)
        self._screen = Screen(self.terminal.window.columns, indent, sent.rpartition("\n")[2])
        await self.terminal.send(sent.replace("\n", "\r\n"))

    async def _press(self, key: str, prompt: str) -> str | None:
        editor = self._editor
        self._tabs = self._tabs + 1 if key == "tab" else 0
        if editor.search is not None and await self._search(key, prompt):
            return None
        if key == "enter":
            await self._show()
            await self.terminal.send(self._screen.finish() + _OFF * bool(self._brackets))
            return editor.line
        if key == "ctrl-c":
            moved = "" if self._screen.is_marked else self._screen.update(editor.line, len(editor.line))
            await self.terminal.send(f"{moved}^C{f'{_OFF}{_ON}{_OFF}' * bool(self._brackets)}\r\n")
            raise Interrupted
        if key == "ctrl-d" and not editor.line:
            await self._end()
            raise Ended
        if key == "ctrl-l":
            await self.terminal.send("\x1b[H\x1b[2J")
            await self._start(prompt)
        elif key == "ctrl-r":
            editor.seek("")
            await self._show_search()
            return None
        elif isinstance(key, Pasted):
            start = editor.cursor
            editor.insert(key)
            self._mark = Mark(start, editor.cursor)
        elif key == "tab":
            await self._complete(prompt)
        elif not editor.press(key):
            await self.terminal.send("\a")
        await self._show()
        return None

    async def _show(self) -> None:
        mark, self._mark = self._mark, None
        await self.terminal.send(self._screen.update(self._editor.line, self._editor.cursor, mark))

    # -- searching -------------------------------------------------------------------------------------------------

    async def _search(self, key: str, prompt: str) -> bool:
        """A key within a search; False: it ends the search, and means what it always does."""
        editor = self._editor
        assert editor.search is not None
        if key == "ctrl-r":
            editor.seek(editor.search, further=True)
        elif key == "backspace":
            editor.found = None
            editor.seek(editor.search[:-1])
        elif len(key) == 1 or isinstance(key, Pasted):
            editor.seek(editor.search + key)
        else:
            if key == "ctrl-g":
                editor.line, editor.cursor = "", 0
            editor.settle()
            await self.terminal.send("\r\x1b[J")
            await self._start(prompt)
            await self._show()
            return key in ("ctrl-g", "left", "right")
        await self._show_search()
        return True

    async def _show_search(self) -> None:
        await self.terminal.send("\r\x1b[J")
        await self._start(self._editor.prompt())
        await self._show()

    # -- completing ------------------------------------------------------------------------------------------------

    async def _complete(self, prompt: str) -> None:
        editor = self._editor
        offer = complete(self.shell, editor.line, editor.cursor)
        if not offer.names:
            await self.terminal.send("\a")
            return
        word = editor.line[offer.start : editor.cursor]
        whole = len(offer.names) == 1
        added = offer.common + (" " if whole and not offer.common.endswith("/") else "")
        if added != word and added.startswith(word[:1]):
            editor.line = editor.line[: offer.start] + added + editor.line[editor.cursor :]
            editor.cursor = offer.start + len(added)
        elif self._tabs < 2:
            await self.terminal.send("\a")
        else:
            await self._list(offer, prompt)

    async def _list(self, offer: Offer, prompt: str) -> None:
        await self.terminal.send(self._screen.finish())
        cell = max(map(len, offer.shown)) + 2
        across = max(self.terminal.window.columns // cell, 1)
        rows = -(-len(offer.shown) // across)
        for row in range(rows):
            line = "".join(name.ljust(cell) for name in offer.shown[row::rows])
            await self.terminal.send(line.rstrip() + "\r\n")
        await self._start(prompt)
