"""Builtins that declare variables: export, readonly, declare, local, unset."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, Usage, fatal, misused, options
from cluster.shell.builtins.showing import show_functions, show_variable
from cluster.shell.language.assigning import assign, combined
from cluster.shell.language.parameters import key
from cluster.shell.language.quoting import traced
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Assignment
from cluster.shell.language.tracing import trace
from cluster.shell.language.variables import NAME, ReadonlyVariable, Variable, as_array

_LETTERS = "aAfFgiIlnprtux"
_USAGES = {
    "declare": "declare [-aAfFgiIlnrtux] [name[=value] ...] or declare -p [-aAfFilnrtux] [name ...]",
    "typeset": "typeset [-aAfFgiIlnrtux] name[=value] ... or typeset -p [-aAfFilnrtux] [name ...]",
    "local": "local [option] name[=value] ...",
    "export": "export [-fn] [name[=value] ...] or export -p",
    "readonly": "readonly [-aAf] [name[=value] ...] or readonly -p",
}


async def declare(shell: Shell, words: list[str]) -> int:
    """declare, typeset, local, export and readonly: one thing with other defaults."""
    builtin = words[0]
    words, on, off = _flags(words)
    try:
        given, rest = options(words, "fnp" if builtin in ("export", "readonly") else _LETTERS)
    except Usage as error:
        return await misused(shell, builtin, str(error), _USAGES.get(builtin, ""))
    on |= set(given)
    if builtin == "export" and "n" in on:
        on, off = set(), {"x"}
    elif builtin in ("export", "readonly"):
        on.add("x" if builtin == "export" else "r")
    if builtin == "local" and not shell.calls:
        await shell.complain(
            "can only be used in a function" if shell.flavour.is_bash else "not in a function", "local"
        )
        return 1 if shell.flavour.is_bash else 2
    if "f" in on or "F" in on:
        return await show_functions(shell, rest, names_only="F" in on)
    if not rest or ("p" in given and builtin not in ("export", "readonly")):
        return await _show(shell, builtin, rest, on - {"p"})
    local = builtin == "local" or (builtin in ("declare", "typeset") and bool(shell.calls) and "g" not in on)
    status = 0
    arrays = {
        f"{assignment.name}=(": assignment for assignment in shell.declared if isinstance(assignment.value, tuple)
    }
    for word in rest:
        if word == "-" and builtin == "local":
            shell.kept_options[-1] = set(shell.options)
            continue
        status = await _one(shell, builtin, word, on, off, local, arrays.get(word)) or status
    return status


def _flags(words: list[str]) -> tuple[list[str], set[str], set[str]]:
    off = {letter for word in words[1:] if word.startswith("+") and "=" not in word for letter in word[1:]}
    return [word for word in words if not (word.startswith("+") and "=" not in word)], set(), off


async def _one(
    shell: Shell, builtin: str, word: str, on: set[str], off: set[str], local: bool, array: Assignment | None
) -> int:
    name, equals, value = word.partition("=")
    append = name.endswith("+")
    name = name.removesuffix("+")
    name, bracket, subscript = name.partition("[")
    if not NAME.match(name):
        if shell.flavour.is_bash:
            await shell.complain(f"`{word}': not a valid identifier", builtin)
            return 1
        return await fatal(shell, builtin, f"{name}: bad variable name", 2)
    if array is not None:
        equals = ""
    fresh = local and name not in shell.variables.scopes[-1]
    if fresh:
        outer = shell.variables.find(name)
        if outer is not None and outer.readonly:
            await shell.complain(f"{name}: readonly variable", builtin)
            return 1
        if not shell.flavour.is_bash and outer is not None:
            shell.variables.scopes[-1][name] = outer.copy()
        elif outer is not None and outer.exported:
            shell.variables.scopes[-1][name] = Variable(exported=True)
    variable = shell.variables.make(name, local=local)
    if variable.readonly and (equals or "r" in off or array is not None):
        await shell.complain(
            f"{name}: readonly variable" if shell.flavour.is_bash else f"{name}: is read only", builtin
        )
        return 1
    _mark(variable, on, off)
    if equals and "xtrace" in shell.options and shell.flavour.is_bash:
        await trace(shell, f"{name}={traced(value) if value else ''}")
    if array is not None:
        await assign(shell, array, local=local)
    elif equals:
        _give(shell, variable, name, subscript[:-1] if bracket else None, value, append)
    elif on & {"a", "A"} and variable.value is None:
        variable.value = {}
    if "r" in on:
        variable.readonly = True
    shell.budget.check_memory(shell.variables.size)
    return 0


def _mark(variable: Variable, on: set[str], off: set[str]) -> None:
    if "A" in on:
        variable.associative = True
        if isinstance(variable.value, str):
            as_array(variable)
    if "i" in on | off:
        variable.integer = "i" in on
    if "x" in on | off:
        variable.exported = "x" in on
    if "n" in on | off:
        variable.reference = "n" in on
    for letter in "lu":
        if letter in on:
            variable.case = letter
        elif letter in off and variable.case == letter:
            variable.case = ""


def _give(shell: Shell, variable: Variable, name: str, subscript: str | None, value: str, append: bool) -> None:
    shell.variables.size += len(value)
    if variable.reference:
        variable.value = value
        return
    made = combined(shell, variable, (variable.scalar or "") if append else "", value)
    if variable.case:
        made = made.lower() if variable.case == "l" else made.upper()
    if subscript is not None:
        as_array(variable)[key(shell, name, subscript)] = made
    elif isinstance(variable.value, dict):
        variable.value["0" if variable.associative else 0] = made
    elif name in shell.variables.special:
        shell.variables.set(name, made)
    else:
        variable.value = made


async def _show(shell: Shell, builtin: str, names: list[str], on: set[str]) -> int:
    status = 0
    for name in names:
        variable = shell.variables.find(name)
        if variable is None:
            await shell.complain(f"{name}: not found", builtin)
            status = 1
        else:
            await shell.print(show_variable(shell, builtin, name, variable) + "\n")
    if names:
        return status
    scope = shell.variables.scopes[-1] if builtin == "local" else None
    for name in (
        sorted(scope) if scope is not None else sorted({name for each in shell.variables.scopes for name in each})
    ):
        variable = shell.variables.find(name)
        if variable is None or not _wanted(variable, on):
            continue
        await shell.print(show_variable(shell, builtin, name, variable) + "\n")
    return status


def _wanted(variable: Variable, on: set[str]) -> bool:
    held = {
        "x": variable.exported,
        "r": variable.readonly,
        "i": variable.integer,
        "a": isinstance(variable.value, dict) and not variable.associative,
        "A": variable.associative,
        "n": variable.reference,
    }
    return all(held.get(letter, True) for letter in on)


async def unset(shell: Shell, words: list[str]) -> int:
    try:
        given, names = options(words, "fvn")
    except Usage as error:
        return await misused(shell, "unset", str(error), "unset [-f] [-v] [-n] [name ...]")
    status = 0
    for word in names:
        name, bracket, subscript = word.partition("[")
        if not NAME.match(name) and "f" not in given and ("v" in given or not shell.flavour.is_bash):
            if shell.flavour.is_bash:
                await shell.complain(f"`{word}': not a valid identifier", "unset")
                status = 1
            else:
                status = await fatal(shell, "unset", f"{word}: bad variable name")
            continue
        try:
            if "f" in given:
                shell.functions.pop(word, None)
            elif bracket:
                _unset_element(shell, name, subscript[:-1])
            elif "v" in given or shell.variables.find(name) is not None or name in shell.variables.special:
                shell.variables.unset(name)
            elif shell.flavour.is_bash:
                shell.functions.pop(name, None)
        except ReadonlyVariable:
            message = f"{name}: cannot unset: readonly variable" if shell.flavour.is_bash else f"{name}: is read only"
            status = await fatal(shell, "unset", message)
    return status


def _unset_element(shell: Shell, name: str, subscript: str) -> None:
    variable = shell.variables.find(name)
    if variable is None:
        return
    if variable.readonly:
        raise ReadonlyVariable(name)
    if subscript in ("@", "*"):
        variable.value = {}
    elif isinstance(variable.value, dict):
        variable.value.pop(key(shell, name, subscript), None)


NAMES: dict[str, Builtin] = {
    "declare": declare,
    "typeset": declare,
    "local": declare,
    "export": declare,
    "readonly": declare,
    "unset": unset,
}
