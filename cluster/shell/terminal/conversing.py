"""A shell and a person at a terminal: prompt, line, command, until one of them ends it."""

from __future__ import annotations

import asyncio
import re
from collections import deque

from cluster.shell.builtins.tasks import announce_changed, may_leave
from cluster.shell.language.errors import Break, Discard, Return
from cluster.shell.language.evaluating import run_commands
from cluster.shell.language.interrupts import current
from cluster.shell.language.lexing import tokenize
from cluster.shell.language.lines import read_line
from cluster.shell.language.reading import Script, read_script
from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.traps import calm
from cluster.shell.language.variables import Variable
from cluster.shell.terminal.aliases import expand_aliases
from cluster.shell.terminal.asking import Asking, Ended, Interrupted
from cluster.shell.terminal.prompts import prompt
from cluster.shell.terminal.recalling import Unknown, recalled
from cluster.shell.terminal.terminal import Terminal

_GOES_ON = re.compile(r"(?:^|[\s;])(?:do|then|else|in|if|while|until|elif|\{|\()\s*$|[|&;({]\s*$|\\$")
REMEMBERED = 500
"""Lines of history."""
INTERRUPTED = 130


async def converse(shell: Shell, terminal: Terminal | None, *, login: bool = False, rc: bool = True) -> int:
    """To the end; the shell's status. Without a terminal of ours lines are read as they come."""
    for name, value in (("PS1", shell.flavour.prompt), ("PS2", "> ")):
        if shell.variables.find(name) is None:
            shell.variables.scopes[0][name] = Variable(value)
    if rc:
        await _start_up(shell, login=login)
    current.get().front = None
    if terminal is not None:
        shell.options.add("monitor")
    person = _Person(shell, terminal)
    while True:
        await announce_changed(shell)
        command = shell.variables.get("PROMPT_COMMAND")
        if command and shell.flavour.is_bash:
            await _run(shell, read_script(command))
        try:
            script = await person.command()
        except Ended:
            await shell.say("exit" if shell.flavour.is_bash else "")
            shell.warned = max(shell.warned - 1, 0)
            if not await may_leave(shell):
                continue
            return shell.status
        except Interrupted:
            shell.status = INTERRUPTED
            continue
        if script is not None:
            shell.warned = max(shell.warned - 1, 0)
            shell.status = await _run(shell, script)


async def _start_up(shell: Shell, *, login: bool) -> None:
    home = shell.variables.get("HOME") or "/"
    paths = ["/etc/profile", f"{home}/.bash_profile", f"{home}/.profile"] if login else []
    if shell.flavour.is_bash and not login:
        paths = ["/etc/bash.bashrc", f"{home}/.bashrc"]
    elif not shell.flavour.is_bash:
        paths = (paths[:1] + paths[2:]) if login else []
        if shell.variables.get("ENV"):
            paths.append(str(shell.variables.get("ENV")))
    for path in paths:
        try:
            text = decoded(shell.files.read(path))
        except OSError:
            continue
        shell.sourced.append(path)
        await _run(shell, read_script(text))
        shell.sourced.pop()


async def _run(shell: Shell, script: Script) -> int:
    """A command; Ctrl-C ends it alone."""
    try:
        return await run_commands(shell, script)
    except (Return, Break, Discard) as leave:
        return leave.status if isinstance(leave, (Return, Discard)) else 0
    except BrokenPipeError:
        return 141
    except asyncio.CancelledError:
        if not current.get().take():
            raise
        calm()
        await shell.say("")
        return INTERRUPTED


def joined(command: str) -> str:
    """A command of several lines as the history keeps it: as one, unless it holds texts with lines of their own."""
    lines = command.rstrip("\n").split("\n")
    tokens = [token for token in tokenize(command).items if token.text != "\n"]
    if any("\n" in command[token.start : token.end] or token.body is not None for token in tokens):
        return command.rstrip("\n")
    kept = lines[0]
    for line in lines[1:]:
        kept = kept[:-1] + line if kept.endswith("\\") else kept + (" " if _GOES_ON.search(kept) else "; ") + line
    return kept


class _Person:
    """Who types; what they type is put together to whole commands."""

    def __init__(self, shell: Shell, terminal: Terminal | None) -> None:
        self.shell = shell
        edits = terminal is not None and shell.flavour.name != "dash"
        self._lines = 0
        self._ahead: deque[str] = deque()
        """Lines that were pasted with the one before, and that no prompt is shown for."""
        self._asking = Asking(shell, terminal) if terminal is not None and edits else None

    async def command(self) -> Script | None:
        """The next one; None for an empty line. Ended, Interrupted."""
        pending, name = "", "PS1"
        while True:
            line = self._ahead.popleft() if self._ahead else await self._line(await prompt(self.shell, name))
            try:
                line, changed = recalled(line, self.shell.history) if self.shell.flavour.is_bash else (line, False)
            except Unknown as unknown:
                await self.shell.complain(f"{unknown}: event not found")
                return None
            if changed:
                await self.shell.say(line)
            pending += line + "\n"
            if not pending.strip():
                return None
            script = read_script(expand_aliases(pending, self.shell.aliases))
            unfinished = (script.problem is not None and script.problem.incomplete) or script.warnings
            if unfinished or line.endswith("\\"):
                name = "PS2"
                continue
            self._remember(joined(pending))
            if self.shell.flavour.name == "dash":
                self.shell.line_base, self._lines = self._lines, self._lines + pending.count("\n")
            return script

    async def _line(self, shown: str) -> str:
        if self._asking is not None:
            line, *pasted = (await self._asking.line(shown)).split("\n")
            self._ahead.extend(pasted)
            return line
        await self.shell.write(2, shown)
        try:
            text, ended = await read_line(self.shell, 0)
        except asyncio.CancelledError:
            if not current.get().take():
                raise
            calm()
            await self.shell.say("")
            raise Interrupted from None
        if ended and not text:
            raise Ended
        return text

    def _remember(self, command: str) -> None:
        history = self.shell.history
        if not history or history[-1] != command or self.shell.flavour.name != "ash":
            history.append(command)
        del history[:-REMEMBERED]
