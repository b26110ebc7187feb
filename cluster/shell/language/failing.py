"""What an expansion that cannot be done leads to: the message, and how much is given up."""

from __future__ import annotations

from cluster.shell.language.errors import Discard, Exit, ExpansionProblem
from cluster.shell.language.shell import Shell


async def fail_expansion(shell: Shell, problem: ExpansionProblem) -> int:
    """Tell of it and leave: the shell when it is fatal to a script, else the command line."""
    await shell.complain(str(problem))
    if problem.fatal is not None and not shell.interactive:
        raise Exit(problem.fatal)
    raise Discard(1)
