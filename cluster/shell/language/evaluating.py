"""Texts run as scripts: what -c gives, a file, `eval`, a trap. Lines before an error are run, those after it not."""

from __future__ import annotations

from cluster.shell.language.errors import Discard
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.problems import report
from cluster.shell.language.reading import Script, read_script
from cluster.shell.language.shell import Shell


async def evaluate(shell: Shell, text: str, builtin: str = "") -> int:
    """Run a text in this very shell, one level further in."""
    if shell.depth > shell.budget.limits.calls:
        raise LimitReached(f"limit of {shell.budget.limits.calls} nested calls reached")
    script = read_script(text)
    return await shell.nested(lambda: run_commands(shell, script, builtin))


async def run_commands(shell: Shell, script: Script, builtin: str = "") -> int:
    """All commands of a script; the status of the last."""
    for end, begin, delimiter in script.warnings:
        if shell.flavour.is_bash:
            shell.line = end + shell.line_base
            where = f"here-document at line {begin + shell.line_base} delimited by end-of-file"
            await shell.complain(f"warning: {where} (wanted `{delimiter}')")
    status = 0
    given_up = -1
    for command, group in zip(script.commands, script.groups, strict=True):
        if group == given_up:
            continue
        try:
            status = await shell.run(shell, command)
        except Discard as discard:
            shell.status = status = discard.status
            given_up = group
    if script.problem is not None:
        await report(shell, script.problem, builtin)
        shell.status = status = 2
    return status
