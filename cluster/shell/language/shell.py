"""The state of one shell process, and of the subshells made from it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from cluster.shell.language.descriptors import Open
from cluster.shell.language.errors import ExpansionProblem, Leave
from cluster.shell.language.flavours import Flavour
from cluster.shell.language.jobs import Jobs
from cluster.shell.language.limits import Budget
from cluster.shell.language.syntax import Assignment, Command, Function
from cluster.shell.language.variables import ReadonlyVariable, Variables
from cluster.shell.process import Files, Machine, Window

OPTIONS = {
    "a": "allexport",
    "b": "notify",
    "B": "braceexpand",
    "C": "noclobber",
    "e": "errexit",
    "E": "errtrace",
    "f": "noglob",
    "h": "hashall",
    "H": "histexpand",
    "i": "interactive",
    "k": "keyword",
    "m": "monitor",
    "n": "noexec",
    "P": "physical",
    "p": "privileged",
    "T": "functrace",
    "t": "onecmd",
    "u": "nounset",
    "v": "verbose",
    "x": "xtrace",
}
LONG_OPTIONS = frozenset(OPTIONS.values()) - {"interactive", "onecmd"} | {
    "pipefail",
    "posix",
    "vi",
    "emacs",
    "ignoreeof",
    "history",
}


class BadDescriptor(OSError):
    """Nothing is open under that number, or not for this."""

    def __init__(self, number: int) -> None:
        super().__init__(9, "Bad file descriptor")
        self.number = number


def encoded(text: str) -> bytes:
    """A shell's text as bytes: those that were no UTF-8 come back as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a lone surrogate, which no decoding of ours makes
        return text.encode("utf-8", "replace")


def decoded(data: bytes) -> str:
    """Bytes as a shell's text."""
    return data.decode("utf-8", "surrogateescape")


@dataclass
class Shell:
    machine: Machine
    flavour: Flavour
    name: str
    """$0."""
    variables: Variables
    descriptors: dict[int, Open]
    budget: Budget
    jobs: Jobs
    run: Callable[[Shell, Command], Awaitable[int]]
    evaluate: Callable[..., Awaitable[int]]
    launch: Callable[[Shell, list[str], dict[str, str]], Awaitable[int]]
    """How a command, a text and a program are run: given, since expansion and builtins need them too."""
    rebind: Callable[[Shell], None] = lambda shell: None
    """Makes variables that are worked out speak of this shell."""
    cwd: str = "/"
    tty: Window | None = None
    terminal: dict[int, Open] = field(default_factory=dict)
    """Which of the first files are the terminal's."""
    user: int = 0
    pid: int = 1
    parent: int = 0
    signals: list[int] = field(default_factory=list)
    """Those it was sent and has not dealt with."""
    process_id: int = 0
    """$BASHPID: its own, where it differs from $$."""
    source: str = "-c"
    """`-c`, `stdin`, `terminal` or a script's path."""
    interactive: bool = False
    positional: list[str] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
    options: set[str] = field(default_factory=lambda: {"braceexpand", "hashall"})
    shopt: set[str] = field(
        default_factory=lambda: {"sourcepath", "cmdhist", "interactive_comments", "patsub_replacement"}
    )
    traps: dict[str, str] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    hashed: dict[str, list[str | int]] = field(default_factory=dict)
    warned: int = 0
    """For how many more commands it counts that there are stopped jobs."""
    history: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    """The functions that are running, outermost first."""
    sourced: list[str] = field(default_factory=list)
    status: int = 0
    substituted: int | None = None
    """The status of the last $(…) within the present command."""
    pipe_statuses: list[int] = field(default_factory=lambda: [0])
    last_background: int | None = None
    last_argument: str = ""
    line: int = 1
    line_base: int = 0
    """Lines before the text that is being read."""
    loops: int = 0
    depth: int = 0
    subshells: int = 0
    tested: int = 0
    """How many conditions surround the present command: `set -e` lets those pass."""
    umask: int = 0o022
    declared: list[Assignment] = field(default_factory=list)
    """The assignments among the arguments of the builtin that is running: arrays are in them alone."""
    kept_options: list[set[str] | None] = field(default_factory=list)
    """For each function what `local -` kept, to be put back when it ends."""
    traced: int = 1
    """How many plus signs `set -x` shows."""
    option_column: int = 1
    """Where `getopts` stands within a cluster of letters."""
    directories: list[str] = field(default_factory=list)
    temporary: list[str] = field(default_factory=list)
    """Files that stand for <(…) and >(…)."""
    listening: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    """What reads in each >(…), once all is written."""

    @property
    def files(self) -> Files:
        return self.machine.files

    def fork(self) -> Shell:
        """A subshell: all its own, the open files and the budget shared."""
        made = Shell(
            **{
                **self.__dict__,
                "variables": self.variables.copy(),
                "descriptors": {number: held.hold() for number, held in self.descriptors.items()},
                "jobs": self.jobs.fresh(),
            }
        )
        for name in ("positional", "pipe_statuses", "calls", "sourced", "history", "directories", "kept_options"):
            setattr(made, name, list(getattr(self, name)))
        for name in ("functions", "aliases", "hashed"):
            setattr(made, name, dict(getattr(self, name)))
        made.options = set(self.options)
        made.shopt = set(self.shopt)
        made.traps = {signal: action for signal, action in self.traps.items() if not action}
        made.temporary = []
        made.listening = []
        made.signals = []
        made.subshells += 1
        made.rebind(made)
        made.loops = 0
        made.interactive = False
        return made

    def close(self) -> None:
        """Let go of all open files."""
        for held in self.descriptors.values():
            held.release()
        self.descriptors.clear()

    def letters(self) -> str:
        """$-."""
        held = {letter for letter, name in OPTIONS.items() if name in self.options}
        special = "s" if self.source in ("stdin", "terminal") else "c" if self.source == "-c" else ""
        return "".join(sorted(held | ({"i"} if self.interactive else set()), key=lambda x: (x.isupper(), x))) + special

    def absolute(self, path: str) -> str:
        """From where the shell stands."""
        return path if path.startswith("/") else f"{self.cwd.rstrip('/')}/{path}"

    def assign(self, name: str, value: str) -> None:
        """A loop's variable. ExpansionProblem when it is readonly."""
        try:
            self.variables.set(name, value)
        except ReadonlyVariable as error:
            raise ExpansionProblem(f"{name}: readonly variable") from error

    async def write(self, number: int, text: str | bytes) -> None:
        """BrokenPipeError when nobody reads any more; BadDescriptor."""
        held = self.descriptors.get(number)
        if held is None or held.writer is None:
            raise BadDescriptor(number)
        await held.writer.write(encoded(text) if isinstance(text, str) else text)

    async def print(self, text: str) -> None:
        """On standard output."""
        if text:
            await self.write(1, text)

    async def say(self, text: str) -> None:
        """A line on standard error, which may be closed."""
        try:
            await self.write(2, text + "\n")
        except BadDescriptor:
            return

    async def complain(self, message: str, builtin: str = "") -> None:
        """A message with the shell's name before it."""
        script = self.source not in ("-c", "stdin", "terminal")
        name = self.sourced[-1] if self.sourced else self.name
        if self.interactive and self.flavour.is_bash:
            name = name.lstrip("-")
        if self.calls and not self.interactive and not self.sourced and self.flavour.is_bash and not script:
            name = "environment" if self.source == "-c" else "main"
        prefix = self.flavour.prefix(name, self.line, interactive=self.interactive, script=script, builtin=builtin)
        await self.say(prefix + message)

    async def nested(self, run: Callable[[], Awaitable[int]]) -> int:
        """Run something one level further in. Now and then that takes a task of its own, whose stack is fresh."""
        self.depth += 1
        try:
            if self.depth % 12:
                return await run()
            return await _apart(run)
        finally:
            self.depth -= 1


async def _apart(run: Callable[[], Awaitable[int]]) -> int:
    left: list[Leave] = []

    async def inner() -> int:
        try:
            return await run()
        except Leave as leave:
            left.append(leave)
            return 0

    status = await asyncio.create_task(inner())
    if left:
        raise left[0]
    return status
