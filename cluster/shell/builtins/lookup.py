"""What a name would run: type, command, hash, alias."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, Usage, misused, options
from cluster.shell.language.launching import DEFAULT_PATH, CannotRun, find_program
from cluster.shell.language.lexing import RESERVED
from cluster.shell.language.quoting import quoted
from cluster.shell.language.shell import Shell


def _builtins() -> dict[str, Builtin]:
    from cluster.shell.builtins import BUILTINS

    return BUILTINS


def find(shell: Shell, name: str, *, functions: bool = True) -> tuple[str, str] | None:
    """Its kind (alias, keyword, function, builtin, file) and, of a file, the path."""
    if name in shell.aliases and shell.interactive:
        return "alias", shell.aliases[name]
    if name in RESERVED | {"]]"} and name != "coproc":
        return "keyword", ""
    if functions and name in shell.functions:
        return "function", ""
    if name in _builtins():
        return "builtin", ""
    try:
        path = shell.variables.get("PATH") or DEFAULT_PATH
        return "file", find_program(shell.machine, name, path, shell.cwd)
    except CannotRun:
        return None


def _sentence(shell: Shell, name: str, kind: str, value: str) -> str:
    special = "special " if name in _special() and not shell.flavour.is_bash else ""
    if kind == "alias":
        return f"{name} is aliased to `{value}'" if shell.flavour.is_bash else f"{name} is an alias for {value}"
    return {
        "keyword": f"{name} is a shell keyword",
        "function": f"{name} is a function" if shell.flavour.is_bash else f"{name} is a shell function",
        "builtin": f"{name} is a {special}shell builtin",
        "file": f"{name} is hashed ({value})"
        if name in shell.hashed and shell.flavour.is_bash
        else f"{name} is {value}",
    }[kind]


def _special() -> frozenset[str]:
    from cluster.shell.builtins import SPECIAL

    return SPECIAL


async def type_(shell: Shell, words: list[str]) -> int:
    try:
        given, names = options(words, "afptP" if shell.flavour.is_bash else "")
    except Usage as error:
        return await misused(shell, "type", str(error), "type [-afptP] name [name ...]")
    status = 0
    for name in names:
        found = find(shell, name, functions="f" not in given)
        if found is None:
            status = 1 if shell.flavour.is_bash else 127
            if "t" not in given and "p" not in given and "P" not in given:
                if shell.flavour.is_bash:
                    await shell.complain(f"{name}: not found", "type")
                else:
                    await shell.print(f"{name}: not found\n")
            continue
        kind, value = found
        if "t" in given:
            await shell.print(f"{kind}\n")
        elif "p" in given or "P" in given:
            await shell.print(f"{value}\n" if kind == "file" else "")
        else:
            await shell.print(_sentence(shell, name, kind, value) + "\n")
            if kind == "function" and shell.flavour.is_bash:
                await shell.print(f"{name} () \n{shell.functions[name].text}\n")
    return status


async def command(shell: Shell, words: list[str]) -> int:
    try:
        given, rest = options(words, "pvV")
    except Usage as error:
        return await misused(shell, "command", str(error), "command [-pVv] command [arg ...]")
    if not rest:
        return 0
    if not {"v", "V"} & set(given):
        builtin = _builtins().get(rest[0])
        if builtin is not None:
            return await builtin(shell, rest)
        return await shell.launch(shell, rest, shell.variables.exported())
    status = 0
    for name in rest:
        found = find(shell, name)
        if found is None:
            status = 1 if shell.flavour.is_bash else 127
            if "V" in given:
                if shell.flavour.is_bash:
                    await shell.complain(f"{name}: not found", "command")
                else:
                    await shell.print(f"{name}: not found\n")
        elif "V" in given:
            await shell.print(_sentence(shell, name, *found) + "\n")
        else:
            kind, value = found
            shown = (
                f"alias {name}={quoted(value, always=True)}" if kind == "alias" else value if kind == "file" else name
            )
            await shell.print(shown + "\n")
    return status


async def builtin(shell: Shell, words: list[str]) -> int:
    if len(words) < 2:
        return 0
    found = _builtins().get(words[1])
    if found is None:
        await shell.complain(f"{words[1]}: not a shell builtin", "builtin")
        return 1
    return await found(shell, words[1:])


async def hash_(shell: Shell, words: list[str]) -> int:
    try:
        given, names = options(words, "rtdl", valued="p")
    except Usage as error:
        return await misused(shell, "hash", str(error))
    if "r" in given:
        shell.hashed.clear()
        return 0
    status = 0
    for name in names:
        if "d" in given:
            shell.hashed.pop(name, None)
            continue
        found = find(shell, name)
        if found is None:
            await shell.complain(f"{name}: not found", "hash")
            status = 1
        elif found[0] == "file":
            shell.hashed[name] = [found[1], 0]
            if "t" in given:
                await shell.print(found[1] + "\n")
    if not names and not given:
        if not shell.hashed:
            if shell.flavour.is_bash:
                await shell.print("hash: hash table empty\n")
            return 0
        lines = [f"{hits:>4}\t{place}" for place, hits in shell.hashed.values()]
        header = ["hits\tcommand"] if shell.flavour.is_bash else []
        await shell.print("".join(f"{line}\n" for line in [*header, *lines]))
    return status


async def alias(shell: Shell, words: list[str]) -> int:
    status = 0
    rest = [word for word in words[1:] if word != "-p"]
    prefix = "alias " if shell.flavour.is_bash else ""
    for word in rest:
        name, equals, value = word.partition("=")
        if equals:
            shell.aliases[name] = value
        elif name in shell.aliases:
            await shell.print(f"{prefix}{name}={quoted(shell.aliases[name], always=True)}\n")
        else:
            await _no_alias(shell, "alias", name)
            status = 1
    if not rest:
        for name, value in sorted(shell.aliases.items()):
            await shell.print(f"{prefix}{name}={quoted(value, always=True)}\n")
    return status


async def _no_alias(shell: Shell, builtin: str, name: str) -> None:
    if shell.flavour.is_bash:
        await shell.complain(f"{name}: not found", builtin)
    else:
        await shell.say(f"{builtin}: {name} not found")


async def unalias(shell: Shell, words: list[str]) -> int:
    if "-a" in words[1:]:
        shell.aliases.clear()
        return 0
    status = 0
    for name in words[1:]:
        if shell.aliases.pop(name, None) is None:
            await _no_alias(shell, "unalias", name)
            status = 1
    return status


LOOKUP: dict[str, Builtin] = {
    "type": type_,
    "command": command,
    "builtin": builtin,
    "hash": hash_,
    "alias": alias,
    "unalias": unalias,
}
