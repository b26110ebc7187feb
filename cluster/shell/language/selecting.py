"""`select`: a menu, and what was chosen from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cluster.shell.language.lines import read_line
from cluster.shell.language.shell import Shell


async def choose(shell: Shell, name: str, values: list[str], round_: Callable[[], Awaitable[bool]]) -> int:
    """Ask until the body breaks out or the input ends."""
    show = True
    while values:
        if show:
            for at, value in enumerate(values):
                await shell.say(f"{at + 1:>{len(str(len(values)))}}) {value}")
        await shell.write(2, shell.variables.get("PS3") or "#? ")
        line, ended = await read_line(shell, 0)
        if ended and not line:
            await shell.print("\n")
            return 1
        show = not line
        if show:
            continue
        shell.variables.set("REPLY", line)
        chosen = line.strip()
        at = int(chosen) if chosen.isdigit() else 0
        shell.assign(name, values[at - 1] if 1 <= at <= len(values) else "")
        if not await round_():
            break
    return shell.status
