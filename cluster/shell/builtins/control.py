"""Builtins that change what runs next: loops left, functions ended, texts and files run, programs become the shell."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, fatal, misused, whole_number
from cluster.shell.builtins.tasks import may_leave
from cluster.shell.language.errors import Break, Continue, Exit, Return
from cluster.shell.language.launching import DEFAULT_PATH, CannotRun, find_program
from cluster.shell.language.quoting import quoted
from cluster.shell.language.reading import read_script
from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.traps import signal_name


async def nothing(shell: Shell, words: list[str]) -> int:
    return 0


async def failure(shell: Shell, words: list[str]) -> int:
    return 1


async def leave_loop(shell: Shell, words: list[str]) -> int:
    """break and continue."""
    levels = 1
    if len(words) > 1:
        given = whole_number(words[1])
        if given is None:
            await shell.complain(
                f"{words[1]}: numeric argument required" if shell.flavour.is_bash else f"Illegal number: {words[1]}",
                words[0],
            )
            raise Exit(128 if shell.flavour.is_bash else 2)
        levels = given
    if not shell.loops:
        if shell.flavour.is_bash:
            await shell.complain("only meaningful in a `for', `while', or `until' loop", words[0])
        return 0
    if levels < 1:
        await shell.complain(f"{words[1]}: loop count out of range", words[0])
        raise Break(shell.loops)
    raise (Break if words[0] == "break" else Continue)(min(levels, shell.loops))


async def _status(shell: Shell, words: list[str]) -> int:
    if len(words) < 2:
        return shell.status
    given = whole_number(words[1])
    if given is not None and (given >= 0 or shell.flavour.is_bash):
        return given & 255
    if shell.flavour.is_bash:
        await shell.complain(f"{words[1]}: numeric argument required", words[0])
    else:
        await shell.complain(f"Illegal number: {words[1]}", words[0])
    return 2


async def return_(shell: Shell, words: list[str]) -> int:
    if not shell.calls and not shell.sourced and shell.flavour.is_bash:
        await shell.complain("can only `return' from a function or sourced script", "return")
        return 2
    raise Return(await _status(shell, words))


async def exit_(shell: Shell, words: list[str]) -> int:
    if shell.interactive and not shell.subshells and shell.flavour.is_bash:
        await shell.say("exit")
    if len(words) > 2 and shell.flavour.is_bash and whole_number(words[1]) is not None:
        await shell.complain("too many arguments", "exit")
        return 1
    if not await may_leave(shell):
        return 1
    raise Exit(await _status(shell, words))


async def eval_(shell: Shell, words: list[str]) -> int:
    shell.traced += 1
    base, shell.line_base = shell.line_base, shell.line - 1
    try:
        text = " ".join(words[1:])
        status = await shell.evaluate(shell, text, "eval") if text else 0
        if (
            status == 2
            and not shell.flavour.is_bash
            and not shell.interactive
            and read_script(text).problem is not None
        ):
            raise Exit(2)
        return status
    finally:
        shell.traced -= 1
        shell.line_base = base


async def source(shell: Shell, words: list[str]) -> int:
    """`.` and `source`: a file run in this very shell."""
    if len(words) < 2:
        if not shell.flavour.is_bash:
            return 0 if shell.flavour.name == "dash" else 2
        return await misused(shell, words[0], "filename argument required", f"{words[0]} filename [arguments]")
    name = words[1]
    path = shell.absolute(name)
    if "/" not in name:
        try:
            path = find_readable(shell, name)
        except CannotRun:
            path = shell.absolute(name) if shell.flavour.is_bash else ""
    try:
        text = decoded(shell.files.read(path) if path else b"")
        if not path:
            raise FileNotFoundError(2, "No such file or directory")
    except OSError as error:
        if shell.flavour.is_bash:
            builtin = f"{words[0]}: " if isinstance(error, IsADirectoryError) else ""
            await shell.complain(f"{builtin}{name}: {(error.strerror or '').lower() if builtin else error.strerror}")
            return 1
        missing = path == "" and shell.flavour.name == "dash"
        message = f"{name}: not found" if missing else shell.flavour.cannot_open(name, error, creating=False)
        return await fatal(shell, words[0], message, 2)
    positional = shell.positional
    if words[2:] and shell.flavour.is_bash:
        shell.positional = words[2:]
    shell.sourced.append(name if "/" in name else path if path != shell.absolute(name) else name)
    base, shell.line_base = shell.line_base, 0
    shell.traced += 1
    try:
        return await shell.evaluate(shell, text)
    except Return as leave:
        return leave.status
    finally:
        shell.traced -= 1
        shell.line_base = base
        shell.sourced.pop()
        if words[2:] and shell.flavour.is_bash:
            shell.positional = positional


def find_readable(shell: Shell, name: str) -> str:
    """A file along PATH, whether it may be executed or not. CannotRun."""
    for folder in (shell.variables.get("PATH") or DEFAULT_PATH).split(":"):
        path = f"{folder}/{name}"
        try:
            if shell.files.stat(path).kind == "file":
                return path
        except OSError:
            continue
    raise CannotRun(name, 127, "not found")


async def exec_(shell: Shell, words: list[str]) -> int:
    """Without words its redirections stay, which the caller sees to; else the program's end is the shell's."""
    rest = words[1:]
    env = shell.variables.exported()
    while rest and rest[0] in ("-c", "-l", "-a", "--") and shell.flavour.is_bash:
        flag, *rest = rest
        if flag == "-c":
            env = {}
        elif flag == "-a":
            rest = rest[1:]
        elif flag == "--":
            break
    if not rest:
        return 0
    try:
        find_program(shell.machine, rest[0], shell.variables.get("PATH") or DEFAULT_PATH, shell.cwd)
    except CannotRun as error:
        reason = error.reason
        if error.status == 127 and "/" not in rest[0]:
            reason = "not found"
        if shell.flavour.is_bash and "/" in rest[0] and error.status == 126:
            await shell.complain(f"{rest[0]}: {reason}")
            reason = f"cannot execute: {reason}"
        await shell.complain(f"{rest[0]}: {reason}", "exec")
        if not shell.interactive:
            raise Exit(error.status) from error
        return error.status
    status = await shell.launch(shell, rest, env)
    shell.traps.pop("EXIT", None)
    raise Exit(status)


async def trap(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    if rest and rest[0] == "--":
        rest = rest[1:]
    if not rest or rest[0] == "-p":
        for trapped in sorted(shell.traps, key=lambda name: name != "EXIT"):
            plain = trapped in ("EXIT", "ERR", "DEBUG", "RETURN") or not shell.flavour.is_bash
            shown = quoted(shell.traps[trapped], always=True)
            await shell.print(f"trap -- {shown} {trapped if plain else 'SIG' + trapped}\n")
        return 0
    if rest[0] == "-l":
        return 0
    action: str | None = rest[0]
    names = rest[1:]
    if not names or rest[0].isdigit():
        action, names = None, rest if rest[0] != "-" else names
    if action == "-":
        action = None
    status = 0
    for text in names:
        name = signal_name(text)
        if name is None:
            message = f"{text}: invalid signal specification" if shell.flavour.is_bash else f"{text}: bad trap"
            await shell.complain(message, "trap")
            status = 1
        elif action is None:
            shell.traps.pop(name, None)
        else:
            shell.traps[name] = action
    return status


async def shift(shell: Shell, words: list[str]) -> int:
    count = 1
    if len(words) > 1:
        given = whole_number(words[1])
        if given is None:
            message = (
                f"{words[1]}: numeric argument required" if shell.flavour.is_bash else f"Illegal number: {words[1]}"
            )
            return await fatal(shell, "shift", message)
        count = given
    if count < 0:
        await shell.complain(f"{words[1]}: shift count out of range", "shift")
        return 1
    if count > len(shell.positional):
        return 1 if shell.flavour.is_bash else await fatal(shell, "shift", "can't shift that many")
    del shell.positional[:count]
    return 0


CONTROL: dict[str, Builtin] = {
    ":": nothing,
    "true": nothing,
    "false": failure,
    "break": leave_loop,
    "continue": leave_loop,
    "return": return_,
    "exit": exit_,
    "logout": exit_,
    "eval": eval_,
    ".": source,
    "source": source,
    "exec": exec_,
    "trap": trap,
    "shift": shift,
}
