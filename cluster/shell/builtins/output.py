"""echo and printf."""

from __future__ import annotations

import re

from cluster.shell.builtins.builtin import Builtin, Usage, misused, options
from cluster.shell.builtins.formatting import Formatter, escapes
from cluster.shell.language.parameters import write
from cluster.shell.language.shell import Shell

_ECHO_OPTIONS = re.compile(r"-[neE]+\Z")


async def echo(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    newline, interpret = "\n", shell.flavour.name == "dash" or "xpg_echo" in shell.shopt
    if shell.flavour.name == "dash":
        if rest and rest[0] == "-n":
            newline, rest = "", rest[1:]
    else:
        while rest and _ECHO_OPTIONS.match(rest[0]):
            for letter in rest[0][1:]:
                newline = "" if letter == "n" else newline
                interpret = letter == "e" if letter in "eE" else interpret
            rest = rest[1:]
    text = " ".join(rest)
    if interpret:
        text, stopped = escapes(text, echo=True)
        newline = "" if stopped else newline
    await shell.print(text + newline)
    return 0


async def printf(shell: Shell, words: list[str]) -> int:
    try:
        given, rest = options(words, "", valued="v" if shell.flavour.is_bash else "")
    except Usage as error:
        return await misused(shell, "printf", str(error), "printf [-v var] format [arguments]")
    if not rest:
        if shell.flavour.is_bash:
            await shell.say("printf: usage: printf [-v var] format [arguments]")
        else:
            await shell.complain("usage: printf format [arg ...]", "printf")
        return 2
    formatter = Formatter(shell.machine.now, bash=shell.flavour.is_bash, check=shell.budget.check_value)
    text = formatter.format(rest[0], rest[1:])
    for message in formatter.warnings:
        await shell.complain(message, "printf")
    if "v" in given:
        name, _, subscript = given["v"].partition("[")
        write(shell, name, subscript[:-1] if subscript else None, text.partition("\0")[0])
    else:
        await shell.print(text)
    return 1 if formatter.warnings else 0


OUTPUT: dict[str, Builtin] = {"echo": echo, "printf": printf}
