"""Variables and functions written so that a shell would read them back."""

from __future__ import annotations

from cluster.shell.language.quoting import double_quoted, quoted
from cluster.shell.language.shell import Shell
from cluster.shell.language.variables import Variable


def show_variable(shell: Shell, builtin: str, name: str, variable: Variable) -> str:
    """One line of `declare -p`, of `export -p` …"""
    if not shell.flavour.is_bash:
        value = "" if variable.scalar is None else f"={quoted(variable.scalar, always=True)}"
        return f"{builtin} {name}{value}"
    letters = "".join(
        letter
        for letter, held in (
            ("a", isinstance(variable.value, dict) and not variable.associative),
            ("A", variable.associative),
            ("i", variable.integer),
            ("l", variable.case == "l"),
            ("n", variable.reference),
            ("r", variable.readonly),
            ("u", variable.case == "u"),
            ("x", variable.exported),
        )
        if held
    )
    if builtin == "local":
        return f"{name}={quoted(variable.scalar or '')}"
    head = f"declare -{letters or '-'} {name}"
    if variable.value is None:
        return head
    if isinstance(variable.value, dict):
        inner = " ".join(f"[{_key(key)}]={double_quoted(value)}" for key, value in variable.elements())
        return f"{head}=({inner}{' ' if inner and variable.associative else ''})"
    return f"{head}={double_quoted(variable.value)}"


def _key(key: str) -> str:
    return key if key.replace("_", "").isalnum() else double_quoted(key)


async def show_functions(shell: Shell, names: list[str], *, names_only: bool) -> int:
    """declare -f and -F."""
    status = 0
    for name in names or sorted(shell.functions):
        function = shell.functions.get(name)
        if function is None:
            status = 1
        elif names_only:
            await shell.print(f"{name}\n" if names else f"declare -f {name}\n")
        else:
            await shell.print(f"{name} () \n{function.text}\n")
    return status


def show_set(shell: Shell) -> str:
    """What `set` alone prints."""
    lines: list[str] = []
    for name in sorted({name for scope in shell.variables.scopes for name in scope}):
        variable = shell.variables.find(name)
        if variable is None or variable.value is None:
            continue
        if isinstance(variable.value, dict):
            inner = " ".join(f"[{_key(key)}]={double_quoted(value)}" for key, value in variable.elements())
            lines.append(f"{name}=({inner})")
        else:
            lines.append(f"{name}={quoted(variable.value, always=not shell.flavour.is_bash)}")
    return "".join(f"{line}\n" for line in lines)
