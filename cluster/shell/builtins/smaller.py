"""let, getopts, umask, history, times, ulimit and other small ones."""

from __future__ import annotations

from cluster.shell.builtins.builtin import Builtin, misused, whole_number
from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.expansion import calculate
from cluster.shell.language.shell import Shell


async def let(shell: Shell, words: list[str]) -> int:
    if len(words) < 2:
        await shell.complain("expression expected", "let")
        return 1
    value = 0
    for word in words[1:]:
        try:
            value = calculate(shell, word)
        except ExpansionProblem as problem:
            await shell.complain(str(problem), "let")
            return 1
    return int(not value)


async def getopts(shell: Shell, words: list[str]) -> int:
    if len(words) < 3:
        usage = "getopts: usage: getopts optstring name [arg ...]"
        await shell.say(usage if shell.flavour.is_bash else f"{shell.name}: {usage}")
        return 2
    known, name = words[1], words[2]
    arguments = words[3:] if len(words) > 3 else shell.positional
    silent = known.startswith(":")
    at = whole_number(shell.variables.get("OPTIND") or "1") or 1
    column = shell.option_column
    word = arguments[at - 1] if at <= len(arguments) else ""
    shell.variables.unset("OPTARG")
    if column == 1 and (word[:1] != "-" or word == "-" or word == "--"):
        shell.variables.set("OPTIND", str(at + (word == "--")))
        shell.variables.set(name, "?")
        return 1
    letter = word[column : column + 1]
    last = column + 1 >= len(word)
    place = known.find(letter, 1 if silent else 0) if letter != ":" else -1
    following, column = (at + 1, 1) if last else (at, column + 1)
    message = ""
    value = "?"
    if place < 0:
        if silent:
            shell.variables.set("OPTARG", letter)
        else:
            message = f"illegal option -- {letter}" if shell.flavour.is_bash else f"Illegal option -{letter}"
    elif known[place + 1 : place + 2] != ":":
        value = letter
    elif not last:
        value, following, column = letter, at + 1, 1
        shell.variables.set("OPTARG", word[shell.option_column + 1 :])
    elif at < len(arguments):
        value, following = letter, at + 2
        shell.variables.set("OPTARG", arguments[at])
    elif silent:
        value = ":"
        shell.variables.set("OPTARG", letter)
    else:
        message = (
            f"option requires an argument -- {letter}" if shell.flavour.is_bash else f"No arg for -{letter} option"
        )
    if message and shell.variables.get("OPTERR") != "0":
        await shell.say(f"{shell.name}: {message}" if shell.flavour.is_bash else message)
    shell.variables.set("OPTIND", str(following))
    shell.option_column = column
    shell.variables.set(name, value)
    return 0


async def umask(shell: Shell, words: list[str]) -> int:
    rest = [word for word in words[1:] if word not in ("-S", "-p")]
    if rest:
        if not rest[0].isdigit() or any(digit > "7" for digit in rest[0]) or len(rest[0]) > 4:
            message = "octal number out of range" if rest[0].isdigit() else "invalid symbolic mode operator"
            await shell.complain(
                f"{rest[0]}: {message}" if shell.flavour.is_bash else f"Illegal mode: {rest[0]}", "umask"
            )
            return 1
        shell.umask = int(rest[0], 8)
        return 0
    if "-S" in words:
        granted = 0o777 & ~shell.umask
        parts = [
            f"{who}={''.join(letter for bit, letter in ((4, 'r'), (2, 'w'), (1, 'x')) if granted >> by & bit)}"
            for who, by in (("u", 6), ("g", 3), ("o", 0))
        ]
        await shell.print(",".join(parts) + "\n")
    else:
        await shell.print(f"{shell.umask:04o}\n")
    return 0


async def history(shell: Shell, words: list[str]) -> int:
    if words[1:2] == ["-c"]:
        shell.history.clear()
        return 0
    count = whole_number(words[1]) if len(words) > 1 else None
    if len(words) > 1 and count is None:
        await shell.complain(f"{words[1]}: numeric argument required", "history")
        return 1
    lines = list(enumerate(shell.history, 1))
    for number, line in lines if count is None else lines[-count:]:
        await shell.print(f"{number:>5}  {line}\n")
    return 0


async def times(shell: Shell, words: list[str]) -> int:
    used = shell.budget.computed
    own = f"{int(used // 60)}m{used % 60:.3f}s"
    await shell.print(f"{own} 0m0.000s\n0m0.000s 0m0.000s\n")
    return 0


_LIMITS = {
    "c": ("core file size", "blocks", "unlimited"),
    "d": ("data seg size", "kbytes", "unlimited"),
    "f": ("file size", "blocks", "unlimited"),
    "n": ("open files", "", "1048576"),
    "s": ("stack size", "kbytes", "8192"),
    "t": ("cpu time", "seconds", "unlimited"),
    "u": ("max user processes", "", "unlimited"),
    "v": ("virtual memory", "kbytes", "unlimited"),
}


async def ulimit(shell: Shell, words: list[str]) -> int:
    """Shows; what holds here is docs/shell.md's."""
    flags = "".join(word[1:] for word in words[1:] if word.startswith("-")).replace("S", "").replace("H", "")
    if "a" in flags:
        for letter, (name, unit, value) in _LIMITS.items():
            shown = f"({unit + ', ' if unit else ''}-{letter})"
            await shell.print(f"{name:<24}{shown:>20} {value}\n")
        return 0
    for letter in flags or "f":
        if letter not in _LIMITS:
            return await misused(shell, "ulimit", f"-{letter}: invalid option")
        if not [word for word in words[1:] if not word.startswith("-")]:
            await shell.print(f"{_LIMITS[letter][2]}\n")
    return 0


async def caller(shell: Shell, words: list[str]) -> int:
    if not shell.calls:
        return 1
    await shell.print(f"{shell.line} {shell.calls[-2] if len(shell.calls) > 1 else 'main'} {shell.name}\n")
    return 0


async def enable(shell: Shell, words: list[str]) -> int:
    from cluster.shell.builtins import BUILTINS

    for name in sorted(BUILTINS):
        await shell.print(f"enable {name}\n")
    return 0


SMALLER: dict[str, Builtin] = {
    "let": let,
    "getopts": getopts,
    "umask": umask,
    "history": history,
    "times": times,
    "ulimit": ulimit,
    "caller": caller,
    "enable": enable,
}
