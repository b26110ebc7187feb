"""Assignments done: values, elements, whole arrays, with what the variable's attributes make of them."""

from __future__ import annotations

from cluster.shell.language import parameters
from cluster.shell.language.errors import Discard, Exit, ExpansionProblem
from cluster.shell.language.expansion import calculate, expand_text, expand_words
from cluster.shell.language.shell import Shell
from cluster.shell.language.syntax import Assignment, Element, Word
from cluster.shell.language.variables import Array, ReadonlyVariable, Variable
from cluster.shell.language.words import read_word


async def assign(shell: Shell, assignment: Assignment, *, local: bool = False) -> None:
    """Do one; a readonly variable gives up the command line."""
    try:
        await _assign(shell, assignment, local)
    except ReadonlyVariable as error:
        fatal = not shell.flavour.is_bash
        await shell.complain(f"{error}: is read only" if fatal else f"{error}: readonly variable")
        raise (Exit(2) if fatal and not shell.interactive else Discard(1)) from error
    shell.budget.check_memory(shell.variables.size)


async def _assign(shell: Shell, assignment: Assignment, local: bool) -> None:
    name = assignment.name
    if not isinstance(assignment.value, Word):
        if not shell.flavour.is_bash:
            told = "Syntax error" if shell.flavour.name == "dash" else "syntax error"
            unexpected = '"(" unexpected' if shell.flavour.name == "dash" else 'unexpected "("'
            raise ExpansionProblem(f"{told}: {unexpected}", fatal=2)
        await _array(shell, name, assignment.value, assignment.append, local)
        return
    text = await expand_text(shell, assignment.value, assignment=True)
    variable = shell.variables.make(name, local=local) if name not in shell.variables.special else Variable()
    at: str | int | None = None
    if assignment.subscript is not None:
        at = parameters.key(shell, name, await expand_text(shell, read_word(assignment.subscript)))
    elif isinstance(variable.value, dict):
        at = "0" if variable.associative else 0
    now = ""
    if assignment.append:
        held = variable.value.get(at) if isinstance(variable.value, dict) and at is not None else variable.scalar
        now = held or ""
        if assignment.append and name in shell.variables.special:
            now = shell.variables.get(name) or ""
    value = combined(shell, variable, now, text)
    if at is not None:
        shell.variables.set_element(name, at, value)
    elif local:
        if variable.readonly:
            raise ReadonlyVariable(name)
        variable.value = value
    else:
        shell.variables.set(name, value)
    if "allexport" in shell.options:
        variable.exported = True


def combined(shell: Shell, variable: Variable, now: str, text: str) -> str:
    """What a variable holds after `=` or, with something in `now`, `+=`."""
    if variable.integer:
        return str(calculate(shell, text) + (calculate(shell, now) if now else 0))
    shell.budget.check_value(len(now) + len(text))
    return now + text


async def _array(shell: Shell, name: str, elements: tuple[Element, ...], append: bool, local: bool) -> None:
    variable = shell.variables.make(name, local=local)
    if variable.associative:
        values: Array = dict(variable.elements()) if append else {}
        plain: list[str] = []
        for element in elements:
            if element.subscript is None:
                plain.extend(await expand_words(shell, [element.value]))
                continue
            at = await expand_text(shell, read_word(element.subscript))
            values[at] = (values.get(at, "") if element.append else "") + await expand_text(shell, element.value)
        values.update(dict(zip(plain[::2], [*plain[1::2], ""], strict=False)))
        shell.variables.replace(name, values, local=local)
        return
    found: Array = {int(key): value for key, value in variable.elements()} if append else {}
    at_number = max((int(key) for key in found), default=-1) + 1
    for element in elements:
        if element.subscript is not None:
            at_number = calculate(shell, await expand_text(shell, read_word(element.subscript)))
            before = found.get(at_number, "") if element.append else ""
            found[at_number] = combined(shell, variable, before, await expand_text(shell, element.value))
            at_number += 1
            continue
        for text in await expand_words(shell, [element.value]):
            found[at_number] = combined(shell, variable, "", text)
            at_number += 1
    shell.variables.replace(name, found, local=local)


async def show_assignment(shell: Shell, assignment: Assignment) -> str:
    """As one word: name=value, expanded."""
    if not isinstance(assignment.value, Word):
        raise ExpansionProblem(f"{assignment.name}: cannot assign list to array member")
    text = await expand_text(shell, assignment.value, assignment=True)
    subscript = f"[{assignment.subscript}]" if assignment.subscript is not None else ""
    if assignment.append and not subscript:
        text = (shell.variables.get(assignment.name) or "") + text
    return f"{assignment.name}{subscript}={text}"
