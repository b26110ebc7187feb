"""Errors of syntax, as each shell tells them."""

from __future__ import annotations

from cluster.shell.language.reading import Problem
from cluster.shell.language.shell import Shell


async def report(shell: Shell, problem: Problem, builtin: str = "") -> None:
    """On standard error."""
    line = problem.line + shell.line_base
    if shell.flavour.is_bash:
        for message in _bash(problem, line, shell.interactive):
            await shell.say(
                _bash_prefix(shell, line if not problem.unclosed else problem.opened + shell.line_base, builtin)
                + message
            )
    else:
        shell.line = line
        await shell.complain(_dash(problem) if shell.flavour.name == "dash" else _ash(problem), builtin)


def _bash_prefix(shell: Shell, line: int, builtin: str) -> str:
    if shell.interactive:
        return f"{shell.name.lstrip('-')}: {builtin + ': ' if builtin else ''}"
    name = shell.sourced[-1] if shell.sourced else shell.name
    where = builtin or ("-c" if shell.source == "-c" and not shell.sourced else "")
    return f"{name}: {where + ': ' if where else ''}line {line}: "


def _bash(problem: Problem, line: int, interactive: bool) -> list[str]:
    if problem.sentence == "condition":
        return [problem.text]
    if problem.sentence:
        return [problem.sentence]
    if problem.unclosed:
        return [f"unexpected EOF while looking for matching `{_opener(problem.unclosed)}'"]
    if problem.token is None:
        return ["syntax error: unexpected end of file"]
    told = [f"syntax error near unexpected token `{problem.token}'"]
    return told if interactive else [*told, f"`{problem.text}'"]


def _opener(closer: str) -> str:
    return ")" if closer == "))" else closer


def _expecting(problem: Problem) -> str:
    return f' (expecting "{problem.expected}")' if problem.expected not in ("", "word", "\n") else ""


def _met(problem: Problem) -> str:
    """What stands there, as dash and ash name it."""
    if problem.token in _SHOWN:
        return f'"{problem.token}"'
    return "newline" if problem.token == "newline" else "word"


def _dash(problem: Problem) -> str:
    if problem.sentence:
        return f"Syntax error: {problem.text or problem.sentence}"
    if problem.unclosed:
        text = {
            '"': "Unterminated quoted string",
            "'": "Unterminated quoted string",
            "`": "EOF in backquote substitution",
            "}": "Missing '}'",
        }.get(problem.unclosed)
        return "Syntax error: " + (text or 'end of file unexpected (expecting ")")')
    if problem.token is None:
        return f"Syntax error: end of file unexpected{_expecting(problem)}"
    return f"Syntax error: {_met(problem)} unexpected{_expecting(problem)}"


def _ash(problem: Problem) -> str:
    if problem.sentence:
        return f"syntax error: {problem.text or problem.sentence}"
    if problem.unclosed:
        text = {
            '"': "unterminated quoted string",
            "'": "unterminated quoted string",
            "`": "EOF in backquote substitution",
            "}": "missing '}'",
        }.get(problem.unclosed)
        return "syntax error: " + (text or 'unexpected end of file (expecting ")")')
    if problem.token is None:
        return f"syntax error: unexpected end of file{_expecting(problem)}"
    return f"syntax error: unexpected {_met(problem)}{_expecting(problem)}"


_SHOWN = frozenset(
    {
        "then",
        "elif",
        "else",
        "fi",
        "do",
        "done",
        "esac",
        "}",
        "{",
        "!",
        ";",
        "&",
        "|",
        "&&",
        "||",
        ";;",
        "(",
        ")",
        "if",
        "while",
        "until",
        "for",
        "case",
        "in",
    }
)
