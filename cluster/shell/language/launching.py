"""Programs: found along PATH, started with the shell's files. A script without a first line of its own is a shell's."""

from __future__ import annotations

import errno
from dataclasses import dataclass

from cluster.nodes.software import PATH as DEFAULT_PATH
from cluster.shell import launching
from cluster.shell.images import lookup
from cluster.shell.language.descriptors import Nothing
from cluster.shell.language.shell import Shell
from cluster.shell.language.subshells import BROKEN_PIPE
from cluster.shell.process import Machine, Process

__all__ = ["DEFAULT_PATH", "CannotRun", "find_program", "run_program"]


@dataclass(frozen=True)
class CannotRun(Exception):
    """Why there is no such program; the status is 127 when it is missing, else 126."""

    name: str
    status: int
    reason: str


def find_program(machine: Machine, name: str, path: str, cwd: str) -> str:
    """The absolute path of what `name` runs. CannotRun."""
    try:
        return lookup(machine.files, name, path, cwd)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CannotRun(name, 127, (error.strerror or "") if "/" in name else "not found") from error
    except OSError as error:
        raise CannotRun(name, 126, _refusal(machine, name, cwd, error)) from error


def _refusal(machine: Machine, name: str, cwd: str, error: OSError) -> str:
    if "/" in name:
        place = name if name.startswith("/") else f"{cwd.rstrip('/')}/{name}"
        if machine.files.stat(place).kind == "directory":
            return "Is a directory"
    return error.strerror or ""


async def run_program(shell: Shell, place: str, argv: list[str], env: dict[str, str]) -> int:
    """Run it in the foreground, to its end. CannotRun."""
    shell.budget.enter()
    try:
        return await launching.launch(_process(shell, place, argv, env)) & 255
    except BrokenPipeError:
        return BROKEN_PIPE
    except OSError as error:
        if error.errno == errno.ENOEXEC:
            return await _as_script(shell, place, argv, env)
        missing = isinstance(error, FileNotFoundError)
        raise CannotRun(
            argv[0], 127 if missing else 126, "required file not found" if missing else error.strerror or ""
        ) from error
    finally:
        shell.budget.leave()


def _process(shell: Shell, place: str, argv: list[str], env: dict[str, str]) -> Process:
    stdin, stdout, stderr = (shell.descriptors.get(number) for number in (0, 1, 2))
    nothing = Nothing()
    return Process(
        argv=argv,
        machine=shell.machine,
        stdin=stdin.reader if stdin and stdin.reader else nothing,
        stdout=stdout.writer if stdout and stdout.writer else nothing,
        stderr=stderr.writer if stderr and stderr.writer else nothing,
        env=env,
        cwd=shell.cwd,
        tty=shell.tty if _at_terminal(shell) else None,
        controlled=shell.tty is not None,
        user=shell.user,
        parent=shell.process_id or shell.pid,
        path=place,
    )


async def _as_script(shell: Shell, place: str, argv: list[str], env: dict[str, str]) -> int:
    """A file that is no program: a shell reads it, unless its first line holds what no text does."""
    if b"\0" in shell.files.read(place).partition(b"\n")[0]:
        raise CannotRun(argv[0], 126, "cannot execute binary file: Exec format error")
    return await launching.launch(_process(shell, "/bin/sh", ["sh", place, *argv[1:]], env)) & 255


def _at_terminal(shell: Shell) -> bool:
    """Whether the program's input and output are still the terminal's."""
    return all(shell.descriptors.get(number) is held for number, held in shell.terminal.items() if number < 2)
