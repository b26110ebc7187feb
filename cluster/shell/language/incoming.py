"""A script that comes in on standard input: read line by line, since its commands may read there too."""

from __future__ import annotations

from cluster.shell.language.evaluating import run_commands
from cluster.shell.language.lines import read_line
from cluster.shell.language.reading import read_script
from cluster.shell.language.shell import Shell


async def run_stdin(shell: Shell) -> int:
    """Each command as soon as it is whole."""
    status = 0
    pending = ""
    lines = 0
    while True:
        line, ended = await read_line(shell, 0)
        if ended and not line and not pending:
            return status
        pending += line if ended else line + "\n"
        shell.budget.check_value(len(pending))
        script = read_script(pending)
        unfinished = (
            (script.problem is not None and script.problem.incomplete) or script.warnings or pending.endswith("\\\n")
        )
        if unfinished and not ended:
            continue
        shell.line_base = lines
        status = await run_commands(shell, script)
        if script.problem is not None or ended:
            return status
        lines += pending.count("\n")
        pending = ""
