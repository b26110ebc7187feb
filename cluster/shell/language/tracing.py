"""What `set -x` shows."""

from __future__ import annotations

from cluster.shell.language.expansion import expand_text
from cluster.shell.language.shell import Shell
from cluster.shell.language.words import read_double


async def trace(shell: Shell, text: str) -> None:
    """A command about to be run, on standard error, if `set -x` is on."""
    if "xtrace" not in shell.options:
        return
    prompt = shell.variables.get("PS4")
    shell.options.discard("xtrace")
    try:
        before = "+ " if prompt is None else await expand_text(shell, read_double(prompt))
    finally:
        shell.options.add("xtrace")
    if shell.flavour.is_bash:  # the others do not count how deep they are
        before = before[:1] * (shell.traced - 1) + before
    await shell.say(before + text)
