"""A simple command: assignments, redirections, then a function, a builtin or a program by its name."""

from __future__ import annotations

from cluster.shell.builtins import BUILTINS, SPECIAL
from cluster.shell.language.assigning import assign, show_assignment
from cluster.shell.language.errors import Exit, Return
from cluster.shell.language.expansion import expand_words
from cluster.shell.language.foreground import in_front
from cluster.shell.language.launching import DEFAULT_PATH, CannotRun, find_program, run_program
from cluster.shell.language.limits import LimitReached
from cluster.shell.language.quoting import traced
from cluster.shell.language.redirecting import RedirectionFailed, apply, forget, restore
from cluster.shell.language.shell import BadDescriptor, Shell
from cluster.shell.language.spelling import spelled
from cluster.shell.language.subshells import hear_out
from cluster.shell.language.syntax import Assignment, Function, Simple, Word
from cluster.shell.language.tracing import trace
from cluster.shell.language.variables import Variable


async def run_simple(shell: Shell, command: Simple) -> int:
    """Its status, once all that reads what it wrote has read it. ExpansionProblem."""
    before = len(shell.listening)
    try:
        return await _run(shell, command)
    finally:
        if len(shell.listening) > before and not (command.words and _is_exec(command)):
            await hear_out(shell, before)


def _is_exec(command: Simple) -> bool:
    """`exec > >(…)`: that reads until the shell ends."""
    return isinstance(command.words[0], Word) and command.words[0].raw == "exec"


async def _run(shell: Shell, command: Simple) -> int:
    shell.line = command.line + shell.line_base
    shell.substituted = None
    words = await _words(shell, command)
    if not words:
        return await _nameless(shell, command)
    shell.last_argument = words[-1]
    before = shell.variables.copy() if _apart(shell, words[0], command) else None
    try:
        saved = await apply(shell, command.redirections) if command.redirections else []
    except RedirectionFailed as failure:
        await shell.complain(str(failure))
        if words[0] in SPECIAL and not shell.flavour.is_bash and not shell.interactive:
            raise Exit(2) from failure
        return 1 if shell.flavour.is_bash or shell.flavour.name == "ash" else 2
    if before is not None:
        shell.variables = before
    if words[0] == "exec" and words[0] not in shell.functions:
        kept = len(words) == 1
        try:
            return await _dispatch(shell, words, command)
        finally:
            if kept:
                forget(saved)
            else:
                restore(shell, saved)
    try:
        return await _dispatch(shell, words, command)
    finally:
        restore(shell, saved)


def _apart(shell: Shell, name: str, command: Simple) -> bool:
    """Whether the redirections may set variables that are not the shell's: those of a program are its own process'."""
    if name in shell.functions or name in BUILTINS:
        return False
    return any(
        "((" in text or "=" in text for each in command.redirections for text in (each.target.raw, each.body or "")
    )


async def _words(shell: Shell, command: Simple) -> list[str]:
    words: list[str] = []
    for word in command.words:
        if isinstance(word, Word):
            words.extend(await expand_words(shell, [word]))
        elif not words or words[0] == "alias" or isinstance(word.value, Word):
            words.append(await show_assignment(shell, word))
        else:
            words.append(f"{word.name}=(")
    return words


async def _nameless(shell: Shell, command: Simple) -> int:
    """Assignments and redirections alone."""
    try:
        saved = await apply(shell, command.redirections) if command.redirections else []
    except RedirectionFailed as failure:
        await shell.complain(str(failure))
        return 1 if shell.flavour.is_bash or shell.flavour.name == "ash" else 2
    restore(shell, saved)
    for assignment in command.assignments:
        await _traced_assign(shell, assignment)
    return shell.substituted or 0


async def _traced_assign(shell: Shell, assignment: Assignment) -> None:
    before = shell.variables
    await assign(shell, assignment)
    if "xtrace" in shell.options and isinstance(assignment.value, Word):
        value = before.get(assignment.name) or ""
        name = assignment.name if assignment.subscript is None else f"{assignment.name}[{assignment.subscript}]"
        await trace(shell, f"{name}={traced(value) if value else ''}")
    elif "xtrace" in shell.options and not isinstance(assignment.value, Word):
        await trace(shell, f"{assignment.name}=({' '.join(element.value.raw for element in assignment.value)})")


async def _dispatch(shell: Shell, words: list[str], command: Simple) -> int:
    name = words[0]
    if name == "\0show":
        return await _show(shell)
    function = shell.functions.get(name)
    builtin = BUILTINS.get(name)
    if builtin is not None and not shell.flavour.is_bash and name in _BASH_ONLY:
        builtin = None
    if function is None and builtin is None:
        return await _program(shell, words, command)
    scope: dict[str, Variable] = {}
    if command.assignments:
        if function is None and name in SPECIAL and not shell.flavour.is_bash:
            for assignment in command.assignments:
                await assign(shell, assignment)
        else:
            scope = await _temporary(shell, command.assignments)
    if "xtrace" in shell.options:
        await trace(shell, " ".join(words if shell.flavour.name == "dash" else map(traced, words)))
    if scope:
        shell.variables.scopes.append(scope)
    depth = len(shell.variables.scopes)
    try:
        if function is not None:
            return await call(shell, function, words)
        assert builtin is not None
        shell.declared = [word for word in command.words if isinstance(word, Assignment)]
        return await builtin(shell, words)
    except BadDescriptor as error:
        await shell.complain(f"write error: {error.strerror}", name)
        return 1
    finally:
        if scope:
            del shell.variables.scopes[depth - 1]


_BASH_ONLY = frozenset(
    {
        "builtin",
        "caller",
        "compgen",
        "complete",
        "declare",
        "dirs",
        "disown",
        "enable",
        "let",
        "mapfile",
        "popd",
        "pushd",
        "readarray",
        "shopt",
        "suspend",
        "typeset",
    }
)


async def _temporary(shell: Shell, assignments: list[Assignment]) -> dict[str, Variable]:
    """Variables for one command alone."""
    scope: dict[str, Variable] = {}
    shell.variables.scopes.append(scope)
    try:
        await _fill(shell, scope, assignments)
    finally:
        shell.variables.scopes.pop()
    return scope


async def _fill(shell: Shell, scope: dict[str, Variable], assignments: list[Assignment]) -> None:
    for assignment in assignments:
        variable = shell.variables.find(assignment.name)
        if variable is not None and variable.readonly:
            await shell.complain(f"{assignment.name}: readonly variable")
            if not shell.flavour.is_bash:
                raise Exit(2)
            continue
        text = await show_assignment(shell, assignment)
        scope[assignment.name] = Variable(text.partition("=")[2], exported=True)


async def call(shell: Shell, function: Function, words: list[str]) -> int:
    """A function, with its arguments and a scope of its own."""
    if shell.depth > shell.budget.limits.calls:
        raise LimitReached(f"{function.name}: maximum function nesting level exceeded ({shell.budget.limits.calls})")
    positional, shell.positional = shell.positional, words[1:]
    loops, shell.loops = shell.loops, 0
    shell.calls.append(function.name)
    shell.variables.scopes.append({})
    depth = len(shell.variables.scopes)
    shell.kept_options.append(None)
    try:
        return await shell.nested(lambda: shell.run(shell, function.body))
    except Return as leave:
        return leave.status
    finally:
        shell.options = shell.kept_options.pop() or shell.options
        del shell.variables.scopes[depth - 1 :]
        shell.calls.pop()
        shell.loops = loops
        shell.positional = positional


async def _program(shell: Shell, words: list[str], command: Simple) -> int:
    env = shell.variables.exported()
    shown: list[str] = []
    for assignment in command.assignments:
        text = await show_assignment(shell, assignment)
        name, _, value = text.partition("=")
        env[name] = value
        shown.append(f"{name}={traced(value) if value else ''}")
    if "xtrace" in shell.options:
        if shell.flavour.is_bash:
            for text in shown:
                await trace(shell, text)
            shown = []
        shown += words if shell.flavour.name == "dash" else map(traced, words)
        await trace(shell, " ".join(shown))
    return await in_front(shell, spelled(command), lambda: launch(shell, words, env))


async def launch(shell: Shell, words: list[str], env: dict[str, str]) -> int:
    """A program found and run; the message when it is not."""
    name = words[0]
    try:
        path = env.get("PATH", shell.variables.get("PATH") or DEFAULT_PATH)
        place = find_program(shell.machine, name, path, shell.cwd)
        if "/" not in name:
            counted = shell.hashed.setdefault(name, [place, 0])
            counted[1] = int(counted[1]) + 1
        return await run_program(shell, place, words, {**env, "_": place})
    except CannotRun as error:
        await tell_cannot_run(shell, error)
        return error.status


async def tell_cannot_run(shell: Shell, error: CannotRun) -> None:
    """In the shell's own words."""
    reason = error.reason
    if shell.flavour.is_bash:
        reason = "command not found" if "/" not in error.name and error.status == 127 else reason
    elif error.status == 127:
        reason = "not found"
    elif reason == "Is a directory":
        reason = "Permission denied"
    if shell.flavour.is_bash and error.name == "":
        reason = "command not found"
    await shell.complain(f"{error.name}: {reason}")


async def _show(shell: Shell) -> int:
    """$(<file)."""
    held = shell.descriptors.get(0)
    while held is not None and held.reader is not None and (piece := await held.reader.read()):
        await shell.write(1, piece)
    return 0
