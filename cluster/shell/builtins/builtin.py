"""What builtins have in common: their type, numbers in their arguments, options before them."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from cluster.shell.language.errors import Exit
from cluster.shell.language.shell import Shell

Builtin = Callable[[Shell, list[str]], Awaitable[int]]

_NUMBER = re.compile(r"\s*([-+]?\d+)\s*\Z", re.ASCII)


class Usage(Exception):
    """An option that is none; the message is there to be printed."""


def whole_number(text: str) -> int | None:
    """A decimal number of at most 64 bits."""
    found = _NUMBER.match(text)
    number = int(found[1]) if found and len(found[1]) < 21 else None
    return number if number is not None and -(1 << 63) <= number < 1 << 63 else None


def options(words: list[str], known: str, *, valued: str = "") -> tuple[dict[str, str], list[str]]:
    """The letters given, with the values of those in `valued`, and the rest. Usage."""
    found: dict[str, str] = {}
    at = 1
    while at < len(words) and len(words[at]) > 1 and words[at][0] == "-":
        word = words[at]
        at += 1
        if word == "--":
            break
        for place, letter in enumerate(word[1:], 1):
            if letter in valued:
                value = word[place + 1 :]
                if not value:
                    if at >= len(words):
                        raise Usage(f"-{letter}: option requires an argument")
                    value = words[at]
                    at += 1
                found[letter] = value
                break
            if letter not in known:
                raise Usage(f"-{letter}: invalid option")
            found[letter] = ""
    return found, words[at:]


async def misused(shell: Shell, name: str, message: str, usage: str = "") -> int:
    """A complaint about the arguments; over that of a special builtin a dash ends."""
    if not shell.flavour.is_bash and message.endswith("invalid option"):
        message = f"Illegal option {message.split(':')[0]}"
    await shell.complain(message, name)
    if usage and shell.flavour.is_bash:
        await shell.say(f"{name}: usage: {usage}")
    return 2


async def fatal(shell: Shell, name: str, message: str, status: int = 1) -> int:
    """An error of a special builtin: a dash that is not interactive ends over it."""
    await shell.complain(message, name)
    if not shell.flavour.is_bash and not shell.interactive:
        raise Exit(2)
    return status
