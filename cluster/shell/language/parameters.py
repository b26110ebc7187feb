"""What $name and ${name…} come to, before splitting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cluster.shell.language import transforming
from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Parameter
from cluster.shell.language.variables import NAME, ReadonlyVariable, Variable
from cluster.shell.language.words import read_parameter

ALTERNATIVES = frozenset({"-", ":-", "=", ":=", "?", ":?", "+", ":+"})


@dataclass(frozen=True)
class Many:
    values: list[str]
    joined: bool = False
    """By the first character of IFS: `$*`."""


Value = str | Many


def read(shell: Shell, name: str, subscript: str | None) -> str:
    """A variable for arithmetic: "" when unset, unless that is forbidden."""
    found = element(shell, name, subscript) if subscript is not None else shell.variables.get(name)
    if found is None and "nounset" in shell.options:
        raise unbound(shell, name)
    return found or ""


def write(shell: Shell, name: str, subscript: str | None, text: str) -> None:
    """Set a variable or an element. ExpansionProblem."""
    try:
        if subscript is None:
            shell.variables.set(name, text)
        else:
            shell.variables.set_element(name, key(shell, name, subscript), text)
    except ReadonlyVariable as error:
        raise ExpansionProblem(f"{name}: readonly variable") from error
    shell.budget.check_memory(shell.variables.size)


def key(shell: Shell, name: str, subscript: str) -> str | int:
    """An element's key: a string for an associative array, else a number. ExpansionProblem."""
    from cluster.shell.language.expansion import calculate

    variable = shell.variables.find(name)
    if variable is not None and variable.associative:
        return subscript
    at = calculate(shell, subscript)
    if at < 0:
        elements = variable.elements() if variable else []
        at += int(elements[-1][0]) + 1 if elements else 0
        if at < 0:
            raise ExpansionProblem(f"{name}[{subscript}]: bad array subscript")
    return at


def element(shell: Shell, name: str, subscript: str) -> str | None:
    """One element; a plain value is element 0."""
    at = key(shell, name, subscript)
    if name in ("PIPESTATUS", "FUNCNAME", "BASH_SOURCE", "DIRSTACK", "BASH_LINENO") and isinstance(at, int):
        values = _special_array(shell, name)
        return values[at] if at < len(values) else None
    variable = shell.variables.find(name)
    if variable is None:
        return shell.variables.get(name) if at == 0 else None
    if isinstance(variable.value, dict):
        return variable.value.get(at)
    return variable.value if at in (0, "0") else None


def unbound(shell: Shell, name: str) -> ExpansionProblem:
    """The error of `set -u`."""
    shown = f"${name}" if name.isdigit() and shell.flavour.is_bash else name
    message = f"{shown}: unbound variable" if shell.flavour.is_bash else f"{name}: parameter not set"
    return ExpansionProblem(message, fatal=127 if shell.flavour.is_bash else 2)


def assign(shell: Shell, part: Parameter, text: str) -> None:
    """${name:=text}."""
    if not NAME.match(part.name):
        raise ExpansionProblem(f"${part.name}: cannot assign in this way")
    write(shell, part.name, part.subscript, text)


async def value(shell: Shell, part: Parameter, *, quoted: bool) -> Value:
    """All of ${…} but the alternatives."""
    lacking = (part.operator[:1] and part.operator[0] in shell.flavour.lacks) or (part.indirect and shell.flavour.lacks)
    if part.operator == "bad" or lacking or (part.subscript is not None and not shell.flavour.is_bash):
        raise ExpansionProblem(
            f"{part.raw}: bad substitution" if shell.flavour.is_bash else "Bad substitution",
            fatal=None if shell.flavour.is_bash else 2,
        )
    if part.operator.startswith("names"):
        return Many(shell.variables.names(part.name), joined=part.operator.endswith("*"))
    if part.indirect and part.subscript in ("@", "*"):
        variable = shell.variables.find(part.name)
        return Many([name for name, _ in variable.elements()] if variable else [], joined=part.subscript == "*")
    if part.indirect:
        part = await _indirect(shell, part)
    if part.operator == ":" and part.name in "@*":
        found: Value | None = Many([shell.name, *shell.positional], joined=part.name == "*")
    else:
        found = await stored(shell, part)
    if found is None:
        if "nounset" in shell.options and part.operator != "@":
            raise unbound(shell, part.name if part.subscript is None else f"{part.name}[{part.subscript}]")
        found = ""
    if part.length and part.subscript and "nounset" in shell.options and shell.variables.find(part.name) is None:
        raise unbound(shell, part.name)
    if part.length:
        return str(len(found.values) if isinstance(found, Many) else len(found))
    if part.operator:
        return await _transformed(shell, part, found)
    return found


async def present(shell: Shell, part: Parameter) -> tuple[Value, bool]:
    """The value, and whether it counts as one: with a colon an empty one does not."""
    if part.indirect:
        part = await _indirect(shell, part)
    found = await stored(shell, part)
    if found is None:
        return "", False
    if isinstance(found, Many):
        text = " ".join(found.values)
        return found, bool(found.values) if part.operator[0] != ":" else bool(text)
    return found, part.operator[0] != ":" or found != ""


async def stored(shell: Shell, part: Parameter) -> Value | None:
    """The parameter alone."""
    name = part.name
    if name in ("@", "*"):
        return Many(list(shell.positional), joined=name == "*")
    if name.isdigit():
        number = int(name)
        if number == 0:
            return shell.name
        return shell.positional[number - 1] if number <= len(shell.positional) else None
    if name in _SPECIAL:
        return _SPECIAL[name](shell)
    if part.subscript in ("@", "*"):
        return Many(elements(shell, name), joined=part.subscript == "*")
    if part.subscript is not None:
        return element(shell, name, await _subscript(shell, part.subscript))
    return shell.variables.get(name)


async def _subscript(shell: Shell, text: str) -> str:
    if text.isalnum():
        return text
    from cluster.shell.language.expansion import expand_text
    from cluster.shell.language.words import read_word

    return await expand_text(shell, read_word(text))


def elements(shell: Shell, name: str) -> list[str]:
    """All values of an array."""
    if name in ("PIPESTATUS", "FUNCNAME", "BASH_SOURCE", "DIRSTACK", "BASH_LINENO"):
        return _special_array(shell, name)
    variable = shell.variables.find(name)
    if variable is None:
        found = shell.variables.get(name)
        return [] if found is None else [found]
    return [text for _, text in variable.elements()]


def _special_array(shell: Shell, name: str) -> list[str]:
    if name == "PIPESTATUS":
        return [str(status) for status in shell.pipe_statuses]
    if name == "FUNCNAME":
        outermost = ["main"] if shell.source not in ("-c", "terminal") else []
        return [*reversed(shell.calls), *outermost] if shell.calls else []
    if name == "DIRSTACK":
        return [shell.cwd, *shell.directories]
    if name == "BASH_SOURCE":
        return [*reversed(shell.sourced), shell.name] if shell.source not in ("-c", "terminal") else []
    return []


async def _indirect(shell: Shell, part: Parameter) -> Parameter:
    variable = shell.variables.scopes[-1].get(part.name) or shell.variables.scopes[0].get(part.name)
    if variable is not None and variable.reference:
        return replace(part, indirect=False, operator="", name=part.name)
    target = await stored(shell, replace(part, operator="", operand="", indirect=False))
    if not isinstance(target, str) or not target:
        raise ExpansionProblem(f"{part.name}: invalid indirect expansion")
    found = read_parameter("${" + target + "}")
    if found.operator or found.length or found.indirect:
        raise ExpansionProblem(f"{target}: invalid variable name")
    return replace(found, operator=part.operator, operand=part.operand, raw=part.raw)


async def _transformed(shell: Shell, part: Parameter, found: Value) -> Value:
    if part.operator == ":":
        start, length = await transforming.bounds(shell, part.operand)
        if isinstance(found, Many):
            return Many(transforming.sliced(shell, part, found.values, start, length), found.joined)
        return transforming.substring(part, found, start, length)
    if part.operator == "@":
        return _attribute(shell, part, found)
    change = await _change(shell, part)
    if isinstance(found, Many):
        changed = []
        for text in found.values:
            await shell.budget.step()
            changed.append(change(text))
        return Many(changed, found.joined)
    return change(found)


async def _change(shell: Shell, part: Parameter) -> Callable[[str], str]:
    if part.operator in ("#", "##", "%", "%%"):
        return await transforming.removal(shell, part.operator, part.operand)
    if part.operator[0] == "/":
        return await transforming.replacement(shell, part.operator, part.operand)
    if part.operator[0] in "^,":
        return await transforming.casing(shell, part.operator, part.operand)
    raise ExpansionProblem(f"{part.raw}: bad substitution")


def _attribute(shell: Shell, part: Parameter, found: Value) -> Value:
    variable = shell.variables.find(part.name)
    if part.operand in ("a", "A"):
        return transforming.attributes(part, variable or Variable(), found if isinstance(found, str) else "")
    change = transforming.OPERATIONS.get(part.operand)
    if change is None:
        raise ExpansionProblem(f"{part.raw}: bad substitution")
    if isinstance(found, Many):
        return Many([change(text) for text in found.values], found.joined)
    if variable is None and part.name.isidentifier():
        return ""
    return change(found)


_SPECIAL: dict[str, Callable[[Shell], str | None]] = {
    "?": lambda shell: str(shell.status),
    "$": lambda shell: str(shell.pid),
    "#": lambda shell: str(len(shell.positional)),
    "!": lambda shell: None if shell.last_background is None else str(shell.last_background),
    "-": lambda shell: shell.letters(),
    "_": lambda shell: shell.last_argument,
}
