"""set and shopt."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, fatal
from cluster.shell.builtins.showing import show_set
from cluster.shell.language.shell import LONG_OPTIONS, Shell
from cluster.shell.language.shell import OPTIONS as LETTERS

SHOPT = frozenset(
    [
        "autocd",
        "cdable_vars",
        "cdspell",
        "checkhash",
        "checkjobs",
        "checkwinsize",
        "cmdhist",
        "complete_fullquote",
        "direxpand",
        "dirspell",
        "dotglob",
        "execfail",
        "expand_aliases",
        "extdebug",
        "extglob",
        "extquote",
        "failglob",
        "force_fignore",
        "globasciiranges",
        "globskipdots",
        "globstar",
        "gnu_errfmt",
        "histappend",
        "histreedit",
        "histverify",
        "hostcomplete",
        "huponexit",
        "inherit_errexit",
        "interactive_comments",
        "lastpipe",
        "lithist",
        "localvar_inherit",
        "localvar_unset",
        "login_shell",
        "mailwarn",
        "no_empty_cmd_completion",
        "nocaseglob",
        "nocasematch",
        "noexpand_translation",
        "nullglob",
        "patsub_replacement",
        "progcomp",
        "progcomp_alias",
        "promptvars",
        "restricted_shell",
        "shift_verbose",
        "sourcepath",
        "varredir_close",
        "xpg_echo",
    ]
)


async def set_(shell: Shell, words: list[str]) -> int:
    if len(words) == 1:
        await shell.print(show_set(shell))
        return 0
    at = 1
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            shell.positional = words[at:]
            return 0
        if word == "-":
            shell.options -= {"xtrace", "verbose"}
            if at < len(words):
                shell.positional = words[at:]
            return 0
        if word[:1] not in ("-", "+") or len(word) < 2:
            shell.positional = words[at - 1 :]
            return 0
        for letter in word[1:]:
            if letter == "o":
                if at >= len(words):
                    return await show_options(shell, reusable=word[0] == "+")
                name = words[at]
                at += 1
                if name not in LONG_OPTIONS or (name == "pipefail" and shell.flavour.name == "dash"):
                    message = f"{name}: invalid option name" if shell.flavour.is_bash else f"Illegal option -o {name}"
                    return await fatal(shell, "set", message, 2)
                _turn(shell, name, word[0] == "-")
            elif letter in LETTERS:
                _turn(shell, LETTERS[letter], word[0] == "-")
            else:
                await fatal(
                    shell,
                    "set",
                    f"{word[0]}{letter}: invalid option"
                    if shell.flavour.is_bash
                    else f"Illegal option {word[0]}{letter}",
                    2,
                )
                if shell.flavour.is_bash:
                    await shell.say("set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]")
                return 2
    return 0


def _turn(shell: Shell, name: str, on: bool) -> None:
    if on:
        shell.options.add(name)
    else:
        shell.options.discard(name)


async def show_options(shell: Shell, *, reusable: bool) -> int:
    """set -o and set +o."""
    for name in sorted(LONG_OPTIONS):
        on = name in shell.options
        await shell.print(
            f"set {'-' if on else '+'}o {name}\n" if reusable else f"{name:<15}\t{'on' if on else 'off'}\n"
        )
    return 0


async def shopt(shell: Shell, words: list[str]) -> int:
    rest = words[1:]
    flags = ""
    while rest and rest[0].startswith("-"):
        flags += rest.pop(0)[1:]
    status = 0
    for name in rest or (sorted(SHOPT) if not set(flags) & set("su") else []):
        held = shell.options if "o" in flags else shell.shopt
        if name not in (LONG_OPTIONS if "o" in flags else SHOPT):
            await shell.complain(f"{name}: invalid shell option name", "shopt")
            status = 1
        elif "s" in flags:
            held.add(name)
        elif "u" in flags:
            held.discard(name)
        else:
            if "q" not in flags:
                await shell.print(f"{name:<15}\t{'on' if name in held else 'off'}\n")
            if rest and name not in held:
                status = 1
    return status


OPTIONS: dict[str, Builtin] = {"set": set_, "shopt": shopt}
