"""What an expansion that cannot be done leads to: the message, and how much is given up."""

from __future__ import annotations

from cluster.shell.language.errors import Discard, Exit, ExpansionProblem
from cluster.shell.language.lexing import Complaint
from cluster.shell.language.scanning import TooDeep, Unclosed
from cluster.shell.language.shell import Shell

MISREAD = (Unclosed, TooDeep, Complaint)
"""What reading a piece of text raises that is looked at only when its turn comes, such as a here-document's."""


async def fail_reading(shell: Shell, misread: Unclosed | TooDeep | Complaint) -> int:
    """Such a piece that cannot be read gives up the command line."""
    closing = f": no closing `{misread.opener}'" if isinstance(misread, Unclosed) else ""
    return await fail_expansion(shell, ExpansionProblem(f"bad substitution{closing}"))


async def fail_expansion(shell: Shell, problem: ExpansionProblem) -> int:
    """Tell of it and leave: the shell when it is fatal to a script, else the command line."""
    await shell.complain(str(problem))
    if problem.fatal is not None and not shell.interactive:
        raise Exit(problem.fatal)
    raise Discard(1)
