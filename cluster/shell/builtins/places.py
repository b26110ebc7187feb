"""Where the shell stands: cd, pwd and the stack of directories."""

from __future__ import annotations

import posixpath

from cluster.shell.builtins.builtin import Builtin, Usage, misused, options
from cluster.shell.language.shell import Shell
from cluster.shell.language.tilde import home_of


async def cd(shell: Shell, words: list[str]) -> int:
    try:
        given, rest = options([word if word != "-" else "\0" for word in words], "LPe@")
    except Usage as error:
        return await misused(shell, "cd", str(error), "cd [-L|[-P [-e]] [-@]] [dir]")
    if len(rest) > 1 and shell.flavour.is_bash:
        await shell.complain("too many arguments", "cd")
        return 1
    target = rest[0].replace("\0", "-") if rest else shell.variables.get("HOME")
    if target is None:
        if not shell.flavour.is_bash:
            return 0
        await shell.complain("HOME not set", "cd")
        return 1
    show = target == "-"
    if show:
        target = shell.variables.get("OLDPWD") or ""
        if not target:
            await shell.complain("OLDPWD not set", "cd")
            return 1 if shell.flavour.is_bash else 2
    path, found = _along(shell, target)
    return await enter(shell, path, target, show=show or found, physical="P" in given or "physical" in shell.options)


def _along(shell: Shell, target: str) -> tuple[str, bool]:
    """The directory meant, and whether CDPATH led to it."""
    if not target.startswith(("/", "./", "../")) and target not in (".", ".."):
        for folder in (shell.variables.get("CDPATH") or "").split(":"):
            path = f"{folder}/{target}"
            if folder and _is_directory(shell, shell.absolute(path)):
                return shell.absolute(path), folder != "."
    return shell.absolute(target), False


def _is_directory(shell: Shell, path: str) -> bool:
    try:
        return shell.files.stat(path).kind == "directory"
    except OSError:
        return False


async def enter(shell: Shell, path: str, shown: str, *, show: bool = False, physical: bool = False) -> int:
    """Go there, or say why not."""
    normal = posixpath.normpath(path) if path.strip("/") else "/"
    normal = "/" + normal.lstrip("/")
    try:
        if shell.files.stat(path).kind != "directory":
            raise NotADirectoryError(20, "Not a directory")
        if physical:
            normal = shell.files.realpath(normal)
    except OSError as error:
        if shell.flavour.is_bash:
            await shell.complain(f"{shown}: {error.strerror}", "cd")
            return 1
        reason = f": {error.strerror}" if shell.flavour.name == "ash" else ""
        await shell.complain(f"can't cd to {shown}{reason}", "cd")
        return 1 if shell.flavour.name == "ash" else 2
    shell.variables.set("OLDPWD", shell.variables.get("PWD") or shell.cwd)
    shell.cwd = normal
    shell.variables.set("PWD", normal)
    for name in ("PWD", "OLDPWD"):
        shell.variables.make(name).exported = True
    if show:
        await shell.print(f"{normal}\n")
    return 0


async def pwd(shell: Shell, words: list[str]) -> int:
    physical = "-P" in words[1:]
    await shell.print((shell.files.realpath(shell.cwd) if physical else shell.cwd) + "\n")
    return 0


def _short(shell: Shell, path: str) -> str:
    home = shell.variables.get("HOME") or home_of(shell, shell.user) or ""
    if home not in ("", "/") and (path == home or path.startswith(home + "/")):
        return "~" + path[len(home) :]
    return path


async def dirs(shell: Shell, words: list[str]) -> int:
    if "-c" in words[1:]:
        shell.directories.clear()
        return 0
    stack = [shell.cwd, *shell.directories]
    shown = stack if "-l" in words[1:] else [_short(shell, path) for path in stack]
    if "-v" in words[1:]:
        await shell.print("".join(f"{at:>2}  {path}\n" for at, path in enumerate(shown)))
    else:
        await shell.print(("\n" if "-p" in words[1:] else " ").join(shown) + "\n")
    return 0


async def pushd(shell: Shell, words: list[str]) -> int:
    before = shell.cwd
    if len(words) < 2:
        if not shell.directories:
            await shell.complain("no other directory", "pushd")
            return 1
        target = shell.directories[0]
        if await enter(shell, target, target):
            return 1
        shell.directories[0] = before
    else:
        if await enter(shell, shell.absolute(words[1]), words[1]):
            return 1
        shell.directories.insert(0, before)
    return await dirs(shell, ["dirs"])


async def popd(shell: Shell, words: list[str]) -> int:
    if not shell.directories:
        await shell.complain("directory stack empty", "popd")
        return 1
    target = shell.directories[0]
    if await enter(shell, target, target):
        return 1
    shell.directories.pop(0)
    return await dirs(shell, ["dirs"])


PLACES: dict[str, Builtin] = {"cd": cd, "pwd": pwd, "dirs": dirs, "pushd": pushd, "popd": popd}
