"""A command as its shell lists it among its jobs: the words as they were typed, laid out as bash does."""

from __future__ import annotations

from cluster.shell.language.syntax import AndOr, Assignment, Command, Group, Pipeline, Sequence, Simple, Subshell, Word


def spelled(command: Command) -> str:
    if isinstance(command, Simple):
        words = [*command.assignments, *command.words]
        return " ".join(_assigned(each) if isinstance(each, Assignment) else each.raw for each in words)
    if isinstance(command, Pipeline):
        return ("! " if command.negated else "") + " | ".join(map(spelled, command.commands))
    if isinstance(command, AndOr):
        return " ".join(f"{operator} {spelled(each)}".strip() for operator, each in command.items)
    if isinstance(command, Sequence):
        return "; ".join(map(spelled, command.commands))
    if isinstance(command, Subshell):
        return f"( {spelled(command.body)} )"
    if isinstance(command, Group):
        return f"{{ {spelled(command.body)}; }}"
    return type(command).__name__.lower() + " …"


def _assigned(assignment: Assignment) -> str:
    value = assignment.value.raw if isinstance(assignment.value, Word) else "(…)"
    return f"{assignment.name}{'+' if assignment.append else ''}={value}"
