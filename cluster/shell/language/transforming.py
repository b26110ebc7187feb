"""What ${name#…}, ${name/…}, ${name:…}, ${name^^} and ${name@Q} make of a value."""

from __future__ import annotations

from collections.abc import Callable

from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.lexing import script_end
from cluster.shell.language.patterns import Pattern, TooCostly, compile_pattern
from cluster.shell.language.quoting import quoted
from cluster.shell.language.scanning import Scanner
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Parameter
from cluster.shell.language.variables import Variable
from cluster.shell.language.words import ansi, read_word

Change = Callable[[str], str]


async def _pattern(shell: Shell, raw: str) -> Pattern:
    from cluster.shell.language.expansion import expand_pattern

    return compile_pattern(await expand_pattern(shell, read_word(raw)), fold="nocasematch" in shell.shopt)


async def removal(shell: Shell, operator: str, operand: str) -> Change:
    """`#` `##` `%` `%%`."""
    pattern = await _pattern(shell, operand)
    longest = len(operator) == 2

    def change(text: str) -> str:
        try:
            if operator[0] == "#":
                end = pattern.prefix(text, longest=longest)
                return text if end is None else text[end:]
            start = pattern.suffix(text, longest=longest)
            return text if start is None else text[:start]
        except TooCostly as error:
            raise ExpansionProblem("pattern: too long a text for so many stars") from error

    return change


async def replacement(shell: Shell, operator: str, operand: str) -> Change:
    """`/` `//` `/#` `/%`."""
    from cluster.shell.language.expansion import expand_pieces

    raw, by = _halves(operand, 0 if operator in ("/#", "/%") else 1)
    pattern = await _pattern(shell, raw)
    pieces = await expand_pieces(shell, read_word(by))
    active = shell.flavour.is_bash and "patsub_replacement" in shell.shopt
    budget = shell.budget

    def made(match: str) -> str:
        return "".join(text.replace("&", match) if active and not quoted_ else text for text, quoted_ in pieces)

    def change(text: str) -> str:
        if operator == "/#":
            end = pattern.prefix(text, longest=True)
            return text if end is None else made(text[:end]) + text[end:]
        if operator == "/%":
            start = pattern.suffix(text, longest=True)
            return text if start is None else text[:start] + made(text[start:])
        if operator == "/" and pattern.literal == "":
            return text
        out: list[str] = []
        at = size = 0
        while (found := pattern.find(text, at)) is not None:
            out += [text[at : found[0]], made(text[found[0] : found[1]])]
            size += len(out[-1])
            budget.check_value(size)
            at = found[1]
            if operator == "/":
                break
        return "".join(out) + text[at:]

    def guarded(text: str) -> str:
        try:
            return change(text)
        except TooCostly as error:
            raise ExpansionProblem("pattern: too long a text for so many stars") from error

    return guarded


def _halves(operand: str, first: int) -> tuple[str, str]:
    """Pattern and replacement; the slash between them stands nowhere before `first`."""
    scanner = Scanner(operand, script_end)
    at = 0
    while at < len(operand):
        if operand[at] == "/" and at >= first:
            return operand[:at], operand[at + 1 :]
        at = scanner.piece(at, 0) if operand[at] in "\\\"'$`" else at + 1
    return operand, ""


async def casing(shell: Shell, operator: str, operand: str) -> Change:
    """`^` `^^` `,` `,,`: of the characters that a pattern matches."""
    pattern = await _pattern(shell, operand) if operand else None
    turn = str.upper if operator[0] == "^" else str.lower

    def change(text: str) -> str:
        many = len(operator) == 2
        return "".join(
            turn(char) if (many or at == 0) and (pattern is None or pattern.matches(char)) else char
            for at, char in enumerate(text)
        )

    return change


async def bounds(shell: Shell, operand: str) -> tuple[int, int | None]:
    """Offset and length of ${name:offset:length}."""
    from cluster.shell.language.expansion import expand_sum

    at = _colon(operand)
    start = await expand_sum(shell, operand[:at])
    return start, (await expand_sum(shell, operand[at + 1 :]) if at < len(operand) else None)


def _colon(operand: str) -> int:
    depth = questions = 0
    scanner = Scanner(operand, script_end)
    at = 0
    while at < len(operand):
        char = operand[at]
        if char in "\\\"'$`":
            at = scanner.piece(at, 0)
            continue
        depth += (char == "(") - (char == ")")
        if char == "?":
            questions += 1
        elif char == ":" and depth == 0:
            if questions == 0:
                return at
            questions -= 1
        at += 1
    return len(operand)


def substring(part: Parameter, text: str, start: int, length: int | None) -> str:
    """Of one value."""
    if start < 0:
        start += len(text)
        if start < 0:
            return ""
    end = len(text) if length is None else start + length if length >= 0 else len(text) + length
    if length is not None and length < 0 and end < start:
        raise ExpansionProblem(f"{length}: substring expression < 0")
    return text[start:end]


def sliced(shell: Shell, part: Parameter, values: list[str], start: int, length: int | None) -> list[str]:
    """Of several: of the positional parameters $0 counts as the first."""
    if length is not None and length < 0:
        raise ExpansionProblem(f"{length}: substring expression < 0")
    if part.name not in "@*":
        variable = shell.variables.find(part.name)
        numbers = [int(key) for key, _ in variable.elements()] if variable and not variable.associative else []
        if numbers and start < 0:
            start += numbers[-1] + 1
        if start < 0:
            return []
        at = next((at for at, number in enumerate(numbers) if number >= start), len(numbers)) if numbers else start
    else:
        at = start + len(values) if start < 0 else start
        if at < 0:
            return []
    return values[at:] if length is None else values[at : at + length]


def attributes(part: Parameter, variable: Variable, text: str) -> str:
    """`@a` and `@A`."""
    letters = "".join(
        letter
        for letter, held in (
            ("a", isinstance(variable.value, dict) and not variable.associative),
            ("A", variable.associative),
            ("i", variable.integer),
            ("l", variable.case == "l"),
            ("r", variable.readonly),
            ("u", variable.case == "u"),
            ("x", variable.exported),
        )
        if held
    )
    if part.operand == "a":
        return letters
    return f"declare -{letters} {part.name}={quoted(text)}" if letters else f"{part.name}={quoted(text)}"


OPERATIONS: dict[str, Change] = {
    "Q": lambda text: quoted(text, always=True),
    "U": str.upper,
    "u": lambda text: text[:1].upper() + text[1:],
    "L": str.lower,
    "E": lambda text: ansi(text),
    "P": lambda text: text,
}
