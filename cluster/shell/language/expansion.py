"""Words made into what commands are given: parameters, substitutions, arithmetic, splitting, file names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cluster.shell.language import parameters
from cluster.shell.language.arithmetic import ArithmeticProblem, Variables, evaluate
from cluster.shell.language.braces import expand_braces
from cluster.shell.language.errors import ExpansionProblem
from cluster.shell.language.fields import WHITE, Fields, plain
from cluster.shell.language.globbing import as_pattern, is_pattern, matching
from cluster.shell.language.scanning import TooDeep, Unclosed
from cluster.shell.language.shell import Shell
from cluster.shell.language.substitution import process_file, substitute
from cluster.shell.language.syntax import (
    Arithmetic,
    Double,
    Parameter,
    Part,
    ProcessFile,
    Quoted,
    Substitution,
    Text,
    Word,
)
from cluster.shell.language.tilde import expand_tilde
from cluster.shell.language.words import read_double, read_word

_PLAIN = re.compile(r"[A-Za-z0-9_./:=+,%@-]+\Z")
_SIMPLE_SUM = re.compile(r"[\s\w+*<>=!&|^?:,()%/~-]*\Z", re.ASCII)


async def expand_words(shell: Shell, words: list[Word]) -> list[str]:
    """A command's words."""
    found: list[str] = []
    for word in words:
        if _PLAIN.match(word.raw):
            found.append(word.raw)
            continue
        braced: Iterable[tuple[Part, ...]] = (word.parts,)
        if shell.flavour.is_bash and "braceexpand" in shell.options:
            braced = expand_braces(word, shell.budget.check_fields)
        for parts in braced:
            await shell.budget.step()
            only = parts[0] if len(parts) == 1 else None
            if isinstance(only, Text) and _PLAIN.match(only.text):
                found.append(only.text)
            else:
                found.extend(await _expand(shell, parts))
            shell.budget.check_fields(len(found))
    return found


async def _expand(shell: Shell, parts: tuple[Part, ...]) -> list[str]:
    separators = shell.variables.get("IFS")
    out = Fields(WHITE if separators is None else separators)
    await emit_all(shell, expand_tilde(shell, parts), out)
    found: list[str] = []
    for pieces in out.all():
        await shell.budget.step()
        text = plain(pieces)
        if "noglob" not in shell.options and is_pattern(pieces):
            names = matching(shell.files, shell.cwd, pieces, dots="dotglob" in shell.shopt)
            if names:
                shell.budget.check_fields(len(names))
                found.extend(names)
                continue
            if "failglob" in shell.shopt:
                raise ExpansionProblem(f"no match: {text}")
            if "nullglob" in shell.shopt:
                continue
        found.append(text)
    return found


async def expand_text(shell: Shell, word: Word, *, assignment: bool = False) -> str:
    """One string, nothing split: an assignment's value, a case's subject, a here-document."""
    out = Fields(splitting=False)
    await emit_all(shell, expand_tilde(shell, word.parts, assignment=assignment), out)
    text = "".join(plain(pieces) for pieces in out.all())
    shell.budget.check_value(len(text))
    return text


async def expand_pattern(shell: Shell, word: Word) -> str:
    """A pattern: what is quoted in it means itself."""
    out = Fields(splitting=False)
    await emit_all(shell, expand_tilde(shell, word.parts), out)
    return "".join(as_pattern(pieces) for pieces in out.all())


async def expand_pieces(shell: Shell, word: Word) -> list[tuple[str, bool]]:
    """The text with what was quoted in it."""
    out = Fields(splitting=False)
    await emit_all(shell, word.parts, out)
    return [piece for pieces in out.all() for piece in pieces]


async def expand_sum(shell: Shell, expression: str) -> int:
    """The value of an arithmetic expression. ExpansionProblem."""
    text = expression
    if not _SIMPLE_SUM.match(expression):
        text = await expand_text(shell, _read_sum(expression))
    return calculate(shell, text)


def _read_sum(expression: str) -> Word:
    try:
        return read_double(expression, quotes=True)
    except (Unclosed, TooDeep) as error:
        raise ExpansionProblem(f"{expression}: syntax error: operand expected") from error


def calculate(shell: Shell, text: str) -> int:
    """The value of an expression in which everything is expanded. ExpansionProblem."""
    try:
        return evaluate(
            text, Variables(lambda *at: parameters.read(shell, *at), lambda *at: parameters.write(shell, *at))
        )
    except ArithmeticProblem as problem:
        if shell.flavour.is_bash:
            message = f'{text}: {problem} (error token is "{problem.token}")'
        elif str(problem) == "division by 0":
            message = (
                f'arithmetic expression: division by zero: "{text}"'
                if shell.flavour.name == "dash"
                else "divide by zero"
            )
        else:
            message = (
                f'arithmetic expression: expecting primary: "{text}"'
                if shell.flavour.name == "dash"
                else "arithmetic syntax error"
            )
        raise ExpansionProblem(message, fatal=None if shell.flavour.is_bash else 2) from problem


async def emit_all(shell: Shell, parts: tuple[Part, ...], out: Fields, *, quoted: bool = False) -> bool:
    """Expand into `out`; whether there was anything but an empty "$@"."""
    contributed = False
    for part in parts:
        contributed = await _emit(shell, part, out, quoted) or contributed
    return contributed


async def _emit(shell: Shell, part: Part, out: Fields, quoted: bool) -> bool:
    if isinstance(part, Text):
        out.add(part.text, quoted=quoted)
    elif isinstance(part, Quoted):
        out.add(part.text, quoted=True)
    elif isinstance(part, Double):
        if await emit_all(shell, part.parts, out, quoted=True) or not part.parts:
            out.add("", quoted=True)
            return True
        return False
    elif isinstance(part, Parameter):
        return await _emit_parameter(shell, part, out, quoted)
    else:
        _emit_text(await _value(shell, part), out, quoted)
    return True


async def _value(shell: Shell, part: Substitution | Arithmetic | ProcessFile) -> str:
    if isinstance(part, Substitution):
        return await substitute(shell, part.script, part.line)
    if isinstance(part, Arithmetic):
        return str(await expand_sum(shell, part.expression))
    return await process_file(shell, part)


def _emit_text(text: str, out: Fields, quoted: bool) -> None:
    if quoted:
        out.add(text, quoted=True)
    else:
        out.split(text)


async def _emit_parameter(shell: Shell, part: Parameter, out: Fields, quoted: bool) -> bool:
    if part.operator in parameters.ALTERNATIVES:
        return await _emit_alternative(shell, part, out, quoted)
    value = await parameters.value(shell, part, quoted=quoted)
    return _emit_value(shell, value, out, quoted)


def _emit_value(shell: Shell, value: parameters.Value, out: Fields, quoted: bool) -> bool:
    if isinstance(value, str):
        _emit_text(value, out, quoted)
        return True
    if value.joined and (quoted or not out.splitting):
        separators = shell.variables.get("IFS")
        joint = " " if separators is None else separators[:1]
        out.add(joint.join(value.values), quoted=quoted)
        return True
    for at, text in enumerate(value.values):
        if at and out.splitting:
            out.finish()
        elif at:
            out.add(" ", quoted=True)
        _emit_text(text, out, quoted)
    return bool(value.values)


async def _emit_alternative(shell: Shell, part: Parameter, out: Fields, quoted: bool) -> bool:
    """${x:-word} and its kin: which of the two, and the word expanded where it stands."""
    value, present = await parameters.present(shell, part)
    kind = part.operator[-1]
    if kind == "+":
        if not present:
            _emit_text("", out, quoted)
            return True
        return await emit_operand(shell, part.operand, out, quoted)
    if present:
        return _emit_value(shell, value, out, quoted)
    if kind == "-":
        return await emit_operand(shell, part.operand, out, quoted)
    inner = Fields(splitting=False)
    await emit_operand(shell, part.operand, inner, quoted)
    text = "".join(plain(pieces) for pieces in inner.all())
    if kind == "=":
        parameters.assign(shell, part, text)
        _emit_text(text, out, quoted)
        return True
    default = "parameter null or not set" if part.operator[0] == ":" else "parameter not set"
    if not shell.flavour.is_bash and part.operator[0] != ":":
        default = "parameter not set"
    raise ExpansionProblem(f"{part.name}: {text or default}", fatal=127 if shell.flavour.is_bash else 2)


async def emit_operand(shell: Shell, operand: str, out: Fields, quoted: bool) -> bool:
    """The word in ${x:-word}: between quotes it is read as such."""
    try:
        parts = read_double(operand, quotes=True).parts if quoted else expand_tilde(shell, read_word(operand).parts)
    except (Unclosed, TooDeep) as error:
        raise ExpansionProblem(f"{operand}: bad substitution") from error
    for part in parts:
        if isinstance(part, Text) and not quoted:
            out.split(part.text)
        else:
            await _emit(shell, part, out, quoted)
    return True
