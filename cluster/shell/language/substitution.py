"""$(…), `…` and <(…): a script run for what it prints; and >(…), one that reads what is written."""

from __future__ import annotations

from functools import partial

from cluster.shell.language.descriptors import Catch, Open, PacedWriter
from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.problems import report
from cluster.shell.language.reading import Script, read_script
from cluster.shell.language.shell import Shell, decoded
from cluster.shell.language.subshells import run_subshell
from cluster.shell.language.syntax import ProcessFile, Redirection, Sequence, Simple, Text, Word
from cluster.shell.pipes import Given


async def substitute(shell: Shell, script: str, line: int = 0) -> str:
    """What the script prints, without the newlines at its end."""
    shell.substituted, data = await _caught(shell, script, line)
    if b"\0" in data:
        data = data.replace(b"\0", b"")
        if shell.flavour.is_bash:
            await shell.complain("warning: command substitution: ignored null byte in input")
    return decoded(data).rstrip("\n")


async def process_file(shell: Shell, part: ProcessFile) -> str:
    """The path of a file that holds what the script printed, or will be read by it."""
    data = b"" if part.direction == ">" else (await _caught(shell, part.script, 0))[1]
    path = f"/tmp/sh-np.{shell.machine.pick(1_000_000_000):09d}{len(shell.temporary)}"
    try:
        shell.files.write(path, data, mode=0o600)
    except OSError as error:
        raise ExpansionProblem(f"cannot make pipe for process substitution: {error.strerror}") from error
    shell.temporary.append(path)
    if part.direction == ">":
        child = shell.fork()
        child.line_base = shell.line - 1
        shell.listening.append(partial(_read_by, shell, child, path, part.script))
    return path


async def _read_by(shell: Shell, child: Shell, path: str, text: str) -> None:
    """The script of >(…) over all that was written to its file."""
    script = read_script(text)
    if script.problem is not None:
        await report(shell, script.problem, "process substitution")
        child.close()
        return
    try:
        data = shell.files.read(path)
    except OSError:
        data = b""
    child.descriptors.pop(0, Open()).release()
    child.descriptors[0] = Open(reader=Given(data))
    await shell.nested(lambda: run_subshell(child, Sequence(script.commands)))


async def _caught(shell: Shell, text: str, line: int) -> tuple[int, bytes]:
    if shell.depth > shell.budget.limits.calls:
        raise LimitReached(f"limit of {shell.budget.limits.calls} nested calls reached")
    script = read_script(text)
    if script.problem is not None:
        await report(shell, script.problem, "command substitution")
        return 2, b""
    catch = Catch(shell.budget.check_value)
    child = shell.fork()
    if "posix" not in shell.options and shell.flavour.is_bash and "inherit_errexit" not in shell.shopt:
        child.options.discard("errexit")
    child.descriptors.pop(1, Open()).release()
    child.descriptors[1] = Open(writer=PacedWriter(catch, shell.budget.step))
    child.line_base = shell.line - 1 + line
    child.traced += 1
    status = await shell.nested(lambda: run_subshell(child, _shown(script)))
    return status, catch.caught()


def _shown(script: Script) -> Sequence:
    """$(<file) shows the file."""
    if len(script.commands) == 1 and isinstance(script.commands[0], Simple):
        command = script.commands[0]
        reads = [redirection for redirection in command.redirections if redirection.operator == "<"]
        if reads == command.redirections and len(reads) == 1 and not command.words and not command.assignments:
            shown: list[Redirection] = list(reads)
            return Sequence([Simple([], [Word("\0show", (Text("\0show"),))], shown, command.line)])
    return Sequence(script.commands)
