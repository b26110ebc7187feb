"""bash, sh, dash and ash as programs: their arguments read, a shell made, its scripts run to the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from cluster.nodes.software import of
from cluster.shell.language.calling import launch
from cluster.shell.language.descriptors import Open
from cluster.shell.language.evaluating import evaluate, run_commands
from cluster.shell.language.flavours import ASH, BASH, DASH, Flavour
from cluster.shell.language.incoming import run_stdin
from cluster.shell.language.jobs import Jobs
from cluster.shell.language.launching import DEFAULT_PATH
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.reading import read_script
from cluster.shell.language.running import run
from cluster.shell.language.sessions import in_session, session_budget
from cluster.shell.language.shell import LONG_OPTIONS, OPTIONS, Shell, decoded
from cluster.shell.language.special import bind, install
from cluster.shell.language.subshells import run_out
from cluster.shell.language.variables import NAME, Variable, Variables
from cluster.shell.process import Process, Program
from cluster.shell.terminal.conversing import converse
from cluster.shell.terminal.terminal import Terminal


@dataclass
class Arguments:
    command: str | None = None
    interactive: bool = False
    login: bool = False
    stdin: bool = False
    rc: bool = True
    options: set[str] = field(default_factory=set)
    off: set[str] = field(default_factory=set)
    rest: list[str] = field(default_factory=list)
    wrong: str = ""


def read_arguments(words: list[str]) -> Arguments:
    """What stands behind the shell's name."""
    found = Arguments()
    at, wants_command = 0, False
    while at < len(words) and len(words[at]) > 1 and words[at][0] in "-+":
        word = words[at]
        at += 1
        if word == "--":
            break
        if word.startswith("--"):
            found.login = found.login or word == "--login"
            found.rc = found.rc and word not in ("--norc", "--noprofile")
            if word in ("--rcfile", "--init-file"):
                at += 1
            elif word not in ("--login", "--norc", "--noprofile", "--noediting", "--posix", "--verbose"):
                found.wrong = f"{word}: invalid option"
            continue
        for letter in word[1:]:
            if letter == "c":
                wants_command = True
            elif letter == "i":
                found.interactive = True
            elif letter == "l":
                found.login = True
            elif letter == "s":
                found.stdin = True
            elif letter in "oO" and at < len(words):
                (found.options if word[0] == "-" else found.off).add(words[at])
                if letter == "o" and words[at] not in LONG_OPTIONS:
                    found.wrong = f"{words[at]}: invalid option name"
                at += 1
            elif letter in OPTIONS:
                (found.options if word[0] == "-" else found.off).add(OPTIONS[letter])
            else:
                found.wrong = f"{word}: invalid option"
    found.rest = words[at:]
    if wants_command:
        if found.rest:
            found.command, found.rest = found.rest[0], found.rest[1:]
        else:
            found.wrong = "-c: option requires an argument"
    return found


def make_shell(process: Process, flavour: Flavour, arguments: Arguments) -> Shell:
    """A shell with its variables and files; what it runs is not known to it yet."""
    variables = Variables(
        [{name: Variable(value, exported=True) for name, value in process.env.items() if NAME.match(name)}]
    )
    descriptors = {
        0: Open(reader=process.stdin),
        1: Open(writer=process.stdout),
        2: Open(writer=process.stderr),
    }
    shell = Shell(
        machine=process.machine,
        flavour=flavour,
        name=process.argv[0],
        variables=variables,
        descriptors=descriptors,
        budget=session_budget(),
        jobs=Jobs(),
        run=run,
        evaluate=evaluate,
        launch=launch,
        rebind=bind,
        cwd=process.cwd,
        tty=process.tty,
        terminal={0: descriptors[0], 1: descriptors[1], 2: descriptors[2]} if process.tty else {},
        user=process.user,
        pid=process.pid,
        parent=process.parent,
        signals=process.signals,
    )
    shell.options |= arguments.options & LONG_OPTIONS
    shell.options -= arguments.off
    shell.shopt |= arguments.options - LONG_OPTIONS
    install(shell, DEFAULT_PATH)
    return shell


async def _run(process: Process, flavour: Flavour) -> int:
    arguments = read_arguments(process.argv[1:])
    shell = make_shell(process, flavour, arguments)
    if arguments.wrong:
        own = f"{process.argv[0]}: " if flavour.is_bash else f"{process.argv[0]}: 0: "
        text = arguments.wrong if flavour.is_bash else f"Illegal option {arguments.wrong.split(':')[0]}"
        await shell.say(own + text)
        return 2
    try:
        return await run_out(shell, lambda: _body(shell, arguments))
    except (LimitReached, RecursionError) as error:
        limit = error if isinstance(error, LimitReached) else LimitReached("limit of nesting reached")
        if in_session():
            raise limit from error
        await process.stderr.write(f"{process.argv[0]}: {limit}\n".encode())
        return 137


async def _body(shell: Shell, arguments: Arguments) -> int:
    if arguments.command is not None:
        shell.source = "-c"
        if arguments.rest:
            shell.name, *shell.positional = arguments.rest
        return await run_commands(shell, read_script(arguments.command))
    if arguments.rest and not arguments.stdin:
        shell.name, *shell.positional = arguments.rest
        return await _script(shell)
    shell.positional = arguments.rest
    shell.source = "terminal" if shell.tty is not None or arguments.interactive else "stdin"
    shell.interactive = shell.source == "terminal"
    if shell.interactive:
        return await converse(shell, terminal_of(shell), login=arguments.login, rc=arguments.rc)
    return await run_stdin(shell)


def terminal_of(shell: Shell) -> Terminal | None:
    """The terminal that it reads from."""
    held = shell.descriptors.get(0)
    return held.reader if shell.tty is not None and held and isinstance(held.reader, Terminal) else None


async def _script(shell: Shell) -> int:
    name = shell.name
    shell.source = name
    try:
        data = shell.files.read(shell.absolute(name))
    except OSError as error:
        if shell.flavour.is_bash:
            await shell.say(f"bash: {name}: {error.strerror}")
        elif shell.flavour.name == "dash":
            await shell.say(f"sh: 0: cannot open {name}: No such file")
        else:
            await shell.say(f"sh: can't open '{name}': {error.strerror}")
        return 126 if isinstance(error, IsADirectoryError) else 127 if shell.flavour.is_bash else 2
    if b"\0" in data[:80]:
        await shell.say(f"{name}: {name}: cannot execute binary file")
        return 126
    return await run_commands(shell, read_script(decoded(data)))


async def bash(process: Process) -> int:
    """GNU bash."""
    return await _run(process, BASH)


async def dash(process: Process) -> int:
    """Debian's /bin/sh."""
    return await _run(process, DASH)


async def ash(process: Process) -> int:
    """busybox's sh."""
    return await _run(process, ASH)


async def sh(process: Process) -> int:
    """/bin/sh: what that is, the image decides."""
    if of(process.machine.image).flavour == "busybox":
        return await ash(process)
    try:
        process.files.stat("/usr/bin/dash")
    except OSError:
        return await bash(process)
    return await dash(process)


PROGRAMS: dict[str, Program] = {"bash": bash, "dash": dash, "ash": ash, "sh": sh}
